// The list of all unary elementwise ops; an op's id is its position here.
#pragma once

#include "core/rules/activations.h"
#include "core/rules/functions.h"

namespace tandem {
inline namespace TANDEM_ISA {

using UnaryOps = Concatenate<ActivationOps, MathOps>;

}  // namespace TANDEM_ISA
}  // namespace tandem
