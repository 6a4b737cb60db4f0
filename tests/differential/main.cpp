// differential_runner FILE   runs programs and prints those that disagree with PyTorch's answers
// differential_runner --ops  prints the names of the functions that programs can call
//
// Exit code: 0 if all agree, 1 if one does not, 2 on a wrong call or an unreadable file.
#include <iostream>

#include "functions.h"
#include "program.h"
#include "program_functions.h"

int main(int count, char** arguments) try {
  using namespace tandem;
  if (count != 2) {
    std::cerr << "usage: differential_runner FILE | --ops\n";
    return 2;
  }
  differential::add_program_functions(golden::functions());
  if (std::string(arguments[1]) == "--ops") {
    for (const std::string& name : golden::function_names()) std::cout << name << '\n';
    return 0;
  }
  const auto programs = differential::read_programs(arguments[1]);
  std::size_t failed = 0;
  for (const differential::Json& program : programs) {
    const auto found = differential::disagreements(program, kCPU);
    if (found.empty()) continue;
    ++failed;
    std::cout << "FAILED " << program.at("name").get<std::string>() << '\n';
    for (const std::string& line : found) std::cout << "  ! " << line << '\n';
    differential::print_program(std::cout, program);
  }
  std::cout << programs.size() - failed << " of " << programs.size() << " programs agree\n";
  return failed ? 1 : 0;
} catch (const std::exception& error) {
  std::cerr << "differential_runner: " << error.what() << '\n';
  return 2;
}
