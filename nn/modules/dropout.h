// Dropout.
#pragma once

#include "nn/functional.h"
#include "nn/module.h"
#include "nn/options.h"

namespace tandem::nn {

/// inplace is taken and changes nothing.
struct DropoutOptions {
  DropoutOptions(double p = 0.5) : p_(p) {}
  TANDEM_ARG(double, p);
  TANDEM_ARG(bool, inplace) = false;
};
using AlphaDropoutOptions = DropoutOptions;

/// Zeroes elements with probability p while training and divides the others by 1 - p.
struct DropoutImpl : Module {
  /// Throws Error unless p lies in [0, 1].
  explicit DropoutImpl(const DropoutOptions& given = {}) : options(given), p(given.p()) {
    check(p >= 0 && p <= 1, "Dropout: the probability must lie in [0, 1], got ", p);
  }
  Tensor forward(const Tensor& x) const { return functional::dropout(x, p, is_training()); }
  std::string name() const override { return "Dropout"; }
  DropoutOptions options;
  double p;
};
TANDEM_MODULE(Dropout);

/// functional::alpha_dropout.
struct AlphaDropoutImpl : DropoutImpl {
  using DropoutImpl::DropoutImpl;
  Tensor forward(const Tensor& x) const { return functional::alpha_dropout(x, p, is_training()); }
  std::string name() const override { return "AlphaDropout"; }
};
TANDEM_MODULE(AlphaDropout);

}  // namespace tandem::nn
