// What the parts of the emulated runtime know of each other.
#pragma once

#include <cstddef>
#include <optional>

#include "emulator/submit.h"

namespace gpu_emulator {

inline constexpr int most_devices = 8;

// ---- devices (device.cpp) ----
int device_count();
/// The calling thread's.
int current_device();
/// The number in environment variable `name`, or `otherwise`.
std::size_t environment_number(const char* name, std::size_t otherwise);

// ---- memory (memory.cpp) ----
struct Allocation {
  char* base;
  std::size_t bytes;
  bool pinned;  ///< host memory
  int device;
};
/// The allocation of cudaMalloc or cudaHostAlloc that holds `data`.
std::optional<Allocation> find_allocation(const void* data);
std::size_t device_bytes();

/// Opens the memory of the devices in the mask for its lifetime.
class DeviceAccess {
 public:
  explicit DeviceAccess(unsigned devices) : devices_(devices) { protect(devices_, true); }
  ~DeviceAccess() { protect(devices_, false); }
  DeviceAccess(const DeviceAccess&) = delete;
  DeviceAccess& operator=(const DeviceAccess&) = delete;

 private:
  static void protect(unsigned devices, bool open);
  unsigned devices_;
};

// ---- capture (streams.cpp) ----
/// Whether the calling thread may not wait or allocate now because of a capture, which then is
/// invalidated.
bool capture_forbids();
/// The same for a call that waits for all work of the device, which no mode allows.
bool any_capture_forbids();
/// Whether work of `stream` goes into a graph.
bool is_capturing(cudaStream_t stream);

}  // namespace gpu_emulator
