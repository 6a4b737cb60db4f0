// What a kernel's thread sees of its block: indices and the barrier.
#pragma once

#include "emulator/vector_types.h"

// Plain variables, not per host thread: one kernel runs at a time, and the scheduler sets them
// whenever it switches.
inline uint3 threadIdx{}, blockIdx{};
inline dim3 blockDim, gridDim;

namespace gpu_emulator {

/// The place of a call in the sources; std::source_location is missing in Clang 14.
struct Site {
  const char* file;
  int line;
  static constexpr Site here(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    return {file, line};
  }
};

/// Waits until every thread of the block is here; aborts where CUDA has no such meeting.
void wait_for_block(Site site);

}  // namespace gpu_emulator

inline void __syncthreads(gpu_emulator::Site site = gpu_emulator::Site::here()) {
  gpu_emulator::wait_for_block(site);
}
