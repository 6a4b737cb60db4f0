// A chain of layers, and pairs of them as one op.
#include "nn/modules/sequential.h"

#include <ostream>

namespace tandem::nn {

void SequentialImpl::push_back(const std::string& name, const AnyModule& layer) {
  const std::shared_ptr<Module> module = register_module(name, layer.ptr());
  const bool is_linear = layer.type_info() == typeid(LinearImpl);
  const auto* activation = dynamic_cast<const ElementwiseModule*>(module.get());
  known_.push_back(
      {is_linear ? static_cast<const LinearImpl*>(module.get()) : nullptr,
       activation != nullptr && activation->is_only_its_call() ? activation : nullptr});
  layers_.push_back(layer);
}

Tensor SequentialImpl::run(const Tensor& x) const {
  check(!layers_.empty(), "Sequential: Cannot call forward() on an empty Sequential");
  Tensor y = x;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const LinearImpl* linear = known_[i].linear;
    if (linear != nullptr && i + 1 < layers_.size() && known_[i + 1].activation != nullptr)
      y = detail::linear(y, linear->weight, linear->bias, known_[++i].activation->call());
    else
      y = layers_[i].forward(y);
  }
  return y;
}

std::shared_ptr<Module> SequentialImpl::clone(const std::optional<Device>& device) const {
  const auto copy = std::make_shared<SequentialImpl>();
  for (std::size_t i = 0; i < layers_.size(); ++i)
    copy->push_back(named_children()[i].key(), layers_[i].clone(device));
  copy->train(is_training());
  return copy;
}

void SequentialImpl::pretty_print(std::ostream& stream) const { stream << "torch::nn::Sequential"; }

}  // namespace tandem::nn
