// Comparisons of whole tensors.
#pragma once

#include "core/tensor/tensor.h"

namespace tandem {

/// Whether all (any) elements are not zero.
Tensor all(const Tensor& self);
Tensor any(const Tensor& self);
/// Whether shapes and all elements are equal (nan is not).
bool equal(const Tensor& self, const Tensor& other);
/// Whether |self - other| <= atol + rtol |other| everywhere; equal infinities are close, nan only
/// with equal_nan.
bool allclose(const Tensor& self, const Tensor& other, double rtol = 1e-5, double atol = 1e-8,
              bool equal_nan = false);

}  // namespace tandem
