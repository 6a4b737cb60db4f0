// Fills parameters with PyTorch's initial values.
#include "nn/init.h"

#include <cmath>

#include "core/ops/factories.h"

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

// NOLINTEND(performance-unnecessary-value-param)

}  // namespace tandem::nn::init
