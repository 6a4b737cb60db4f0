// Comparisons of whole tensors.
#include "core/ops/compare.h"

#include "core/ops/elementwise.h"
#include "core/ops/factories.h"
#include "core/ops/mixed_precision.h"
#include "core/ops/reduce.h"

namespace tandem {

Tensor all(const Tensor& x) { return x.numel() == 0 ? full({}, true, x.device()) : (x != 0).min(); }
Tensor any(const Tensor& x) {
  return x.numel() == 0 ? full({}, false, x.device()) : (x != 0).max();
}

bool equal(const Tensor& a, const Tensor& b) {
  return a.sizes() == b.sizes() && all(a == b).item<bool>();
}

bool allclose(const Tensor& given_a, const Tensor& given_b, double rtol, double atol,
              bool equal_nan) {
  const NoGradGuard guard;
  const Tensor a = mixed::to_compute_dtype(given_a), b = mixed::to_compute_dtype(given_b);
  Tensor close = logical_or(a == b, abs(a - b) <= abs(b) * rtol + atol);
  // An infinite tolerance says nothing: infinities are close only when equal.
  close = logical_and(close, logical_or(a == b, isfinite(b)));
  if (equal_nan) close = logical_or(close, logical_and(isnan(a), isnan(b)));
  return all(close).item<bool>();
}

}  // namespace tandem
