// How a loss combines its elements.
#pragma once

namespace tandem {

enum class Reduction { None, Mean, Sum, BatchMean };
inline constexpr Reduction kNone = Reduction::None;
inline constexpr Reduction kMean = Reduction::Mean;
inline constexpr Reduction kSum = Reduction::Sum;
/// Sum divided by the first size; kl_div only.
inline constexpr Reduction kBatchMean = Reduction::BatchMean;

}  // namespace tandem
