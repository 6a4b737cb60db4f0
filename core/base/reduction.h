// How a loss combines its elements.
#pragma once

#include "core/base/error.h"

namespace tandem {

enum class Reduction { None, Mean, Sum, BatchMean, Max };
inline constexpr Reduction kNone = Reduction::None;
inline constexpr Reduction kMean = Reduction::Mean;
inline constexpr Reduction kSum = Reduction::Sum;
/// Sum divided by the first size; kl_div only.
inline constexpr Reduction kBatchMean = Reduction::BatchMean;
/// EmbeddingBag only.
inline constexpr Reduction kMax = Reduction::Max;

/// Throws Error for a reduction that a loss does not have.
inline void check_reduction(const char* op, Reduction reduction) {
  check(reduction != kBatchMean, op, ": batchmean is a reduction of kl_div only");
  check(reduction != kMax, op, ": the reduction must be kNone, kMean or kSum");
}

}  // namespace tandem
