// Products composed of matmul and elementwise ops.
#include "core/ops/products.h"

#include <algorithm>

#include "core/ops/cat.h"
#include "core/ops/elementwise.h"
#include "core/ops/product_operands.h"
#include "core/ops/reduce.h"
#include "core/ops/shape_ops.h"

namespace tandem {

namespace {

void check_vector(const char* op, const Tensor& x) {
  check(x.dim() == 1, op, ": expected a vector, got ", x.describe());
}

}  // namespace

Tensor outer(const Tensor& self, const Tensor& other) {
  check_vector("outer", self);
  check_vector("outer", other);
  return self.unsqueeze(1) * other;
}

Tensor inner(const Tensor& self, const Tensor& other) {
  if (self.dim() == 0 || other.dim() == 0) return self * other;
  return tensordot(self, other, Shape{-1}, Shape{-1});
}

Tensor tensordot(const Tensor& self, const Tensor& other, const Shape& dims_self,
                 const Shape& dims_other) {
  check(dims_self.rank() == dims_other.rank(), "tensordot: got ", dims_self.rank(), " dimensions ",
        dims_self, " for ", dims_other.rank(), " dimensions ", dims_other);
  std::int64_t summed = 1;
  for (int i = 0; i < dims_self.rank(); ++i) {
    const std::int64_t n = self.size(dims_self[i]);
    check(n == other.size(dims_other[i]), "tensordot: dimension ", dims_self[i], " of ",
          self.describe(), " does not fit dimension ", dims_other[i], " of ", other.describe());
    summed *= n;
  }
  Shape first = dims_self, second, shape;  // places that the summed dimensions move to
  for (int i = 0; i < dims_self.rank(); ++i) {
    first[i] = self.sizes().rank() - dims_self.rank() + i;
    second.push_back(i);
  }
  const Tensor a = movedim(self, dims_self, first), b = movedim(other, dims_other, second);
  std::int64_t rows = 1, columns = 1;
  for (int d = 0; d < a.sizes().rank() - dims_self.rank(); ++d) {
    shape.push_back(a.size(d));
    rows *= a.size(d);
  }
  for (int d = dims_other.rank(); d < b.sizes().rank(); ++d) {
    shape.push_back(b.size(d));
    columns *= b.size(d);
  }
  return mm(a.reshape({rows, summed}), b.reshape({summed, columns})).reshape(shape);
}

Tensor tensordot(const Tensor& self, const Tensor& other, std::int64_t dims) {
  check(dims >= 0 && dims <= self.dim() && dims <= other.dim(), "tensordot: ", dims,
        " dimensions are not in both ", self.describe(), " and ", other.describe());
  Shape last, first;
  for (std::int64_t i = 0; i < dims; ++i) {
    last.push_back(self.dim() - dims + i);
    first.push_back(i);
  }
  return tensordot(self, other, last, first);
}

Tensor chain_matmul(const TensorList& matrices) {
  check(!matrices.empty(), "chain_matmul: got no matrix");
  Tensor product = matrices[0];
  for (std::size_t i = 1; i < matrices.size(); ++i) product = mm(product, matrices[i]);
  return product;
}

Tensor baddbmm(const Tensor& self, const Tensor& batch1, const Tensor& batch2, Scalar beta,
               Scalar alpha) {
  return add_product("baddbmm", self, bmm(batch1, batch2), beta, alpha);
}
Tensor addbmm(const Tensor& self, const Tensor& batch1, const Tensor& batch2, Scalar beta,
              Scalar alpha) {
  return add_product("addbmm", self, sum(bmm(batch1, batch2), {0}).to(batch1.dtype()), beta, alpha);
}
Tensor addmv(const Tensor& self, const Tensor& mat, const Tensor& vec, Scalar beta, Scalar alpha) {
  return add_product("addmv", self, mv(mat, vec), beta, alpha);
}
Tensor addr(const Tensor& self, const Tensor& vec1, const Tensor& vec2, Scalar beta, Scalar alpha) {
  return add_product("addr", self, outer(vec1, vec2), beta, alpha);
}

Tensor kron(const Tensor& self, const Tensor& other) {
  const int rank = std::max(self.sizes().rank(), other.sizes().rank());
  check(2 * rank <= max_rank, "kron: ", self.describe(), " and ", other.describe(),
        " have too many dimensions");
  Tensor a = self, b = other;
  while (a.dim() < rank) a = a.unsqueeze(0);
  while (b.dim() < rank) b = b.unsqueeze(0);
  Shape shape;
  for (int d = 0; d < rank; ++d) shape.push_back(a.size(d) * b.size(d));
  for (int d = 0; d < rank; ++d) {
    a = a.unsqueeze(2 * d + 1);
    b = b.unsqueeze(2 * d);
  }
  return (a * b).reshape(shape);
}

Tensor cross(const Tensor& self, const Tensor& other, std::optional<std::int64_t> dim) {
  const std::vector<Tensor> both = broadcast_tensors({self, other});
  const Tensor &a = both[0], &b = both[1];
  if (!dim) {
    const auto found = std::find(a.sizes().begin(), a.sizes().end(), 3);
    check(found != a.sizes().end(), "cross: no dimension of ", a.describe(), " has the size 3");
    dim = found - a.sizes().begin();
  }
  check(a.size(*dim) == 3, "cross: dimension ", *dim, " of ", a.describe(),
        " must have the size 3");
  const auto part = [&](const Tensor& x, std::int64_t i) { return x.select(*dim, i % 3); };
  TensorList parts;
  for (std::int64_t i = 0; i < 3; ++i)
    parts.push_back(part(a, i + 1) * part(b, i + 2) - part(a, i + 2) * part(b, i + 1));
  return stack(parts, *dim);
}

Tensor cdist(const Tensor& x1, const Tensor& x2, double p) {
  check(x1.dim() >= 2 && x2.dim() >= 2 && x1.size(-1) == x2.size(-1),
        "cdist: expected [..., n, d] and [..., m, d], got ", x1.describe(), " and ", x2.describe());
  return norm(x1.unsqueeze(-2) - x2.unsqueeze(-3), p, {-1});
}

namespace {

/// Sums of neighbours along `dim`.
Tensor neighbours(const Tensor& y, std::int64_t dim, double sign) {
  const std::int64_t rest = y.size(dim) - 1;
  const Tensor later = y.narrow(dim, 1, rest), earlier = y.narrow(dim, 0, rest);
  return sign < 0 ? later - earlier : later + earlier;
}

/// How far y's points are apart along `dim`, at x.
Tensor widths(const Tensor& y, const Tensor& x, std::int64_t dim) {
  Tensor steps = neighbours(x, x.dim() == 1 ? 0 : dim, -1);
  if (x.dim() != 1) return steps;
  const int rank = y.sizes().rank();
  return steps.reshape(Shape::along(rank, wrap_dim("trapezoid", dim, rank), steps.size(0)));
}

}  // namespace

Tensor trapezoid(const Tensor& y, double dx, std::int64_t dim) {
  if (y.size(dim) == 0) return sum(y, {dim});
  return sum(neighbours(y, dim, 1), {dim}) * (dx / 2);
}
Tensor trapezoid(const Tensor& y, const Tensor& x, std::int64_t dim) {
  if (y.size(dim) == 0) return sum(y, {dim});
  return sum(neighbours(y, dim, 1) * widths(y, x, dim), {dim}) / 2;
}

Tensor cumulative_trapezoid(const Tensor& y, double dx, std::int64_t dim) {
  if (y.size(dim) == 0) return y.clone();
  return cumsum(neighbours(y, dim, 1), dim) * (dx / 2);
}
Tensor cumulative_trapezoid(const Tensor& y, const Tensor& x, std::int64_t dim) {
  if (y.size(dim) == 0) return y.clone();
  return cumsum(neighbours(y, dim, 1) * widths(y, x, dim), dim) / 2;
}

}  // namespace tandem
