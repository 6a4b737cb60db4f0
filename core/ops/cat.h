// Putting tensors together.
#pragma once

#include "core/tensor/tensor.h"

namespace tandem {

/// Joined along an existing dimension; all other sizes agree. dtypes promote.
Tensor cat(const TensorList& tensors, std::int64_t dim = 0);
/// Joined along a new dimension; all shapes agree.
Tensor stack(const TensorList& tensors, std::int64_t dim = 0);

}  // namespace tandem
