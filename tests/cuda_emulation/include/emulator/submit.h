// The one door through which work reaches an emulated device.
#pragma once

#include <functional>

#include "emulator/runtime_types.h"

namespace gpu_emulator {

enum class Work {
  kernel,  ///< sees the memory of its device
  copy,    ///< sees the memory of every device
  host     ///< runs outside of the device
};

/// Runs `work` at once or, where `stream` captures, appends it to the graph. One device work at a
/// time runs in the process, and device memory is open to it alone.
cudaError_t submit(cudaStream_t stream, Work kind, std::function<void()> work);

/// Keeps `error` for cudaGetLastError, and returns it.
cudaError_t remember(cudaError_t error);

}  // namespace gpu_emulator
