// Matrix products. Real dtypes on every device, the 16-bit ones summed in float32 and rounded once;
// integers on the CPU, without gradients.
#pragma once

#include "core/backend/backend.h"
#include "core/ops/elementwise.h"
#include "core/tensor/tensor.h"

namespace tandem {

/// The product in all its ranks, as torch.matmul: [n]·[n] -> [], [m, n]·[n] -> [m], [n]·[n, k] ->
/// [k],
/// [..., m, n]·[..., n, k] -> [..., m, k] with the leading dimensions broadcast.
Tensor matmul(const Tensor& a, const Tensor& b);
/// [m, n]·[n, k] -> [m, k]
Tensor mm(const Tensor& a, const Tensor& b);
/// [b, m, n]·[b, n, k] -> [b, m, k]
Tensor bmm(const Tensor& a, const Tensor& b);
/// [m, n]·[n] -> [m]
Tensor mv(const Tensor& a, const Tensor& b);
/// [n]·[n] -> []
Tensor dot(const Tensor& a, const Tensor& b);
/// beta input + alpha (a b)
Tensor addmm(const Tensor& input, const Tensor& a, const Tensor& b, Scalar beta = 1,
             Scalar alpha = 1);

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
