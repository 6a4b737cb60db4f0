// Takes the place of the CUDA backend in a CPU-only build.
#include "core/backend/gpu_backend.h"
#include "core/backend/registry.h"

namespace tandem {

GpuBackend& cuda_backend(int device_index) {
  fail("device cuda:", device_index,
       " was asked for, but this build of Tandem has no CUDA backend; configure it with "
       "-DTANDEM_CUDA=ON");
}

std::vector<GpuBackend*> cuda_backends_in_use() { return {}; }

int cuda_device_count() noexcept { return 0; }

}  // namespace tandem
