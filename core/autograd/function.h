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

#include <map>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "core/base/memory.h"
#include "core/tensor/ivalue.h"
#include "core/tensor/tensor.h"

namespace tandem::autograd {

/// libtorch's names for a list of tensors.
using tensor_list = TensorList;
using variable_list = TensorList;
using Variable = Tensor;
using tandem::AutoGradMode;
using tandem::GradMode;

/// Carries what forward keeps to backward.
class AutogradContext {
 public:
  /// Inputs or outputs of forward; anything else that backward needs goes into saved_data.
  void save_for_backward(const TensorList& tensors) { to_save_ = tensors; }
  /// Throws if one was released or modified in place since.
  TensorList get_saved_variables() const;
  /// Whether argument i of forward wants a gradient.
  bool needs_input_grad(std::size_t i) const;
  std::map<std::string, IValue> saved_data;

 private:
  friend class CustomNode;
  friend class FunctionCall;
  TensorList to_save_;
  const Node* node_ = nullptr;
  List<int> edge_of_argument_;
};

/// One call of a custom function and, once finish() has run, its node on the tape.
class FunctionCall {
 public:
  using Backward = TensorList (*)(AutogradContext*, const TensorList&);

  explicit FunctionCall(Backward backward);
  AutogradContext* context() const;
  void add_argument(const Tensor& input);
  void add_argument(const TensorList& inputs);
  void add_argument(const std::optional<Tensor>& input) { add_argument(input.value_or(Tensor())); }
  template <class Other> void add_argument(const Other&) { add_other(); }
  /// Whether an argument requires a gradient on a thread that records.
  bool records() const;
  /// Links arguments and outputs; an output that is an argument itself becomes a handle of its own.
  void finish(std::span<Tensor> outputs);

 private:
  void add_other();
  NodePtr node_;
  List<Tensor> inputs_;
};

template <class Derived> struct Function {
  /// Runs Derived::forward off the tape and records it. Arguments that are tensors get the
  /// gradients that backward returns, in order; a TensorList has a place in that list for each of
  /// its tensors, and the places of other arguments stay undefined.
  template <class... Args> static auto apply(const Args&... args) {
    FunctionCall call([](AutogradContext* context, const TensorList& grads) -> TensorList {
      return Derived::backward(context, grads);
    });
    (call.add_argument(args), ...);
    auto result = [&] {
      const NoGradGuard guard;
      return Derived::forward(call.context(), args...);
    }();
    if (!call.records()) return result;
    if constexpr (std::is_same_v<decltype(result), Tensor>)
      call.finish({&result, 1});
    else
      call.finish(result);
    return result;
  }
};

}  // namespace tandem::autograd
