// Where the backends are found.
#pragma once

#include <vector>

#include "core/base/device.h"

namespace tandem {

class Backend;
class GpuBackend;

/// The two entry points that the link fills: cpu/ and cuda/. A CPU-only build's cuda_backend()
/// throws.
Backend& cpu_backend();
GpuBackend& cuda_backend(int device_index);
/// The GPUs' backends that were asked for so far.
std::vector<GpuBackend*> cuda_backends_in_use();
/// How many GPUs can be used; 0 in a CPU-only build or on a machine without one. Never throws.
int cuda_device_count() noexcept;

/// The backend of `device`; throws Error when there is none.
Backend& backend_of(const Device& device);

}  // namespace tandem
