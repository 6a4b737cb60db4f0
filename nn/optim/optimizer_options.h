// The options of optimizers, as torch::optim's: made from a learning rate and set by name,
// `AdamOptions(1e-3).weight_decay(0.1)`, and read the same way, `options.lr()`. An optimizer throws
// Error for options outside their range.
#pragma once

#include <cstring>
#include <memory>
#include <optional>
#include <tuple>

#include "core/base/error.h"
#include "core/rules/optimizers.h"
#include "nn/optim/optimizer_state.h"

namespace tandem::optim {

/// What every optimizer's options have in common.
class OptimizerOptions {
 public:
  virtual ~OptimizerOptions() = default;
  virtual std::unique_ptr<OptimizerOptions> clone() const = 0;
  /// The learning rate, for schedules. Options of one's own without it throw Error.
  virtual double get_lr() const { fail("optim: these options have no get_lr()"); }
  virtual void set_lr(double) { fail("optim: these options have no set_lr()"); }
  /// What schedules of the momentum move: the momentum of SGD and RMSprop, beta1 of the Adam
  /// family; nothing for options without either.
  virtual std::optional<double> get_momentum() const { return {}; }
  virtual void set_momentum(double) { fail("optim: this optimizer has no momentum to set"); }
  /// Throws Error for values outside their range.
  virtual void validate() const {}

 protected:
  OptimizerOptions() = default;
  OptimizerOptions(const OptimizerOptions&) = default;
  OptimizerOptions& operator=(const OptimizerOptions&) = default;
};

/// Base of the options `Derived`: gives them clone().
template <class Derived> class OptimizerCloneableOptions : public OptimizerOptions {
 public:
  std::unique_ptr<OptimizerOptions> clone() const override {
    return std::make_unique<Derived>(static_cast<const Derived&>(*this));
  }
};

/// Options that are the numbers of a rule of core/rules/optimizers.h, and the class that shows the
/// rule's states.
template <class Derived, class RuleType, class StateType = RuleParamState> class RuleOptions
    : public OptimizerCloneableOptions<Derived> {
 public:
  using Rule = RuleType;
  using State = StateType;

  double get_lr() const override { return rule.lr; }
  void set_lr(double value) override { rule.lr = value; }
  std::optional<double> get_momentum() const override {
    if constexpr (requires { rule.momentum; }) return rule.momentum;
    if constexpr (requires { rule.beta1; }) return rule.beta1;
    return {};
  }
  void set_momentum(double value) override {
    if constexpr (requires { rule.momentum; })
      rule.momentum = value;
    else if constexpr (requires { rule.beta1; })
      rule.beta1 = value;
    else
      OptimizerOptions::set_momentum(value);
  }

  friend bool operator==(const Derived& a, const Derived& b) {
    return std::memcmp(&a.rule, &b.rule, sizeof(Rule)) == 0;
  }

  Rule rule;

 protected:
  Derived& self() { return static_cast<Derived&>(*this); }
};

namespace detail {
void check_moments(const char* optimizer, double lr, double beta1, double beta2, double eps,
                   double weight_decay);
}

/// An option that is the number, or the flag, of that name in the rule.
#define TANDEM_RULE_NUMBER(name) TANDEM_RULE_NUMBER_AS(name, name)
#define TANDEM_RULE_NUMBER_AS(name, member)                                    \
  auto& name(double value) { return this->rule.member = value, this->self(); } \
  double& name() { return this->rule.member; }                                 \
  double name() const { return this->rule.member; }
#define TANDEM_RULE_FLAG(name)                                             \
  auto& name(bool value) { return this->rule.name = value, this->self(); } \
  bool name() const { return this->rule.name != 0; }
#define TANDEM_RULE_PAIR(name, first, second)               \
  auto& name(const std::tuple<double, double>& values) {    \
    std::tie(this->rule.first, this->rule.second) = values; \
    return this->self();                                    \
  }                                                         \
  std::tuple<double, double> name() const { return {this->rule.first, this->rule.second}; }

/// SGD moves by lr times the velocity, momentum times the old one plus (1 - dampening) times the
/// gradient, with nesterov the gradient plus momentum times the velocity (Sutskever et al., 2013).
/// weight_decay times the parameter is added to the gradient, here and below; maximize follows the
/// gradient up.
struct SGDOptions : RuleOptions<SGDOptions, rules::Sgd, SGDParamState> {
  SGDOptions(double lr = 1e-3) { rule.lr = lr; }
  TANDEM_RULE_NUMBER(lr)
  TANDEM_RULE_NUMBER(momentum)
  TANDEM_RULE_NUMBER(dampening)
  TANDEM_RULE_NUMBER(weight_decay)
  TANDEM_RULE_FLAG(nesterov)
  TANDEM_RULE_FLAG(maximize)
  void validate() const override;
};

/// What the Adam family has in common: the shares that its running means keep, and more.
template <class Derived, class Rule, class State = RuleParamState> struct MomentOptions
    : RuleOptions<Derived, Rule, State> {
  TANDEM_RULE_NUMBER(lr)
  TANDEM_RULE_PAIR(betas, beta1, beta2)
  TANDEM_RULE_NUMBER(eps)
  TANDEM_RULE_NUMBER(weight_decay)
  TANDEM_RULE_FLAG(maximize)
  void validate() const override {
    detail::check_moments(Derived::name, this->rule.lr, this->rule.beta1, this->rule.beta2,
                          this->rule.eps, this->rule.weight_decay);
  }
};

/// Each step moves by lr m / (sqrt(v) + eps), with m and v the bias-corrected running means of the
/// gradient and its square (Kingma and Ba, 2015). With amsgrad, v is the largest so far (Reddi et
/// al., 2018).
struct AdamOptions : MomentOptions<AdamOptions, rules::Adam, AdamParamState> {
  static constexpr const char* name = "Adam";
  AdamOptions(double lr = 1e-3) { rule.lr = lr; }
  TANDEM_RULE_FLAG(amsgrad)
};
/// AdamW: weight decay (0.01 unless set) acts on the parameter, not on the gradient.
struct AdamWOptions : MomentOptions<AdamWOptions, rules::Adam, AdamWParamState> {
  static constexpr const char* name = "AdamW";
  AdamWOptions(double lr = 1e-3) {
    rule.lr = lr;
    rule.decoupled = 1;
    rule.weight_decay = 0.01;
  }
  TANDEM_RULE_FLAG(amsgrad)
};

/// Each step moves by lr g / (sqrt(v) + eps), with v the running mean of g^2, less the square of
/// that of g if centered (Hinton, 2012). alpha is the share that a mean keeps.
struct RMSpropOptions : RuleOptions<RMSpropOptions, rules::RmsProp, RMSpropParamState> {
  RMSpropOptions(double lr = 1e-2) { rule.lr = lr; }
  TANDEM_RULE_NUMBER(lr)
  TANDEM_RULE_NUMBER(alpha)
  TANDEM_RULE_NUMBER(eps)
  TANDEM_RULE_NUMBER(weight_decay)
  TANDEM_RULE_NUMBER(momentum)
  TANDEM_RULE_FLAG(centered)
  TANDEM_RULE_FLAG(maximize)
  void validate() const override;
};

/// Each step moves by lr / (1 + (step - 1) lr_decay) times g / (sqrt(sum of g^2) + eps) (Duchi et
/// al., 2011); the sums begin at initial_accumulator_value.
struct AdagradOptions : RuleOptions<AdagradOptions, rules::Adagrad, AdagradParamState> {
  AdagradOptions(double lr = 1e-2) { rule.lr = lr; }
  TANDEM_RULE_NUMBER(lr)
  TANDEM_RULE_NUMBER(lr_decay)
  TANDEM_RULE_NUMBER(weight_decay)
  TANDEM_RULE_NUMBER_AS(initial_accumulator_value, initial_state)
  TANDEM_RULE_NUMBER(eps)
  TANDEM_RULE_FLAG(maximize)
  void validate() const override;
};

/// Adam with the largest decayed |g| in place of sqrt(v) (Kingma and Ba, 2015).
struct AdamaxOptions : MomentOptions<AdamaxOptions, rules::Adamax> {
  static constexpr const char* name = "Adamax";
  AdamaxOptions(double lr = 2e-3) { rule.lr = lr; }
};

/// Adam with Nesterov momentum (Dozat, 2016); the momentum grows to beta1 as 0.96^(step
/// momentum_decay) falls. decoupled_weight_decay acts on the parameter, as AdamW's.
struct NAdamOptions : MomentOptions<NAdamOptions, rules::NAdam> {
  static constexpr const char* name = "NAdam";
  NAdamOptions(double lr = 2e-3) { rule.lr = lr; }
  TANDEM_RULE_NUMBER(momentum_decay)
  TANDEM_RULE_FLAG(decoupled_weight_decay)
  void validate() const override;
};

/// Adam that moves along the mean gradient until the variance of its adaptive rate is known, and
/// rectifies it then (Liu et al., 2020).
struct RAdamOptions : MomentOptions<RAdamOptions, rules::RAdam> {
  static constexpr const char* name = "RAdam";
  RAdamOptions(double lr = 1e-3) { rule.lr = lr; }
  TANDEM_RULE_FLAG(decoupled_weight_decay)
};

/// Each step moves by lr g sqrt(u + eps) / sqrt(v + eps), with v and u the running means of the
/// squares of the gradient and of the moves (Zeiler, 2012). rho is the share that a mean keeps.
struct AdadeltaOptions : RuleOptions<AdadeltaOptions, rules::Adadelta> {
  AdadeltaOptions(double lr = 1) { rule.lr = lr; }
  TANDEM_RULE_NUMBER(lr)
  TANDEM_RULE_NUMBER(rho)
  TANDEM_RULE_NUMBER(eps)
  TANDEM_RULE_NUMBER(weight_decay)
  TANDEM_RULE_FLAG(maximize)
  void validate() const override;
};

/// Resilient backpropagation (Riedmiller and Braun, 1993): every element has a step size, lr at
/// first, that etas' second factor enlarges while its gradient keeps its sign and the first shrinks
/// where it turns, between the two step_sizes.
struct RpropOptions : RuleOptions<RpropOptions, rules::Rprop> {
  RpropOptions(double lr = 1e-2) { rule.lr = lr; }
  TANDEM_RULE_NUMBER(lr)
  TANDEM_RULE_PAIR(etas, eta_minus, eta_plus)
  TANDEM_RULE_PAIR(step_sizes, least_step, most_step)
  TANDEM_RULE_FLAG(maximize)
  void validate() const override;
};

#undef TANDEM_RULE_NUMBER
#undef TANDEM_RULE_NUMBER_AS
#undef TANDEM_RULE_FLAG
#undef TANDEM_RULE_PAIR

}  // namespace tandem::optim
