// Running the tape backwards.
#pragma once

#include <optional>
#include <span>

#include "core/tensor/tensor.h"

namespace tandem {

namespace autograd {

/// Adds to the grad() of every leaf (or only of `inputs`, if given) the gradient of sum(outputs *
/// gradients). A gradient may be undefined for an output of one element. `retain_graph` defaults to
/// `create_graph`; with create_graph the gradients can be differentiated again.
/// Throws Error if an output does not require a gradient, if shapes disagree, and on a second
/// backward through a released graph.
void backward(const TensorList& outputs, const TensorList& gradients = {},
              std::optional<bool> retain_graph = {}, bool create_graph = false,
              const TensorList& inputs = {});

/// The gradients of sum(outputs * grad_outputs) with respect to `inputs`, in their order; nothing
/// is accumulated. With `allow_unused` an input that the outputs do not depend on gets an undefined
/// tensor, otherwise it throws.
TensorList grad(const TensorList& outputs, const TensorList& inputs,
                const TensorList& grad_outputs = {}, std::optional<bool> retain_graph = {},
                bool create_graph = false, bool allow_unused = false);

/// backward() without the lists, for the library.
void run_backward(std::span<const Tensor> outputs, std::span<const Tensor> gradients,
                  std::optional<bool> retain_graph, bool create_graph);

}  // namespace autograd

/// autograd::backward of one tensor, as tensor.backward(gradient).
void backward(const Tensor& tensor, const Tensor& gradient = {});

}  // namespace tandem
