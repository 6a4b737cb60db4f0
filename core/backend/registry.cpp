// Finds the backend of a device.
#include "core/backend/registry.h"

#include "core/backend/gpu_backend.h"

namespace tandem {

Backend& backend_of(const Device& device) {
  return device.is_cpu() ? cpu_backend() : cuda_backend(device.index());
}

}  // namespace tandem
