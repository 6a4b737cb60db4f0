// Layers one after another.
#pragma once

#include <functional>

#include "nn/module.h"

namespace tandem::nn {

/// Calls its layers in order, each with the result of the one before. Layers are named "0", "1",
/// ... A layer is any module with `Tensor forward(const Tensor&)`.
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
    steps_.push_back([module](const Tensor& x) { return module->forward(x); });
  }

  Tensor forward(const Tensor& x) const {
    check(!steps_.empty(), "Sequential: forward of an empty Sequential");
    Tensor y = x;
    for (const auto& step : steps_) y = step(y);
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
  std::vector<std::function<Tensor(const Tensor&)>> steps_;
};
TANDEM_MODULE(Sequential);

}  // namespace tandem::nn
