// A group of neighbouring threads of a block, a power of two of them, that share a line of
// elements.
#pragma once

#include "cuda/kernels/launch.cuh"

namespace tandem::gpu {

/// Which of `count` lanes this thread is, and the number of its group. Groups past the last line
/// take part in every combination, too.
struct ThreadGroup {
  int lane, count;
  std::int64_t index;

  explicit __device__ ThreadGroup(int lanes)
      : lane(static_cast<int>(threadIdx.x) % lanes),
        count(lanes),
        index(static_cast<std::int64_t>(blockIdx.x) *
                  (block_threads / static_cast<unsigned>(lanes)) +
              threadIdx.x / static_cast<unsigned>(lanes)) {}
};

/// Combines one value per lane in a tree, the same on every run; every lane gets the result. Called
/// by all threads of the block; `shared` holds one value per thread.
template <class Op, class Value>
__device__ Value combine_group(Value value, const ThreadGroup& group, Value* shared) {
  const int own = static_cast<int>(threadIdx.x);
  shared[own] = value;
  for (int width = group.count / 2; width > 0; width /= 2) {
    __syncthreads();
    if (group.lane < width) shared[own] = Op::combine(shared[own], shared[own + width]);
  }
  __syncthreads();
  const Value result = shared[own - group.lane];
  __syncthreads();  // before the next call writes
  return result;
}

}  // namespace tandem::gpu
