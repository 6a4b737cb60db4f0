// Layers one after another.
#pragma once

#include <initializer_list>

#include "core/ops/linear.h"
#include "core/ops/matmul.h"
#include "nn/modules/activation.h"
#include "nn/modules/any.h"
#include "nn/modules/linear.h"

namespace tandem::nn {

/// A handle, a shared pointer or a module.
template <class Layer>
concept AnyLayer =
    std::is_constructible_v<AnyModule, Layer> && !std::is_same_v<std::decay_t<Layer>, AnyModule>;

/// Calls its layers in order, each with the result of the one before; the first may take several
/// inputs, the last return any type. Layers without a name are "0", "1", ... A Linear and the
/// activation after it run as one op.
struct SequentialImpl : ClonedAsPart<SequentialImpl> {
  SequentialImpl() = default;
  template <class... Layers>
  requires(sizeof...(Layers) > 0 && !(std::is_same_v<std::decay_t<Layers>, SequentialImpl> &&
                                      ...)) explicit SequentialImpl(Layers&&... layers) {
    (push_back(std::forward<Layers>(layers)), ...);
  }
  SequentialImpl(std::initializer_list<NamedAnyModule> layers) {
    for (const NamedAnyModule& layer : layers) push_back(layer);
  }
  explicit SequentialImpl(const OrderedDict<std::string, AnyModule>& layers) {
    for (const auto& [name, layer] : layers) push_back(name, layer);
  }

  void push_back(const std::string& name, const AnyModule& layer);
  void push_back(const AnyModule& layer) { push_back(std::to_string(size()), layer); }
  void push_back(const NamedAnyModule& layer) { push_back(layer.name(), layer.module()); }
  template <AnyLayer Layer> void push_back(const std::string& name, Layer&& layer) {
    push_back(name, AnyModule(std::forward<Layer>(layer)));
  }
  template <AnyLayer Layer> void push_back(Layer&& layer) {
    push_back(AnyModule(std::forward<Layer>(layer)));
  }
  /// The layers of another Sequential or any container, named by their place here.
  template <class Container> void extend(const Container& layers) {
    for (const auto& layer : layers) push_back(layer);
  }

  Tensor forward(const Tensor& x) const { return run(x); }
  template <class Result = Tensor, class... Inputs> Result forward(Inputs&&... inputs) const {
    if constexpr (std::is_same_v<Result, Tensor> && sizeof...(Inputs) == 1 &&
                  (std::is_convertible_v<Inputs, const Tensor&> && ...)) {
      return run(inputs...);
    } else {
      check(!layers_.empty(), "Sequential: Cannot call forward() on an empty Sequential");
      AnyValue value = layers_[0].any_forward(std::forward<Inputs>(inputs)...);
      for (std::size_t i = 1; i < layers_.size(); ++i) value = layers_[i].any_forward(value);
      return any_module::result_of<Result>(std::move(value));
    }
  }

  std::size_t size() const { return layers_.size(); }
  bool is_empty() const { return layers_.empty(); }
  auto begin() const { return layers_.begin(); }
  auto end() const { return layers_.end(); }
  /// Throw IndexError if there is no such layer, Error if it is of another class.
  std::shared_ptr<Module> operator[](std::size_t i) const { return ptr(i); }
  std::shared_ptr<Module> ptr(std::size_t i) const { return layer_at(i).ptr(); }
  template <class Impl> std::shared_ptr<Impl> ptr(std::size_t i) const {
    return layer_at(i).ptr<Impl>();
  }
  template <class Impl> Impl& at(std::size_t i) const { return *ptr<Impl>(i); }

  std::shared_ptr<Module> clone(const std::optional<Device>& device = {}) const override;
  std::string label() const override { return "Sequential"; }
  void pretty_print(std::ostream& stream) const override;

 private:
  Tensor run(const Tensor& x) const;
  const AnyModule& layer_at(std::size_t i) const {
    check<IndexError>(i < size(), "Sequential: Index out of range: ", i, " of ", size());
    return layers_[i];
  }
  /// What kind a layer is, where that helps; null otherwise.
  struct Known {
    const LinearImpl* linear;
    const ElementwiseModule* activation;
  };
  std::vector<AnyModule> layers_;
  std::vector<Known> known_;
};

/// A handle that is also made of named layers in braces.
class Sequential : public ModuleHolder<SequentialImpl> {
 public:
  using ModuleHolder<SequentialImpl>::ModuleHolder;
  using Impl [[maybe_unused]] = SequentialImpl;
  Sequential() = default;
  Sequential(std::initializer_list<NamedAnyModule> layers)
      : ModuleHolder(std::make_shared<SequentialImpl>(layers)) {}
};

}  // namespace tandem::nn
