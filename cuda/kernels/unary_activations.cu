// The kernels of every activation rule.
#include "core/rules/activations.h"
#include "cuda/kernels/unary.cuh"

namespace tandem::gpu {

std::span<const UnaryLaunchers> activation_launchers() { return launchers_of(ActivationOps{}); }

}  // namespace tandem::gpu
