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

#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/io/archive.h"
#include "core/tensor/tensor.h"
#include "nn/ordered_dict.h"

namespace tandem::nn {

/// By name, in the order of registration.
template <class T> using Named = OrderedDict<std::string, T>;

class Module : public std::enable_shared_from_this<Module> {
 public:
  Module() = default;
  explicit Module(std::string name) : name_(std::move(name)) {}
  virtual ~Module() = default;
  /// Copies share parameters and children; clone() makes new ones.
  Module(const Module&) = default;
  Module& operator=(const Module&) = default;

  /// Parameters of this module and its children, in the order of registration, each tensor once.
  std::vector<Tensor> parameters(bool recurse = true) const;
  /// With dotted names: "first.weight".
  /// Without remove_duplicate, a tensor that several names share appears under each.
  Named<Tensor> named_parameters(bool recurse = true, bool remove_duplicate = true) const;
  std::vector<Tensor> buffers(bool recurse = true) const;
  Named<Tensor> named_buffers(bool recurse = true, bool remove_duplicate = true) const;
  std::vector<std::shared_ptr<Module>> children() const;
  const Named<std::shared_ptr<Module>>& named_children() const { return children_; }
  /// This module, unless told otherwise, and all below, each before its children, with dotted names
  /// after `prefix`. This one must be held by a shared pointer.
  Named<std::shared_ptr<Module>> named_modules(const std::string& prefix = "",
                                               bool include_self = true);
  std::vector<std::shared_ptr<Module>> modules(bool include_self = true);
  /// A module of the same kind whose parameters, buffers and children are copies. Only classes that
  /// derive from Cloneable have it; Error for others.
  virtual std::shared_ptr<Module> clone(const std::optional<Device>& device = {}) const;

  /// Training mode, for layers that care, here and below.
  virtual void train(bool on = true);
  void eval() { train(false); }
  bool is_training() const { return training_; }

  /// Moves or converts parameters and buffers in place: every handle of them sees the change. Only
  /// floating-point tensors change dtype. Gradients go along.
  void to(const Device& device);
  void to(DType dtype);
  void to(const Device& device, DType dtype);
  void zero_grad(bool set_to_none = true);
  /// Calls f(module), f(name, module), f(shared_pointer) or f(name, shared_pointer) here and for
  /// every module below, each before its children.
  template <class F> void apply(const F& f, const std::string& prefix = "") {
    if constexpr (std::is_invocable_v<const F&, Module&>) {
      f(*this);
      for (const auto& child : children()) child->apply(f);
    } else {
      for (auto& [path, module] : named_modules(prefix)) {
        if constexpr (std::is_invocable_v<const F&, const std::string&, Module&>)
          f(path, *module);
        else if constexpr (std::is_invocable_v<const F&, const std::shared_ptr<Module>&>)
          f(module);
        else
          f(path, module);
      }
    }
  }
  template <class F> void apply(const F& f, const std::string& prefix = "") const {
    if constexpr (std::is_invocable_v<const F&, const Module&>)
      f(*this);
    else
      f(prefix, *this);
    for (const auto& [key, child] : children_) {
      std::string path = prefix;
      if (!path.empty()) path += '.';
      path += key;
      static_cast<const Module&>(*child).apply(f, path);
    }
  }
  /// This module as an Impl, or null: `if (auto* linear = module.as<nn::Linear>()) ...`
  template <class ModuleType> auto* as() {
    if constexpr (requires { typename ModuleType::ContainedType; })
      return dynamic_cast<typename ModuleType::ContainedType*>(this);
    else
      return dynamic_cast<ModuleType*>(this);
  }
  template <class ModuleType> const auto* as() const {
    return const_cast<Module*>(this)->as<std::remove_const_t<ModuleType>>();
  }

  /// Writes, and reads, parameters and buffers, here and below, under their dotted names. None may
  /// be missing; if one is or does not fit, Error says which, and nothing changes. A class that
  /// overrides them is asked where it is saved or loaded itself, not as part of another.
  virtual void save(serialize::OutputArchive& archive) const;
  virtual void load(serialize::InputArchive& archive);

  /// The name that the constructor was given, or the name of the class: "NetImpl", and
  /// "torch::nn::LinearImpl", as PyTorch says, of Tandem's layers.
  std::string name() const;
  /// What a layer of PyTorch is called there, "Linear"; empty for others.
  virtual std::string label() const { return ""; }
  /// What stands between the brackets where the layer is printed: its options.
  virtual std::string extra_repr() const { return ""; }
  /// The text of this module alone: PyTorch's for its layers, the name for others. << adds those
  /// below.
  virtual void pretty_print(std::ostream& stream) const;

  /// Names must be new, not empty and without dots. An undefined tensor registers nothing.
  Tensor register_parameter(const std::string& name, Tensor tensor, bool requires_grad = true);
  Tensor register_buffer(const std::string& name, Tensor tensor);
  /// `module` may be a ModuleHolder or a shared_ptr; returns it.
  template <class ModuleType>
  ModuleType register_module(const std::string& name, ModuleType module) {
    add_child(name, as_shared(module));
    return module;
  }
  /// Another module under a name that is there.
  template <class ModuleType>
  ModuleType replace_module(const std::string& name, ModuleType module) {
    std::shared_ptr<Module> replacement = as_shared(module);
    check(replacement != nullptr, this->name(), ": the module '", name, "' is empty");
    children_[name] = std::move(replacement);
    return module;
  }
  void unregister_module(const std::string& name) { children_.erase(name); }

 protected:
  /// For Cloneable::clone: takes the values of `other`, whose members have the same names, on
  /// `device`. Throws Error if they do not, or parts are of other classes.
  virtual void become_clone(const Module& other, const std::optional<Device>& device);
  void forget_members();
  /// For containers: one of class Container with copies of what is registered.
  template <class Container>
  std::shared_ptr<Module> clone_of(const std::optional<Device>& device) const {
    const auto copy = std::make_shared<Container>();
    copy->take_copies(*this, device);
    return copy;
  }
  Named<Tensor>& own_parameters() { return parameters_; }
  const Named<Tensor>& own_parameters() const { return parameters_; }
  Named<std::shared_ptr<Module>>& own_children() { return children_; }
  /// A shared pointer, the one of a handle, or one to a module that was given as a value.
  template <class T> static std::shared_ptr<T> as_shared(const std::shared_ptr<T>& module) {
    return module;
  }
  template <class Holder> static auto as_shared(const Holder& holder) -> decltype(holder.ptr()) {
    return holder.ptr();
  }
  template <class T>
  requires std::is_base_of_v<Module, std::decay_t<T>>
  static std::shared_ptr<std::decay_t<T>> as_shared(T&& module) {
    return std::make_shared<std::decay_t<T>>(std::forward<T>(module));
  }

 private:
  void convert(const std::optional<Device>& device, const std::optional<DType>& dtype);
  void take_copies(const Module& other, const std::optional<Device>& device);
  void check_name(const char* what, const std::string& name) const;
  void add_child(const std::string& name, std::shared_ptr<Module> module);
  template <class Members>
  Named<Tensor> named_tensors(const Members& members, bool recurse, bool remove_duplicate) const;
  void print_all(std::ostream& stream, const std::string& indent) const;
  friend std::ostream& operator<<(std::ostream& stream, const Module& module);
  template <class Visitor>
  void visit_modules(const std::string& prefix, const Visitor& visitor) const;

  std::string name_;
  Named<Tensor> parameters_{"Parameter"}, buffers_{"Buffer"};
  Named<std::shared_ptr<Module>> children_{"Submodule"};
  bool training_ = true;
};

/// The module and all below it, one in a line, with PyTorch's text.
std::ostream& operator<<(std::ostream& stream, const Module& module);

/// A handle that shares its module; Linear(3, 4) makes one, Linear(nullptr) none.
template <class Impl> class ModuleHolder {
 public:
  using ContainedType = Impl;

  ModuleHolder() requires std::is_default_constructible_v<Impl> : impl_(std::make_shared<Impl>()) {}
  ModuleHolder(std::nullptr_t) {}
  ModuleHolder(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  template <class First, class... Rest>
  requires(std::is_constructible_v<Impl, First, Rest...> &&
           !(sizeof...(Rest) == 0 && std::is_base_of_v<ModuleHolder, std::decay_t<First>>)&&!std::
               is_same_v<std::decay_t<First>, std::nullptr_t>) explicit ModuleHolder(First&& first,
                                                                                     Rest&&... rest)
      : impl_(std::make_shared<Impl>(std::forward<First>(first), std::forward<Rest>(rest)...)) {}

  explicit operator bool() const { return impl_ != nullptr; }
  bool is_empty() const { return impl_ == nullptr; }
  Impl* operator->() const { return get(); }
  Impl& operator*() const { return *get(); }
  const std::shared_ptr<Impl>& ptr() const {
    check(impl_ != nullptr, "nn: Accessing empty ModuleHolder");
    return impl_;
  }
  Impl* get() const { return ptr().get(); }
  /// An element of a container, and loops over one.
  template <class Key> decltype(auto) operator[](Key&& key) const {
    return (*get())[std::forward<Key>(key)];
  }
  auto begin() const requires requires(Impl& impl) { impl.begin(); }
  { return get()->begin(); }
  auto end() const requires requires(Impl& impl) { impl.end(); }
  { return get()->end(); }
  /// The module's forward.
  template <class... Args> auto operator()(Args&&... args) const {
    return get()->forward(std::forward<Args>(args)...);
  }

 protected:
  std::shared_ptr<Impl> impl_;
};
template <class Impl> std::ostream& operator<<(std::ostream& stream, const ModuleHolder<Impl>& m) {
  return stream << static_cast<const Module&>(*m);
}

}  // namespace tandem::nn

/// Makes `Name` the handle of module class `NameImpl`.
#define TANDEM_MODULE(Name)                                     \
  class Name : public ::tandem::nn::ModuleHolder<Name##Impl> {  \
   public:                                                      \
    using ::tandem::nn::ModuleHolder<Name##Impl>::ModuleHolder; \
    using Impl [[maybe_unused]] = Name##Impl;                   \
  }
