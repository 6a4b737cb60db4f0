// Fills parameters with PyTorch's initial values.
#include "nn/init.h"

#include <cmath>

#include "core/ops/cat.h"
#include "core/ops/factories.h"
#include "core/ops/matmul.h"
#include "core/ops/random.h"
#include "core/ops/reduce.h"

namespace tandem::nn::init {

namespace {

struct Fans {
  double in, out;
};

Fans fans_of(const char* op, const Tensor& tensor) {
  check(tensor.dim() >= 2, op, ": needs at least two dimensions [out, in, ...], got ",
        tensor.describe());
  const auto field =
      static_cast<double>(tensor.numel()) / static_cast<double>(tensor.size(0) * tensor.size(1));
  return {static_cast<double>(tensor.size(1)) * field, static_cast<double>(tensor.size(0)) * field};
}

double kaiming_deviation(const char* op, const Tensor& tensor, double a, FanMode mode,
                         const std::string& nonlinearity) {
  const Fans fans = fans_of(op, tensor);
  return calculate_gain(nonlinearity, a) / std::sqrt(mode == FanMode::FanIn ? fans.in : fans.out);
}

}  // namespace

double calculate_gain(const std::string& nonlinearity, double param) {
  if (nonlinearity == "linear" || nonlinearity == "sigmoid") return 1;
  if (nonlinearity == "tanh") return 5.0 / 3;
  if (nonlinearity == "relu") return std::sqrt(2.0);
  if (nonlinearity == "leaky_relu") return std::sqrt(2.0 / (1 + param * param));
  if (nonlinearity == "selu") return 0.75;
  fail("calculate_gain: no gain is known for '", nonlinearity,
       "'; expected linear, sigmoid, tanh, relu, leaky_relu or selu");
}

// NOLINTBEGIN(performance-unnecessary-value-param): the signatures are PyTorch's

Tensor constant_(Tensor tensor, Scalar value) {
  const NoGradGuard guard;
  return tensor.fill_(value);
}
Tensor zeros_(Tensor tensor) { return constant_(tensor, 0); }
Tensor ones_(Tensor tensor) { return constant_(tensor, 1); }
Tensor eye_(Tensor matrix) {
  check(matrix.dim() == 2, "eye_: needs two dimensions, got ", matrix.describe());
  const NoGradGuard guard;
  matrix.fill_(0);
  matrix.diagonal().fill_(1);
  return matrix;
}
Tensor uniform_(Tensor tensor, double low, double high) {
  const NoGradGuard guard;
  return tensor.uniform_(low, high);
}
Tensor normal_(Tensor tensor, double mean, double std) {
  const NoGradGuard guard;
  return tensor.normal_(mean, std);
}

Tensor xavier_uniform_(Tensor tensor, double gain) {
  if (tensor.numel() == 0) return tensor;
  const Fans fans = fans_of("xavier_uniform_", tensor);
  const double bound = std::sqrt(3.0) * (gain * std::sqrt(2.0 / (fans.in + fans.out)));
  return uniform_(tensor, -bound, bound);
}
Tensor xavier_normal_(Tensor tensor, double gain) {
  if (tensor.numel() == 0) return tensor;
  const Fans fans = fans_of("xavier_normal_", tensor);
  return normal_(tensor, 0, gain * std::sqrt(2.0 / (fans.in + fans.out)));
}
Tensor kaiming_uniform_(Tensor tensor, double a, FanMode mode, const std::string& nonlinearity) {
  if (tensor.numel() == 0) return tensor;
  const double bound =
      std::sqrt(3.0) * kaiming_deviation("kaiming_uniform_", tensor, a, mode, nonlinearity);
  return uniform_(tensor, -bound, bound);
}
Tensor kaiming_normal_(Tensor tensor, double a, FanMode mode, const std::string& nonlinearity) {
  if (tensor.numel() == 0) return tensor;
  return normal_(tensor, 0, kaiming_deviation("kaiming_normal_", tensor, a, mode, nonlinearity));
}

std::tuple<std::int64_t, std::int64_t> _calculate_fan_in_and_fan_out(const Tensor& tensor) {
  const Fans fans = fans_of("_calculate_fan_in_and_fan_out", tensor);
  return {static_cast<std::int64_t>(fans.in), static_cast<std::int64_t>(fans.out)};
}

namespace {

/// Columns of unit length, each at right angles to those before it, by Gram and Schmidt: Q of the
/// QR factors with a positive diagonal of R. Twice each, which is as exact as Householder's (Giraud
/// et al., 2005).
Tensor orthonormal_columns(const Tensor& matrix) {
  TensorList columns;
  for (const Tensor& start : matrix.unbind(1)) {
    Tensor column = start;
    for (int pass = 0; pass < 2; ++pass)
      for (const Tensor& before : columns) column = column - before * dot(before, column);
    columns.push_back(column / norm(column));
  }
  return stack(columns, 1);
}

}  // namespace

Tensor orthogonal_(Tensor tensor, double gain) {
  const NoGradGuard guard;
  check(tensor.dim() >= 2, "orthogonal_: needs at least two dimensions, got ", tensor.describe());
  if (tensor.numel() == 0) return tensor;
  const Tensor flat = empty({tensor.size(0), tensor.numel() / tensor.size(0)}, tensor.options())
                          .normal_()
                          .to(kFloat64);
  const bool wide = flat.size(0) < flat.size(1);
  const Tensor q = orthonormal_columns(wide ? flat.t() : flat);
  return tensor.copy_(((wide ? q.t() : q) * gain).reshape(tensor.sizes()));
}

Tensor sparse_(Tensor matrix, double sparsity, double std) {
  const NoGradGuard guard;
  check(matrix.dim() == 2, "sparse_: needs two dimensions, got ", matrix.describe());
  check(sparsity >= 0 && sparsity <= 1, "sparse_: the sparsity must lie in [0, 1], got ", sparsity);
  const std::int64_t rows = matrix.size(0);
  const auto zeros = static_cast<std::int64_t>(std::ceil(sparsity * static_cast<double>(rows)));
  matrix.normal_(0, std);
  for (std::int64_t column = 0; column < matrix.size(1); ++column)
    matrix.select(1, column).index_fill_(0, randperm(rows, matrix.device()).slice(0, 0, zeros), 0);
  return matrix;
}

// NOLINTEND(performance-unnecessary-value-param)

}  // namespace tandem::nn::init
