// Linear layers.
#pragma once

#include <functional>

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

/// The input itself.
struct IdentityImpl : Module {
  Tensor forward(const Tensor& x) const { return x; }
  std::string name() const override { return "Identity"; }
};
TANDEM_MODULE(Identity);

/// Any function of a tensor as a layer: `Functional(tandem::tanh)`.
struct FunctionalImpl : Module {
  explicit FunctionalImpl(std::function<Tensor(const Tensor&)> function)
      : function(std::move(function)) {}
  Tensor forward(const Tensor& x) const { return function(x); }
  std::string name() const override { return "Functional"; }
  std::function<Tensor(const Tensor&)> function;
};
TANDEM_MODULE(Functional);

/// Dimensions start_dim to end_dim joined into one.
struct FlattenImpl : Module {
  explicit FlattenImpl(std::int64_t start_dim = 1, std::int64_t end_dim = -1)
      : start_dim(start_dim), end_dim(end_dim) {}
  Tensor forward(const Tensor& x) const { return x.flatten(start_dim, end_dim); }
  std::string name() const override { return "Flatten"; }
  std::int64_t start_dim, end_dim;
};
TANDEM_MODULE(Flatten);

/// Zeroes elements with probability p while training and divides the others by 1 - p.
struct DropoutImpl : Module {
  explicit DropoutImpl(double p = 0.5);
  Tensor forward(const Tensor& x) const;
  std::string name() const override { return "Dropout"; }
  double p;
};
TANDEM_MODULE(Dropout);

}  // namespace tandem::nn
