// Batch and group normalization.
#pragma once

#include "core/ops/factories.h"
#include "nn/cloneable.h"
#include "nn/describe.h"
#include "nn/functional.h"
#include "nn/options.h"

namespace tandem::nn {

struct BatchNormOptions {
  BatchNormOptions(std::int64_t num_features) : num_features_(num_features) {}
  TANDEM_ARG(std::int64_t, num_features);
  TANDEM_ARG(double, eps) = 1e-5;
  /// The share of a batch in the running statistics; without, all batches count the same.
  TANDEM_ARG(std::optional<double>, momentum) = 0.1;
  TANDEM_ARG(bool, affine) = true;
  TANDEM_ARG(bool, track_running_stats) = true;
};
using BatchNorm1dOptions = BatchNormOptions;

/// functional::batch_norm with its running statistics; weight starts at 1, bias at 0. x: [batch,
/// features] or [batch, features, length].
struct BatchNorm1dImpl : Cloneable<BatchNorm1dImpl> {
  explicit BatchNorm1dImpl(const BatchNormOptions& given);
  Tensor forward(const Tensor& x);
  void reset() override;
  void reset_running_stats();
  std::string label() const override { return "BatchNorm1d"; }
  std::string extra_repr() const override;

  BatchNormOptions options;
  Tensor weight, bias, running_mean, running_var, num_batches_tracked;
};
TANDEM_MODULE(BatchNorm1d);

struct GroupNormOptions {
  GroupNormOptions(std::int64_t num_groups, std::int64_t num_channels)
      : num_groups_(num_groups), num_channels_(num_channels) {}
  TANDEM_ARG(std::int64_t, num_groups);
  TANDEM_ARG(std::int64_t, num_channels);
  TANDEM_ARG(double, eps) = 1e-5;
  TANDEM_ARG(bool, affine) = true;
};

/// functional::group_norm; weight starts at 1, bias at 0. x: [batch, channels, ...].
struct GroupNormImpl : Cloneable<GroupNormImpl> {
  GroupNormImpl(std::int64_t num_groups, std::int64_t num_channels)
      : GroupNormImpl(GroupNormOptions(num_groups, num_channels)) {}
  explicit GroupNormImpl(const GroupNormOptions& given) : options(given) {
    check(given.num_groups() > 0 && given.num_channels() % given.num_groups() == 0,
          "GroupNorm: ", given.num_groups(), " groups do not divide ", given.num_channels(),
          " channels");
    GroupNormImpl::reset();
  }
  void reset() override {
    if (!options.affine()) return;
    weight = register_parameter("weight", ones({options.num_channels()}));
    bias = register_parameter("bias", zeros({options.num_channels()}));
  }
  Tensor forward(const Tensor& x) const {
    return functional::group_norm(x, options.num_groups(), weight, bias, options.eps());
  }
  std::string label() const override { return "GroupNorm"; }
  std::string extra_repr() const override {
    return detail::concatenate(options.num_groups(), ", ", options.num_channels(), ", ",
                               named_values("eps", options.eps(), "affine", options.affine()));
  }

  GroupNormOptions options;
  Tensor weight, bias;
};
TANDEM_MODULE(GroupNorm);

}  // namespace tandem::nn
