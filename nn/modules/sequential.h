// Layers one after another.
#pragma once

#include <functional>

#include "core/ops/linear.h"
#include "core/ops/matmul.h"
#include "nn/modules/activation.h"
#include "nn/modules/linear.h"

namespace tandem::nn {

/// Calls its layers in order, each with the result of the one before. Layers are named "0", "1",
/// ... A Linear and the activation after it run as one op. A layer is any module with `Tensor
/// forward(const Tensor&)`.
struct SequentialImpl : Module {
  SequentialImpl() = default;
  template <class... Layers>
  requires(sizeof...(Layers) > 0) explicit SequentialImpl(Layers&&... layers) {
    (push_back(std::forward<Layers>(layers)), ...);
  }

  template <class Layer> void push_back(const Layer& layer) {
    push_back(std::to_string(steps_.size()), layer);
  }
  template <class Layer> void push_back(const std::string& name, const Layer& layer) {
    const auto module = shared(layer);
    register_module(name, module);
    Step step{[module](const Tensor& x) { return module->forward(x); }, nullptr, nullptr};
    if constexpr (std::is_same_v<decltype(module), const std::shared_ptr<LinearImpl>>)
      step.linear = module.get();
    step.activation = dynamic_cast<const ElementwiseModule*>(static_cast<Module*>(module.get()));
    steps_.push_back(std::move(step));
  }

  Tensor forward(const Tensor& x) const {
    check(!steps_.empty(), "Sequential: forward of an empty Sequential");
    Tensor y = x;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const LinearImpl* linear = steps_[i].linear;
      if (linear != nullptr && i + 1 < steps_.size() && steps_[i + 1].activation != nullptr)
        y = detail::linear(y, linear->weight, linear->bias, steps_[++i].activation->call());
      else
        y = steps_[i].run(y);
    }
    return y;
  }
  std::size_t size() const { return steps_.size(); }
  std::string name() const override { return "Sequential"; }

 private:
  template <class Impl> static std::shared_ptr<Impl> shared(const ModuleHolder<Impl>& layer) {
    return layer.ptr();
  }
  template <class Impl> static std::shared_ptr<Impl> shared(const std::shared_ptr<Impl>& layer) {
    check(layer != nullptr, "Sequential: an empty layer was added");
    return layer;
  }
  /// `run` owns the layer; the other two say what kind it is, if that helps.
  struct Step {
    std::function<Tensor(const Tensor&)> run;
    const LinearImpl* linear;
    const ElementwiseModule* activation;
  };
  std::vector<Step> steps_;
};
TANDEM_MODULE(Sequential);

}  // namespace tandem::nn
