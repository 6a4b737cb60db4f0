// Help for the gradients of views and of writes through them.
#pragma once

#include <functional>

#include "core/tensor/tensor.h"

namespace tandem {

/// A tensor of shape `whole` that is 0 except where `view` of it shows `grad`; differentiable.
Tensor view_backward(const Tensor& grad, const Shape& whole,
                     const std::function<Tensor(const Tensor&)>& view);

/// Elements of memory from the first to the last of a tensor.
std::int64_t memory_extent(const Shape& shape, const Shape& strides);
/// A contiguous tensor, flat unless `strides` are so, whose memory holds the numbers of `tensor` as
/// a tensor of these strides holds them; differentiable.
Tensor laid_out(const Tensor& tensor, const Shape& strides);

/// The part of a contiguous tensor that lies at these strides and offset, as a view;
/// differentiable.
Tensor as_strided_view(const Tensor& whole, const Shape& shape, const Shape& strides,
                       std::int64_t offset);

}  // namespace tandem
