// Gradients against finite differences.
#pragma once

#include <functional>

#include "core/tensor/tensor.h"

namespace tandem::autograd {

/// PyTorch's defaults.
struct GradcheckOptions {
  double eps = 1e-6;
  double atol = 1e-5;
  double rtol = 1e-3;
  bool raise_exception = true;  ///< throw with the numbers that disagree instead of returning false
};

using DifferentiableFunction = std::function<TensorList(const TensorList&)>;

/// Compares f's gradients with central differences, for every element of every float64 input that
/// requires a gradient and every element of every output.
bool gradcheck(const DifferentiableFunction& f, const TensorList& inputs,
               const GradcheckOptions& options = {});
/// The same for the gradients of f's gradients, with gradients of the outputs drawn from `seed`.
bool gradgradcheck(const DifferentiableFunction& f, const TensorList& inputs,
                   const GradcheckOptions& options = {}, std::uint64_t seed = 0);

}  // namespace tandem::autograd
