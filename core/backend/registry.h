// Where backends are found: the table of device types, each with the backends in use.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/base/device.h"

namespace tandem {

class Backend;
class GpuBackend;

/// The backend of `device`, made at its first use and never destroyed: tensors with static lifetime
/// may still release memory at exit. Throws Error when there is none.
Backend& backend_of(const Device& device);
/// Those that were asked for so far.
std::vector<Backend*> backends_in_use();

/// The same for GPUs.
GpuBackend& cuda_backend(int device_index);
std::vector<GpuBackend*> cuda_backends_in_use();
/// How many GPUs can be used; 0 in a CPU-only build or on a machine without one. Never throws.
int cuda_device_count() noexcept;

/// Makes the backend of device kPrivateUse1 `index` from now on: for a backend that lives outside
/// Tandem. Backends in use stay.
void register_private_use_backend(std::function<std::unique_ptr<Backend>(int index)> make);

}  // namespace tandem
