// One launcher per rule of the op lists, found by the rule's position. The lists are instantiated
// in unary_activations.cu, unary_math.cu and binary.cu, so that they compile side by side.
#pragma once

#include <span>

#include "core/backend/backend.h"
#include "cuda/context.h"

namespace tandem::gpu {

using UnaryLauncher = void (*)(DeviceContext&, const RuleParameters&, const LoopPlan&,
                               const Input& x, const Output& out);
using UnarySlopeLauncher = void (*)(DeviceContext&, const RuleParameters&, const LoopPlan&,
                                    const Input& saved, const Input& grad, const Output& out);
using BinaryLauncher = void (*)(DeviceContext&, const RuleParameters&, const LoopPlan&,
                                const Input& a, const Input& b, const Output& out);
using BinarySlopeLauncher = void (*)(DeviceContext&, const RuleParameters&, int side,
                                     const LoopPlan&, const Input& a, const Input& b,
                                     const Input& grad, const Output& out);

struct UnaryLaunchers {
  UnaryLauncher value;
  UnarySlopeLauncher slope;  ///< null for rules without one
};
struct BinaryLaunchers {
  BinaryLauncher value;
  BinarySlopeLauncher slope;
};

/// ActivationOps and MathOps, which UnaryOps is made of.
std::span<const UnaryLaunchers> activation_launchers();
std::span<const UnaryLaunchers> math_launchers();
std::span<const BinaryLaunchers> binary_launchers();

}  // namespace tandem::gpu
