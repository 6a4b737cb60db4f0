// How a kernel reports an index outside its dimension.
#pragma once

#include "cuda/context.h"

namespace tandem::gpu {

/// Leaves the first fault in the cell: `value` at position `place` does not fit `size`.
inline __device__ void report_index_error(DeviceIndexError* fault, DeviceIndexError::Kind kind,
                                          const char* op, std::int64_t value, std::int64_t size,
                                          std::int64_t place) {
  if (atomicCAS(&fault->found, static_cast<int>(DeviceIndexError::none),
                static_cast<int>(DeviceIndexError::claimed)) != DeviceIndexError::none)
    return;
  fault->op = op;
  fault->value = value;
  fault->size = size;
  fault->place = place;
  __threadfence_system();
  *static_cast<volatile int*>(&fault->found) = kind;
}

}  // namespace tandem::gpu
