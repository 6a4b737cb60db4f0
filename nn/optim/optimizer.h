// Optimizers, as torch.optim. The update of one element is a rule of core/rules/optimizers.h; the
// classes here hold parameters, options and state.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "core/rules/optimizers.h"
#include "core/tensor/tensor.h"

namespace tandem::optim {

/// Options are made from a learning rate and set by name: `AdamOptions(1e-3).weight_decay(0.1)`. An
/// optimizer throws Error for options outside their range.
///
/// SGD moves by lr times the velocity, momentum times the old one plus (1 - dampening) times the
/// gradient, with nesterov the gradient plus momentum times the velocity (Sutskever et al., 2013).
struct SGDOptions {
  SGDOptions(double lr = 1e-3) { rule.lr = lr; }
  SGDOptions& lr(double value) { return rule.lr = value, *this; }
  SGDOptions& momentum(double value) { return rule.momentum = value, *this; }
  SGDOptions& dampening(double value) { return rule.dampening = value, *this; }
  SGDOptions& weight_decay(double value) { return rule.weight_decay = value, *this; }
  SGDOptions& nesterov(bool value) { return rule.nesterov = value, *this; }
  SGDOptions& maximize(bool value) { return rule.maximize = value, *this; }
  void validate() const;
  rules::Sgd rule;
};

/// Each step moves by lr m / (sqrt(v) + eps), with m and v the bias-corrected running means of the
/// gradient and its square (Kingma and Ba, 2015). With amsgrad, v is the largest so far (Reddi et
/// al., 2018). weight_decay times the parameter is added to the gradient.
struct AdamOptions {
  AdamOptions(double lr = 1e-3) { rule.lr = lr; }
  AdamOptions& lr(double value) { return rule.lr = value, *this; }
  AdamOptions& betas(const std::tuple<double, double>& value) {
    std::tie(rule.beta1, rule.beta2) = value;
    return *this;
  }
  AdamOptions& eps(double value) { return rule.eps = value, *this; }
  AdamOptions& weight_decay(double value) { return rule.weight_decay = value, *this; }
  AdamOptions& amsgrad(bool value) { return rule.amsgrad = value, *this; }
  AdamOptions& maximize(bool value) { return rule.maximize = value, *this; }
  void validate() const;
  rules::Adam rule;
};

/// AdamW: weight decay (0.01 unless set) acts on the parameter, not on the gradient.
struct AdamWOptions : AdamOptions {
  AdamWOptions(double lr = 1e-3) : AdamOptions(lr) {
    rule.decoupled = 1;
    rule.weight_decay = 0.01;
  }
  AdamWOptions(const AdamOptions& options) : AdamOptions(options) { rule.decoupled = 1; }
};

/// Each step moves by lr g / (sqrt(v) + eps), with v the running mean of g^2, less the square of
/// that of g if centered (Hinton, 2012). alpha is the share that a mean keeps.
struct RMSpropOptions {
  RMSpropOptions(double lr = 1e-2) { rule.lr = lr; }
  RMSpropOptions& lr(double value) { return rule.lr = value, *this; }
  RMSpropOptions& alpha(double value) { return rule.alpha = value, *this; }
  RMSpropOptions& eps(double value) { return rule.eps = value, *this; }
  RMSpropOptions& weight_decay(double value) { return rule.weight_decay = value, *this; }
  RMSpropOptions& momentum(double value) { return rule.momentum = value, *this; }
  RMSpropOptions& centered(bool value) { return rule.centered = value, *this; }
  RMSpropOptions& maximize(bool value) { return rule.maximize = value, *this; }
  void validate() const;
  rules::RmsProp rule;
};

/// Each step moves by lr / (1 + (step - 1) lr_decay) times g / (sqrt(sum of g^2) + eps) (Duchi et
/// al., 2011); the sums begin at initial_accumulator_value.
struct AdagradOptions {
  AdagradOptions(double lr = 1e-2) { rule.lr = lr; }
  AdagradOptions& lr(double value) { return rule.lr = value, *this; }
  AdagradOptions& lr_decay(double value) { return rule.lr_decay = value, *this; }
  AdagradOptions& weight_decay(double value) { return rule.weight_decay = value, *this; }
  AdagradOptions& initial_accumulator_value(double value) {
    return rule.initial_state = value, *this;
  }
  AdagradOptions& eps(double value) { return rule.eps = value, *this; }
  AdagradOptions& maximize(bool value) { return rule.maximize = value, *this; }
  void validate() const;
  rules::Adagrad rule;
};

/// Adam with the largest decayed |g| in place of sqrt(v) (Kingma and Ba, 2015).
struct AdamaxOptions {
  AdamaxOptions(double lr = 2e-3) { rule.lr = lr; }
  AdamaxOptions& lr(double value) { return rule.lr = value, *this; }
  AdamaxOptions& betas(const std::tuple<double, double>& value) {
    std::tie(rule.beta1, rule.beta2) = value;
    return *this;
  }
  AdamaxOptions& eps(double value) { return rule.eps = value, *this; }
  AdamaxOptions& weight_decay(double value) { return rule.weight_decay = value, *this; }
  AdamaxOptions& maximize(bool value) { return rule.maximize = value, *this; }
  void validate() const;
  rules::Adamax rule;
};

/// A parameter with its optimizer state; states have the parameter's shape, dtype and device.
struct ParameterState {
  Tensor parameter;
  Tensor states[max_optimizer_states];
  std::int64_t step = 0;
};

class Optimizer {
 public:
  virtual ~Optimizer() = default;
  /// Updates every parameter that has a gradient.
  virtual void step() = 0;
  /// What `closure` computes the gradients of and returns, a loss, and then the update.
  Tensor step(const std::function<Tensor()>& closure);
  /// All parameters, and how many there are.
  std::vector<Tensor> parameters();
  std::size_t size() { return parameters().size(); }
  /// Forgets all gradients (or, with set_to_none = false, fills them with zeros).
  void zero_grad(bool set_to_none = true);
  virtual std::size_t group_count() const = 0;
  virtual double get_lr(std::size_t group = 0) const = 0;
  /// The learning rate of one group.
  virtual void set_lr(double lr, std::size_t group) = 0;
  /// The learning rate of all groups.
  void set_lr(double lr);
  /// What schedules of the momentum move: the momentum of SGD and RMSprop, beta1 of Adam, AdamW and
  /// Adamax;
  /// nothing for an optimizer without either.
  virtual std::optional<double> get_momentum(std::size_t group = 0) const = 0;
  /// Throws Error if the optimizer has none.
  virtual void set_momentum(double momentum, std::size_t group) = 0;
  /// Learning rate and, where given, momentum of every group; if one is invalid, throws and sets
  /// none.
  struct Rates {
    double lr;
    std::optional<double> momentum;
  };
  void set_rates(const std::vector<Rates>& groups);
  /// The learning rate that a group had before its first schedule, if it has one (lr_scheduler.h).
  std::optional<double> get_initial_lr(std::size_t group) const;
  void set_initial_lr(std::optional<double> lr, std::size_t group);
  /// Parameters and states of a group, in their order.
  virtual std::vector<ParameterState>& states(std::size_t group) = 0;
  /// How many states a parameter can have,
  virtual int state_count() const = 0;
  /// and whether the group's options need the one of that number.
  virtual bool uses_state(std::size_t group, int state) const = 0;

 protected:
  static std::vector<ParameterState> checked(const std::vector<Tensor>& parameters);

 private:
  std::vector<std::optional<double>> initial_lrs_;
};

/// Parameters that share options.
template <class Options> struct ParamGroup {
  ParamGroup(std::vector<Tensor> tensors, Options group_options)
      : parameters(std::move(tensors)), options(std::move(group_options)) {}
  std::vector<Tensor> parameters;
  Options options;
};

namespace detail {
/// A group's rule as it stands when it is asked: options may change between steps and replays.
struct GroupRule {
  int id;  ///< position in OptimizerRules
  std::function<OptimizerParameters()> parameters;
  std::function<bool(int state)> uses;
};
/// One step of a rule over a group: one backend call for all parameters that are at the same step.
void update_group(const GroupRule& rule, double initial_state, std::vector<ParameterState>& states);
}  // namespace detail

/// The optimizer of a rule.
template <class Options> class RuleOptimizer : public Optimizer {
 public:
  using Rule = decltype(Options::rule);

  explicit RuleOptimizer(std::vector<Tensor> parameters, Options options = {})
      : RuleOptimizer(
            std::vector<ParamGroup<Options>>{{std::move(parameters), std::move(options)}}) {}
  explicit RuleOptimizer(const std::vector<ParamGroup<Options>>& groups) {
    for (const ParamGroup<Options>& group : groups) add_param_group(group);
  }

  void add_param_group(const ParamGroup<Options>& group) {
    group.options.validate();
    std::vector<ParameterState> added = checked(group.parameters);
    for (const Group& known : groups_)
      for (const ParameterState& state : known.states)
        for (const Tensor& parameter : group.parameters)
          check(!parameter.is_same(state.parameter), "optim: the parameter ", parameter.describe(),
                " appears in two groups");
    groups_.push_back({group.options, std::move(added)});
  }

  using Optimizer::step;
  void step() override {
    for (Group& group : groups_) {
      double initial = 0;
      if constexpr (requires { group.options.rule.initial_state; })
        initial = group.options.rule.initial_state;
      const Rule* rule = &group.options.rule;
      detail::update_group(
          {OptimizerRules::index_of<Rule>,
           [rule] { return parameters_of<OptimizerParameters>(*rule); },
           [rule](int state) { return state < Rule::states && rule->uses(state); }},
          initial, group.states);
    }
  }
  std::size_t group_count() const override { return groups_.size(); }
  double get_lr(std::size_t group = 0) const override { return group_at(group).options.rule.lr; }
  using Optimizer::set_lr;
  void set_lr(double lr, std::size_t group) override {
    change(group, [&](Rule& rule) { rule.lr = lr; });
  }
  std::optional<double> get_momentum(std::size_t group = 0) const override {
    const Rule& rule = group_at(group).options.rule;
    if constexpr (requires { rule.momentum; }) return rule.momentum;
    if constexpr (requires { rule.beta1; }) return rule.beta1;
    return {};
  }
  void set_momentum(double momentum, std::size_t group) override {
    check(get_momentum(group).has_value(), "optim: this optimizer has no momentum to set");
    change(group, [&](Rule& rule) {
      if constexpr (requires { rule.momentum; }) rule.momentum = momentum;
      if constexpr (requires { rule.beta1; }) rule.beta1 = momentum;
    });
  }
  /// A group's options, to read or to change between steps.
  Options& options(std::size_t group = 0) { return group_at(group).options; }
  std::vector<ParameterState>& states(std::size_t group = 0) override {
    return group_at(group).states;
  }
  int state_count() const override { return Rule::states; }
  bool uses_state(std::size_t group, int state) const override {
    return state < Rule::states && group_at(group).options.rule.uses(state);
  }

 private:
  struct Group {
    Options options;
    std::vector<ParameterState> states;
  };
  const Group& group_at(std::size_t i) const {
    check<IndexError>(i < groups_.size(), "optim: there is no parameter group ", i, ", only ",
                      groups_.size());
    return groups_[i];
  }
  /// Sets options that stay valid, or throws and sets nothing.
  template <class F> void change(std::size_t group, const F& set) {
    Options changed = group_at(group).options;
    set(changed.rule);
    changed.validate();
    group_at(group).options = changed;
  }
  Group& group_at(std::size_t i) { return const_cast<Group&>(std::as_const(*this).group_at(i)); }

  std::deque<Group> groups_;  // stays in place: recorded steps read the options
};

using SGD = RuleOptimizer<SGDOptions>;
using Adam = RuleOptimizer<AdamOptions>;
using AdamW = RuleOptimizer<AdamWOptions>;
using RMSprop = RuleOptimizer<RMSpropOptions>;
using Adagrad = RuleOptimizer<AdagradOptions>;
using Adamax = RuleOptimizer<AdamaxOptions>;

}  // namespace tandem::optim
