// What all products share: the check of their operands, and what the tape keeps of them.
#pragma once

#include "core/tensor/tensor.h"

namespace tandem {

/// Throws, naming `op`, unless a and b have one dtype and device for which there are products.
inline void check_product(const char* op, const Tensor& a, const Tensor& b) {
  check(a.defined() && b.defined(), op, ": an operand is an undefined tensor");
  check(a.dtype() == b.dtype() && a.device() == b.device(), op,
        ": operands must have one dtype and device, got ", a.describe(), " and ", b.describe());
  check(a.is_floating_point() || (a.device().is_cpu() && a.dtype() != DType::Bool), op, ": ",
        a.describe(), " has no matrix product");
}

/// beta input + alpha product, in the product's shape. What is taken times 0 is ignored, even if it
/// is infinite or nan. Throws, naming `op`, if the input does not broadcast to the product.
Tensor add_product(const char* op, const Tensor& input, const Tensor& product, Scalar beta,
                   Scalar alpha);

/// A factor is kept only for the gradient of the other one.
inline const Tensor& kept_for(const Tensor& other, const Tensor& factor) {
  static const Tensor& none = *new Tensor;
  return other.requires_grad() ? factor : none;
}

}  // namespace tandem
