// Questions about GPUs, as torch::cuda.
#pragma once

#include "core/backend.h"

namespace tandem::cuda {

/// Whether there is a GPU that this build can use.
inline bool is_available() noexcept { return cuda_device_count() > 0; }
inline int device_count() noexcept { return cuda_device_count(); }
/// Waits until everything asked of a GPU so far is done.
inline void synchronize(int device_index = 0) { cuda_backend(device_index).synchronize(); }

}  // namespace tandem::cuda
