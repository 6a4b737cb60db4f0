// Matrix products. Real dtypes on every device, the 16-bit ones summed in float32 and rounded once;
// integers on the CPU, without gradients.
#pragma once

#include "core/ops/elementwise.h"
#include "core/tensor/tensor.h"

namespace tandem {

/// The product in all its ranks, as torch.matmul. [n]·[n] -> [], [m, n]·[n] -> [m],
/// [n]·[n, k] -> [k], and [..., m, n]·[..., n, k] -> [..., m, k] with leading dimensions broadcast.
Tensor matmul(const Tensor& self, const Tensor& other);
/// [m, n]·[n, k] -> [m, k]
Tensor mm(const Tensor& self, const Tensor& other);
/// [b, m, n]·[b, n, k] -> [b, m, k]
Tensor bmm(const Tensor& self, const Tensor& other);
/// [m, n]·[n] -> [m]
Tensor mv(const Tensor& self, const Tensor& other);
/// [n]·[n] -> []
Tensor dot(const Tensor& self, const Tensor& other);
/// beta self + alpha (a b). In place, too.
Tensor addmm(const Tensor& self, const Tensor& a, const Tensor& b, Scalar beta = 1,
             Scalar alpha = 1);

}  // namespace tandem
