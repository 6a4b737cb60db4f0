// Judging a computed tensor against the reference.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "case_file.h"

namespace tandem::golden {

/// How far a result is from the reference, in units of what is allowed there; above 1 fails.
struct Comparison {
  double worst = 0;
  /// What is wrong, empty for a pass.
  std::string message;
  bool passed() const { return message.empty(); }
};

/// Shapes and dtypes must agree. nan matches only nan, an infinity only itself; integers and bools
/// must be equal; other numbers pass within the tolerance. Flat positions in `skip` are not looked
/// at.
Comparison compare(const Tensor& got, const Tensor& expected, const Tolerance& tolerance,
                   const std::set<std::int64_t>& skip = {});

}  // namespace tandem::golden
