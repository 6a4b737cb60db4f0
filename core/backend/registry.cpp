// Finds the backend of a device, or makes it.
#include "core/backend/registry.h"

#include <atomic>
#include <mutex>

#include "core/backend/gpu_backend.h"
#include "core/base/error.h"

namespace tandem {
namespace {

constinit std::atomic<Backend*> backends[device_type_count][max_devices] = {};

std::recursive_mutex& making() {
  static std::recursive_mutex& mutex = *new std::recursive_mutex;
  return mutex;
}

std::function<std::unique_ptr<Backend>(int)>& private_use() {
  static auto& make = *new std::function<std::unique_ptr<Backend>(int)>;
  return make;
}

Backend& make_backend(const Device& device, std::atomic<Backend*>& slot) {
  const std::lock_guard lock(making());
  if (slot == nullptr) slot = info_of(device.type()).make_backend(device.index()).release();
  return *slot;
}

}  // namespace

Backend& backend_of(const Device& device) {
  std::atomic<Backend*>& slot = backends[static_cast<int>(device.type())][device.index()];
  Backend* backend = slot.load(std::memory_order_acquire);
  return backend != nullptr ? *backend : make_backend(device, slot);
}

std::vector<Backend*> backends_in_use() {
  std::vector<Backend*> result;
  for (const auto& type : backends)
    for (const std::atomic<Backend*>& slot : type)
      if (Backend* backend = slot) result.push_back(backend);
  return result;
}

GpuBackend& cuda_backend(int device_index) {
  check(device_index >= 0 && device_index < max_devices, "cuda:", device_index,
        ": there is no such GPU; this machine has ", cuda_device_count());
  return static_cast<GpuBackend&>(backend_of({kCUDA, device_index}));
}

std::vector<GpuBackend*> cuda_backends_in_use() {
  std::vector<GpuBackend*> result;
  for (const std::atomic<Backend*>& slot : backends[static_cast<int>(kCUDA)])
    if (Backend* backend = slot) result.push_back(static_cast<GpuBackend*>(backend));
  return result;
}

void register_private_use_backend(std::function<std::unique_ptr<Backend>(int)> make) {
  const std::lock_guard lock(making());
  private_use() = std::move(make);
}

std::unique_ptr<Backend> make_private_use_backend(int index) {
  check(private_use() != nullptr, "device privateuseone:", index,
        " was asked for, but no backend is registered for it; call register_private_use_backend()");
  return private_use()(index);
}

}  // namespace tandem
