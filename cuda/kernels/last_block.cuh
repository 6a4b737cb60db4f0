// Sums over many blocks in one launch: each block leaves its part, and the one that finishes last
// adds the parts in their order.
#pragma once

#include "cuda/kernels/launch.cuh"

namespace tandem::gpu {

/// Whether this block is the last of `blocks` to come here; it then sees what the others wrote
/// before (read it with __ldcg: L1 may hold older lines). Called by every thread of a block; `last`
/// is shared by the block; the counter is 0 before and after.
inline __device__ bool is_last_block(unsigned* counter, unsigned blocks, bool& last) {
  __threadfence();
  __syncthreads();
  if (threadIdx.x == 0 && threadIdx.y == 0) {
    last = atomicAdd(counter, 1u) == blocks - 1;
    if (last) *counter = 0;
  }
  __syncthreads();
  if (last) __threadfence();
  return last;
}

}  // namespace tandem::gpu
