// Registers parameters and children, and visits them.
#include "nn/module.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <ostream>
#include <typeinfo>

#include "core/base/warning.h"
#include "core/tensor/tensor_impl.h"
#include "nn/utils.h"

namespace tandem::nn {

namespace {

/// Gives the tensor the contents of `changed` under its old identity.
void replace_contents(const Tensor& tensor, const Tensor& changed) {
  TensorImpl &impl = *tensor.impl(), &from = *changed.impl();
  from.storage->continue_version(*impl.storage);
  impl.storage = from.storage;
  impl.dtype = from.dtype;
  impl.take_layout(from);
}

template <class Change> void change_all(const Module& module, const Change& change) {
  const NoGradGuard guard;
  // First everything is computed that can fail, then it is put in place.
  std::vector<std::pair<Tensor, Tensor>> changes;
  const auto collect = [&](const Tensor& tensor) {
    changes.emplace_back(tensor, change(tensor));
    if (tensor.grad().defined()) changes.emplace_back(tensor.grad(), change(tensor.grad()));
  };
  for (const Tensor& tensor : module.parameters()) collect(tensor);
  for (const Tensor& tensor : module.buffers()) collect(tensor);
  for (const auto& [tensor, changed] : changes)
    if (!changed.is_same(tensor)) replace_contents(tensor, changed);
}

/// Appends `tensor` unless it is there under another name.
void add_once(Named<Tensor>& list, const std::string& name, const Tensor& tensor) {
  const bool known = std::any_of(list.begin(), list.end(),
                                 [&](const auto& entry) { return entry.second.is_same(tensor); });
  if (!known) list.insert(name, tensor);
}

}  // namespace

template <class Visitor>
void Module::visit_modules(const std::string& prefix, const Visitor& visitor) const {
  visitor(prefix, *this);
  for (const auto& [name, child] : children_) child->visit_modules(prefix + name + ".", visitor);
}

template <class Members> Named<Tensor> Module::named_tensors(const Members& members, bool recurse,
                                                             bool remove_duplicate) const {
  Named<Tensor> found;
  visit_modules("", [&](const std::string& prefix, const Module& module) {
    if (!recurse && &module != this) return;
    for (const auto& [name, tensor] : module.*members)
      if (remove_duplicate)
        add_once(found, prefix + name, tensor);
      else
        found.insert(prefix + name, tensor);
  });
  return found;
}
Named<Tensor> Module::named_parameters(bool recurse, bool remove_duplicate) const {
  return named_tensors(&Module::parameters_, recurse, remove_duplicate);
}
Named<Tensor> Module::named_buffers(bool recurse, bool remove_duplicate) const {
  return named_tensors(&Module::buffers_, recurse, remove_duplicate);
}

std::vector<Tensor> Module::parameters(bool recurse) const {
  return named_parameters(recurse).values();
}
std::vector<Tensor> Module::buffers(bool recurse) const { return named_buffers(recurse).values(); }

std::vector<std::shared_ptr<Module>> Module::children() const { return children_.values(); }

Named<std::shared_ptr<Module>> Module::named_modules(const std::string& prefix, bool include_self) {
  Named<std::shared_ptr<Module>> found;
  if (include_self) {
    const std::shared_ptr<Module> self = weak_from_this().lock();
    check(self != nullptr, name(), ": named_modules needs a module that a shared pointer holds");
    found.insert(prefix, self);
  }
  for (const auto& [child_name, child] : children_)
    found.update(child->named_modules(
        prefix.empty() ? child_name : detail::concatenate(prefix, ".", child_name)));
  return found;
}
std::vector<std::shared_ptr<Module>> Module::modules(bool include_self) {
  return named_modules("", include_self).values();
}

std::shared_ptr<Module> Module::clone(const std::optional<Device>&) const {
  fail(name(),
       ": clone() has not been implemented; derive the class from nn::Cloneable and give it "
       "reset()");
}

std::string Module::name() const {
  if (!name_.empty()) return name_;
  if (const std::string own = label(); !own.empty()) return "torch::nn::" + own + "Impl";
  return detail::concatenate(type_name(typeid(*this)));
}

void Module::pretty_print(std::ostream& stream) const {
  const std::string own = label();
  if (own.empty())
    stream << name();
  else
    stream << "torch::nn::" << own << '(' << extra_repr() << ')';
}

void Module::print_all(std::ostream& stream, const std::string& indent) const {
  pretty_print(stream);
  if (children_.is_empty()) return;
  stream << "(\n";
  for (const auto& [key, child] : children_) {
    stream << indent << "  (" << key << "): ";
    child->print_all(stream, indent + "  ");
    stream << '\n';
  }
  stream << indent << ')';
}
std::ostream& operator<<(std::ostream& stream, const Module& module) {
  module.print_all(stream, "");
  return stream;
}

void Module::forget_members() {
  parameters_.clear();
  buffers_.clear();
  children_.clear();
}

namespace {

Tensor copied(const Tensor& from, const std::optional<Device>& device) {
  const NoGradGuard guard;
  const Tensor copy = device ? from.to(*device) : from;
  return copy.is_same(from) ? from.clone() : copy;
}

}  // namespace

void Module::become_clone(const Module& other, const std::optional<Device>& device) {
  check(typeid(*this) == typeid(other), "clone: reset() makes a ", name(),
        " where the original has a ", other.name());
  const auto take = [&](Named<Tensor>& own, const Named<Tensor>& given) {
    check(own.size() == given.size(), name(), ": reset() makes ", own.size(), " tensors, but ",
          given.size(), " are registered; make all of them in reset()");
    for (auto& [key, tensor] : own) {
      tensor.set_data(copied(given[key], device));
      tensor.requires_grad_(given[key].requires_grad());
    }
  };
  take(parameters_, other.parameters_);
  take(buffers_, other.buffers_);
  check(children_.size() == other.children_.size(), name(), ": reset() registers ",
        children_.size(), " modules, but ", other.children_.size(),
        " are there; register all of them in reset()");
  for (auto& [key, child] : children_) child->become_clone(*other.children_[key], device);
  training_ = other.training_;
}

void Module::take_copies(const Module& other, const std::optional<Device>& device) {
  for (const auto& [key, tensor] : other.parameters_)
    register_parameter(key, copied(tensor, device), tensor.requires_grad());
  for (const auto& [key, tensor] : other.buffers_) register_buffer(key, copied(tensor, device));
  for (const auto& [key, child] : other.children_) register_module(key, child->clone(device));
  training_ = other.training_;
}

void Module::train(bool on) {
  training_ = on;
  for (const auto& [name, child] : children_) child->train(on);
}

void Module::convert(const std::optional<Device>& device, const std::optional<DType>& dtype) {
  check(!dtype || is_floating_point(*dtype), name(),
        ".to: parameters must stay floating-point, got ", name_of(dtype.value_or(kFloat32)));
  change_all(*this, [&](const Tensor& tensor) {
    const Tensor converted = dtype && tensor.is_floating_point() ? tensor.to(*dtype) : tensor;
    return device ? converted.to(*device) : converted;
  });
}
void Module::to(const Device& device) { convert(device, {}); }
void Module::to(DType dtype) { convert({}, dtype); }
void Module::to(const Device& device, DType dtype) { convert(device, dtype); }

void Module::zero_grad(bool set_to_none) { utils::zero_grad(parameters(), set_to_none); }

void Module::check_name(const char* what, const std::string& given) const {
  check(!given.empty(), name(), ": ", what, " name must not be empty");
  check(given.find('.') == std::string::npos, name(), ": ", what,
        " name must not contain a dot (got '", given, "')");
  const auto taken = [&](const auto& list) {
    return std::any_of(list.begin(), list.end(),
                       [&](const auto& entry) { return entry.first == given; });
  };
  check(!taken(parameters_) && !taken(buffers_) && !taken(children_), name(), ": ", what, " '",
        given, "' already defined");
}

Tensor Module::register_parameter(const std::string& name, Tensor tensor, bool requires_grad) {
  check_name("Parameter", name);
  if (!tensor.defined()) {
    if (requires_grad)
      TANDEM_WARN("register_parameter: '", name,
                  "' is an undefined tensor. Ignoring the "
                  "`requires_grad=true` function parameter");
    return tensor;
  }
  if (tensor.is_leaf()) tensor.requires_grad_(requires_grad && tensor.is_floating_point());
  parameters_.insert(name, tensor);
  return tensor;
}

Tensor Module::register_buffer(const std::string& name, Tensor tensor) {
  check_name("Buffer", name);
  if (tensor.defined()) buffers_.insert(name, tensor);
  return tensor;
}

void Module::add_child(const std::string& name, std::shared_ptr<Module> module) {
  check_name("Submodule", name);
  check(module != nullptr, this->name(), ": the module '", name, "' is empty");
  children_.insert(name, std::move(module));
}

}  // namespace tandem::nn
