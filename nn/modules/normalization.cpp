// Batch normalization's running statistics.
#include "nn/modules/normalization.h"

namespace tandem::nn {

BatchNorm1dImpl::BatchNorm1dImpl(const BatchNormOptions& given) : options(given) {
  check(given.num_features() > 0 && given.eps() >= 0,
        "BatchNorm1d: needs at least one feature and eps >= 0, got ", given.num_features(), " and ",
        given.eps());
  BatchNorm1dImpl::reset();
}

void BatchNorm1dImpl::reset() {
  const std::int64_t features = options.num_features();
  if (options.affine()) {
    weight = register_parameter("weight", ones({features}));
    bias = register_parameter("bias", zeros({features}));
  }
  if (!options.track_running_stats()) return;
  running_mean = register_buffer("running_mean", zeros({features}));
  running_var = register_buffer("running_var", ones({features}));
  num_batches_tracked = register_buffer("num_batches_tracked", full({}, std::int64_t{0}));
}

std::string BatchNorm1dImpl::extra_repr() const {
  const std::string momentum =
      options.momentum() ? named_values("momentum", *options.momentum()) : "momentum=None";
  return detail::concatenate(options.num_features(), ", ", named_values("eps", options.eps()), ", ",
                             momentum, ", ",
                             named_values("affine", options.affine(), "track_running_stats",
                                          options.track_running_stats()));
}

void BatchNorm1dImpl::reset_running_stats() {
  if (!options.track_running_stats()) return;
  running_mean.zero_();
  running_var.fill_(1);
  num_batches_tracked.zero_();
}

Tensor BatchNorm1dImpl::forward(const Tensor& x) {
  check(x.dim() == 2 || x.dim() == 3,
        "BatchNorm1d: expected [batch, features] or [batch, features, "
        "length], got ",
        x.describe());
  double momentum = options.momentum().value_or(0);
  const bool tracks = is_training() && running_mean.defined();
  if (tracks) {
    num_batches_tracked.add_(1);
    if (!options.momentum()) momentum = 1 / num_batches_tracked.item<double>();
  }
  return functional::batch_norm(x, running_mean, running_var, weight, bias,
                                is_training() || !running_mean.defined(), momentum, options.eps());
}

}  // namespace tandem::nn
