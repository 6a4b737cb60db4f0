// The elementwise ops that both sides have, and the inputs that their rows share.
#pragma once

#include <span>

#include "benchmarks/frontend.h"

namespace bench {

enum class Inputs { real, positive };  ///< randn, or uniform in [0.05, 0.95)

struct UnaryRow {
  const char* name;  ///< Tandem's name of the rule
  torch::Tensor (*op)(const torch::Tensor&);
  Inputs inputs = Inputs::real;
};

struct BinaryRow {
  const char* name;
  torch::Tensor (*op)(const torch::Tensor&, const torch::Tensor&);
  Inputs inputs = Inputs::real;
};

std::span<const UnaryRow> unary_rows();
std::span<const BinaryRow> binary_rows();

/// n numbers; made once, as drawing them takes longer than measuring. `which` tells operands apart.
const torch::Tensor& input(std::int64_t n, Inputs kind, int which = 0);

/// 16384 floats and their results fit a core's cache, 2^24 fit none.
inline constexpr std::int64_t sizes[] = {16384, std::int64_t{1} << 24};
inline constexpr std::int64_t all_sizes[] = {1000, 16384, std::int64_t{1} << 20,
                                             std::int64_t{1} << 24};

inline std::string row_name(const char* kind, const std::string& op, std::int64_t n) {
  return std::string(kind) + '/' + op + '/' + std::to_string(n);
}

}  // namespace bench
