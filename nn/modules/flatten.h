// Layers that change the shape alone.
#pragma once

#include "core/ops/shape_ops.h"
#include "nn/module.h"
#include "nn/options.h"

namespace tandem::nn {

struct FlattenOptions {
  TANDEM_ARG(std::int64_t, start_dim) = 1;
  TANDEM_ARG(std::int64_t, end_dim) = -1;
};

/// Dimensions start_dim to end_dim joined into one.
struct FlattenImpl : Module {
  explicit FlattenImpl(const FlattenOptions& options)
      : FlattenImpl(options.start_dim(), options.end_dim()) {}
  explicit FlattenImpl(std::int64_t first = 1, std::int64_t last = -1)
      : start_dim(first), end_dim(last) {}
  Tensor forward(const Tensor& x) const { return x.flatten(start_dim, end_dim); }
  std::string name() const override { return "Flatten"; }
  std::int64_t start_dim, end_dim;
};
TANDEM_MODULE(Flatten);

struct UnflattenOptions {
  UnflattenOptions(std::int64_t dim, const std::vector<std::int64_t>& sizes)
      : dim_(dim), sizes_(sizes) {}
  TANDEM_ARG(std::int64_t, dim);
  TANDEM_ARG(std::vector<std::int64_t>, sizes);
};
/// Dimension `dim` as several.
struct UnflattenImpl : Module {
  UnflattenImpl(std::int64_t dim, const std::vector<std::int64_t>& sizes) : options(dim, sizes) {}
  explicit UnflattenImpl(UnflattenOptions given) : options(std::move(given)) {}
  Tensor forward(const Tensor& x) const { return unflatten(x, options.dim(), options.sizes()); }
  std::string name() const override { return "Unflatten"; }
  UnflattenOptions options;
};
TANDEM_MODULE(Unflatten);

}  // namespace tandem::nn
