// What the stress tests share.
#pragma once

#include <cstdlib>
#include <string>
#include <vector>

namespace tandem::testing {

/// How often a test repeats what may go wrong only sometimes: TANDEM_STRESS_ROUNDS, 1 unless set.
inline int rounds() {
  const char* text = std::getenv("TANDEM_STRESS_ROUNDS");
  return text == nullptr ? 1 : std::atoi(text);
}

/// Starts the program of helper.cpp in another process and returns its id.
int start_helper(const std::vector<std::string>& arguments);
/// Waits for it and returns its exit code, or minus the signal that ended it.
int finish(int process);
inline int run_helper(const std::vector<std::string>& arguments) {
  return finish(start_helper(arguments));
}

}  // namespace tandem::testing
