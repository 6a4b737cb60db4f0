// Parameter groups, their options, and what every optimizer does to them.
#include "nn/optim/optimizer.h"

#include <algorithm>

#include "nn/utils.h"

namespace tandem::optim {

Optimizer::Optimizer(const std::vector<OptimizerParamGroup>& param_groups,
                     std::unique_ptr<OptimizerOptions> defaults)
    : Optimizer(std::move(defaults)) {
  for (const OptimizerParamGroup& group : param_groups) add_param_group(group);
}

void Optimizer::check_new(const std::vector<Tensor>& parameters) const {
  const auto count = [](const std::vector<Tensor>& list, const Tensor& parameter) {
    return std::count_if(list.begin(), list.end(),
                         [&](const Tensor& other) { return other.is_same(parameter); });
  };
  for (const Tensor& parameter : parameters) {
    check(parameter.defined() && parameter.is_leaf() && parameter.is_floating_point(),
          "optim: parameters must be floating-point leaves, got ", parameter.describe());
    check(count(parameters, parameter) == 1, "optim: the parameter ", parameter.describe(),
          " appears twice in one group");
    for (const OptimizerParamGroup& group : param_groups_)
      check(count(group.params(), parameter) == 0, "optim: the parameter ", parameter.describe(),
            " would be in two groups; some parameters appear in more than one parameter group");
  }
}

void Optimizer::add_param_group(OptimizerParamGroup group) {
  if (!group.has_options() && defaults_ != nullptr) group.set_options(defaults_->clone());
  if (group.has_options()) group.options().validate();
  check_new(group.params());
  check_group(group, true);
  param_groups_.push_back(std::move(group));
}

void Optimizer::add_parameters(const std::vector<Tensor>& parameters) {
  check_new(parameters);
  OptimizerParamGroup extended = group_at(0);
  extended.params().insert(extended.params().end(), parameters.begin(), parameters.end());
  check_group(extended, false);
  group_at(0).params() = extended.params();
}

OptimizerParamGroup& Optimizer::group_at(std::size_t group) {
  return const_cast<OptimizerParamGroup&>(std::as_const(*this).group_at(group));
}
const OptimizerParamGroup& Optimizer::group_at(std::size_t group) const {
  check<IndexError>(group < param_groups_.size(), "optim: there is no parameter group ", group,
                    ", only ", param_groups_.size());
  return param_groups_[group];
}

void Optimizer::check_not_empty() const {
  check(std::any_of(param_groups_.begin(), param_groups_.end(),
                    [](const auto& group) { return !group.params().empty(); }),
        "optim: the optimizer has no parameter");
}

Tensor Optimizer::loss_of(const LossClosure& closure) {
  if (closure == nullptr) return {};
  const EnableGradGuard guard;
  return closure();
}

std::vector<Tensor> Optimizer::parameters() const {
  std::vector<Tensor> all;
  for (const OptimizerParamGroup& group : param_groups_)
    all.insert(all.end(), group.params().begin(), group.params().end());
  return all;
}

void Optimizer::zero_grad(bool set_to_none) {
  for (const OptimizerParamGroup& group : param_groups_)
    nn::utils::zero_grad(group.params(), set_to_none);
}

/// Sets options that stay valid, or throws and sets nothing.
template <class Set> void Optimizer::change(std::size_t group, const Set& set) {
  OptimizerOptions& options = group_at(group).options();
  const std::unique_ptr<OptimizerOptions> changed = options.clone();
  set(*changed);
  changed->validate();
  set(options);
}

void Optimizer::set_lr(double lr, std::size_t group) {
  change(group, [&](OptimizerOptions& options) { options.set_lr(lr); });
}
void Optimizer::set_lr(double lr) {
  for (std::size_t group = 0; group < group_count(); ++group) set_lr(lr, group);
}
void Optimizer::set_momentum(double momentum, std::size_t group) {
  change(group, [&](OptimizerOptions& options) { options.set_momentum(momentum); });
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

void Optimizer::save(serialize::OutputArchive&) const {
  fail("optim: this optimizer cannot be saved; override save()");
}
void Optimizer::load(serialize::InputArchive&) {
  fail("optim: this optimizer cannot be loaded; override load()");
}

serialize::OutputArchive& operator<<(serialize::OutputArchive& archive,
                                     const Optimizer& optimizer) {
  optimizer.save(archive);
  return archive;
}
serialize::InputArchive& operator>>(serialize::InputArchive& archive, Optimizer& optimizer) {
  optimizer.load(archive);
  return archive;
}

NamedTensors state_dict(const Optimizer& optimizer) {
  serialize::OutputArchive archive;
  optimizer.save(archive);
  return archive.tensors();
}
void load_state_dict(Optimizer& optimizer, const NamedTensors& values) {
  serialize::InputArchive archive(values);
  archive.set_strict(true);
  optimizer.load(archive);
}

}  // namespace tandem::optim
