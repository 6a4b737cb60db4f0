// The step of optimizers whose update is a rule: one backend call per group of parameters. Saves
// and loads what they carry.
#include <cmath>

#include "core/backend/backend.h"
#include "core/backend/recording.h"
#include "core/ops/factories.h"
#include "core/ops/on_replay.h"
#include "core/ops/record.h"
#include "core/tensor/tensor_impl.h"
#include "nn/optim/optimizer.h"
#include "nn/optim/state_source.h"

namespace tandem::optim {

RuleOptimizerBase::RuleOptimizerBase(const Kind& kind, std::vector<OptimizerParamGroup> groups,
                                     std::unique_ptr<OptimizerOptions> defaults)
    : Optimizer(std::move(defaults)), kind_(&kind) {
  for (OptimizerParamGroup& group : groups) add_param_group(std::move(group));
}

/// A group's rule as it stands when it is asked: options may change between steps and replays.
struct RuleOptimizerBase::GroupRule {
  const Kind* kind;
  OptimizerParamGroup::OptionsHolder options;

  StatesUsed uses() const { return kind->uses(**options); }
  OptimizerStep next_step(const RuleParamState& state) const {
    return {kind->id, kind->parameters(**options), static_cast<double>(state.steps + 1)};
  }
};

/// A parameter ready for the kernel; written back when it had to be copied into order.
struct RuleOptimizerBase::Prepared {
  std::shared_ptr<RuleParamState> state;
  Tensor parameter, gradient;
};

/// A group in one step. Which states its options use is asked once, not for every parameter.
struct RuleOptimizerBase::GroupStep {
  explicit GroupStep(GroupRule group_rule) : rule(std::move(group_rule)), uses(rule.uses()) {}
  GroupRule rule;
  StatesUsed uses;
  std::vector<Prepared> prepared;
};

namespace {

std::shared_ptr<RuleParamState> rule_state(const std::shared_ptr<OptimizerParamState>& state) {
  std::shared_ptr<RuleParamState> own = std::dynamic_pointer_cast<RuleParamState>(state);
  check(own != nullptr, "optim: a parameter has the state of another optimizer");
  return own;
}

/// A step was made: the parameter's numbers changed.
void count_step(RuleParamState& state) {
  ++state.steps;
  state.parameter.impl()->storage->bump_version();
}

}  // namespace

RuleParamState& RuleOptimizerBase::state_of(const Tensor& parameter) {
  return *shared_state(parameter);
}

std::shared_ptr<RuleParamState> RuleOptimizerBase::shared_state(const Tensor& parameter) {
  std::shared_ptr<OptimizerParamState>& entry = state_[parameter.unsafeGetTensorImpl()];
  if (entry == nullptr) {
    std::shared_ptr<RuleParamState> made = kind_->make_state();
    made->parameter = parameter;
    entry = made;
    return made;
  }
  return rule_state(entry);
}

RuleOptimizerBase::Prepared RuleOptimizerBase::prepare(const Tensor& parameter,
                                                       const GroupStep& group) {
  const Tensor& grad = parameter.grad();
  check(parameter.is_leaf() && parameter.is_floating_point(),
        "optim: parameters must be floating-point leaves, got ", parameter.describe());
  check(grad.sizes() == parameter.sizes() && grad.dtype() == parameter.dtype() &&
            grad.device() == parameter.device(),
        "optim: the gradient ", grad.describe(), " does not fit the parameter ",
        parameter.describe());
  std::shared_ptr<RuleParamState> state = shared_state(parameter);
  for (std::size_t i = 0; i < max_optimizer_states; ++i) {
    Tensor& own = state->states[i];
    if (!group.uses[i]) continue;
    if (!own.defined()) {
      check(!recording_open(), "optim: the state of ", parameter.describe(),
            " would be made anew at every replay; run the step once before it is recorded");
      own =
          full(parameter.sizes(), kind_->initial_state(**group.rule.options), parameter.options());
    } else if (own.dtype() != parameter.dtype() || own.device() != parameter.device()) {
      own = own.to(parameter.dtype()).to(parameter.device());
    }
  }
  return {std::move(state), parameter.contiguous(), grad.contiguous()};
}

void RuleOptimizerBase::check_group(const OptimizerParamGroup& group, bool) const {
  kind_->parameters(group.options());
}

void RuleOptimizerBase::update_group(const GroupStep& group) {
  const auto& [rule, uses, prepared] = group;
  for (std::size_t begin = 0, end; begin < prepared.size(); begin = end) {
    const Prepared& first = prepared[begin];
    std::vector<ParameterSlot> slots;
    std::vector<std::shared_ptr<RuleParamState>> updated;
    for (end = begin; end < prepared.size() && prepared[end].state->steps == first.state->steps &&
                      prepared[end].parameter.device() == first.parameter.device();
         ++end) {
      const Prepared& next = prepared[end];
      ParameterSlot slot{next.parameter.dtype(),
                         next.parameter.numel(),
                         next.parameter.raw_data(),
                         next.gradient.raw_data(),
                         {}};
      for (std::size_t i = 0; i < max_optimizer_states; ++i)
        if (uses[i]) slot.states[i] = next.state->states[i].raw_data();
      slots.push_back(slot);
      updated.push_back(next.state);
    }
    backend_for(first.parameter).run(UpdateCall{rule.next_step(*first.state), slots});
    if (recording_open())
      on_replay(first.parameter.device(), [rule = group.rule, slot = slots.front(),
                                           updated = std::move(updated)] {
        const StatesUsed now = rule.uses();
        for (std::size_t i = 0; i < max_optimizer_states; ++i)
          check(!now[i] || slot.states[i] != nullptr,
                "optim: the options now need a state, such as a momentum's, that they did not "
                "need when the step was recorded");
        const OptimizerStep step = rule.next_step(*updated.front());
        for (const auto& state : updated) count_step(*state);
        return step;
      });
    else
      for (const auto& state : updated) count_step(*state);
  }
  for (const Prepared& done : prepared)
    if (!done.parameter.is_same(done.state->parameter)) done.state->parameter.copy_(done.parameter);
}

Tensor RuleOptimizerBase::step(LossClosure closure) {
  check_not_empty();
  Tensor loss = loss_of(closure);
  const NoGradGuard guard;
  // Everything that can fail comes before the first update.
  std::vector<GroupStep> steps;
  steps.reserve(param_groups_.size());
  for (const OptimizerParamGroup& group : param_groups_) {
    check(group.has_options(), "optim: a parameter group has no options");
    GroupStep& step = steps.emplace_back(GroupRule{kind_, group.options_});
    for (const Tensor& parameter : group.params())
      if (parameter.grad().defined()) step.prepared.push_back(prepare(parameter, step));
  }
  for (const GroupStep& step : steps) update_group(step);
  return loss;
}

// ---- files ----

namespace {

std::string joined(std::size_t group, const std::string& rest) {
  return std::to_string(group) + "." + rest;
}
std::string state_name(std::size_t group, std::size_t parameter, int state) {
  return joined(group, joined(parameter, "state." + std::to_string(state)));
}
std::string step_name(std::size_t group, std::size_t parameter) {
  return joined(group, joined(parameter, "step"));
}

/// Existing memory stays in use, because recorded steps refer to it.
void take_over(RuleParamState& own, const RuleParamState& loaded) {
  own.steps = loaded.steps;
  for (int i = 0; i < max_optimizer_states; ++i) {
    if (!loaded.states[i].defined()) {
      own.states[i] = Tensor();
      continue;
    }
    if (!own.states[i].defined())
      own.states[i] = empty(own.parameter.sizes(), own.parameter.options());
    own.states[i].copy_(loaded.states[i]);
  }
}

std::optional<double> number(const Tensor& value) {
  return value.defined() ? std::optional(value.item()) : std::nullopt;
}

}  // namespace

struct RuleOptimizerBase::LoadedGroup {
  std::unique_ptr<OptimizerOptions> options;
  std::optional<double> initial_lr;
  std::vector<RuleParamState> states;
};

RuleOptimizerBase::LoadedGroup RuleOptimizerBase::read_group(std::size_t group,
                                                             detail::StateSource& source) const {
  const OptimizerParamGroup& own = group_at(group);
  LoadedGroup loaded{own.options().clone(), {}, {}};
  loaded.options->set_lr(source.take(joined(group, "lr"), {}, true).item());
  if (loaded.options->get_momentum())
    loaded.options->set_momentum(source.take(joined(group, "momentum"), {}, true).item());
  loaded.options->validate();
  loaded.initial_lr = number(source.find(joined(group, "initial_lr"), {}, true));
  const double initial_lr = loaded.initial_lr.value_or(0);
  check(initial_lr >= 0 && std::isfinite(initial_lr), "load_state_dict: group ", group,
        " has the initial learning rate ", initial_lr);
  const StatesUsed uses = kind_->uses(own.options());
  for (std::size_t i = 0; i < own.params().size(); ++i) {
    RuleParamState next;
    next.steps = source.take(step_name(group, i), {}, false).item<std::int64_t>();
    check(next.steps >= 0, "load_state_dict: ", step_name(group, i), " is ", next.steps);
    for (int state = 0; state < kind_->states; ++state) {
      const std::string name = state_name(group, i, state);
      const bool expected = next.steps > 0 && uses[static_cast<std::size_t>(state)];
      const Shape& shape = own.params()[i].sizes();
      next.states[state] =
          expected ? source.take(name, shape, true) : source.find(name, shape, true);
    }
    loaded.states.push_back(std::move(next));
  }
  return loaded;
}

void RuleOptimizerBase::save(serialize::OutputArchive& archive) const {
  const NoGradGuard guard;
  const auto add_number = [&](const std::string& name, std::optional<double> value) {
    if (value) archive.write(name, scalar_tensor(*value, kFloat64));
  };
  for (std::size_t group = 0; group < group_count(); ++group) {
    add_number(joined(group, "lr"), get_lr(group));
    add_number(joined(group, "momentum"), get_momentum(group));
    add_number(joined(group, "initial_lr"), group_at(group).initial_lr);
    const std::vector<Tensor>& params = group_at(group).params();
    for (std::size_t i = 0; i < params.size(); ++i) {
      const auto found = state_.find(params[i].unsafeGetTensorImpl());
      const RuleParamState state =
          found == state_.end() ? RuleParamState() : *rule_state(found->second);
      archive.write(step_name(group, i), scalar_tensor(state.steps, kInt64));
      for (int k = 0; k < max_optimizer_states; ++k)
        if (state.states[k].defined())
          archive.write(state_name(group, i, k), state.states[k].clone());
    }
  }
}

void RuleOptimizerBase::load(serialize::InputArchive& archive) {
  const NoGradGuard guard;
  detail::StateSource source(archive.tensors());
  std::vector<LoadedGroup> groups;
  for (std::size_t group = 0; group < group_count(); ++group)
    groups.push_back(read_group(group, source));
  if (archive.is_strict()) source.expect_empty();
  for (std::size_t group = 0; group < groups.size(); ++group) {
    OptimizerParamGroup& own = param_groups_[group];
    LoadedGroup& loaded = groups[group];
    own.set_options(std::move(loaded.options));
    own.initial_lr = loaded.initial_lr;
    for (std::size_t i = 0; i < loaded.states.size(); ++i)
      take_over(state_of(own.params()[i]), loaded.states[i]);
  }
}

}  // namespace tandem::optim
