// Products composed of matmul and elementwise ops.
#pragma once

#include "core/ops/matmul.h"

namespace tandem {

/// [n] x [m] -> [n, m]
Tensor outer(const Tensor& self, const Tensor& other);
inline Tensor ger(const Tensor& self, const Tensor& other) { return outer(self, other); }
/// Sums over the last dimensions of both: [..., n] x [---, n] -> [..., ---].
Tensor inner(const Tensor& self, const Tensor& other);
inline Tensor vdot(const Tensor& self, const Tensor& other) { return dot(self, other); }
/// Sums over the last `dims` dimensions of the one and the first of the other, or over those named.
Tensor tensordot(const Tensor& self, const Tensor& other, std::int64_t dims = 2);
Tensor tensordot(const Tensor& self, const Tensor& other, const Shape& dims_self,
                 const Shape& dims_other);
/// Sums of products in Einstein's notation: "ij,jk->ik", "bij,bjk->bik", "ii->i", "...ij->...ji". A
/// letter is a dimension; what the result does not name is summed over.
Tensor einsum(const std::string& equation, const TensorList& operands);
/// The product of all matrices.
Tensor chain_matmul(const TensorList& matrices);
/// beta self + alpha batch1 batch2: [b, n, m], and the sum over b: [n, m]. In place, too.
Tensor baddbmm(const Tensor& self, const Tensor& batch1, const Tensor& batch2, Scalar beta = 1,
               Scalar alpha = 1);
Tensor addbmm(const Tensor& self, const Tensor& batch1, const Tensor& batch2, Scalar beta = 1,
              Scalar alpha = 1);
/// beta self + alpha mat vec. In place, too.
Tensor addmv(const Tensor& self, const Tensor& mat, const Tensor& vec, Scalar beta = 1,
             Scalar alpha = 1);
/// beta self + alpha vec1 vec2ᵀ. In place, too.
Tensor addr(const Tensor& self, const Tensor& vec1, const Tensor& vec2, Scalar beta = 1,
            Scalar alpha = 1);
/// Kronecker's product: every element of self times other.
Tensor kron(const Tensor& self, const Tensor& other);
/// The cross product along a dimension of size 3, by default the first such.
Tensor cross(const Tensor& self, const Tensor& other, std::optional<std::int64_t> dim = {});
/// p-norms of the differences of all rows: [..., n, d] x [..., m, d] -> [..., n, m].
Tensor cdist(const Tensor& x1, const Tensor& x2, double p = 2);
/// The integral by the trapezoidal rule along `dim`, of points dx apart or at x.
Tensor trapezoid(const Tensor& y, double dx = 1, std::int64_t dim = -1);
Tensor trapezoid(const Tensor& y, const Tensor& x, std::int64_t dim = -1);
inline Tensor trapz(const Tensor& y, double dx = 1, std::int64_t dim = -1) {
  return trapezoid(y, dx, dim);
}
inline Tensor trapz(const Tensor& y, const Tensor& x, std::int64_t dim = -1) {
  return trapezoid(y, x, dim);
}
/// The integrals up to each point after the first.
Tensor cumulative_trapezoid(const Tensor& y, double dx = 1, std::int64_t dim = -1);
Tensor cumulative_trapezoid(const Tensor& y, const Tensor& x, std::int64_t dim = -1);

}  // namespace tandem
