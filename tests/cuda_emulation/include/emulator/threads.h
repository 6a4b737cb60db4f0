// What a kernel's thread sees of its block: indices, barriers, exchange within the warp.
#pragma once

#include <cstdint>

#include "emulator/vector_types.h"

// Plain variables, not per host thread: one kernel runs at a time, and the scheduler sets them
// whenever it switches.
inline uint3 threadIdx{}, blockIdx{};
inline dim3 blockDim, gridDim;
inline constexpr int warpSize = 32;

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

enum class WarpOp { synchronise, shuffle, vote };

/// What the lanes of a warp have brought to a meeting.
struct Meeting {
  const std::uint64_t* values;  ///< by lane; 0xCC bytes where a lane has returned or never was
  unsigned lanes;               ///< those which are here
};

/// Waits until all lanes in `mask` that have not returned are here for the same operation. The
/// answer is valid up to the caller's next wait.
Meeting meet_in_warp(WarpOp op, unsigned mask, std::uint64_t value, Site site);

/// Position of the calling thread in its block, x fastest.
unsigned linear_thread();

}  // namespace gpu_emulator

inline void __syncthreads(gpu_emulator::Site site = gpu_emulator::Site::here()) {
  gpu_emulator::wait_for_block(site);
}

inline void __syncwarp(unsigned mask = 0xffffffffu,
                       gpu_emulator::Site site = gpu_emulator::Site::here()) {
  gpu_emulator::meet_in_warp(gpu_emulator::WarpOp::synchronise, mask, 0, site);
}
