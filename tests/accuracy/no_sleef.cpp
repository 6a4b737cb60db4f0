// In place of sleef.cpp where SLEEF is missing.
#include "tests/accuracy/sleef.h"

namespace tandem::accuracy::sleef {

const Function tanh = nullptr, exp = nullptr, expm1 = nullptr, log = nullptr, log2 = nullptr,
               log10 = nullptr, log1p = nullptr, erf = nullptr, sin = nullptr, cos = nullptr,
               tan = nullptr, sinh = nullptr, cosh = nullptr, asin = nullptr, acos = nullptr,
               atan = nullptr, asinh = nullptr, acosh = nullptr, atanh = nullptr;

}  // namespace tandem::accuracy::sleef
