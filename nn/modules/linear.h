// The linear layer.
#pragma once

#include "nn/module.h"

namespace tandem::nn {

struct LinearOptions {
  LinearOptions(std::int64_t in_features, std::int64_t out_features)
      : in_features_(in_features), out_features_(out_features) {}
  LinearOptions bias(bool value) const {
    LinearOptions copy = *this;
    copy.bias_ = value;
    return copy;
  }
  std::int64_t in_features() const { return in_features_; }
  std::int64_t out_features() const { return out_features_; }
  bool bias() const { return bias_; }

 private:
  std::int64_t in_features_, out_features_;
  bool bias_ = true;
};

/// y = x weightᵀ + bias. x: [..., in], y: [..., out]. Weight [out, in] and bias [out] start uniform
/// in ±1/sqrt(in), weight first, from PyTorch's stream.
struct LinearImpl : Module {
  explicit LinearImpl(const LinearOptions& options);
  LinearImpl(std::int64_t in_features, std::int64_t out_features)
      : LinearImpl(LinearOptions(in_features, out_features)) {}
  Tensor forward(const Tensor& x) const;
  void reset_parameters();
  std::string name() const override { return "Linear"; }

  LinearOptions options;
  Tensor weight, bias;
};
TANDEM_MODULE(Linear);

}  // namespace tandem::nn
