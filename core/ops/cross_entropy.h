// Softmax cross-entropy on class labels, in one pass that gives value and gradient together.
#pragma once

#include "core/tensor/tensor.h"

namespace tandem {

/// -log softmax(logits)[label] for each row. logits: [rows, classes]; labels: int64 [rows]; result:
/// [rows], 0 for rows labelled ignore_index. A label outside [0, classes) throws IndexError.
Tensor cross_entropy_rows(const Tensor& logits, const Tensor& labels,
                          std::int64_t ignore_index = -100);
/// The mean over the rows that are not ignored, as one op; nan if all are.
Tensor cross_entropy_mean(const Tensor& logits, const Tensor& labels,
                          std::int64_t ignore_index = -100);

}  // namespace tandem
