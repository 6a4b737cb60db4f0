#include "optimizers.h"

#include <functional>
#include <map>

#include "unsupported.h"

namespace tandem::golden {

namespace {

/// What sets an option of that name from a case's value.
template <class Options> using Setters =
    std::map<std::string, std::function<void(Options&, const Json&)>>;

#define NUMBER(name)                                                                   \
  {                                                                                    \
#name, [](auto& options, const Json& value) { options.name(value.get<double>()); } \
  }
#define COUNT(name)                                                                 \
  {                                                                                 \
#name, [](auto& options, const Json& value) { options.name(value.get<int>()); } \
  }
#define FLAG(name)                                                                   \
  {                                                                                  \
#name, [](auto& options, const Json& value) { options.name(value.get<bool>()); } \
  }
#define TEXT(name)                                                                          \
  {                                                                                         \
#name, [](auto& options, const Json& value) { options.name(value.get<std::string>()); } \
  }
#define PAIR(name)                                                                                 \
  {                                                                                                \
#name, [](auto& options,                                                                       \
              const Json&                                                                          \
                  value) { options.name({value.at(0).get<double>(), value.at(1).get<double>()}); } \
  }

Setters<optim::SGDOptions> setters_of(const optim::SGDOptions&) {
  return {NUMBER(lr),           NUMBER(momentum), NUMBER(dampening),
          NUMBER(weight_decay), FLAG(nesterov),   FLAG(maximize)};
}
/// What the Adam family has in common, and `more`.
template <class Options> Setters<Options> moment_setters(const Setters<Options>& more) {
  Setters<Options> all = {NUMBER(lr), PAIR(betas), NUMBER(eps), NUMBER(weight_decay),
                          FLAG(maximize)};
  all.insert(more.begin(), more.end());
  return all;
}
Setters<optim::AdamOptions> setters_of(const optim::AdamOptions&) {
  return moment_setters<optim::AdamOptions>({FLAG(amsgrad)});
}
Setters<optim::AdamWOptions> setters_of(const optim::AdamWOptions&) {
  return moment_setters<optim::AdamWOptions>({FLAG(amsgrad)});
}
Setters<optim::AdamaxOptions> setters_of(const optim::AdamaxOptions&) {
  return moment_setters<optim::AdamaxOptions>({});
}
Setters<optim::NAdamOptions> setters_of(const optim::NAdamOptions&) {
  return moment_setters<optim::NAdamOptions>(
      {NUMBER(momentum_decay), FLAG(decoupled_weight_decay)});
}
Setters<optim::RAdamOptions> setters_of(const optim::RAdamOptions&) {
  return moment_setters<optim::RAdamOptions>({FLAG(decoupled_weight_decay)});
}
Setters<optim::RMSpropOptions> setters_of(const optim::RMSpropOptions&) {
  return {NUMBER(lr),       NUMBER(alpha),  NUMBER(eps),   NUMBER(weight_decay),
          NUMBER(momentum), FLAG(centered), FLAG(maximize)};
}
Setters<optim::AdagradOptions> setters_of(const optim::AdagradOptions&) {
  return {NUMBER(lr),  NUMBER(lr_decay), NUMBER(weight_decay), NUMBER(initial_accumulator_value),
          NUMBER(eps), FLAG(maximize)};
}
Setters<optim::AdadeltaOptions> setters_of(const optim::AdadeltaOptions&) {
  return {NUMBER(lr), NUMBER(rho), NUMBER(eps), NUMBER(weight_decay), FLAG(maximize)};
}
Setters<optim::RpropOptions> setters_of(const optim::RpropOptions&) {
  return {NUMBER(lr), PAIR(etas), PAIR(step_sizes), FLAG(maximize)};
}
Setters<optim::LBFGSOptions> setters_of(const optim::LBFGSOptions&) {
  return {NUMBER(lr),
          COUNT(max_iter),
          COUNT(max_eval),
          NUMBER(tolerance_grad),
          NUMBER(tolerance_change),
          COUNT(history_size),
          TEXT(line_search_fn)};
}

template <class Kind, class Options>
std::unique_ptr<optim::Optimizer> make(const std::vector<Group>& groups) {
  std::vector<optim::OptimizerParamGroup> converted;
  for (const Group& group : groups) {
    Options options;
    const Setters<Options> setters = setters_of(options);
    for (const auto& [name, value] : group.keywords.items()) {
      const auto setter = setters.find(name);
      if (setter == setters.end()) unsupported("optimizer argument ", name);
      setter->second(options, value);
    }
    converted.emplace_back(group.parameters, options);
  }
  return std::make_unique<Kind>(converted);
}

}  // namespace

std::unique_ptr<optim::Optimizer> make_optimizer(const std::string& name,
                                                 const std::vector<Group>& groups) {
#define OPTIMIZER(Name) \
  if (name == #Name) return make<optim::Name, optim::Name##Options>(groups);
  OPTIMIZER(SGD)
  OPTIMIZER(Adam)
  OPTIMIZER(AdamW)
  OPTIMIZER(RMSprop)
  OPTIMIZER(Adagrad)
  OPTIMIZER(Adamax)
  OPTIMIZER(NAdam)
  OPTIMIZER(RAdam)
  OPTIMIZER(Adadelta)
  OPTIMIZER(Rprop)
  OPTIMIZER(LBFGS)
  unsupported("optimizer ", name);
}

}  // namespace tandem::golden
