// One launcher per rule of the op lists, found by the rule's position. The lists are instantiated
// in unary_activations.cu, unary_math.cu and binary.cu, so that they compile side by side.
#pragma once

#include <span>

#include "core/backend/backend.h"
#include "cuda/context.h"

namespace tandem::gpu {

struct UnaryLaunchers {
  void (*value)(DeviceContext&, const UnaryCall&);
  void (*slope)(DeviceContext&, const UnaryBackwardCall&);  ///< null for rules without one
};
struct BinaryLaunchers {
  void (*value)(DeviceContext&, const BinaryCall&);
  void (*slope)(DeviceContext&, const BinaryBackwardCall&);  ///< null for rules without slopes
};

/// ActivationOps and MathOps, which UnaryOps is made of.
std::span<const UnaryLaunchers> activation_launchers();
std::span<const UnaryLaunchers> math_launchers();
std::span<const BinaryLaunchers> binary_launchers();

}  // namespace tandem::gpu
