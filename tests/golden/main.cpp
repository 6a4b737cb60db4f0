// golden_runner DIR [--device cpu|cuda] [--kinds a,b]
//
// Exit code: 0 if nothing failed, 1 on a failed case, 2 on a wrong call, an unreadable directory or
// no case to run.
#include <iostream>
#include <optional>
#include <sstream>

#include "golden_runner.h"

namespace {

using namespace tandem;

struct Options {
  std::string directory;
  Device device;
  std::set<std::string> kinds;
};

std::set<std::string> split(const std::string& list) {
  std::set<std::string> parts;
  std::istringstream stream(list);
  for (std::string part; std::getline(stream, part, ',');) parts.insert(part);
  return parts;
}

std::optional<Options> parse(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    const bool is_option = argument.starts_with("--");
    if (is_option && i + 1 == count) return std::nullopt;
    if (argument == "--device") {
      options.device = Device(arguments[++i]);
    } else if (argument == "--kinds") {
      options.kinds = split(arguments[++i]);
    } else if (is_option || !options.directory.empty()) {
      return std::nullopt;
    } else {
      options.directory = argument;
    }
  }
  if (options.directory.empty()) return std::nullopt;
  return options;
}

}  // namespace

int main(int count, char** arguments) try {
  const std::optional<Options> options = parse(count, arguments);
  if (!options) {
    std::cerr << "usage: golden_runner DIR [--device cpu|cuda] [--kinds a,b]\n";
    return 2;
  }
  const auto cases = golden::read_cases(options->directory);
  const auto results = golden::run_cases(cases, options->device, options->kinds);
  if (results.empty()) {
    std::cerr << "golden_runner: no case of these kinds runs on " << options->device << '\n';
    return 2;
  }
  golden::print_report(std::cout, results);
  return golden::count(results, golden::Outcome::failed) == 0 ? 0 : 1;
} catch (const std::exception& error) {
  std::cerr << "golden_runner: " << error.what() << '\n';
  return 2;
}
