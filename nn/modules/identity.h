// Functions as layers.
#pragma once

#include <functional>

#include "nn/module.h"

namespace tandem::nn {

/// The input itself.
struct IdentityImpl : Module {
  Tensor forward(const Tensor& x) const { return x; }
  std::string name() const override { return "Identity"; }
};
TANDEM_MODULE(Identity);

/// Any function of a tensor as a layer: `Functional(tandem::tanh)`.
struct FunctionalImpl : Module {
  explicit FunctionalImpl(std::function<Tensor(const Tensor&)> layer)
      : function(std::move(layer)) {}
  Tensor forward(const Tensor& x) const { return function(x); }
  std::string name() const override { return "Functional"; }
  std::function<Tensor(const Tensor&)> function;
};
TANDEM_MODULE(Functional);

}  // namespace tandem::nn
