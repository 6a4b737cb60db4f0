// Layer normalization.
#pragma once

#include "core/ops/factories.h"
#include "nn/cloneable.h"
#include "nn/describe.h"
#include "nn/functional.h"
#include "nn/options.h"

namespace tandem::nn {

struct LayerNormOptions {
  LayerNormOptions(std::int64_t size) : LayerNormOptions(Shape{size}) {}
  LayerNormOptions(const Shape& normalized_shape) : normalized_shape_(normalized_shape) {}
  LayerNormOptions(std::initializer_list<std::int64_t> normalized_shape)
      : LayerNormOptions(Shape(normalized_shape)) {}
  TANDEM_ARG(Shape, normalized_shape);
  TANDEM_ARG(double, eps) = 1e-5;
  TANDEM_ARG(bool, elementwise_affine) = true;
};

/// Normalizes the last dimensions, of `normalized_shape`, to mean 0 and variance 1 (Ba, Kiros and
/// Hinton, "Layer Normalization", 2016); with elementwise_affine, then times weight, which starts
/// at 1, plus bias, which starts at 0, both of that shape. The output has the input's shape and
/// dtype.
struct LayerNormImpl : Cloneable<LayerNormImpl> {
  explicit LayerNormImpl(const LayerNormOptions& given) : options(given) {
    check(options.normalized_shape().rank() > 0 && options.eps() >= 0,
          "LayerNorm: needs a shape of at least one dimension and eps >= 0, got ",
          options.normalized_shape(), " and ", options.eps());
    LayerNormImpl::reset();
  }
  void reset() override {
    if (!options.elementwise_affine()) return;
    weight = register_parameter("weight", ones(options.normalized_shape()));
    bias = register_parameter("bias", zeros(options.normalized_shape()));
  }
  Tensor forward(const Tensor& x) const {
    return functional::layer_norm(x, options.normalized_shape(), weight, bias, options.eps());
  }
  void reset_parameters() {
    const NoGradGuard guard;
    if (weight.defined()) weight.fill_(1);
    if (bias.defined()) bias.fill_(0);
  }
  std::string label() const override { return "LayerNorm"; }
  std::string extra_repr() const override {
    return detail::concatenate(
        options.normalized_shape(), ", ",
        named_values("eps", options.eps(), "elementwise_affine", options.elementwise_affine()));
  }

  LayerNormOptions options;
  Tensor weight, bias;
};
TANDEM_MODULE(LayerNorm);

}  // namespace tandem::nn
