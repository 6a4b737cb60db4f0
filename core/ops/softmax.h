// Softmax along a dimension, negative ones counted from the end.
#pragma once

#include "core/tensor/tensor.h"

namespace tandem {

/// exp(x) / sum(exp(x)) along `dim`, shifted by the largest element so that nothing overflows.
/// x: floating point, any shape; the result has x's shape and dtype (float32 under autocast).
Tensor softmax(const Tensor& self, std::int64_t dim);
/// log(softmax(x, dim)), rounded once.
Tensor log_softmax(const Tensor& self, std::int64_t dim);
/// log(sum(exp(x))) along `dim`, without overflow; -inf for an empty dimension.
Tensor logsumexp(const Tensor& self, std::int64_t dim, bool keepdim = false);

}  // namespace tandem
