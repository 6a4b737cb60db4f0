// Layers that change the shape alone.
#pragma once

#include "core/ops/shape_ops.h"
#include "nn/cloneable.h"
#include "nn/describe.h"
#include "nn/options.h"

namespace tandem::nn {

struct FlattenOptions {
  TANDEM_ARG(std::int64_t, start_dim) = 1;
  TANDEM_ARG(std::int64_t, end_dim) = -1;
};

/// Dimensions start_dim to end_dim joined into one.
struct FlattenImpl : Stateless<FlattenImpl> {
  explicit FlattenImpl(const FlattenOptions& options)
      : FlattenImpl(options.start_dim(), options.end_dim()) {}
  explicit FlattenImpl(std::int64_t first = 1, std::int64_t last = -1)
      : start_dim(first), end_dim(last) {}
  Tensor forward(const Tensor& x) const { return x.flatten(start_dim, end_dim); }
  std::string label() const override { return "Flatten"; }
  std::string extra_repr() const override {
    return named_values("start_dim", start_dim, "end_dim", end_dim);
  }
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
struct UnflattenImpl : Stateless<UnflattenImpl> {
  UnflattenImpl(std::int64_t dim, const std::vector<std::int64_t>& sizes) : options(dim, sizes) {}
  explicit UnflattenImpl(UnflattenOptions given) : options(std::move(given)) {}
  Tensor forward(const Tensor& x) const { return unflatten(x, options.dim(), options.sizes()); }
  std::string label() const override { return "Unflatten"; }
  std::string extra_repr() const override {
    std::string sizes;
    for (const std::int64_t size : options.sizes())
      sizes += (sizes.empty() ? "" : ", ") + std::to_string(size);
    return named_values("dim", options.dim(), "unflattened_size", "{" + sizes + "}");
  }
  UnflattenOptions options;
};
TANDEM_MODULE(Unflatten);

}  // namespace tandem::nn
