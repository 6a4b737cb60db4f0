// An op of one's own: forward and backward written by hand, as torch::autograd::Function.
//
//   struct Cube : autograd::Function<Cube> {
//     static Tensor forward(autograd::AutogradContext* ctx, const Tensor& x) {
//       ctx->save_for_backward({x});
//       return x * x * x;
//     }
//     static TensorList backward(autograd::AutogradContext* ctx, const TensorList& grads) {
//       const Tensor x = ctx->get_saved_variables()[0];
//       return {grads[0] * 3 * x * x};
//     }
//   };
//   Tensor y = Cube::apply(x);
#pragma once

#include <any>
#include <map>
#include <string>
#include <type_traits>

#include "core/autograd/node.h"

namespace tandem::autograd {

/// libtorch's names for a list of tensors.
using tensor_list = TensorList;
using variable_list = TensorList;

/// Carries what forward keeps to backward.
class AutogradContext {
 public:
  /// Inputs or outputs of forward; anything else that backward needs goes into saved_data.
  void save_for_backward(const TensorList& tensors) { to_save_ = tensors; }
  /// Throws if one was released or modified in place since.
  TensorList get_saved_variables() const;
  /// Whether argument i of forward wants a gradient.
  bool needs_input_grad(std::size_t i) const;
  std::map<std::string, std::any> saved_data;

 private:
  friend class CustomNode;
  template <class> friend struct Function;
  TensorList to_save_;
  const Node* node_ = nullptr;
  std::vector<int> edge_of_argument_;
};

/// The tape's side of a custom function.
class CustomNode : public Node {
 public:
  CustomNode() : Node("Function") {}
  void apply(BackwardContext& pass) override;
  virtual TensorList call_backward(const TensorList& grads) = 0;
  /// Links inputs and outputs once forward has run.
  void finish(const TensorList& inputs, const TensorList& outputs);
  AutogradContext context;
};

template <class Derived> struct Function {
  /// Runs Derived::forward off the tape and records it. Arguments that are tensors get the
  /// gradients that backward returns, in order; other arguments' places in that list stay
  /// undefined.
  template <class... Args> static auto apply(const Args&... args) {
    struct Custom final : CustomNode {
      TensorList call_backward(const TensorList& grads) override {
        return Derived::backward(&context, grads);
      }
    };
    auto* node = new Custom;
    const NodePtr owner(node);
    TensorList inputs;
    const auto collect = [&](const auto& arg) {
      const bool is_tensor = std::is_same_v<std::decay_t<decltype(arg)>, Tensor>;
      node->context.edge_of_argument_.push_back(is_tensor ? static_cast<int>(inputs.size()) : -1);
      if constexpr (is_tensor) inputs.push_back(arg);
    };
    (collect(args), ...);
    auto result = [&] {
      const NoGradGuard guard;
      return Derived::forward(&node->context, args...);
    }();
    if (!records(inputs)) return result;
    if constexpr (std::is_same_v<decltype(result), Tensor>) {
      if (shares_identity(result, inputs)) result = result.detach();
      node->finish(inputs, {result});
    } else {
      for (Tensor& output : result)
        if (shares_identity(output, inputs)) output = output.detach();
      node->finish(inputs, result);
    }
    return result;
  }

 private:
  static bool shares_identity(const Tensor& output, const TensorList& inputs) {
    for (const Tensor& input : inputs)
      if (input.is_same(output)) return true;
    return false;
  }
};

}  // namespace tandem::autograd
