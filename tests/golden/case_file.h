// One directory of reference cases: cases.json and the raw arrays beside it. data/README.md
// describes the format.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "core/tensor/tensor.h"

namespace tandem::golden {

using Json = nlohmann::json;
using Values = std::map<std::string, Tensor>;

/// a passes for b when |a - b| <= absolute + relative |b|.
struct Tolerance {
  double relative = 0;
  double absolute = 0;
};

struct Case {
  std::string name, kind, op;
  /// "f32", "f64" or empty.
  std::string dtype;
  Json args;
  Values in;
  /// Upstream gradient of each differentiable output; undefined stands for ones.
  Values upstream;
  Values out, grad;
  Tolerance tolerance;
  /// "out.y" or "grad.x" -> flat positions that are not compared.
  std::map<std::string, std::set<std::int64_t>> skip;
};

/// All cases of a directory, on the CPU. Throws IoError on a file that is missing, short or
/// malformed.
std::vector<Case> read_cases(const std::string& directory);

/// The kind of a name in the format ("f32", "f64", "i64", "bool"); throws IoError on others.
DType dtype_named(const std::string& name);

}  // namespace tandem::golden
