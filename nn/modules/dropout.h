// Dropout.
#pragma once

#include "nn/functional.h"
#include "nn/module.h"

namespace tandem::nn {

/// Zeroes elements with probability p while training and divides the others by 1 - p.
struct DropoutImpl : Module {
  /// Throws Error unless p lies in [0, 1].
  explicit DropoutImpl(double probability = 0.5) : p(probability) {
    check(p >= 0 && p <= 1, "Dropout: the probability must lie in [0, 1], got ", p);
  }
  Tensor forward(const Tensor& x) const { return functional::dropout(x, p, is_training()); }
  std::string name() const override { return "Dropout"; }
  double p;
};
TANDEM_MODULE(Dropout);

}  // namespace tandem::nn
