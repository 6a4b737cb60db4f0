// Dropout.
#pragma once

#include "nn/cloneable.h"
#include "nn/describe.h"
#include "nn/functional.h"
#include "nn/options.h"

namespace tandem::nn {

/// inplace is taken and changes nothing.
struct DropoutOptions {
  DropoutOptions(double p = 0.5) : p_(p) {}
  TANDEM_ARG(double, p);
  TANDEM_ARG(bool, inplace) = false;
};
using AlphaDropoutOptions = DropoutOptions;

/// What the dropouts share. Throws Error unless p lies in [0, 1].
template <class Derived> struct DropoutBase : Stateless<Derived> {
  explicit DropoutBase(const DropoutOptions& given = {}) : options(given) {
    check(given.p() >= 0 && given.p() <= 1, "Dropout: the probability must lie in [0, 1], got ",
          given.p());
  }
  std::string extra_repr() const override {
    return named_values("p", options.p(), "inplace", options.inplace());
  }
  DropoutOptions options;
};

/// Zeroes elements with probability p while training and divides the others by 1 - p.
struct DropoutImpl : DropoutBase<DropoutImpl> {
  using DropoutBase::DropoutBase;
  Tensor forward(const Tensor& x) const {
    return functional::dropout(x, options.p(), is_training());
  }
  std::string label() const override { return "Dropout"; }
};
TANDEM_MODULE(Dropout);

/// functional::alpha_dropout.
struct AlphaDropoutImpl : DropoutBase<AlphaDropoutImpl> {
  using DropoutBase::DropoutBase;
  Tensor forward(const Tensor& x) const {
    return functional::alpha_dropout(x, options.p(), is_training());
  }
  std::string label() const override { return "AlphaDropout"; }
};
TANDEM_MODULE(AlphaDropout);

}  // namespace tandem::nn
