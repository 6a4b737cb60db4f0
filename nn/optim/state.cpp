// Saves and loads what an optimizer carries from step to step.
#include "nn/optim/state.h"

#include <cmath>
#include <map>

#include "core/ops/factories.h"

namespace tandem::optim {

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

/// The values to load, by name; what was taken is known at the end.
class Source {
 public:
  explicit Source(const NamedTensors& values) {
    for (const auto& [name, value] : values)
      check(values_.emplace(name, value).second, "load_state_dict: the name '", name,
            "' appears twice");
  }
  /// Undefined if there is none.
  Tensor find(const std::string& name, const Shape& shape, bool is_real) {
    const auto found = values_.find(name);
    if (found == values_.end()) return {};
    Tensor value = found->second;
    check(value.sizes() == shape && value.is_floating_point() == is_real, "load_state_dict: '",
          name, "' is ", value.describe(), ", expected ", is_real ? "real numbers " : "an integer ",
          shape);
    values_.erase(found);
    return value;
  }
  Tensor take(const std::string& name, const Shape& shape, bool is_real) {
    Tensor value = find(name, shape, is_real);
    check(value.defined(), "load_state_dict: '", name, "' is missing");
    return value;
  }
  void expect_empty() const {
    check(values_.empty(), "load_state_dict: '",
          values_.empty() ? std::string() : values_.begin()->first,
          "' is unknown to this optimizer");
  }

 private:
  std::map<std::string, Tensor> values_;
};

struct LoadedGroup {
  double lr;
  std::optional<double> momentum, initial_lr;
  std::vector<ParameterState> parameters;  ///< with the values to take over
};

std::optional<double> number(const Tensor& value) {
  return value.defined() ? std::optional(value.item()) : std::nullopt;
}

LoadedGroup read_group(Optimizer& optimizer, std::size_t group, Source& source) {
  LoadedGroup loaded{source.take(joined(group, "lr"), {}, true).item(), {}, {}, {}};
  if (optimizer.get_momentum(group))
    loaded.momentum = source.take(joined(group, "momentum"), {}, true).item();
  check(loaded.lr >= 0 && std::isfinite(loaded.lr) && loaded.momentum.value_or(0) >= 0,
        "load_state_dict: group ", group, " has the learning rate ", loaded.lr,
        " and the momentum ", loaded.momentum.value_or(0));
  loaded.initial_lr = number(source.find(joined(group, "initial_lr"), {}, true));
  const double initial_lr = loaded.initial_lr.value_or(0);
  check(initial_lr >= 0 && std::isfinite(initial_lr), "load_state_dict: group ", group,
        " has the initial learning rate ", initial_lr);
  const std::vector<ParameterState>& own = optimizer.states(group);
  for (std::size_t i = 0; i < own.size(); ++i) {
    ParameterState next{own[i].parameter, {}, 0};
    next.step = source.take(step_name(group, i), {}, false).item<std::int64_t>();
    check(next.step >= 0, "load_state_dict: ", step_name(group, i), " is ", next.step);
    for (int state = 0; state < optimizer.state_count(); ++state) {
      const std::string name = state_name(group, i, state);
      const bool expected = next.step > 0 && optimizer.uses_state(group, state);
      const Shape& shape = own[i].parameter.sizes();
      next.states[state] =
          expected ? source.take(name, shape, true) : source.find(name, shape, true);
    }
    loaded.parameters.push_back(std::move(next));
  }
  return loaded;
}

/// Existing memory stays in use, because recorded steps refer to it.
void take_over(ParameterState& own, const ParameterState& loaded) {
  own.step = loaded.step;
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

}  // namespace

NamedTensors state_dict(Optimizer& optimizer) {
  const NoGradGuard guard;
  NamedTensors all;
  const auto add_number = [&](const std::string& name, std::optional<double> value) {
    if (value) all.emplace_back(name, scalar_tensor(*value, kFloat64));
  };
  for (std::size_t group = 0; group < optimizer.group_count(); ++group) {
    add_number(joined(group, "lr"), optimizer.get_lr(group));
    add_number(joined(group, "momentum"), optimizer.get_momentum(group));
    add_number(joined(group, "initial_lr"), optimizer.get_initial_lr(group));
    const std::vector<ParameterState>& states = optimizer.states(group);
    for (std::size_t i = 0; i < states.size(); ++i) {
      all.emplace_back(step_name(group, i), scalar_tensor(states[i].step, kInt64));
      for (int state = 0; state < max_optimizer_states; ++state)
        if (states[i].states[state].defined())
          all.emplace_back(state_name(group, i, state), states[i].states[state].clone());
    }
  }
  return all;
}

void load_state_dict(Optimizer& optimizer, const NamedTensors& values) {
  const NoGradGuard guard;
  Source source(values);
  std::vector<LoadedGroup> groups;
  for (std::size_t group = 0; group < optimizer.group_count(); ++group)
    groups.push_back(read_group(optimizer, group, source));
  source.expect_empty();
  std::vector<Optimizer::Rates> rates;
  rates.reserve(groups.size());
  for (const LoadedGroup& loaded : groups) rates.push_back({loaded.lr, loaded.momentum});
  optimizer.set_rates(rates);
  for (std::size_t group = 0; group < groups.size(); ++group) {
    const LoadedGroup& loaded = groups[group];
    optimizer.set_initial_lr(loaded.initial_lr, group);
    std::vector<ParameterState>& own = optimizer.states(group);
    for (std::size_t i = 0; i < own.size(); ++i) take_over(own[i], loaded.parameters[i]);
  }
}

void save(Optimizer& optimizer, const std::string& path) {
  save_safetensors(path, state_dict(optimizer));
}
void load(Optimizer& optimizer, const std::string& path) {
  load_state_dict(optimizer, load_safetensors(path));
}

}  // namespace tandem::optim
