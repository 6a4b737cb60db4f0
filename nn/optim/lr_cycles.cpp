// The schedules that set the rate instead of multiplying it: restarts and cycles.
#include <algorithm>
#include <cmath>
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

}  // namespace

CosineAnnealingWarmRestarts::CosineAnnealingWarmRestarts(Optimizer& optimizer, std::int64_t T_0,
                                                         std::int64_t T_mult, double eta_min)
    : LRScheduler(optimizer),
      first_period_(T_0),
      period_factor_(T_mult),
      eta_min_(eta_min),
      period_(static_cast<double>(T_0)) {
  check(T_0 > 0, "CosineAnnealingWarmRestarts: T_0 must be above 0, got ", T_0);
  check(T_mult >= 1, "CosineAnnealingWarmRestarts: T_mult must be at least 1, got ", T_mult);
  check(eta_min >= 0, "CosineAnnealingWarmRestarts: eta_min must not be negative, got ", eta_min);
  start();
}

double CosineAnnealingWarmRestarts::next_lr(std::size_t group, double) const {
  return cosine(base_lr(group), eta_min_, since_restart_ / period_);
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

CyclicLR::CyclicLR(Optimizer& optimizer, CyclicOptions options)
    : LRScheduler(optimizer), options_(std::move(options)) {
  const std::size_t groups = optimizer.group_count();
  options_.base_lr.check_count("CyclicLR: base_lr", groups);
  options_.max_lr.check_count("CyclicLR: max_lr", groups);
  check(options_.step_size_up > 0, "CyclicLR: step_size_up must be above 0, got ",
        options_.step_size_up);
  check(options_.step_size_down >= 0, "CyclicLR: step_size_down must not be negative, got ",
        options_.step_size_down);
  if (options_.step_size_down == 0) options_.step_size_down = options_.step_size_up;
  if (options_.cycle_momentum)
    check_momentum("CyclicLR", optimizer, options_.base_momentum, options_.max_momentum);
  // The cycle's base is the base of schedules that are chained to it, as PyTorch's.
  std::vector<Optimizer::Rates> first;
  for (std::size_t group = 0; group < groups; ++group)
    first.push_back({options_.base_lr[group], {}});
  optimizer.set_rates(first);
  start();
}

double CyclicLR::height() const {
  const double up = static_cast<double>(options_.step_size_up),
               total = up + static_cast<double>(options_.step_size_down);
  const double now = static_cast<double>(epoch_), share = up / total;
  const double cycle = std::floor(1 + now / total), x = 1 + now / total - cycle;
  const double scale = x <= share ? x / share : (x - 1) / (share - 1);
  if (options_.mode == CyclicMode::Triangular2) return scale / std::pow(2, cycle - 1);
  if (options_.mode == CyclicMode::ExpRange) return scale * std::pow(options_.gamma, now);
  return scale;
}

double CyclicLR::next_lr(std::size_t group, double) const {
  const double base = options_.base_lr[group];
  return base + (options_.max_lr[group] - base) * height();
}

std::optional<double> CyclicLR::next_momentum(std::size_t group) const {
  if (!options_.cycle_momentum) return {};
  const double most = options_.max_momentum[group];
  return most - (most - options_.base_momentum[group]) * height();
}

OneCycleLR::OneCycleLR(Optimizer& optimizer, OneCycleOptions options)
    : LRScheduler(optimizer), options_(std::move(options)) {
  const std::size_t groups = optimizer.group_count();
  options_.max_lr.check_count("OneCycleLR: max_lr", groups);
  const bool by_epochs = options_.total_steps == 0 && options_.epochs > 0 &&
                         options_.steps_per_epoch > 0 &&
                         options_.epochs <= (std::int64_t{1} << 53) / options_.steps_per_epoch;
  check(options_.total_steps > 0 || by_epochs,
        "OneCycleLR: expected total_steps, or epochs and steps_per_epoch, above 0 and at most "
        "2^53 in all, got ",
        options_.total_steps, ", ", options_.epochs, " and ", options_.steps_per_epoch);
  if (by_epochs) options_.total_steps = options_.epochs * options_.steps_per_epoch;
  check(options_.pct_start >= 0 && options_.pct_start <= 1,
        "OneCycleLR: pct_start must be in [0, 1], got ", options_.pct_start);
  check(options_.div_factor > 0 && options_.final_div_factor > 0,
        "OneCycleLR: div_factor and final_div_factor must be above 0, got ", options_.div_factor,
        " and ", options_.final_div_factor);
  if (options_.cycle_momentum)
    check_momentum("OneCycleLR", optimizer, options_.base_momentum, options_.max_momentum);
  // As PyTorch's, it also becomes the base of schedules that are chained to it.
  std::vector<Optimizer::Rates> first;
  for (std::size_t group = 0; group < groups; ++group)
    first.push_back({options_.max_lr[group] / options_.div_factor, {}});
  optimizer.set_rates(first);
  for (std::size_t group = 0; group < groups; ++group)
    optimizer.set_initial_lr(first[group].lr, group);
  start();
}

double OneCycleLR::along(double low, double high, double last) const {
  const double total = static_cast<double>(options_.total_steps), now = static_cast<double>(epoch_);
  check(epoch_ <= options_.total_steps, "OneCycleLR: step ", epoch_, " of a schedule of ",
        options_.total_steps);
  const double top = options_.pct_start * total - 1, bottom = 2 * options_.pct_start * total - 2;
  const auto between = [&](double begin, double end, double from, double to) {
    const double share = end == begin ? 1 : (now - begin) / (end - begin);
    return options_.anneal_strategy == Anneal::Cosine ? cosine(from, to, share)
                                                      : (to - from) * share + from;
  };
  if (now <= top) return between(0, top, low, high);
  if (!options_.three_phase) return between(top, total - 1, high, last);
  if (now <= bottom) return between(top, bottom, high, low);
  return between(bottom, total - 1, low, last);
}

double OneCycleLR::next_lr(std::size_t group, double) const {
  const double most = options_.max_lr[group], first = most / options_.div_factor;
  // After the last used rate a linear cycle would go on below 0, as PyTorch's does.
  return std::max(0.0, along(first, most, first / options_.final_div_factor));
}

std::optional<double> OneCycleLR::next_momentum(std::size_t group) const {
  if (!options_.cycle_momentum) return {};
  const double most = options_.max_momentum[group];
  return along(most, options_.base_momentum[group], most);
}

}  // namespace tandem::optim
