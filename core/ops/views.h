// Help for the gradients of views and of writes through them.
#pragma once

#include <functional>

#include "core/tensor/tensor.h"

namespace tandem {

/// A tensor of shape `whole` that is 0 except where `view` of it shows `grad`; differentiable.
Tensor view_backward(const Tensor& grad, const Shape& whole,
                     const std::function<Tensor(const Tensor&)>& view);

/// The part of a contiguous tensor that lies at these strides and offset, as a view;
/// differentiable.
Tensor as_strided_view(const Tensor& whole, const Shape& shape, const Shape& strides,
                       std::int64_t offset);

}  // namespace tandem
