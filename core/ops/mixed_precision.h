// What dtype ops compute in: what autocast wants, float32 for 16 bits, a real one for integers.
#pragma once

#include "core/tensor/autocast.h"
#include "core/tensor/tensor.h"

namespace tandem::mixed {

/// Whether autocast has a product take `x` in its own dtype.
inline bool needs_autocast(const Tensor& x) {
  return is_autocast_enabled() && x.defined() && x.is_floating_point() && x.dtype() != kFloat64 &&
         x.dtype() != autocast_dtype();
}
inline Tensor to_autocast_dtype(const Tensor& x) {
  return needs_autocast(x) ? x.to(autocast_dtype()) : x;
}

/// Whether autocast has an op take `x` in float32.
inline bool needs_float32(const Tensor& x) {
  return x.defined() && is_half(x.dtype()) && is_autocast_enabled();
}

/// `x` in the dtype that it is computed in.
inline Tensor to_compute_dtype(const Tensor& x) { return is_half(x.dtype()) ? x.to(kFloat32) : x; }
/// The result of an op that autocast gives float32, from float32, for an operand of `dtype`.
inline Tensor from_float32(const Tensor& result, DType dtype) {
  return is_autocast_enabled() ? result : result.to(dtype);
}

}  // namespace tandem::mixed

namespace tandem {
/// Integers in the default dtype, as ops take them that have no rule for integers.
inline Tensor as_real(const Tensor& x) {
  return x.is_floating_point() ? x : x.to(get_default_dtype());
}
}  // namespace tandem
