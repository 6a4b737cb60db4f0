// Takes the place of the CUDA backend in a CPU-only build.
#include "core/backend/backend.h"

namespace tandem {

GpuBackend& cuda_backend(int device_index) {
  fail("device cuda:", device_index,
       " was asked for, but this build of Tandem has no CUDA backend");
}

std::vector<GpuBackend*> cuda_backends_in_use() { return {}; }

int cuda_device_count() noexcept { return 0; }

}  // namespace tandem
