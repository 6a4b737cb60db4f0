// Mixed precision: parameters stay float32, products run in a 16-bit dtype.
#pragma once

#include "core/base/dtype.h"

namespace tandem {

/// While one lives, this thread computes in mixed precision, as torch.autocast:
///  - products (matmul, mm, bmm, mv, dot, addmm, linear) take float32 and 16-bit operands in
///    `dtype` and give `dtype`;
///  - what needs range or precision takes 16-bit operands in float32 and gives float32: softmax,
///    log_softmax, logsumexp, norm, sum, prod, cumsum, layer_norm, the losses, exp, expm1, log,
///    log2, log10, log1p, pow, reciprocal, rsqrt, tan, sinh, cosh and softplus;
///  - everything else computes in the dtypes it gets, and float64 is never touched.
/// The casts are on the tape, so float32 parameters get float32 gradients. backward() itself runs
/// without autocast, in the dtypes of the forward pass. Guards nest; enabled = false turns
/// autocast off within another. Throws Error unless dtype is kHalf or kBFloat16.
class AutocastGuard {
 public:
  explicit AutocastGuard(DType dtype = kBFloat16, bool enabled = true);
  ~AutocastGuard();
  AutocastGuard(const AutocastGuard&) = delete;
  AutocastGuard& operator=(const AutocastGuard&) = delete;

 private:
  DType dtype_before_;
  bool enabled_before_;
};

/// Whether this thread computes in mixed precision, and the dtype of its products.
bool is_autocast_enabled();
DType autocast_dtype();

}  // namespace tandem
