// Learning-rate schedules.
#include "nn/optim/lr_scheduler.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace tandem::optim {

namespace {

constexpr double pi = std::numbers::pi;

std::vector<double> rates_of(const Optimizer& optimizer) {
  std::vector<double> rates;
  for (std::size_t group = 0; group < optimizer.group_count(); ++group)
    rates.push_back(optimizer.get_lr(group));
  return rates;
}

/// Throws unless both states have the same names.
void check_names(const SchedulerState& own, const SchedulerState& given) {
  for (const auto& [name, value] : own)
    check(given.contains(name), "scheduler: the state to load lacks '", name, "'");
  for (const auto& [name, value] : given)
    check(own.contains(name), "scheduler: the state to load has an unknown '", name, "'");
}

/// A count in a state to load.
std::int64_t count_in(const SchedulerState& state, const char* name) {
  const double value = state.at(name);
  check(value >= 0 && value < 0x1p53 && value == std::floor(value),
        "scheduler: the state to load has the ", name, " ", value);
  return static_cast<std::int64_t>(value);
}

std::string base_lr_name(std::size_t group) { return "base_lr." + std::to_string(group); }

}  // namespace

double PerGroup::operator[](std::size_t group) const {
  const std::size_t i = values_.size() == 1 ? 0 : group;
  check<IndexError>(i < values_.size(), "scheduler: group ", group, " has no number, only ",
                    values_.size(), " were given");
  return values_[i];
}

void PerGroup::check_count(const char* what, std::size_t groups) const {
  check(values_.size() == 1 || values_.size() == groups, what, ": expected one number or ", groups,
        ", one for each parameter group, got ", values_.size());
}

// ---- LRScheduler ----

void LRScheduler::start() {
  for (std::size_t group = 0; group < optimizer_.group_count(); ++group)
    base_lrs_.push_back(optimizer_.group_at(group).initial_lr.value_or(optimizer_.get_lr(group)));
  set_rates();
  for (std::size_t group = 0; group < base_lrs_.size(); ++group)
    optimizer_.group_at(group).initial_lr = base_lrs_[group];
}

void LRScheduler::step() {
  const SchedulerState before = state_dict();
  try {
    advance();
    set_rates();
  } catch (...) {
    load_state_dict(before);
    throw;
  }
}

void LRScheduler::set_rates() {
  std::vector<Optimizer::Rates> rates;
  rates.reserve(base_lrs_.size());
  for (std::size_t group = 0; group < base_lrs_.size(); ++group) {
    const At at{epoch_, group, base_lrs_[group], optimizer_.get_lr(group)};
    const double lr = lr_(at);
    check(lr >= 0, "scheduler: epoch ", epoch_, " has the learning rate ", lr);
    rates.push_back({lr, momentum_ ? std::optional(momentum_(at)) : std::nullopt});
  }
  optimizer_.set_rates(rates);
}

std::vector<double> LRScheduler::get_last_lr() const { return rates_of(optimizer_); }

SchedulerState LRScheduler::state_dict() const {
  SchedulerState state = {{"last_epoch", static_cast<double>(epoch_)}};
  for (std::size_t group = 0; group < base_lrs_.size(); ++group)
    state[base_lr_name(group)] = base_lrs_[group];
  save_to(state);
  return state;
}

void LRScheduler::load_state_dict(const SchedulerState& state) {
  check_names(state_dict(), state);
  const std::int64_t epoch = count_in(state, "last_epoch");
  std::vector<double> base_lrs;
  for (std::size_t group = 0; group < base_lrs_.size(); ++group) {
    base_lrs.push_back(state.at(base_lr_name(group)));
    check(base_lrs.back() >= 0 && std::isfinite(base_lrs.back()),
          "scheduler: the state to load has the ", base_lr_name(group), " ", base_lrs.back());
  }
  load_from(state);
  epoch_ = epoch;
  base_lrs_ = std::move(base_lrs);
}

// ---- recursive schedules ----

StepLR::StepLR(Optimizer& optimizer, std::int64_t step_size, double gamma)
    : LRScheduler(optimizer, [=](const At& at) {
        return at.epoch == 0 || at.epoch % step_size != 0 ? at.lr : at.lr * gamma;
      }) {
  check(step_size > 0, "StepLR: step_size must be above 0, got ", step_size);
  check(gamma >= 0, "StepLR: gamma must not be negative, got ", gamma);
  start();
}

MultiStepLR::MultiStepLR(Optimizer& optimizer, const std::vector<std::int64_t>& milestones,
                         double gamma)
    : LRScheduler(optimizer, [=](const At& at) {
        const auto times = std::count(milestones.begin(), milestones.end(), at.epoch);
        return times == 0 ? at.lr : at.lr * std::pow(gamma, times);
      }) {
  check(gamma >= 0, "MultiStepLR: gamma must not be negative, got ", gamma);
  for (const std::int64_t milestone : milestones)
    check(milestone >= 0, "MultiStepLR: milestones are epochs, got ", milestone);
  start();
}

ConstantLR::ConstantLR(Optimizer& optimizer, double factor, std::int64_t total_iters)
    : LRScheduler(optimizer, [=](const At& at) {
        if (at.epoch == 0) return at.lr * factor;
        return at.epoch == total_iters ? at.lr * (1 / factor) : at.lr;
      }) {
  check(factor > 0 && factor <= 1, "ConstantLR: factor must be in (0, 1], got ", factor);
  check(total_iters >= 0, "ConstantLR: total_iters must not be negative, got ", total_iters);
  start();
}

LinearLR::LinearLR(Optimizer& optimizer, double start_factor, double end_factor,
                   std::int64_t total_iters)
    : LRScheduler(optimizer, [=](const At& at) {
        if (at.epoch == 0) return at.lr * start_factor;
        if (at.epoch > total_iters) return at.lr;
        const double change = end_factor - start_factor;
        return at.lr * (1 + change / (static_cast<double>(total_iters) * start_factor +
                                      static_cast<double>(at.epoch - 1) * change));
      }) {
  check(start_factor > 0 && start_factor <= 1, "LinearLR: start_factor must be in (0, 1], got ",
        start_factor);
  check(end_factor >= 0 && end_factor <= 1, "LinearLR: end_factor must be in [0, 1], got ",
        end_factor);
  check(total_iters >= 0, "LinearLR: total_iters must not be negative, got ", total_iters);
  start();
}

ExponentialLR::ExponentialLR(Optimizer& optimizer, double gamma)
    : LRScheduler(optimizer, [=](const At& at) { return at.epoch == 0 ? at.lr : at.lr * gamma; }) {
  check(gamma >= 0, "ExponentialLR: gamma must not be negative, got ", gamma);
  start();
}

PolynomialLR::PolynomialLR(Optimizer& optimizer, std::int64_t total_iters, double power)
    : LRScheduler(optimizer, [=](const At& at) {
        if (at.epoch == 0 || at.epoch > total_iters) return at.lr;
        const double total = static_cast<double>(total_iters), now = static_cast<double>(at.epoch);
        return at.lr * std::pow((1 - now / total) / (1 - (now - 1) / total), power);
      }) {
  check(total_iters > 0, "PolynomialLR: total_iters must be above 0, got ", total_iters);
  check(power >= 0, "PolynomialLR: power must not be negative, got ", power);
  start();
}

CosineAnnealingLR::CosineAnnealingLR(Optimizer& optimizer, std::int64_t T_max, double eta_min)
    : LRScheduler(optimizer, [=](const At& at) {
        if (at.epoch == 0) return at.lr;
        const double period = static_cast<double>(T_max), now = static_cast<double>(at.epoch);
        // From a minimum the recursion cannot rise: its factor there is 0 / 0.
        if ((at.epoch - 1 - T_max) % (2 * T_max) == 0)
          return at.lr + (at.base_lr - eta_min) * (1 - std::cos(pi / period)) / 2;
        return (1 + std::cos(pi * now / period)) / (1 + std::cos(pi * (now - 1) / period)) *
                   (at.lr - eta_min) +
               eta_min;
      }) {
  check(T_max > 0, "CosineAnnealingLR: T_max must be above 0, got ", T_max);
  check(eta_min >= 0, "CosineAnnealingLR: eta_min must not be negative, got ", eta_min);
  start();
}

// ---- ReduceLROnPlateau ----

ReduceLROnPlateau::ReduceLROnPlateau(Optimizer& optimizer, Options options)
    : optimizer_(optimizer),
      options_(std::move(options)),
      best_((options_.mode == PlateauMode::Min ? 1 : -1) *
            std::numeric_limits<double>::infinity()) {
  check(options_.factor >= 0 && options_.factor < 1,
        "ReduceLROnPlateau: factor must be in [0, 1), got ", options_.factor);
  check(options_.patience >= 0, "ReduceLROnPlateau: patience must not be negative, got ",
        options_.patience);
  check(options_.cooldown >= 0, "ReduceLROnPlateau: cooldown must not be negative, got ",
        options_.cooldown);
  options_.min_lr.check_count("ReduceLROnPlateau: min_lr", optimizer.group_count());
}

bool ReduceLROnPlateau::is_better(double metric) const {
  const double sign = options_.mode == PlateauMode::Min ? -1 : 1;
  const double bar = options_.threshold_mode == ThresholdMode::Rel
                         ? best_ * (1 + sign * options_.threshold)
                         : best_ + sign * options_.threshold;
  return sign * metric > sign * bar;
}

void ReduceLROnPlateau::reduce() {
  for (std::size_t group = 0; group < optimizer_.group_count(); ++group) {
    const double now = optimizer_.get_lr(group),
                 next = std::max(now * options_.factor, options_.min_lr[group]);
    if (now - next > options_.eps) optimizer_.set_lr(next, group);
  }
}

void ReduceLROnPlateau::step(double metric) {
  ++epoch_;
  if (is_better(metric)) {
    best_ = metric;
    bad_epochs_ = 0;
  } else {
    ++bad_epochs_;
  }
  if (cooling_ > 0) {
    --cooling_;
    bad_epochs_ = 0;
  }
  if (bad_epochs_ > options_.patience) {
    reduce();
    cooling_ = options_.cooldown;
    bad_epochs_ = 0;
  }
}

std::vector<double> ReduceLROnPlateau::get_last_lr() const { return rates_of(optimizer_); }

SchedulerState ReduceLROnPlateau::state_dict() const {
  return {{"last_epoch", static_cast<double>(epoch_)},
          {"best", best_},
          {"num_bad_epochs", static_cast<double>(bad_epochs_)},
          {"cooldown_counter", static_cast<double>(cooling_)}};
}

void ReduceLROnPlateau::load_state_dict(const SchedulerState& state) {
  check_names(state_dict(), state);
  const std::int64_t epoch = count_in(state, "last_epoch"),
                     bad_epochs = count_in(state, "num_bad_epochs"),
                     cooling = count_in(state, "cooldown_counter");
  check(!std::isnan(state.at("best")), "scheduler: the state to load has the best nan");
  epoch_ = epoch;
  best_ = state.at("best");
  bad_epochs_ = bad_epochs;
  cooling_ = cooling;
}

}  // namespace tandem::optim
