// A line of logits: its largest element and the sum of the exponentials, by the lanes that share
// it.
#pragma once

#include "core/rules/math.h"
#include "core/rules/reductions.h"
#include "cuda/kernels/thread_group.cuh"

namespace tandem::gpu {

/// The line of this thread's lanes; those past the last line have no elements.
struct Line : ThreadGroup {
  std::int64_t length;
  __device__ Line(int lanes, std::int64_t lines, std::int64_t size)
      : ThreadGroup(lanes), length(index < lines ? size : 0) {}
};

/// The largest element and the sum of the exponentials of all others relative to it.
template <class C> struct Exponentials {
  C largest;
  double sum;
};

/// `at(k)` is element k of the line. Two passes: relative to the largest element no exponential
/// overflows and at least one is 1, so the sum, in double, loses nothing. Called by every thread of
/// the block, since the combinations wait for all.
template <class C, class At> __device__ Exponentials<C> exponentials(const Line& line, const At& at,
                                                                     C* shared_largest,
                                                                     double* shared_sum) {
  C largest = reductions::Max::identity<C>();
  for (std::int64_t k = line.lane; k < line.length; k += line.count)
    largest = reductions::Max::combine(largest, at(k));
  largest = combine_group<reductions::Max>(largest, line, shared_largest);
  double sum = 0;
  for (std::int64_t k = line.lane; k < line.length; k += line.count)
    sum += static_cast<double>(math::exp(at(k) - largest));
  return {largest, combine_group<reductions::Sum>(sum, line, shared_sum)};
}

}  // namespace tandem::gpu
