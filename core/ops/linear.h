// The linear layer, alone or with an activation.
#pragma once

#include "core/ops/elementwise.h"
#include "core/tensor/tensor.h"

namespace tandem {

/// y = x weightᵀ + bias as one op. x: [..., in], weight: [out, in], bias: [out] or undefined;
/// y: [..., out]. Throws if the number of features disagrees.
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias = {});

namespace detail {
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias,
              const ElementwiseCall& activation);
}  // namespace detail

/// activation(x weightᵀ + bias), a unary rule: the same numbers as the two ops one after the other.
/// The rules of ActivationOps run in the same pass as the bias, and backward computes the rule's
/// slope and the bias gradient in one.
template <UnaryRule Rule>
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias, const Rule& activation) {
  return detail::linear(x, weight, bias, {UnaryOps::index_of<Rule>, parameters_of(activation)});
}

}  // namespace tandem
