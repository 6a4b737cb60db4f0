// The committed programs, on each device.
#include <gtest/gtest.h>

#include <iostream>

#include "../devices.h"
#include "program.h"
#include "program_functions.h"

namespace tandem::differential {
namespace {

class Differential : public testing::OnDevice {};

TEST_P(Differential, AgreesWithPyTorch) {
  add_program_functions(golden::functions());
  const auto programs = read_programs(TANDEM_PROGRAMS);
  EXPECT_GE(programs.size(), 2000u);
  for (const Json& program : programs) {
    for (const std::string& difference : disagreements(program, device())) {
      ADD_FAILURE() << program.at("name") << ": " << difference;
      print_program(std::cout, program);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Devices, Differential, testing::every_device(), testing::device_name);

}  // namespace
}  // namespace tandem::differential
