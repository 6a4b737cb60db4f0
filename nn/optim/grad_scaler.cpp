// Scales losses so that float16 gradients do not vanish.
#include "nn/optim/grad_scaler.h"

#include <cmath>

#include "core/ops/cat.h"
#include "core/ops/compare.h"
#include "core/ops/elementwise.h"
#include "core/ops/reduce.h"
#include "core/tensor/autocast.h"

namespace tandem {

GradScaler::GradScaler(const GradScalerOptions& options) : options_(options) {
  check(options.growth_factor_ > 1, "GradScaler: growth_factor must be above 1, got ",
        options.growth_factor_);
  check(options.backoff_factor_ > 0 && options.backoff_factor_ < 1,
        "GradScaler: backoff_factor must lie between 0 and 1, got ", options.backoff_factor_);
  check(options.growth_interval_ > 0, "GradScaler: growth_interval must be positive, got ",
        options.growth_interval_);
  check_scale("init_scale", options.init_scale_);
  state_.scale = options.init_scale_;
}

void GradScaler::check_scale(const char* what, double scale) const {
  check(scale > 0 && std::isfinite(scale), "GradScaler: ", what,
        " must be positive and finite, got ", scale);
}

Tensor GradScaler::scale(const Tensor& loss) const {
  if (!options_.enabled_) return loss;
  // A loss of 16 bits would overflow where its gradient does not.
  return loss.to(compute_dtype(loss.dtype())) * state_.scale;
}

void GradScaler::unscale_(optim::Optimizer& optimizer) {
  if (!options_.enabled_) return;
  Progress& progress = progress_[&optimizer];
  check(!progress.stepped, "GradScaler: unscale_ after step; call update() first");
  check(!progress.unscaled,
        "GradScaler: the optimizer's gradients are unscaled already; call update() first");
  const NoGradGuard guard;
  const AutocastGuard raw(kBFloat16, false);
  std::vector<Tensor> gradients;
  for (const Tensor& parameter : optimizer.parameters())
    if (const Tensor& grad = parameter.grad(); grad.defined()) {
      check(grad.dtype() != kHalf, "GradScaler: the gradient ", grad.describe(),
            " cannot be unscaled in float16; keep parameters in float32");
      gradients.push_back(grad);
    }
  const double inverse = 1 / state_.scale;
  TensorList finite;
  for (const Tensor& grad : gradients) {
    grad.mul_(inverse);
    // Gathered on one device: the host waits once, not for every gradient.
    finite.push_back(all(isfinite(grad)).to(gradients.front().device()));
  }
  progress.unscaled = true;
  progress.overflowed = !finite.empty() && !all(stack(finite)).item<bool>();
}

bool GradScaler::step(optim::Optimizer& optimizer) {
  if (!options_.enabled_) return optimizer.step(), true;
  check(!progress_[&optimizer].stepped,
        "GradScaler: step was called twice since the last update()");
  if (!progress_[&optimizer].unscaled) unscale_(optimizer);
  Progress& progress = progress_[&optimizer];
  if (!progress.overflowed) optimizer.step();
  progress.stepped = true;
  return !progress.overflowed;
}

void GradScaler::update() {
  if (!options_.enabled_) return;
  check(!progress_.empty(), "GradScaler: update before any unscale_ or step");
  bool overflowed = false;
  for (const auto& [optimizer, progress] : progress_) overflowed |= progress.overflowed;
  progress_.clear();
  if (overflowed) {
    state_.scale *= options_.backoff_factor_;
    state_.growth_tracker = 0;
  } else if (++state_.growth_tracker == options_.growth_interval_) {
    // As large as float32 holds, or it stays.
    const double grown = state_.scale * options_.growth_factor_;
    if (std::isfinite(static_cast<float>(grown))) state_.scale = grown;
    state_.growth_tracker = 0;
  }
}

void GradScaler::update(double new_scale) {
  if (!options_.enabled_) return;
  check_scale("the new scale", new_scale);
  progress_.clear();
  state_.scale = new_scale;
}

void GradScaler::load_state(const GradScalerState& state) {
  check_scale("the loaded scale", state.scale);
  check(state.growth_tracker >= 0,
        "GradScaler: the loaded growth_tracker is negative: ", state.growth_tracker);
  state_ = state;
}

}  // namespace tandem
