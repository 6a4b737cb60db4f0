// Errors and devices of the emulated CUDA runtime.
#include <cstdlib>

#include "device_state.h"
#include "emulator/runtime_api.h"

namespace gpu_emulator {
namespace {

thread_local cudaError_t last_error = cudaSuccess;
thread_local int thread_device = 0;

bool is_device(int device) { return device >= 0 && device < device_count(); }

}  // namespace

std::size_t environment_number(const char* name, std::size_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr || *text == '\0' ? otherwise : std::strtoull(text, nullptr, 10);
}

int device_count() {
  static const int count = [] {
    const auto asked = environment_number("TANDEM_EMULATED_GPUS", 1);
    return asked > most_devices ? most_devices : static_cast<int>(asked);
  }();
  return count;
}

int current_device() { return thread_device; }

cudaError_t remember(cudaError_t error) {
  if (error != cudaSuccess) last_error = error;
  return error;
}

}  // namespace gpu_emulator

using namespace gpu_emulator;

const char* cudaGetErrorName(cudaError_t error) {
  switch (error) {
#define EMULATOR_NAME(name, number, text) \
  case name:                              \
    return #name;
    EMULATOR_FOR_EACH_ERROR(EMULATOR_NAME)
#undef EMULATOR_NAME
  }
  return "unrecognized error code";
}

const char* cudaGetErrorString(cudaError_t error) {
  switch (error) {
#define EMULATOR_TEXT(name, number, text) \
  case name:                              \
    return text;
    EMULATOR_FOR_EACH_ERROR(EMULATOR_TEXT)
#undef EMULATOR_TEXT
  }
  return "unrecognized error code";
}

cudaError_t cudaGetLastError() {
  const cudaError_t error = last_error;
  last_error = cudaSuccess;
  return error;
}

cudaError_t cudaGetDeviceCount(int* count) {
  *count = device_count();
  return remember(*count == 0 ? cudaErrorNoDevice : cudaSuccess);
}

cudaError_t cudaSetDevice(int device) {
  if (!is_device(device)) return remember(cudaErrorInvalidDevice);
  thread_device = device;
  return cudaSuccess;
}

cudaError_t cudaGetDevice(int* device) {
  *device = thread_device;
  return cudaSuccess;
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  if (!is_device(device)) return remember(cudaErrorInvalidDevice);
  *properties = {"emulated GPU"};
  return cudaSuccess;
}

// The one attribute is the major number of the compute capability.
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr, int device) {
  if (!is_device(device)) return remember(cudaErrorInvalidDevice);
  *value = 9;
  return cudaSuccess;
}
