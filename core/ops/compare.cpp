// Comparisons of whole tensors.
#include "core/ops/compare.h"

#include "core/ops/factories.h"
#include "core/ops/pointwise.h"
#include "core/ops/reduce.h"

namespace tandem {

Tensor all(const Tensor& x) { return x.numel() == 0 ? full({}, true, x.device()) : (x != 0).min(); }
Tensor any(const Tensor& x) {
  return x.numel() == 0 ? full({}, false, x.device()) : (x != 0).max();
}

bool equal(const Tensor& a, const Tensor& b) {
  return a.sizes() == b.sizes() && all(a == b).item<bool>();
}

bool allclose(const Tensor& a, const Tensor& b, double rtol, double atol, bool equal_nan) {
  return all(isclose(a, b, rtol, atol, equal_nan)).item<bool>();
}

}  // namespace tandem
