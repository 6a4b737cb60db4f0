// Tensors with some elements replaced or added to.
//
// Each function here has an in-place form, too. An index outside its dimension throws IndexError.
#pragma once

#include "core/ops/indexing.h"

namespace tandem {

/// self with source's slices added at `index` along `dim`.
Tensor index_add(const Tensor& self, std::int64_t dim, const Tensor& index, const Tensor& source);
/// The same put there; of equal indices, the last wins.
Tensor index_copy(const Tensor& self, std::int64_t dim, const Tensor& index, const Tensor& source);
/// `value` in the slices at `index` along `dim`.
Tensor index_fill(const Tensor& self, std::int64_t dim, const Tensor& index, Scalar value);
/// self with source[p] added at p, p[dim] replaced by index[p]; equal indices add up in source's
/// order.
Tensor scatter_add(const Tensor& self, std::int64_t dim, const Tensor& index, const Tensor& source);
/// The same put there; of equal indices, the last wins.
Tensor scatter(const Tensor& self, std::int64_t dim, const Tensor& index, const Tensor& source);
Tensor scatter(const Tensor& self, std::int64_t dim, const Tensor& index, Scalar value);
/// `value` where mask (bool, broadcast to self) holds.
Tensor masked_fill(const Tensor& self, const Tensor& mask, Scalar value);
/// source's elements at positions of the flattened self, in index's shape, or added there; negative
/// positions count from the end.
Tensor put(const Tensor& self, const Tensor& index, const Tensor& source, bool accumulate = false);
/// source's elements, in order, where mask (bool, broadcast to self) holds.
Tensor masked_scatter(const Tensor& self, const Tensor& mask, const Tensor& source);

}  // namespace tandem
