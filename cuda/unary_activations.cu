#include "core/activation_rules.h"
#include "cuda/unary.h"

namespace tandem::gpu {

std::span<const UnaryLaunchers> activation_launchers() { return launchers_of(ActivationOps{}); }

}  // namespace tandem::gpu
