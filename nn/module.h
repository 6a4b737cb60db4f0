// The base of layers and models: named parameters, buffers and children.
//
//   struct NetImpl : nn::Module {
//     nn::Linear first{nullptr}, second{nullptr};
//     NetImpl() {
//       first = register_module("first", nn::Linear(64, 32));
//       second = register_module("second", nn::Linear(32, 10));
//     }
//     Tensor forward(const Tensor& x) { return second->forward(tanh(first->forward(x))); }
//   };
//   TANDEM_MODULE(Net);
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/tensor/tensor.h"

namespace tandem::nn {

/// Name and value, in the order of registration.
template <class T> struct NamedItem : std::pair<std::string, T> {
  using std::pair<std::string, T>::pair;
  const std::string& key() const { return this->first; }
  const T& value() const { return this->second; }
};
template <class T> using Named = std::vector<NamedItem<T>>;

class Module : public std::enable_shared_from_this<Module> {
 public:
  Module() = default;
  explicit Module(std::string name) : name_(std::move(name)) {}
  virtual ~Module() = default;
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  /// Parameters of this module and its children, in the order of registration, each tensor once.
  std::vector<Tensor> parameters(bool recurse = true) const;
  /// With dotted names: "first.weight".
  /// Without remove_duplicate, a tensor that several names share appears under each.
  Named<Tensor> named_parameters(bool recurse = true, bool remove_duplicate = true) const;
  std::vector<Tensor> buffers(bool recurse = true) const;
  Named<Tensor> named_buffers(bool recurse = true) const;
  std::vector<std::shared_ptr<Module>> children() const;
  const Named<std::shared_ptr<Module>>& named_children() const { return children_; }

  /// Training mode, for layers that care, here and below.
  virtual void train(bool on = true);
  void eval() { train(false); }
  bool is_training() const { return training_; }

  /// Moves or converts parameters and buffers in place: every handle of them sees the change. Only
  /// floating-point tensors change dtype. Gradients go along.
  void to(const Device& device);
  void to(DType dtype);
  void to(const Device& device, DType dtype);
  void zero_grad();
  /// Calls f(module) here and for every module below, children first.
  template <class F> void apply(const F& f) {
    for (const auto& child : children()) child->apply(f);
    f(*this);
  }
  /// This module as an Impl, or null: `if (auto* linear = module.as<nn::Linear>()) ...`
  template <class ModuleType> auto* as() {
    if constexpr (requires { typename ModuleType::ContainedType; })
      return dynamic_cast<typename ModuleType::ContainedType*>(this);
    else
      return dynamic_cast<ModuleType*>(this);
  }

  virtual std::string name() const { return name_.empty() ? "Module" : name_; }

 protected:
  /// Names must be new, not empty and without dots. An undefined tensor registers nothing.
  Tensor register_parameter(const std::string& name, Tensor tensor, bool requires_grad = true);
  Tensor register_buffer(const std::string& name, Tensor tensor);
  /// `module` may be a ModuleHolder or a shared_ptr; returns it.
  template <class ModuleType>
  ModuleType register_module(const std::string& name, ModuleType module) {
    add_child(name, as_shared(module));
    return module;
  }
  void replace_child(std::size_t i, std::shared_ptr<Module> module) {
    children_[i].second = std::move(module);
  }

 private:
  void check_name(const char* what, const std::string& name) const;
  void add_child(const std::string& name, std::shared_ptr<Module> module);
  template <class Visitor>
  void visit_modules(const std::string& prefix, const Visitor& visitor) const;
  template <class T> static std::shared_ptr<Module> as_shared(const std::shared_ptr<T>& module) {
    return module;
  }
  template <class Holder> static auto as_shared(const Holder& holder) -> decltype(holder.ptr()) {
    return holder.ptr();
  }

  std::string name_;
  Named<Tensor> parameters_, buffers_;
  Named<std::shared_ptr<Module>> children_;
  bool training_ = true;
};

/// A handle that shares its module; Linear(3, 4) makes one, Linear(nullptr) none.
template <class Impl> class ModuleHolder {
 public:
  using ContainedType = Impl;

  ModuleHolder() requires std::is_default_constructible_v<Impl> : impl_(std::make_shared<Impl>()) {}
  ModuleHolder(std::nullptr_t) {}
  ModuleHolder(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  template <class First, class... Rest>
  requires(
      std::is_constructible_v<Impl, First, Rest...> &&
      !std::is_base_of_v<ModuleHolder, std::decay_t<First>> &&
      !std::is_same_v<std::decay_t<First>, std::nullptr_t>) explicit ModuleHolder(First&& first,
                                                                                  Rest&&... rest)
      : impl_(std::make_shared<Impl>(std::forward<First>(first), std::forward<Rest>(rest)...)) {}

  explicit operator bool() const { return impl_ != nullptr; }
  bool is_empty() const { return impl_ == nullptr; }
  Impl* operator->() const { return get(); }
  Impl& operator*() const { return *get(); }
  const std::shared_ptr<Impl>& ptr() const {
    check(impl_ != nullptr, "nn: an empty module handle was used");
    return impl_;
  }
  Impl* get() const { return ptr().get(); }
  /// The module's forward.
  template <class... Args> auto operator()(Args&&... args) const {
    return get()->forward(std::forward<Args>(args)...);
  }

 protected:
  std::shared_ptr<Impl> impl_;
};

}  // namespace tandem::nn

/// Makes `Name` the handle of module class `NameImpl`.
#define TANDEM_MODULE(Name)                                     \
  class Name : public ::tandem::nn::ModuleHolder<Name##Impl> {  \
   public:                                                      \
    using ::tandem::nn::ModuleHolder<Name##Impl>::ModuleHolder; \
    using Impl [[maybe_unused]] = Name##Impl;                   \
  }
