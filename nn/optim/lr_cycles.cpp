// The schedules that set the rate instead of multiplying it: restarts and cycles.
#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include "nn/optim/lr_scheduler.h"

namespace tandem::optim {

namespace {

double cosine(double from, double to, double share) {
  return to + (from - to) / 2 * (std::cos(std::numbers::pi * share) + 1);
}

/// For schedules that move the momentum between two bounds.
void check_momentum(const char* scheduler, const Optimizer& optimizer, const PerGroup& base,
                    const PerGroup& most) {
  base.check_count("scheduler: base_momentum", optimizer.group_count());
  most.check_count("scheduler: max_momentum", optimizer.group_count());
  for (std::size_t group = 0; group < optimizer.group_count(); ++group) {
    check(optimizer.get_momentum(group).has_value(), scheduler,
          ": cycle_momentum needs an optimizer with a momentum or beta1; set it to false");
    for (const double momentum : {base[group], most[group]})
      check(momentum >= 0 && momentum < 1, scheduler, ": momentum must be in [0, 1), got ",
            momentum);
  }
}

/// How far a cycle is from its base at an epoch, from 0 to 1.
double cycle_height(const CyclicOptions& options, std::int64_t epoch) {
  const std::int64_t down =
      options.step_size_down == 0 ? options.step_size_up : options.step_size_down;
  const double up = static_cast<double>(options.step_size_up),
               total = up + static_cast<double>(down);
  const double now = static_cast<double>(epoch), share = up / total;
  const double cycle = std::floor(1 + now / total), x = 1 + now / total - cycle;
  const double scale = x <= share ? x / share : (x - 1) / (share - 1);
  if (options.mode == CyclicMode::Triangular2) return scale / std::pow(2, cycle - 1);
  if (options.mode == CyclicMode::ExpRange) return scale * std::pow(options.gamma, now);
  return scale;
}

std::int64_t steps_of(const OneCycleOptions& options) {
  return options.total_steps > 0 ? options.total_steps : options.epochs * options.steps_per_epoch;
}

/// A value that goes from low to high, back to low, and on to `last`, as the rate of one cycle
/// does.
double along(const OneCycleOptions& options, std::int64_t step, double low, double high,
             double last) {
  const std::int64_t steps = steps_of(options);
  check(step <= steps, "OneCycleLR: step ", step, " of a schedule of ", steps);
  const double total = static_cast<double>(steps), now = static_cast<double>(step);
  const double top = options.pct_start * total - 1, bottom = 2 * options.pct_start * total - 2;
  const auto between = [&](double begin, double end, double from, double to) {
    const double share = end == begin ? 1 : (now - begin) / (end - begin);
    return options.anneal_strategy == Anneal::Cosine ? cosine(from, to, share)
                                                     : (to - from) * share + from;
  };
  if (now <= top) return between(0, top, low, high);
  if (!options.three_phase) return between(top, total - 1, high, last);
  if (now <= bottom) return between(top, bottom, high, low);
  return between(bottom, total - 1, low, last);
}

/// Sets the rates that a schedule starts from, as PyTorch's do: they become the base of schedules
/// that are chained to it.
void set_first_rates(Optimizer& optimizer, const std::function<double(std::size_t)>& lr) {
  std::vector<Optimizer::Rates> first;
  first.reserve(optimizer.group_count());
  for (std::size_t group = 0; group < optimizer.group_count(); ++group)
    first.push_back({lr(group), {}});
  optimizer.set_rates(first);
}

}  // namespace

CosineAnnealingWarmRestarts::CosineAnnealingWarmRestarts(Optimizer& optimizer, std::int64_t T_0,
                                                         std::int64_t T_mult, double eta_min)
    : LRScheduler(optimizer,
                  [this, eta_min](const At& at) {
                    return cosine(at.base_lr, eta_min, since_restart_ / period_);
                  }),
      first_period_(T_0),
      period_factor_(T_mult),
      period_(static_cast<double>(T_0)) {
  check(T_0 > 0, "CosineAnnealingWarmRestarts: T_0 must be above 0, got ", T_0);
  check(T_mult >= 1, "CosineAnnealingWarmRestarts: T_mult must be at least 1, got ", T_mult);
  check(eta_min >= 0, "CosineAnnealingWarmRestarts: eta_min must not be negative, got ", eta_min);
  start();
}

void CosineAnnealingWarmRestarts::advance() {
  ++epoch_;
  ++since_restart_;
  if (since_restart_ < period_) return;
  since_restart_ -= period_;
  period_ *= static_cast<double>(period_factor_);
}

void CosineAnnealingWarmRestarts::step(double epoch) {
  check(epoch >= 0 && epoch < 0x1p53, "CosineAnnealingWarmRestarts: epochs start at 0, got ",
        epoch);
  const double first = static_cast<double>(first_period_);
  epoch_ = static_cast<std::int64_t>(std::floor(epoch));
  period_ = first;
  since_restart_ = period_factor_ == 1 ? std::fmod(epoch, first) : epoch;
  while (since_restart_ >= period_) {
    since_restart_ -= period_;
    period_ *= static_cast<double>(period_factor_);
  }
  set_rates();
}

void CosineAnnealingWarmRestarts::save_to(SchedulerState& state) const {
  state["T_cur"] = since_restart_;
  state["T_i"] = period_;
}

void CosineAnnealingWarmRestarts::load_from(const SchedulerState& state) {
  const double since_restart = state.at("T_cur"), period = state.at("T_i");
  check(since_restart >= 0 && since_restart < period && std::isfinite(period),
        "scheduler: the state to load has the T_cur ", since_restart, " and the T_i ", period);
  since_restart_ = since_restart;
  period_ = period;
}

CyclicLR::CyclicLR(Optimizer& optimizer, const CyclicOptions& options)
    : LRScheduler(
          optimizer,
          [options](const At& at) {
            const double base = options.base_lr[at.group], most = options.max_lr[at.group];
            return base + (most - base) * cycle_height(options, at.epoch);
          },
          !options.cycle_momentum ? Formula() : [options](const At& at) {
            const double base = options.base_momentum[at.group],
                         most = options.max_momentum[at.group];
            return most - (most - base) * cycle_height(options, at.epoch);
          }) {
  options.base_lr.check_count("CyclicLR: base_lr", optimizer.group_count());
  options.max_lr.check_count("CyclicLR: max_lr", optimizer.group_count());
  check(options.step_size_up > 0, "CyclicLR: step_size_up must be above 0, got ",
        options.step_size_up);
  check(options.step_size_down >= 0, "CyclicLR: step_size_down must not be negative, got ",
        options.step_size_down);
  if (options.cycle_momentum)
    check_momentum("CyclicLR", optimizer, options.base_momentum, options.max_momentum);
  set_first_rates(optimizer, [&](std::size_t group) { return options.base_lr[group]; });
  start();
}

OneCycleLR::OneCycleLR(Optimizer& optimizer, const OneCycleOptions& options)
    : LRScheduler(
          optimizer,
          [options](const At& at) {
            const double most = options.max_lr[at.group], first = most / options.div_factor;
            // After the last used rate a linear cycle would go on below 0, as PyTorch's does.
            return std::max(
                0.0, along(options, at.epoch, first, most, first / options.final_div_factor));
          },
          !options.cycle_momentum ? Formula() : [options](const At& at) {
            const double most = options.max_momentum[at.group];
            return along(options, at.epoch, most, options.base_momentum[at.group], most);
          }) {
  options.max_lr.check_count("OneCycleLR: max_lr", optimizer.group_count());
  check(options.total_steps > 0 ||
            (options.epochs > 0 && options.steps_per_epoch > 0 &&
             options.epochs <= (std::int64_t{1} << 53) / options.steps_per_epoch),
        "OneCycleLR: expected total_steps, or epochs and steps_per_epoch, above 0 and at most "
        "2^53 in all, got ",
        options.total_steps, ", ", options.epochs, " and ", options.steps_per_epoch);
  check(options.pct_start >= 0 && options.pct_start <= 1,
        "OneCycleLR: pct_start must be in [0, 1], got ", options.pct_start);
  check(options.div_factor > 0 && options.final_div_factor > 0,
        "OneCycleLR: div_factor and final_div_factor must be above 0, got ", options.div_factor,
        " and ", options.final_div_factor);
  if (options.cycle_momentum)
    check_momentum("OneCycleLR", optimizer, options.base_momentum, options.max_momentum);
  set_first_rates(optimizer,
                  [&](std::size_t group) { return options.max_lr[group] / options.div_factor; });
  for (std::size_t group = 0; group < optimizer.group_count(); ++group)
    optimizer.group_at(group).initial_lr = optimizer.get_lr(group);
  start();
}

}  // namespace tandem::optim
