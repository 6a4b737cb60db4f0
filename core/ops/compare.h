// Comparisons of whole tensors.
#pragma once

#include "core/tensor/tensor.h"

namespace tandem {

/// Whether all (any) elements are not zero.
Tensor all(const Tensor& x);
Tensor any(const Tensor& x);
/// Whether shapes and all elements are equal (nan is not).
bool equal(const Tensor& a, const Tensor& b);
/// Whether |a - b| <= atol + rtol |b| everywhere; equal infinities are close, nan only with
/// equal_nan.
bool allclose(const Tensor& a, const Tensor& b, double rtol = 1e-5, double atol = 1e-8,
              bool equal_nan = false);

}  // namespace tandem
