// Takes the place of the CUDA backend in a CPU-only build.
#include "core/backend.h"

namespace tandem {

Backend& cuda_backend(int device_index) {
  fail("device cuda:", device_index,
       " was asked for, but this build of Tandem has no CUDA backend");
}

int cuda_device_count() noexcept { return 0; }

}  // namespace tandem
