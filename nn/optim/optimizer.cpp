// Checks options and runs one backend call per group of parameters.
#include "nn/optim/optimizer.h"

#include <algorithm>
#include <cmath>

#include "core/backend/backend.h"
#include "core/backend/recording.h"
#include "core/ops/factories.h"
#include "core/ops/on_replay.h"
#include "core/ops/record.h"
#include "core/tensor/tensor_impl.h"

namespace tandem::optim {

namespace {

void check_option(bool valid, const char* optimizer, const char* option, double value) {
  check(valid, optimizer, ": invalid ", option, ": ", value);
}

bool is_rate(double lr) { return lr >= 0 && std::isfinite(lr); }

}  // namespace

void SGDOptions::validate() const {
  check_option(is_rate(rule.lr), "SGD", "lr", rule.lr);
  check_option(rule.momentum >= 0, "SGD", "momentum", rule.momentum);
  check_option(rule.weight_decay >= 0, "SGD", "weight_decay", rule.weight_decay);
  check(rule.nesterov == 0 || (rule.momentum > 0 && rule.dampening == 0),
        "SGD: nesterov needs a momentum above 0 and no dampening, got momentum ", rule.momentum,
        " and dampening ", rule.dampening);
}

void AdamOptions::validate() const {
  const char* name = rule.decoupled != 0 ? "AdamW" : "Adam";
  check_option(is_rate(rule.lr), name, "lr", rule.lr);
  check_option(rule.beta1 >= 0 && rule.beta1 < 1, name, "beta1", rule.beta1);
  check_option(rule.beta2 >= 0 && rule.beta2 < 1, name, "beta2", rule.beta2);
  check_option(rule.eps >= 0, name, "eps", rule.eps);
  check_option(rule.weight_decay >= 0, name, "weight_decay", rule.weight_decay);
}

void RMSpropOptions::validate() const {
  check_option(is_rate(rule.lr), "RMSprop", "lr", rule.lr);
  check_option(rule.alpha >= 0 && rule.alpha <= 1, "RMSprop", "alpha", rule.alpha);
  check_option(rule.eps >= 0, "RMSprop", "eps", rule.eps);
  check_option(rule.momentum >= 0, "RMSprop", "momentum", rule.momentum);
  check_option(rule.weight_decay >= 0, "RMSprop", "weight_decay", rule.weight_decay);
}

void AdagradOptions::validate() const {
  check_option(is_rate(rule.lr), "Adagrad", "lr", rule.lr);
  check_option(rule.lr_decay >= 0, "Adagrad", "lr_decay", rule.lr_decay);
  check_option(rule.eps >= 0, "Adagrad", "eps", rule.eps);
  check_option(rule.initial_state >= 0, "Adagrad", "initial_accumulator_value", rule.initial_state);
  check_option(rule.weight_decay >= 0, "Adagrad", "weight_decay", rule.weight_decay);
}

void AdamaxOptions::validate() const {
  check_option(is_rate(rule.lr), "Adamax", "lr", rule.lr);
  check_option(rule.beta1 >= 0 && rule.beta1 < 1, "Adamax", "beta1", rule.beta1);
  check_option(rule.beta2 >= 0 && rule.beta2 < 1, "Adamax", "beta2", rule.beta2);
  check_option(rule.eps >= 0, "Adamax", "eps", rule.eps);
  check_option(rule.weight_decay >= 0, "Adamax", "weight_decay", rule.weight_decay);
}

Tensor Optimizer::step(const std::function<Tensor()>& closure) {
  check(closure != nullptr, "optim: step got an empty closure");
  Tensor loss;
  {
    const EnableGradGuard guard;
    loss = closure();
  }
  step();
  return loss;
}

std::vector<Tensor> Optimizer::parameters() {
  std::vector<Tensor> all;
  for (std::size_t group = 0; group < group_count(); ++group)
    for (const ParameterState& state : states(group)) all.push_back(state.parameter);
  return all;
}

void Optimizer::zero_grad(bool set_to_none) {
  const NoGradGuard guard;
  for (std::size_t group = 0; group < group_count(); ++group)
    for (ParameterState& state : states(group)) {
      Tensor& grad = state.parameter.mutable_grad();
      if (set_to_none)
        grad = Tensor();
      else if (grad.defined())
        grad = zeros_like(grad);
    }
}

void Optimizer::set_lr(double lr) {
  for (std::size_t group = 0; group < group_count(); ++group) set_lr(lr, group);
}

void Optimizer::set_rates(const std::vector<Rates>& groups) {
  std::vector<Rates> before;
  for (std::size_t group = 0; group < groups.size(); ++group)
    before.push_back({get_lr(group), get_momentum(group)});
  const auto set = [this](const std::vector<Rates>& all) {
    for (std::size_t group = 0; group < all.size(); ++group) {
      set_lr(all[group].lr, group);
      if (all[group].momentum) set_momentum(*all[group].momentum, group);
    }
  };
  try {
    set(groups);
  } catch (...) {
    set(before);
    throw;
  }
}

std::optional<double> Optimizer::get_initial_lr(std::size_t group) const {
  return group < initial_lrs_.size() ? initial_lrs_[group] : std::nullopt;
}

void Optimizer::set_initial_lr(std::optional<double> lr, std::size_t group) {
  get_lr(group);  // throws if there is no such group
  if (group >= initial_lrs_.size()) initial_lrs_.resize(group + 1);
  initial_lrs_[group] = lr;
}

std::vector<ParameterState> Optimizer::checked(const std::vector<Tensor>& parameters) {
  check(!parameters.empty(), "optim: an optimizer needs at least one parameter");
  std::vector<ParameterState> states;
  for (const Tensor& parameter : parameters) {
    check(parameter.defined() && parameter.is_leaf() && parameter.is_floating_point(),
          "optim: parameters must be floating-point leaves, got ", parameter.describe());
    const bool known = std::any_of(states.begin(), states.end(), [&](const ParameterState& state) {
      return state.parameter.is_same(parameter);
    });
    check(!known, "optim: the parameter ", parameter.describe(), " appears twice in one group");
    states.push_back({parameter, {}, 0});
  }
  return states;
}

namespace detail {

namespace {

/// A parameter ready for the kernel; written back when it had to be copied into order.
struct Prepared {
  ParameterState* state;
  Tensor parameter, gradient;
};

Prepared prepare(ParameterState& state, const GroupRule& rule, double initial_state) {
  const Tensor& parameter = state.parameter;
  const Tensor& grad = parameter.grad();
  check(grad.sizes() == parameter.sizes() && grad.dtype() == parameter.dtype() &&
            grad.device() == parameter.device(),
        "optim: the gradient ", grad.describe(), " does not fit the parameter ",
        parameter.describe());
  for (int i = 0; i < max_optimizer_states; ++i) {
    Tensor& own = state.states[i];
    if (!rule.uses(i)) continue;
    if (!own.defined()) {
      check(!recording_open(), "optim: the state of ", parameter.describe(),
            " would be made anew at every replay; run the step once before it is recorded");
      own = full(parameter.sizes(), initial_state, parameter.options());
    } else if (own.dtype() != parameter.dtype() || own.device() != parameter.device()) {
      own = own.to(parameter.dtype()).to(parameter.device());
    }
  }
  return {&state, parameter.contiguous(), grad.contiguous()};
}

ParameterSlot slot_of(const Prepared& prepared, const GroupRule& rule) {
  ParameterSlot slot{prepared.parameter.dtype(),
                     prepared.parameter.numel(),
                     prepared.parameter.raw_data(),
                     prepared.gradient.raw_data(),
                     {}};
  for (int i = 0; i < max_optimizer_states; ++i)
    if (rule.uses(i)) slot.states[i] = prepared.state->states[i].raw_data();
  return slot;
}

OptimizerStep next_step(const GroupRule& rule, const ParameterState& state) {
  return {rule.id, rule.parameters(), static_cast<double>(state.step + 1)};
}

/// A step was made: the parameter's numbers changed.
void count_step(ParameterState& state) {
  ++state.step;
  state.parameter.impl()->storage->bump_version();
}

}  // namespace

void update_group(const GroupRule& rule, double initial_state,
                  std::vector<ParameterState>& states) {
  const NoGradGuard guard;
  // Everything that can fail comes before the first update.
  std::vector<Prepared> prepared;
  for (ParameterState& state : states)
    if (state.parameter.grad().defined()) prepared.push_back(prepare(state, rule, initial_state));
  for (std::size_t begin = 0, end; begin < prepared.size(); begin = end) {
    const Prepared& first = prepared[begin];
    std::vector<ParameterSlot> slots;
    std::vector<ParameterState*> updated;
    for (end = begin; end < prepared.size() && prepared[end].state->step == first.state->step &&
                      prepared[end].parameter.device() == first.parameter.device();
         ++end) {
      slots.push_back(slot_of(prepared[end], rule));
      updated.push_back(prepared[end].state);
    }
    backend_for(first.parameter).run(UpdateCall{next_step(rule, *first.state), slots});
    if (recording_open())
      on_replay(
          first.parameter.device(), [rule, slot = slots.front(), updated = std::move(updated)] {
            for (int i = 0; i < max_optimizer_states; ++i)
              check(!rule.uses(i) || slot.states[i] != nullptr,
                    "optim: the options now need a state, such as a momentum's, that they did not "
                    "need when the step was recorded");
            const OptimizerStep step = next_step(rule, *updated.front());
            for (ParameterState* state : updated) count_step(*state);
            return step;
          });
    else
      for (ParameterState* state : updated) count_step(*state);
  }
  for (Prepared& done : prepared)
    if (!done.parameter.is_same(done.state->parameter)) done.state->parameter.copy_(done.parameter);
}

}  // namespace detail

}  // namespace tandem::optim
