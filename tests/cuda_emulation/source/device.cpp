// Errors and devices of the emulated CUDA runtime.
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "device_state.h"
#include "emulator/runtime_api.h"

namespace gpu_emulator {
namespace {

thread_local cudaError_t last_error = cudaSuccess;
thread_local int thread_device = 0;
std::array<std::atomic<unsigned>, most_devices> peers;

constexpr int multiprocessors = 2;
constexpr std::size_t shared_bytes = 48 * 1024;
constexpr int version = 13000;

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

unsigned visible_devices(int device) {
  return 1u << device | peers[static_cast<std::size_t>(device)];
}

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

cudaError_t cudaPeekAtLastError() { return last_error; }

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
  cudaDeviceProp p{};
  std::snprintf(p.name, sizeof p.name, "emulated GPU");
  p.totalGlobalMem = device_bytes();
  p.sharedMemPerBlock = p.sharedMemPerBlockOptin = shared_bytes;
  p.sharedMemPerMultiprocessor = 4 * shared_bytes;
  p.regsPerBlock = 65536;
  p.warpSize = 32;
  p.maxThreadsPerBlock = 1024;
  p.maxThreadsDim[0] = p.maxThreadsDim[1] = 1024;
  p.maxThreadsDim[2] = 64;
  p.maxGridSize[0] = 2147483647;
  p.maxGridSize[1] = p.maxGridSize[2] = 65535;
  p.major = 9;
  p.multiProcessorCount = multiprocessors;
  p.concurrentKernels = p.unifiedAddressing = 1;
  p.pciBusID = device + 1;
  p.asyncEngineCount = 2;
  p.l2CacheSize = 4 * 1024 * 1024;
  p.maxThreadsPerMultiProcessor = 2048;
  p.maxBlocksPerMultiProcessor = 32;
  *properties = p;
  return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device) {
  cudaDeviceProp p;
  if (const cudaError_t error = cudaGetDeviceProperties(&p, device)) return error;
  switch (attribute) {
    case cudaDevAttrMaxThreadsPerBlock:
      *value = p.maxThreadsPerBlock;
      break;
    case cudaDevAttrMaxGridDimX:
      *value = p.maxGridSize[0];
      break;
    case cudaDevAttrMaxSharedMemoryPerBlock:
    case cudaDevAttrMaxSharedMemoryPerBlockOptin:
      *value = static_cast<int>(p.sharedMemPerBlock);
      break;
    case cudaDevAttrWarpSize:
      *value = p.warpSize;
      break;
    case cudaDevAttrMultiProcessorCount:
      *value = p.multiProcessorCount;
      break;
    case cudaDevAttrL2CacheSize:
      *value = p.l2CacheSize;
      break;
    case cudaDevAttrMaxThreadsPerMultiProcessor:
      *value = p.maxThreadsPerMultiProcessor;
      break;
    case cudaDevAttrComputeCapabilityMajor:
      *value = p.major;
      break;
    case cudaDevAttrComputeCapabilityMinor:
      *value = p.minor;
      break;
    case cudaDevAttrMaxSharedMemoryPerMultiprocessor:
      *value = static_cast<int>(p.sharedMemPerMultiprocessor);
      break;
    case cudaDevAttrMaxBlocksPerMultiprocessor:
      *value = p.maxBlocksPerMultiProcessor;
      break;
    default:
      return remember(cudaErrorInvalidValue);
  }
  return cudaSuccess;
}

cudaError_t cudaDeviceSynchronize() {
  return remember(any_capture_forbids() ? cudaErrorStreamCaptureUnsupported : cudaSuccess);
}

// Frees nothing: the tests' own accounts find what is left over.
cudaError_t cudaDeviceReset() { return cudaSuccess; }

cudaError_t cudaDeviceCanAccessPeer(int* can_access, int device, int peer) {
  if (!is_device(device) || !is_device(peer)) return remember(cudaErrorInvalidDevice);
  *can_access = device != peer;
  return cudaSuccess;
}

cudaError_t cudaDeviceEnablePeerAccess(int peer, unsigned flags) {
  if (!is_device(peer) || peer == thread_device) return remember(cudaErrorInvalidDevice);
  if (flags != 0) return remember(cudaErrorInvalidValue);
  auto& mine = peers[static_cast<std::size_t>(thread_device)];
  const bool enabled = (mine.fetch_or(1u << peer) >> peer & 1u) != 0;
  return remember(enabled ? cudaErrorPeerAccessAlreadyEnabled : cudaSuccess);
}

cudaError_t cudaRuntimeGetVersion(int* runtime_version) {
  *runtime_version = version;
  return cudaSuccess;
}

cudaError_t cudaDriverGetVersion(int* driver_version) {
  *driver_version = version;
  return cudaSuccess;
}
