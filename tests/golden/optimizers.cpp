#include "optimizers.h"

#include <map>

#include "unsupported.h"

namespace tandem::golden {

namespace {

/// The setters of an Options class under PyTorch's keywords.
template <class Options> struct Setters {
  std::map<std::string, Options& (Options::*)(double)> numbers;
  std::map<std::string, Options& (Options::*)(bool)> flags;
};

const Setters<optim::SGDOptions> sgd_setters = {
    {{"lr", &optim::SGDOptions::lr},
     {"momentum", &optim::SGDOptions::momentum},
     {"dampening", &optim::SGDOptions::dampening},
     {"weight_decay", &optim::SGDOptions::weight_decay}},
    {{"nesterov", &optim::SGDOptions::nesterov}, {"maximize", &optim::SGDOptions::maximize}}};

const Setters<optim::AdamOptions> adam_setters = {
    {{"lr", &optim::AdamOptions::lr},
     {"eps", &optim::AdamOptions::eps},
     {"weight_decay", &optim::AdamOptions::weight_decay}},
    {{"amsgrad", &optim::AdamOptions::amsgrad}, {"maximize", &optim::AdamOptions::maximize}}};

const Setters<optim::RMSpropOptions> rmsprop_setters = {
    {{"lr", &optim::RMSpropOptions::lr},
     {"alpha", &optim::RMSpropOptions::alpha},
     {"eps", &optim::RMSpropOptions::eps},
     {"weight_decay", &optim::RMSpropOptions::weight_decay},
     {"momentum", &optim::RMSpropOptions::momentum}},
    {{"centered", &optim::RMSpropOptions::centered},
     {"maximize", &optim::RMSpropOptions::maximize}}};

const Setters<optim::AdagradOptions> adagrad_setters = {
    {{"lr", &optim::AdagradOptions::lr},
     {"lr_decay", &optim::AdagradOptions::lr_decay},
     {"weight_decay", &optim::AdagradOptions::weight_decay},
     {"initial_accumulator_value", &optim::AdagradOptions::initial_accumulator_value},
     {"eps", &optim::AdagradOptions::eps}},
    {{"maximize", &optim::AdagradOptions::maximize}}};

const Setters<optim::AdamaxOptions> adamax_setters = {
    {{"lr", &optim::AdamaxOptions::lr},
     {"eps", &optim::AdamaxOptions::eps},
     {"weight_decay", &optim::AdamaxOptions::weight_decay}},
    {{"maximize", &optim::AdamaxOptions::maximize}}};

template <class Options> void set_option(Options& options, const Setters<Options>& setters,
                                         const std::string& name, const Json& value) {
  if constexpr (requires { options.betas({0.0, 0.0}); }) {
    if (name == "betas") {
      options.betas({value.at(0).get<double>(), value.at(1).get<double>()});
      return;
    }
  }
  if (const auto number = setters.numbers.find(name); number != setters.numbers.end()) {
    (options.*number->second)(value.get<double>());
  } else if (const auto flag = setters.flags.find(name); flag != setters.flags.end()) {
    (options.*flag->second)(value.get<bool>());
  } else {
    unsupported("optimizer argument ", name);
  }
}

template <class Options, class Base>
std::unique_ptr<optim::Optimizer> make(const std::vector<Group>& groups,
                                       const Setters<Base>& setters) {
  std::vector<optim::ParamGroup<Options>> converted;
  for (const Group& group : groups) {
    Options options;
    for (const auto& [name, value] : group.keywords.items()) {
      set_option<Base>(options, setters, name, value);
    }
    converted.emplace_back(group.parameters, options);
  }
  return std::make_unique<optim::RuleOptimizer<Options>>(converted);
}

}  // namespace

std::unique_ptr<optim::Optimizer> make_optimizer(const std::string& name,
                                                 const std::vector<Group>& groups) {
  if (name == "SGD") return make<optim::SGDOptions>(groups, sgd_setters);
  if (name == "Adam") return make<optim::AdamOptions>(groups, adam_setters);
  if (name == "AdamW") return make<optim::AdamWOptions>(groups, adam_setters);
  if (name == "RMSprop") return make<optim::RMSpropOptions>(groups, rmsprop_setters);
  if (name == "Adagrad") return make<optim::AdagradOptions>(groups, adagrad_setters);
  if (name == "Adamax") return make<optim::AdamaxOptions>(groups, adamax_setters);
  unsupported("optimizer ", name);
}

}  // namespace tandem::golden
