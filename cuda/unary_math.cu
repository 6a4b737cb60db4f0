#include "core/math_rules.h"
#include "cuda/unary.h"

namespace tandem::gpu {

std::span<const UnaryLaunchers> math_launchers() { return launchers_of(MathOps{}); }

}  // namespace tandem::gpu
