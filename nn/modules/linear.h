// The linear layer.
#pragma once

#include "nn/cloneable.h"
#include "nn/describe.h"
#include "nn/options.h"

namespace tandem::nn {

struct LinearOptions {
  LinearOptions(std::int64_t in_features, std::int64_t out_features)
      : in_features_(in_features), out_features_(out_features) {}
  TANDEM_ARG(std::int64_t, in_features);
  TANDEM_ARG(std::int64_t, out_features);
  TANDEM_ARG(bool, bias) = true;
};

/// y = x weightᵀ + bias. x: [..., in], y: [..., out]. Weight [out, in] and bias [out] start uniform
/// in ±1/sqrt(in), weight first, from PyTorch's stream.
struct LinearImpl : Cloneable<LinearImpl> {
  explicit LinearImpl(const LinearOptions& options);
  LinearImpl(std::int64_t in_features, std::int64_t out_features)
      : LinearImpl(LinearOptions(in_features, out_features)) {}
  Tensor forward(const Tensor& x) const;
  void reset() override;
  void reset_parameters();
  std::string label() const override { return "Linear"; }
  std::string extra_repr() const override {
    return named_values("in_features", options.in_features(), "out_features",
                        options.out_features(), "bias", options.bias());
  }

  LinearOptions options;
  Tensor weight, bias;
};
TANDEM_MODULE(Linear);

}  // namespace tandem::nn
