// Optimizers, as torch.optim. The update of one element is a rule of core/rules/optimizers.h; the
// classes here hold parameters, options and state.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/io/archive.h"
#include "core/tensor/tensor.h"
#include "nn/optim/optimizer_options.h"
#include "nn/optim/optimizer_state.h"

namespace tandem::optim {

namespace detail {
class StateSource;
}

/// Parameters that share options. A copy has options of its own.
class OptimizerParamGroup {
 public:
  /// Without options, the group takes the optimizer's defaults.
  OptimizerParamGroup(std::vector<Tensor> params) : params_(std::move(params)) {}
  OptimizerParamGroup(std::vector<Tensor> params, std::unique_ptr<OptimizerOptions> options)
      : params_(std::move(params)) {
    set_options(std::move(options));
  }
  OptimizerParamGroup(std::vector<Tensor> params, const OptimizerOptions& options)
      : OptimizerParamGroup(std::move(params), options.clone()) {}
  OptimizerParamGroup(const OptimizerParamGroup& other)
      : initial_lr(other.initial_lr), params_(other.params_) {
    if (other.has_options()) set_options(other.options().clone());
  }
  OptimizerParamGroup(OptimizerParamGroup&&) = default;
  OptimizerParamGroup& operator=(OptimizerParamGroup other) {
    std::swap(params_, other.params_);
    std::swap(options_, other.options_);
    initial_lr = other.initial_lr;
    return *this;
  }

  bool has_options() const { return options_ != nullptr && *options_ != nullptr; }
  OptimizerOptions& options() {
    return const_cast<OptimizerOptions&>(std::as_const(*this).options());
  }
  const OptimizerOptions& options() const {
    check(has_options(), "optim: the parameter group has no options");
    return **options_;
  }
  void set_options(std::unique_ptr<OptimizerOptions> options) {
    if (options_ == nullptr) options_ = std::make_shared<std::unique_ptr<OptimizerOptions>>();
    *options_ = std::move(options);
  }
  std::vector<Tensor>& params() { return params_; }
  const std::vector<Tensor>& params() const { return params_; }

  /// The learning rate that the group had before its first schedule, if it has one
  /// (lr_scheduler.h).
  std::optional<double> initial_lr;

 private:
  friend class RuleOptimizerBase;
  /// Steps that were recorded read the options where they are.
  using OptionsHolder = std::shared_ptr<std::unique_ptr<OptimizerOptions>>;

  std::vector<Tensor> params_;
  OptionsHolder options_ = std::make_shared<std::unique_ptr<OptimizerOptions>>();
};

/// The base of all optimizers, and of one's own: a class that derives from it calls one of its
/// constructors and overrides step(), and save() and load() to have them.
class Optimizer {
 public:
  /// Computes gradients and returns the loss.
  using LossClosure = std::function<Tensor()>;
  using StateMap = std::unordered_map<void*, std::shared_ptr<OptimizerParamState>>;

  Optimizer(const std::vector<OptimizerParamGroup>& param_groups,
            std::unique_ptr<OptimizerOptions> defaults);
  Optimizer(std::vector<Tensor> parameters, std::unique_ptr<OptimizerOptions> defaults)
      : Optimizer({OptimizerParamGroup(std::move(parameters))}, std::move(defaults)) {}
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;
  Optimizer(Optimizer&&) = default;
  virtual ~Optimizer() = default;

  /// Calls the closure, if there is one, updates every parameter that has a gradient, and returns
  /// what the closure returned.
  virtual Tensor step(LossClosure closure = nullptr) = 0;
  /// Forgets all gradients (or, with set_to_none = false, fills them with zeros).
  void zero_grad(bool set_to_none = true);

  /// Throws Error for options or parameters that cannot be, or parameters that are in a group.
  void add_param_group(OptimizerParamGroup group);
  /// To the first group.
  void add_parameters(const std::vector<Tensor>& parameters);
  /// Groups may be changed between steps: their options and their parameters.
  std::vector<OptimizerParamGroup>& param_groups() { return param_groups_; }
  const std::vector<OptimizerParamGroup>& param_groups() const { return param_groups_; }
  /// Options of groups that come without.
  OptimizerOptions& defaults() { return *defaults_; }
  const OptimizerOptions& defaults() const { return *defaults_; }
  /// What a parameter's steps left, by its unsafeGetTensorImpl(); there from its first step on.
  StateMap& state() { return state_; }
  const StateMap& state() const { return state_; }
  /// All parameters, and how many there are.
  std::vector<Tensor> parameters() const;
  std::size_t size() const { return parameters().size(); }

  std::size_t group_count() const { return param_groups_.size(); }
  /// Throws IndexError if there is no such group, here and below.
  OptimizerParamGroup& group_at(std::size_t group);
  const OptimizerParamGroup& group_at(std::size_t group) const;
  double get_lr(std::size_t group = 0) const { return group_at(group).options().get_lr(); }
  /// The learning rate of one group, or of all.
  void set_lr(double lr, std::size_t group);
  void set_lr(double lr);
  std::optional<double> get_momentum(std::size_t group = 0) const {
    return group_at(group).options().get_momentum();
  }
  /// Throws Error if the optimizer has none.
  void set_momentum(double momentum, std::size_t group);
  /// Learning rate and, where given, momentum of every group; if one is invalid, throws and sets
  /// none.
  struct Rates {
    double lr;
    std::optional<double> momentum;
  };
  void set_rates(const std::vector<Rates>& groups);

  /// What the optimizer carries from step to step. Error for a class that does not override them.
  virtual void save(serialize::OutputArchive& archive) const;
  virtual void load(serialize::InputArchive& archive);

 protected:
  explicit Optimizer(std::unique_ptr<OptimizerOptions> defaults) : defaults_(std::move(defaults)) {}
  /// Throws Error if there is no parameter, whose state a step moves and an archive holds.
  void check_not_empty() const;
  /// The closure's loss, computed with gradients on; undefined without a closure.
  static Tensor loss_of(const LossClosure& closure);

  std::vector<OptimizerParamGroup> param_groups_;
  StateMap state_;
  std::unique_ptr<OptimizerOptions> defaults_;

  /// Throws Error for a group that this optimizer cannot have: one to be added, or one of its own
  /// with more parameters.
  virtual void check_group(const OptimizerParamGroup&, bool) const {}

 private:
  template <class Set> void change(std::size_t group, const Set& set);
  void check_new(const std::vector<Tensor>& parameters) const;
};

/// The optimizer of a rule, whatever its type.
class RuleOptimizerBase : public Optimizer {
 public:
  Tensor step(LossClosure closure = nullptr) override;
  /// Under these keys, with groups and their parameters counted from 0:
  ///   "0.lr", "0.momentum", "0.initial_lr"   float64, those that the group has
  ///   "0.3.step"                             int64, of the group's fourth parameter
  ///   "0.3.state.1"                          its second state, once there is one
  /// Other options (betas, eps, weight decay) are the program's. load() needs the same groups,
  /// parameters and kind; otherwise it throws Error naming what differs, and nothing changes.
  void save(serialize::OutputArchive& archive) const override;
  void load(serialize::InputArchive& archive) override;
  /// The state of a parameter; made if there is none yet.
  RuleParamState& state_of(const Tensor& parameter);

 protected:
  /// Which states of a parameter options need.
  using StatesUsed = std::array<bool, max_optimizer_states>;
  /// What the steps need to know of options and rule.
  struct Kind {
    int id;      ///< position in OptimizerRules
    int states;  ///< that a parameter can have
    /// Throw Error for options of another optimizer.
    OptimizerParameters (*parameters)(const OptimizerOptions&);
    StatesUsed (*uses)(const OptimizerOptions&);
    double (*initial_state)(const OptimizerOptions&);
    std::shared_ptr<RuleParamState> (*make_state)();
  };
  RuleOptimizerBase(const Kind& kind, std::vector<OptimizerParamGroup> groups,
                    std::unique_ptr<OptimizerOptions> defaults);

 private:
  struct GroupRule;
  struct Prepared;
  struct LoadedGroup;
  struct GroupStep;
  std::shared_ptr<RuleParamState> shared_state(const Tensor& parameter);
  Prepared prepare(const Tensor& parameter, const GroupStep& group);
  void update_group(const GroupStep& group);
  void check_group(const OptimizerParamGroup& group, bool is_new) const override;
  LoadedGroup read_group(std::size_t group, detail::StateSource& source) const;

  const Kind* kind_;
};

/// The optimizer of a rule.
template <class Options> class RuleOptimizer : public RuleOptimizerBase {
 public:
  explicit RuleOptimizer(std::vector<Tensor> parameters, Options options = {})
      : RuleOptimizer(std::vector<OptimizerParamGroup>{{std::move(parameters)}},
                      std::move(options)) {}
  explicit RuleOptimizer(std::vector<OptimizerParamGroup> groups, Options defaults = {})
      : RuleOptimizerBase(kind, std::move(groups), std::make_unique<Options>(std::move(defaults))) {
  }
  /// A group's options, to read or to change between steps.
  Options& options(std::size_t group = 0) {
    return const_cast<Options&>(typed(group_at(group).options()));
  }

 private:
  using Rule = typename Options::Rule;
  static const Options& typed(const OptimizerOptions& options) {
    const auto* own = dynamic_cast<const Options*>(&options);
    check(own != nullptr, "optim: a parameter group has the options of another optimizer");
    return *own;
  }
  static constexpr Kind kind = {OptimizerRules::index_of<Rule>,
                                Rule::states,
                                [](const OptimizerOptions& options) {
                                  return parameters_of<OptimizerParameters>(typed(options).rule);
                                },
                                [](const OptimizerOptions& options) {
                                  const Rule& rule = typed(options).rule;
                                  StatesUsed used{};
                                  for (int i = 0; i < Rule::states; ++i)
                                    used[static_cast<std::size_t>(i)] = rule.uses(i);
                                  return used;
                                },
                                [](const OptimizerOptions& options) {
                                  if constexpr (requires(const Rule& rule) { rule.initial_state; })
                                    return typed(options).rule.initial_state;
                                  else
                                    return 0.0;
                                },
                                []() -> std::shared_ptr<RuleParamState> {
                                  return std::make_shared<typename Options::State>();
                                }};
};

using SGD = RuleOptimizer<SGDOptions>;
using Adam = RuleOptimizer<AdamOptions>;
using AdamW = RuleOptimizer<AdamWOptions>;
using RMSprop = RuleOptimizer<RMSpropOptions>;
using Adagrad = RuleOptimizer<AdagradOptions>;
using Adamax = RuleOptimizer<AdamaxOptions>;
using NAdam = RuleOptimizer<NAdamOptions>;
using RAdam = RuleOptimizer<RAdamOptions>;
using Adadelta = RuleOptimizer<AdadeltaOptions>;
using Rprop = RuleOptimizer<RpropOptions>;

/// optimizer.save() and optimizer.load(), for tandem::save and tandem::load.
serialize::OutputArchive& operator<<(serialize::OutputArchive& archive, const Optimizer& optimizer);
serialize::InputArchive& operator>>(serialize::InputArchive& archive, Optimizer& optimizer);

/// What save() writes, as named tensors, and back.
NamedTensors state_dict(const Optimizer& optimizer);
void load_state_dict(Optimizer& optimizer, const NamedTensors& values);

using tandem::load;
using tandem::save;

}  // namespace tandem::optim
