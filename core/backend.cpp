#include "core/backend.h"

namespace tandem {

Backend& backend_of(const Device& device) {
  return device.is_cpu() ? cpu_backend() : cuda_backend(device.index());
}

}  // namespace tandem
