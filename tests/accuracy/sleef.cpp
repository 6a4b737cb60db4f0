#include "tests/accuracy/sleef.h"

#include <sleef.h>

namespace tandem::accuracy::sleef {

// Wrapped, because SLEEF declares them with attributes that pointers to functions do not have.
const Function tanh = [](float x) { return Sleef_tanhf_u10(x); };
const Function exp = [](float x) { return Sleef_expf_u10(x); };
const Function expm1 = [](float x) { return Sleef_expm1f_u10(x); };
const Function log = [](float x) { return Sleef_logf_u10(x); };
const Function log2 = [](float x) { return Sleef_log2f_u10(x); };
const Function log10 = [](float x) { return Sleef_log10f_u10(x); };
const Function log1p = [](float x) { return Sleef_log1pf_u10(x); };
const Function erf = [](float x) { return Sleef_erff_u10(x); };
const Function sin = [](float x) { return Sleef_sinf_u10(x); };
const Function cos = [](float x) { return Sleef_cosf_u10(x); };
const Function tan = [](float x) { return Sleef_tanf_u10(x); };
const Function sinh = [](float x) { return Sleef_sinhf_u10(x); };
const Function cosh = [](float x) { return Sleef_coshf_u10(x); };
const Function asin = [](float x) { return Sleef_asinf_u10(x); };
const Function acos = [](float x) { return Sleef_acosf_u10(x); };
const Function atan = [](float x) { return Sleef_atanf_u10(x); };
const Function asinh = [](float x) { return Sleef_asinhf_u10(x); };
const Function acosh = [](float x) { return Sleef_acoshf_u10(x); };
const Function atanh = [](float x) { return Sleef_atanhf_u10(x); };

}  // namespace tandem::accuracy::sleef
