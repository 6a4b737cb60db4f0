// The kernels of every other unary rule.
#include "core/rules/functions.h"
#include "cuda/kernels/unary.cuh"

namespace tandem::gpu {

std::span<const UnaryLaunchers> math_launchers() { return launchers_of(MathOps{}); }

}  // namespace tandem::gpu
