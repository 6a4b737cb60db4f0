// Keeps small float16 gradients from vanishing, as torch.amp.GradScaler.
#pragma once

#include <unordered_map>

#include "nn/optim/optimizer.h"

namespace tandem {

struct GradScalerOptions {
  GradScalerOptions() = default;
  GradScalerOptions& init_scale(double value) { return init_scale_ = value, *this; }
  GradScalerOptions& growth_factor(double value) { return growth_factor_ = value, *this; }
  GradScalerOptions& backoff_factor(double value) { return backoff_factor_ = value, *this; }
  GradScalerOptions& growth_interval(std::int64_t value) { return growth_interval_ = value, *this; }
  GradScalerOptions& enabled(bool value) { return enabled_ = value, *this; }

  double init_scale_ = 65536;
  double growth_factor_ = 2;
  double backoff_factor_ = 0.5;
  std::int64_t growth_interval_ = 2000;
  bool enabled_ = true;
};

/// What a scaler carries from step to step, to save and to load.
struct GradScalerState {
  double scale = 65536;
  std::int64_t growth_tracker = 0;  ///< steps without overflow since the scale last changed
};

/// Multiplies the loss by a scale, so that float16 gradients stay above their smallest number, and
/// divides the parameters' gradients by it before the optimizer sees them. Steps whose gradients
/// overflowed are skipped, and the scale follows what happens.
///
///     GradScaler scaler;
///     { AutocastGuard autocast(kHalf); loss = F::mse_loss(model(x), y); }
///     optimizer.zero_grad();
///     scaler.scale(loss).backward();
///     scaler.step(optimizer);
///     scaler.update();
///
/// It reads gradients on the host once a step. Disabled, it passes everything through.
class GradScaler {
 public:
  using Options = GradScalerOptions;

  /// Throws Error for factors and intervals that make no sense.
  explicit GradScaler(const GradScalerOptions& options = {});

  /// The loss times the scale, on the tape.
  Tensor scale(const Tensor& loss) const;
  /// Divides the gradients of the optimizer's parameters by the scale, to clip or to look at them;
  /// step() does it otherwise. At most once between updates; float16 gradients throw: parameters
  /// stay float32.
  void unscale_(optim::Optimizer& optimizer);
  /// Steps, unless a gradient is infinite or nan; returns whether it did. Once between updates.
  bool step(optim::Optimizer& optimizer);
  /// After all steps of an iteration: the scale shrinks if a gradient overflowed, and grows after
  /// growth_interval iterations without.
  void update();
  /// Sets the scale to `new_scale` instead.
  void update(double new_scale);

  double get_scale() const { return options_.enabled_ ? state_.scale : 1; }
  bool is_enabled() const { return options_.enabled_; }
  GradScalerState state() const { return state_; }
  void load_state(const GradScalerState& state);

 private:
  struct Progress {
    bool unscaled = false, stepped = false, overflowed = false;
  };
  void check_scale(const char* what, double scale) const;

  GradScalerOptions options_;
  GradScalerState state_;
  std::unordered_map<const optim::Optimizer*, Progress> progress_;  ///< since the last update
};

}  // namespace tandem
