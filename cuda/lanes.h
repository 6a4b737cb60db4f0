// A group of neighbouring threads of a block, a power of two of them, that share a line of
// elements.
#pragma once

#include "cuda/launch.h"

namespace tandem::gpu {

/// Joins one value per lane in a tree, the same on every run; every lane gets the result. Called by
/// all threads of the block; `shared` holds one value per thread.
template <class Op, class Value>
__device__ Value join_lanes(Value value, int lanes, Value* shared) {
  const int own = static_cast<int>(threadIdx.x), lane = own % lanes;
  shared[own] = value;
  for (int width = lanes / 2; width > 0; width /= 2) {
    __syncthreads();
    if (lane < width) shared[own] = Op::join(shared[own], shared[own + width]);
  }
  __syncthreads();
  const Value result = shared[own - lane];
  __syncthreads();  // before the next call writes
  return result;
}

}  // namespace tandem::gpu
