// Help for the gradients of views.
#pragma once

#include <functional>

#include "core/tensor.h"

namespace tandem {

/// A tensor of shape `whole` that is 0 except where `view` of it shows `grad`; differentiable.
Tensor embed(const Tensor& grad, const Shape& whole,
             const std::function<Tensor(const Tensor&)>& view);

}  // namespace tandem
