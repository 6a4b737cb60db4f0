// Takes the place of the CUDA backend in a CPU-only build.
#include "core/backend/backend.h"
#include "core/backend/registry.h"
#include "core/base/error.h"

namespace tandem {

std::unique_ptr<Backend> make_cuda_backend(int index) {
  fail("device cuda:", index,
       " was asked for, but this build of Tandem has no CUDA backend; configure it with "
       "-DTANDEM_CUDA=ON");
}

int cuda_device_count() noexcept { return 0; }

}  // namespace tandem
