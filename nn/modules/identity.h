// Functions as layers.
#pragma once

#include <functional>
#include <type_traits>

#include "nn/cloneable.h"

namespace tandem::nn {

/// The input itself.
struct IdentityImpl : Stateless<IdentityImpl> {
  Tensor forward(const Tensor& x) const { return x; }
  std::string label() const override { return "Identity"; }
};
TANDEM_MODULE(Identity);

/// Any function of a tensor as a layer: `Functional(tandem::tanh)`; its further arguments may
/// follow: `Functional(functional::leaky_relu, 0.2)`.
struct FunctionalImpl : Stateless<FunctionalImpl> {
  explicit FunctionalImpl(std::function<Tensor(const Tensor&)> layer)
      : function(std::move(layer)) {}
  template <class Function, class... Arguments>
  requires(sizeof...(Arguments) > 0 && std::is_invocable_v<Function, const Tensor&, Arguments...>)
      FunctionalImpl(Function layer, Arguments... arguments)
      : function([=](const Tensor& x) { return layer(x, arguments...); }) {}
  Tensor forward(const Tensor& x) const { return function(x); }
  std::string label() const override { return "Functional"; }
  std::function<Tensor(const Tensor&)> function;
};
TANDEM_MODULE(Functional);

}  // namespace tandem::nn
