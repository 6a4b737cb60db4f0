// libtorch's namespace of special functions: other names for ops of this library.
#pragma once

#include "core/ops/pointwise.h"
#include "core/ops/softmax.h"

namespace tandem::special {

using tandem::erf;
using tandem::exp2;
using tandem::expm1;
using tandem::log1p;
using tandem::log_softmax;
using tandem::logit;
using tandem::logsumexp;
using tandem::round;
using tandem::sinc;
using tandem::softmax;
using tandem::xlogy;
inline Tensor expit(const Tensor& x) { return sigmoid(x); }

}  // namespace tandem::special
