// What reductions and softmax share: the dimensions of a call, and checks of its operand.
#pragma once

#include "core/backend/calls.h"
#include "core/tensor/tensor.h"

namespace tandem {

/// Which dimensions a call reduces, wrapped and checked.
struct ReducedDims {
  bool reduced[max_rank] = {};
  Shape kept_shape;   ///< with size 1 for reduced dimensions
  Shape short_shape;  ///< without them
  std::int64_t count = 1;

  ReducedDims(const char* op, const Tensor& x, const Shape& dims) {
    const Shape& shape = x.sizes();
    for (std::int64_t dim : dims) {
      const int d = wrap_dim(op, dim, shape.rank());
      check(!reduced[d] || shape.rank() == 0, op, ": dimension ", dim, " appears twice in ", dims);
      reduced[d] = true;
    }
    for (int d = 0; d < shape.rank(); ++d) {
      if (dims.empty()) reduced[d] = true;
      kept_shape.push_back(reduced[d] ? 1 : shape[d]);
      if (reduced[d])
        count *= shape[d];
      else
        short_shape.push_back(shape[d]);
    }
  }
};

/// The dtype of sums of x: its own for reals, int64 otherwise.
inline DType sum_type(const Tensor& x) { return x.is_floating_point() ? x.dtype() : DType::Int64; }

inline void check_real(const char* op, const Tensor& x) {
  check(x.is_floating_point(), op, ": expected a floating-point tensor, got ", x.describe());
}

/// A contiguous tensor as lines along `dim`.
inline AxisSplit split_axis(const Tensor& x, int dim) {
  AxisSplit split;
  for (int d = 0; d < x.sizes().rank(); ++d) {
    if (d < dim)
      split.outer *= x.sizes()[d];
    else if (d == dim)
      split.size = x.sizes()[d];
    else
      split.inner *= x.sizes()[d];
  }
  return split;
}

}  // namespace tandem
