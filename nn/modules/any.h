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
    check(value != nullptr, "Attempted to cast AnyValue to ", type_name(typeid(T)),
          ", but its actual type is ", type_name(type_info()));
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
  using Types = std::tuple<Arguments...>;
};
template <class Class, class Result, class... Arguments>
struct ForwardOf<Result (Class::*)(Arguments...) const>
    : ForwardOf<Result (Class::*)(Arguments...)> {};
/// Of others, three tensors: losses and Bilinear take as many or fewer.
template <class Impl> struct ForwardTypes { using Types = std::tuple<Tensor, Tensor, Tensor>; };
template <class Impl>
requires requires { &Impl::forward; }
struct ForwardTypes<Impl> : ForwardOf<decltype(&Impl::forward)> {};

/// What TANDEM_FORWARD_DEFAULTS says of a module, appended to inputs that are too few.
struct ForwardDefaults {
  template <class Impl> static void append(const Impl& module, AnyInputs& inputs) {
    if constexpr (requires { module.tandem_forward_defaults(); })
      for (const auto& [position, value] : module.tandem_forward_defaults())
        if (position == inputs.size()) inputs.push_back(value);
  }
};

/// An input as forward takes it.
template <class Argument, class Impl>
auto&& input_of(const Impl& module, AnyValue& input, std::size_t position) {
  auto* const value = input.try_get<std::decay_t<Argument>>();
  if (value == nullptr)
    fail(module.name(), ": Expected argument #", position, " to be of type ",
         type_name(typeid(Argument)), ", but received value of type ",
         type_name(input.type_info()));
  if constexpr (std::is_rvalue_reference_v<Argument>)
    return std::move(*value);
  else
    return *value;
}

template <class Types, class Impl> [[noreturn]] void fail_count(const Impl& module, std::size_t n) {
  fail(module.name(), "'s forward() method expects ", std::tuple_size_v<Types>,
       " argument(s), but received ", n,
       ". Arguments with a default are named with"
       " TANDEM_FORWARD_DEFAULTS");
}

/// Calls forward with the inputs, if it can be called with so many.
template <class Impl, std::size_t count = 0> AnyValue forward_any(Impl& module, AnyInputs& inputs) {
  using Types = typename ForwardTypes<Impl>::Types;
  if constexpr (count > std::tuple_size_v<Types>) {
    fail_count<Types>(module, inputs.size());
  } else {
    if (inputs.size() != count) return forward_any<Impl, count + 1>(module, inputs);
    return [&]<std::size_t... i>(std::index_sequence<i...>)->AnyValue {
      if constexpr (requires {
                      module.forward(std::declval<std::tuple_element_t<i, Types>>()...);
                    }) {
        return AnyValue(
            module.forward(input_of<std::tuple_element_t<i, Types>>(module, inputs[i], i)...));
      } else {
        fail_count<Types>(module, count);
      }
    }
    (std::make_index_sequence<count>());
  }
}

/// What forward returned, as what was asked for.
template <class Result> Result result_of(AnyValue value) {
  Result* const result = value.try_get<Result>();
  check(result != nullptr, "forward: The type of the return value is ",
        type_name(value.type_info()), ", but you asked for type ", type_name(typeid(Result)));
  return std::move(*result);
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
                                   ForwardDefaults::append(static_cast<Impl&>(module), inputs);
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
    return kind("forward").call(*module_, values);
  }
  template <class Result = Tensor, class... Inputs> Result forward(Inputs&&... inputs) const {
    if constexpr (std::is_same_v<Result, Tensor> &&
                  (sizeof...(Inputs) == 1 && (std::is_convertible_v<Inputs, const Tensor&> && ...)))
      if (kind("forward").run != nullptr) return kind_->run(*module_, inputs...);
    return any_module::result_of<Result>(any_forward(std::forward<Inputs>(inputs)...));
  }

  /// The module, as the class that it was given as; Error if that is another.
  template <class Impl> std::shared_ptr<Impl> ptr() const {
    check(*kind("ptr").type == typeid(Impl), "AnyModule: Attempted to cast module of type ",
          type_name(type_info()), " to type ", type_name(typeid(Impl)));
    return std::static_pointer_cast<Impl>(module_);
  }
  std::shared_ptr<Module> ptr() const {
    kind("ptr");
    return module_;
  }
  /// As a handle that shares it, or a reference to it.
  template <class Holder>
  requires requires { typename Holder::ContainedType; }
  Holder get() const { return Holder(ptr<typename Holder::ContainedType>()); }
  template <class Impl>
  requires std::is_base_of_v<Module, Impl> Impl& get() const {
    kind("get");
    return *ptr<Impl>();
  }
  const std::type_info& type_info() const { return *kind("type_info").type; }
  AnyModule clone(const std::optional<Device>& device = {}) const {
    kind("clone");
    AnyModule copy = *this;
    copy.module_ = module_->clone(device);
    return copy;
  }

 private:
  const any_module::AnyKind& kind(const char* call) const {
    check(kind_ != nullptr, "Cannot call ", call, "() on an empty AnyModule");
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

/// In a module whose forward has default arguments: what an AnyModule, as in a Sequential, passes
/// for those that are left out, as {position, AnyValue(value)}.
#define TANDEM_FORWARD_DEFAULTS(...)                                                            \
  friend struct ::tandem::nn::any_module::ForwardDefaults;                                      \
  std::vector<std::pair<std::size_t, ::tandem::nn::AnyValue>> tandem_forward_defaults() const { \
    return {__VA_ARGS__};                                                                       \
  }
