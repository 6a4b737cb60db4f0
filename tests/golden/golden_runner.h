// Runs a directory of reference cases and reports what passed.
#pragma once

#include <iosfwd>
#include <set>
#include <string>
#include <vector>

#include "case_file.h"

namespace tandem::golden {

enum class Outcome { passed, failed, unsupported };

struct CaseResult {
  std::string name, kind;
  Outcome outcome = Outcome::passed;
  /// The worst deviation in units of the allowance.
  double worst = 0;
  /// What is wrong or missing.
  std::string message;
};

/// Computes one case on `device` and compares every array that it holds. Never throws: an exception
/// of the library is a failure.
CaseResult run_case(const Case& golden, const Device& device);

/// The cases of `kinds` (all if empty); kinds defined on the CPU alone are left out on other
/// devices.
std::vector<CaseResult> run_cases(const std::vector<Case>& cases, const Device& device,
                                  const std::set<std::string>& kinds = {});

/// How many results have this outcome.
std::size_t count(const std::vector<CaseResult>& results, Outcome outcome);

/// A table by kind, then the failures and the distinct reasons of what is not supported.
void print_report(std::ostream& out, const std::vector<CaseResult>& results);

}  // namespace tandem::golden
