// From a position in a loop to the offsets of its operands: LoopPlan in a form that kernels walk.
#pragma once

#include <cstdint>

#include "core/backend/loop_plan.h"
#include "core/base/macros.h"

namespace tandem::gpu {

/// Division by a fixed number, through a multiplication where numerator and divisor are below 2^31
/// (Granlund and Montgomery, "Division by Invariant Integers using Multiplication", 1994).
class FastDivmod {
 public:
  FastDivmod() = default;
  explicit FastDivmod(std::int64_t divisor) : divisor_(divisor) {
    if (divisor < 1 || divisor >= limit) return;  // an empty dimension is never walked
    while ((std::int64_t{1} << shift_) < divisor) ++shift_;
    const std::int64_t excess = (std::int64_t{1} << shift_) - divisor;
    magic_ = static_cast<std::uint32_t>((excess << 32) / divisor + 1);
  }

  TANDEM_HD std::int64_t divide(std::int64_t n) const {
    if (n >= limit || divisor_ >= limit) return n / divisor_;
    const auto small = static_cast<std::uint32_t>(n);
    const auto high = static_cast<std::uint32_t>((std::uint64_t{small} * magic_) >> 32);
    return (high + small) >> shift_;
  }
  TANDEM_HD std::int64_t divisor() const { return divisor_; }

 private:
  static constexpr std::int64_t limit = std::int64_t{1} << 31;
  std::int64_t divisor_ = 1;
  std::uint32_t magic_ = 1, shift_ = 0;
};

template <int operands> struct Offsets { std::int64_t at[operands]; };

/// A LoopPlan for `operands` operands, passed to kernels by value. Divisions by the sizes are
/// multiplications: a 64-bit division would take a hundred instructions for each dimension.
template <int operands> class OffsetCalculator {
 public:
  OffsetCalculator() = default;
  explicit OffsetCalculator(const LoopPlan& plan) : rank_(plan.rank) {
    for (int d = 0; d < plan.rank; ++d) {
      sizes_[d] = FastDivmod(plan.sizes[d]);
      for (int i = 0; i < operands; ++i) strides_[d][i] = plan.strides[i][d];
    }
  }

  TANDEM_HD Offsets<operands> operator()(std::int64_t position) const {
    Offsets<operands> offsets;
    for (int i = 0; i < operands; ++i) offsets.at[i] = 0;
    for (int d = rank_ - 1; d >= 0; --d) {
      // What is left in the outermost dimension is the index itself.
      const std::int64_t rest = d > 0 ? sizes_[d].divide(position) : 0;
      const std::int64_t along = position - rest * sizes_[d].divisor();
      for (int i = 0; i < operands; ++i) offsets.at[i] += along * strides_[d][i];
      position = rest;
    }
    return offsets;
  }

 private:
  int rank_ = 0;
  FastDivmod sizes_[max_rank];
  std::int64_t strides_[max_rank][operands] = {};
};

}  // namespace tandem::gpu
