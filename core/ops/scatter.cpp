// Replacing elements: scatter, index_copy, index_fill and masked_scatter, composed of index_put_.
#include "core/ops/scatter.h"

#include "core/ops/elementwise.h"
#include "core/ops/factories.h"
#include "core/ops/reduce.h"

namespace tandem {

namespace {

using indexing::TensorIndex;

/// self with `values` at the indices.
Tensor with_put(const Tensor& self, const std::vector<TensorIndex>& indices, const Tensor& values) {
  Tensor out = self.clone();
  out.index_put_(indices, values);
  return out;
}

/// Everything of the dimensions before `dim`, and `index` of it.
std::vector<TensorIndex> along(std::int64_t dim, const Tensor& index) {
  std::vector<TensorIndex> indices(static_cast<std::size_t>(dim), indexing::Slice());
  indices.emplace_back(index);
  return indices;
}

/// Where the elements of `index` point to in the flattened tensor.
Tensor flat_targets(const Tensor& x, std::int64_t dim, const Tensor& index) {
  return gather(arange(x.numel(), x.device()).reshape(x.sizes()), dim, index).reshape({-1});
}

}  // namespace

Tensor index_copy(const Tensor& self, std::int64_t dim, const Tensor& index, const Tensor& source) {
  check(self.dtype() == source.dtype(), "index_copy: the source ", source.describe(),
        " must have the dtype of ", self.describe());
  check(index.dim() <= 1, "index_copy: the index must have one dimension, got ", index.describe());
  if (self.dim() == 0) return index_copy(self.reshape({1}), 0, index, source).reshape({});
  const int d = wrap_dim("index_copy", dim, self.sizes().rank());
  Shape shape = self.sizes();
  shape[d] = index.numel();
  check(source.sizes() == shape || (source.dim() == 0 && shape.numel() == 1),
        "index_copy: the source ", source.describe(), " does not fit ", shape, " of ",
        self.describe());
  return with_put(self, along(d, index.reshape({-1})), source.reshape(shape));
}

Tensor index_fill(const Tensor& self, std::int64_t dim, const Tensor& index, Scalar value) {
  check(index.dim() <= 1, "index_fill: the index must have one dimension, got ", index.describe());
  if (self.dim() == 0) return index_fill(self.reshape({1}), dim, index, value).reshape({});
  const int d = wrap_dim("index_fill", dim, self.sizes().rank());
  check_fits("index_fill", value, self.dtype());
  return with_put(self, along(d, index.reshape({-1})), full({}, value, self.options()));
}

Tensor scatter(const Tensor& self, std::int64_t dim, const Tensor& index, const Tensor& source) {
  check(self.dtype() == source.dtype(), "scatter: the source ", source.describe(),
        " must have the dtype of ", self.describe());
  check(index.dim() == source.dim() || index.numel() == 0, "scatter: the source ",
        source.describe(), " must have the rank of the index ", index.describe());
  if (index.dim() != source.dim()) return self.clone();  // an empty index
  Tensor values = source;
  for (std::int64_t d = 0; d < index.dim(); ++d) values = values.narrow(d, 0, index.size(d));
  const Tensor at = flat_targets(self, dim, index);
  return with_put(self.reshape({-1}), {at}, values.reshape({-1})).reshape(self.sizes());
}
Tensor scatter(const Tensor& self, std::int64_t dim, const Tensor& index, Scalar value) {
  check_fits("scatter", value, self.dtype());
  return scatter(self, dim, index, full(index.sizes(), value, self.options()));
}

Tensor masked_fill(const Tensor& x, const Tensor& mask, Scalar value) {
  check_fits("masked_fill", value, x.dtype());
  Tensor filled = where(mask, full({}, value, x.options()), x);
  check(filled.sizes() == x.sizes(), "masked_fill: the mask ", mask.describe(),
        " does not broadcast into ", x.describe());
  return filled;
}

Tensor masked_scatter(const Tensor& self, const Tensor& mask, const Tensor& source) {
  check(mask.dtype() == DType::Bool, "masked_scatter: the mask must be bool, got ",
        mask.describe());
  check(self.dtype() == source.dtype(), "masked_scatter: the source ", source.describe(),
        " must have the dtype of ", self.describe());
  const Shape shape = broadcast_shapes("masked_scatter", self.sizes(), mask.sizes());
  const Tensor flat_mask = mask.expand(shape).reshape({-1}), from = source.reshape({-1});
  const auto wanted = sum(flat_mask).item<std::int64_t>();
  check(wanted <= from.numel(), "masked_scatter: the mask holds ", wanted, " times, the source ",
        source.describe(), " has fewer elements");
  if (from.numel() == 0)  // an empty sum, which keeps the source on the tape
    return source.requires_grad() ? self.expand(shape) + sum(source) : self.expand(shape).clone();
  const Tensor number = clamp(cumsum(flat_mask, 0) - 1, 0);  // of the source's element
  return where(flat_mask.reshape(shape), from.index_select(0, number).reshape(shape), self);
}

Tensor put(const Tensor& self, const Tensor& index, const Tensor& source, bool accumulate) {
  check(index.numel() == source.numel() && self.dtype() == source.dtype(),
        "put: expected one element of self's dtype for each position, got ", self.describe(), ", ",
        index.describe(), " and ", source.describe());
  const Tensor flat = self.reshape({-1}), at = index.reshape({-1}), values = source.reshape({-1});
  return (accumulate ? scatter_add(flat, 0, at, values) : scatter(flat, 0, at, values))
      .reshape(self.sizes());
}

}  // namespace tandem
