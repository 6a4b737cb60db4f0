// A module of any class behind one type.
#pragma once

#include <any>
#include <typeinfo>
#include <utility>
#include <vector>

#include "nn/module.h"

namespace tandem::nn {

/// A value of any type that can be copied.
class AnyValue {
 public:
  AnyValue() = default;
  template <class T>
  requires(!std::is_same_v<T, AnyValue>) explicit AnyValue(T value) : value_(std::move(value)) {}

  /// The value, or null if it is not exactly of that type.
  template <class T> T* try_get() { return std::any_cast<T>(&value_); }
  /// Throws Error if it is of another type.
  template <class T> T get() {
    T* const value = try_get<T>();
    check(value != nullptr, "AnyValue: the value is not of the type that was asked for");
    return *value;
  }
  const std::type_info& type_info() const { return value_.type(); }

 private:
  std::any value_;
};

namespace any_module {

using AnyInputs = std::vector<AnyValue>;

/// Argument types of a forward that is neither overloaded nor a template.
template <class F> struct ForwardOf;
template <class Class, class Result, class... Arguments>
struct ForwardOf<Result (Class::*)(Arguments...)> {
  using Types = std::tuple<std::decay_t<Arguments>...>;
};
template <class Class, class Result, class... Arguments>
struct ForwardOf<Result (Class::*)(Arguments...) const>
    : ForwardOf<Result (Class::*)(Arguments...)> {};
/// Of others, three tensors: losses and Bilinear take as many or fewer.
template <class Impl> struct ForwardTypes { using Types = std::tuple<Tensor, Tensor, Tensor>; };
template <class Impl>
requires requires { &Impl::forward; }
struct ForwardTypes<Impl> : ForwardOf<decltype(&Impl::forward)> {};

/// Calls forward with the inputs, if it can be called with so many.
template <class Impl, std::size_t count = 0> AnyValue forward_any(Impl& module, AnyInputs& inputs) {
  using Types = typename ForwardTypes<Impl>::Types;
  if constexpr (count > std::tuple_size_v<Types>) {
    fail(module.name(), ": forward does not take ", inputs.size(), " inputs");
  } else {
    if (inputs.size() != count) return forward_any<Impl, count + 1>(module, inputs);
    return [&]<std::size_t... i>(std::index_sequence<i...>)->AnyValue {
      if constexpr (requires {
                      module.forward(std::declval<std::tuple_element_t<i, Types>>()...);
                    }) {
        const auto input = [&]<class T>(std::size_t at, T*) -> T& {
          T* const value = inputs[at].try_get<T>();
          check(value != nullptr, module.name(), ": input ", at,
                " of forward is not of the type that it takes");
          return *value;
        };
        return AnyValue(
            module.forward(input(i, static_cast<std::tuple_element_t<i, Types>*>(nullptr))...));
      } else {
        fail(module.name(), ": forward does not take ", count, " inputs");
      }
    }
    (std::make_index_sequence<count>());
  }
}

template <class Impl>
concept TensorLayer = requires(Impl& module, const Tensor& x) {
  { module.forward(x) } -> std::same_as<Tensor>;
};

/// What is known of a module's class.
struct AnyKind {
  const std::type_info* type;
  Tensor (*run)(Module&, const Tensor&);  ///< null unless a tensor goes in and one comes out
  AnyValue (*call)(Module&, AnyInputs&);
};
template <class Impl>
inline const AnyKind any_kind = {&typeid(Impl),
                                 [] {
                                   Tensor (*run)(Module&, const Tensor&) = nullptr;
                                   if constexpr (TensorLayer<Impl>)
                                     run = [](Module& module, const Tensor& x) -> Tensor {
                                       return static_cast<Impl&>(module).forward(x);
                                     };
                                   return run;
                                 }(),
                                 [](Module& module, AnyInputs& inputs) {
                                   return forward_any(static_cast<Impl&>(module), inputs);
                                 }};

}  // namespace any_module

/// Holds a module of any class and calls its forward with what is given. Copies share the module.
class AnyModule {
 public:
  AnyModule() = default;
  template <class Impl>
  requires std::is_base_of_v<Module, Impl>
  explicit AnyModule(std::shared_ptr<Impl> module)
      : module_(std::move(module)), kind_(&any_module::any_kind<Impl>) {
    check(module_ != nullptr, "AnyModule: an empty module was given");
  }
  template <class Impl> explicit AnyModule(const ModuleHolder<Impl>& module)
      : AnyModule(module.ptr()) {}
  template <class Impl>
  requires std::is_base_of_v<Module, Impl>
  explicit AnyModule(Impl module) : AnyModule(std::make_shared<Impl>(std::move(module))) {}
  template <class ModuleType>
  requires(!std::is_same_v<std::decay_t<ModuleType>, AnyModule>) AnyModule& operator=(
      ModuleType&& module) {
    return *this = AnyModule(std::forward<ModuleType>(module));
  }

  bool is_empty() const { return module_ == nullptr; }
  /// Inputs must be of exactly the types that forward takes, the last ones may be left out where it
  /// has defaults; an AnyValue is what it holds. Error otherwise, and if the result is not a
  /// Result.
  template <class... Inputs> AnyValue any_forward(Inputs&&... inputs) const {
    any_module::AnyInputs values;
    (values.push_back(AnyValue(std::forward<Inputs>(inputs))), ...);
    return kind().call(*module_, values);
  }
  template <class Result = Tensor, class... Inputs> Result forward(Inputs&&... inputs) const {
    if constexpr (std::is_same_v<Result, Tensor> &&
                  (sizeof...(Inputs) == 1 && (std::is_convertible_v<Inputs, const Tensor&> && ...)))
      if (kind().run != nullptr) return kind().run(*module_, inputs...);
    return any_forward(std::forward<Inputs>(inputs)...).template get<Result>();
  }

  /// The module, as the class that it was given as; Error if that is another.
  template <class Impl> std::shared_ptr<Impl> ptr() const {
    check(type_info() == typeid(Impl), "AnyModule: it holds a ", ptr()->name());
    return std::static_pointer_cast<Impl>(module_);
  }
  std::shared_ptr<Module> ptr() const { return kind(), module_; }
  /// As a handle that shares it, or a reference to it.
  template <class Holder>
  requires requires { typename Holder::ContainedType; }
  Holder get() const { return Holder(ptr<typename Holder::ContainedType>()); }
  template <class Impl>
  requires std::is_base_of_v<Module, Impl> Impl& get() const { return *ptr<Impl>(); }
  const std::type_info& type_info() const { return *kind().type; }
  AnyModule clone(const std::optional<Device>& device = {}) const {
    AnyModule copy = *this;
    copy.module_ = ptr()->clone(device);
    return copy;
  }

 private:
  const any_module::AnyKind& kind() const {
    check(kind_ != nullptr, "AnyModule: it is empty");
    return *kind_;
  }

  std::shared_ptr<Module> module_;
  const any_module::AnyKind* kind_ = nullptr;
};

/// A name and a module, for `Sequential({{"first", Linear(2, 3)}, {"relu", ReLU()}})`.
class NamedAnyModule {
 public:
  template <class ModuleType> NamedAnyModule(std::string name, ModuleType&& module)
      : name_(std::move(name)), module_(std::forward<ModuleType>(module)) {}
  const std::string& name() const { return name_; }
  const AnyModule& module() const { return module_; }

 private:
  std::string name_;
  AnyModule module_;
};

}  // namespace tandem::nn
