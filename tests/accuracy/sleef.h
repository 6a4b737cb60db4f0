// SLEEF's functions of at most 1 ulp, or null pointers where SLEEF is not installed.
#pragma once

namespace tandem::accuracy::sleef {

using Function = float (*)(float);
extern const Function tanh, exp, expm1, log, log2, log10, log1p, erf, sin, cos, tan, sinh, cosh,
    asin, acos, atan, asinh, acosh, atanh;

}  // namespace tandem::accuracy::sleef
