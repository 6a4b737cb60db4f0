// The list of all unary elementwise ops; an op's id is its position here.
#pragma once

#include "core/activation_rules.h"
#include "core/math_rules.h"

namespace tandem {
inline namespace TANDEM_ISA {

using UnaryOps = Concatenate<ActivationOps, MathOps>;

}  // namespace TANDEM_ISA
}  // namespace tandem
