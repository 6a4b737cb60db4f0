// Layers that change the shape alone.
#pragma once

#include "nn/module.h"

namespace tandem::nn {

/// Dimensions start_dim to end_dim joined into one.
struct FlattenImpl : Module {
  explicit FlattenImpl(std::int64_t first = 1, std::int64_t last = -1)
      : start_dim(first), end_dim(last) {}
  Tensor forward(const Tensor& x) const { return x.flatten(start_dim, end_dim); }
  std::string name() const override { return "Flatten"; }
  std::int64_t start_dim, end_dim;
};
TANDEM_MODULE(Flatten);

}  // namespace tandem::nn
