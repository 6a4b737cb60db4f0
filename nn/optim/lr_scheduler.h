// Schedules of the learning rate, as torch.optim.lr_scheduler of PyTorch's Python frontend: making
// one sets the rates of epoch 0, and each step(), called after the optimizer's, those of the next.
//
//   optim::StepLR schedule(optimizer, 30, 0.1);
//   for (int epoch = 0; epoch < 100; ++epoch) {
//     train(optimizer);
//     schedule.step();
//   }
//
// t is the epoch, counted from 0; base the rate that the optimizer's group had before its first
// schedule. Formulas that contain lr are recursive, as PyTorch's: they multiply the rate that they
// find, so that several schedules of one optimizer chain. The others set the rate. Steps recorded
// by tandem::record follow a schedule that is stepped between replays.
//
// The optimizer has to outlive its schedules, which leave groups alone that were added after them.
// Arguments outside their range throw Error.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "nn/optim/optimizer.h"

namespace tandem::optim {

/// One number for all parameter groups, or one for each.
class PerGroup {
 public:
  PerGroup(double value) : values_{value} {}
  PerGroup(std::vector<double> values) : values_(std::move(values)) {}
  double operator[](std::size_t group) const;
  /// Throws Error naming `what` unless there is one number, or one for each of the groups.
  void check_count(const char* what, std::size_t groups) const;

 private:
  std::vector<double> values_;
};

/// What a schedule carries from step to step, by name.
using SchedulerState = std::map<std::string, double>;

class LRScheduler {
 public:
  virtual ~LRScheduler() = default;
  LRScheduler(const LRScheduler&) = delete;
  LRScheduler& operator=(const LRScheduler&) = delete;

  /// Sets the rates of the next epoch; if one is invalid, throws and leaves everything as it was.
  void step();
  std::int64_t last_epoch() const { return epoch_; }
  /// The optimizer's rates, one per group.
  std::vector<double> get_last_lr() const;

  /// To save and to load. Loading wants the same names and numbers that can be, otherwise throws
  /// Error and changes nothing; the optimizer's current rates are part of its own state
  /// (optim::state_dict).
  SchedulerState state_dict() const;
  void load_state_dict(const SchedulerState& state);

 protected:
  /// A group at an epoch, with its base rate and its current one.
  struct At {
    std::int64_t epoch;
    std::size_t group;
    double base_lr, lr;
  };
  /// The rate there; for the momentum (Optimizer::set_momentum) as well, if the schedule moves it.
  using Formula = std::function<double(const At&)>;
  explicit LRScheduler(Optimizer& optimizer, Formula lr, Formula momentum = {})
      : optimizer_(optimizer), lr_(std::move(lr)), momentum_(std::move(momentum)) {}
  /// To be called at the end of the constructor: sets the base rates and those of epoch 0.
  void start();
  /// Sets the rates of epoch_.
  void set_rates();
  /// Adds to, and takes from, a state what the schedule carries beside its epoch and base rates.
  /// load_from throws before it changes anything.
  virtual void save_to(SchedulerState&) const {}
  virtual void load_from(const SchedulerState&) {}
  /// Before set_rates() of a step.
  virtual void advance() { ++epoch_; }

  Optimizer& optimizer_;
  std::int64_t epoch_ = 0;

 private:
  Formula lr_, momentum_;
  std::vector<double> base_lrs_;
};

/// lr gamma every step_size epochs.
struct StepLR final : LRScheduler {
  StepLR(Optimizer& optimizer, std::int64_t step_size, double gamma = 0.1);
};

/// lr gamma at each milestone, an epoch; one that appears twice counts twice.
struct MultiStepLR final : LRScheduler {
  MultiStepLR(Optimizer& optimizer, const std::vector<std::int64_t>& milestones,
              double gamma = 0.1);
};

/// lr factor until epoch total_iters, then lr / factor; factor in (0, 1].
struct ConstantLR final : LRScheduler {
  ConstantLR(Optimizer& optimizer, double factor = 1.0 / 3, std::int64_t total_iters = 5);
};

/// The rate times a factor that goes evenly from start_factor, in (0, 1], to end_factor, in [0, 1],
/// over total_iters epochs.
struct LinearLR final : LRScheduler {
  LinearLR(Optimizer& optimizer, double start_factor = 1.0 / 3, double end_factor = 1,
           std::int64_t total_iters = 5);
};

/// lr gamma every epoch.
struct ExponentialLR final : LRScheduler {
  ExponentialLR(Optimizer& optimizer, double gamma);
};

/// The rate times (1 - t / total_iters)^power, and 0 from epoch total_iters on.
struct PolynomialLR final : LRScheduler {
  PolynomialLR(Optimizer& optimizer, std::int64_t total_iters = 5, double power = 1);
};

/// eta_min + (base - eta_min) (1 + cos(pi t / T_max)) / 2, recursively; after T_max it rises again
/// (Loshchilov and Hutter, SGDR, 2017, without the restarts).
struct CosineAnnealingLR final : LRScheduler {
  CosineAnnealingLR(Optimizer& optimizer, std::int64_t T_max, double eta_min = 0);
};

/// eta_min + (base - eta_min) (1 + cos(pi T_cur / T_i)) / 2 with T_cur epochs since the last
/// restart and T_i, the length of this run, T_0 at first and T_mult times as long after every
/// restart (Loshchilov and Hutter, SGDR, 2017).
class CosineAnnealingWarmRestarts final : public LRScheduler {
 public:
  CosineAnnealingWarmRestarts(Optimizer& optimizer, std::int64_t T_0, std::int64_t T_mult = 1,
                              double eta_min = 0);
  using LRScheduler::step;
  /// The rates at an epoch, which may have a fraction: epoch + batch / batches.
  void step(double epoch);

 private:
  void advance() override;
  void save_to(SchedulerState& state) const override;
  void load_from(const SchedulerState& state) override;
  std::int64_t first_period_, period_factor_;
  double since_restart_ = 0, period_;
};

enum class CyclicMode {
  Triangular,   ///< every cycle reaches max_lr
  Triangular2,  ///< every cycle reaches half as far as the one before
  ExpRange      ///< the height shrinks by gamma every step
};

struct CyclicOptions {
  PerGroup base_lr, max_lr;
  std::int64_t step_size_up = 2000;
  std::int64_t step_size_down = 0;  ///< 0: as step_size_up
  CyclicMode mode = CyclicMode::Triangular;
  double gamma = 1;
  /// Moves the momentum from max_momentum to base_momentum while the rate rises, and back.
  bool cycle_momentum = true;
  PerGroup base_momentum = 0.8, max_momentum = 0.9;
};

/// Up from base_lr to max_lr in step_size_up steps and down again in step_size_down, cycle after
/// cycle (Smith, Cyclical Learning Rates, 2017). To be stepped after every batch.
struct CyclicLR final : LRScheduler {
  CyclicLR(Optimizer& optimizer, const CyclicOptions& options);
};

enum class Anneal { Cosine, Linear };

struct OneCycleOptions {
  PerGroup max_lr;
  std::int64_t total_steps = 0;  ///< or epochs and steps_per_epoch
  std::int64_t epochs = 0, steps_per_epoch = 0;
  double pct_start = 0.3;  ///< the share of the steps in which the rate rises
  Anneal anneal_strategy = Anneal::Cosine;
  bool cycle_momentum = true;
  PerGroup base_momentum = 0.85, max_momentum = 0.95;
  double div_factor = 25;         ///< the first rate is max_lr / div_factor
  double final_div_factor = 1e4;  ///< the last rate is that / final_div_factor
  bool three_phase = false;       ///< falls to the first rate, as long as it rose, then to the last
};

/// One cycle over a whole training: up to max_lr, then down to almost nothing, the momentum the
/// other way round (Smith and Topin, Super-Convergence, 2018). To be stepped after every batch;
/// more than total_steps steps throw.
struct OneCycleLR final : LRScheduler {
  OneCycleLR(Optimizer& optimizer, const OneCycleOptions& options);
};

enum class PlateauMode { Min, Max, min = Min, max = Max };
enum class ThresholdMode { Rel, Abs, rel = Rel, abs = Abs };

struct ReduceLROnPlateauOptions {
  PlateauMode mode = PlateauMode::Min;  ///< whether a smaller or a larger metric is better
  double factor = 0.1;                  ///< below 1
  std::int64_t patience = 10;           ///< epochs without improvement that pass
  double threshold = 1e-4;              ///< what counts as an improvement, a share or a difference
  ThresholdMode threshold_mode = ThresholdMode::Rel;
  std::int64_t cooldown = 0;  ///< epochs after a reduction in which nothing is counted
  PerGroup min_lr = 0;
  double eps = 1e-8;  ///< smaller reductions are left out
};

/// max(lr factor, min_lr) once a metric has not improved for more than `patience` epochs.
class ReduceLROnPlateau {
 public:
  using Options = ReduceLROnPlateauOptions;
  // libtorch's names, here and in the constructor of numbers.
  using SchedulerMode = PlateauMode;
  using ThresholdMode = optim::ThresholdMode;

  explicit ReduceLROnPlateau(Optimizer& optimizer, Options options = {});
  ReduceLROnPlateau(Optimizer& optimizer, SchedulerMode mode, double factor = 0.1,
                    std::int64_t patience = 10, double threshold = 1e-4,
                    ThresholdMode threshold_mode = ThresholdMode::rel, std::int64_t cooldown = 0,
                    PerGroup min_lr = 0, double eps = 1e-8)
      : ReduceLROnPlateau(optimizer, Options{mode, factor, patience, threshold, threshold_mode,
                                             cooldown, std::move(min_lr), eps}) {}
  ReduceLROnPlateau(const ReduceLROnPlateau&) = delete;
  ReduceLROnPlateau& operator=(const ReduceLROnPlateau&) = delete;
  /// After an epoch that ended with this metric.
  void step(double metric);
  std::int64_t last_epoch() const { return epoch_; }
  std::vector<double> get_last_lr() const;

  SchedulerState state_dict() const;
  void load_state_dict(const SchedulerState& state);

 private:
  bool is_better(double metric) const;
  void reduce();
  Optimizer& optimizer_;
  Options options_;
  std::int64_t epoch_ = 0, bad_epochs_ = 0, cooling_ = 0;
  double best_;
};

/// libtorch's name.
using ReduceLROnPlateauScheduler = ReduceLROnPlateau;

}  // namespace tandem::optim
