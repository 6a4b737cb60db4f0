// Copies and fills, with CUDA's checks of the direction and the ranges.
#include <cstring>

#include "device_state.h"
#include "emulator/runtime_api.h"

namespace gpu_emulator {
namespace {

bool is_device(const void* data) {
  const auto found = find_allocation(data);
  return found && !found->pinned;
}

// Memory that is no allocation of ours is the host's own, of unknown size.
bool lies_within_allocation(const void* data, std::size_t bytes) {
  const auto found = find_allocation(data);
  return !found || static_cast<const char*>(data) + bytes <= found->base + found->bytes;
}

cudaError_t check(const void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
  if (to == nullptr || from == nullptr) return cudaErrorInvalidValue;
  const bool valid = is_device(to) == (kind != cudaMemcpyDeviceToHost) &&
                     is_device(from) == (kind != cudaMemcpyHostToDevice) &&
                     lies_within_allocation(to, bytes) && lies_within_allocation(from, bytes);
  return valid ? cudaSuccess : cudaErrorInvalidValue;
}

cudaError_t copy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                 cudaStream_t stream) {
  if (bytes == 0) return cudaSuccess;
  if (const cudaError_t error = check(to, from, bytes, kind)) return error;
  // A replay would read host memory that nobody keeps.
  if (is_capturing(stream) && (!find_allocation(to) || !find_allocation(from)) &&
      capture_forbids()) {
    return cudaErrorStreamCaptureUnsupported;
  }
  return submit(stream, Work::copy, [=] { std::memmove(to, from, bytes); });
}

cudaError_t fill(void* data, int value, std::size_t bytes, cudaStream_t stream) {
  if (bytes == 0) return cudaSuccess;
  if (!find_allocation(data) || !lies_within_allocation(data, bytes)) {
    return cudaErrorInvalidValue;
  }
  return submit(stream, Work::copy, [=] { std::memset(data, value, bytes); });
}

}  // namespace
}  // namespace gpu_emulator

using namespace gpu_emulator;

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  return remember(copy(to, from, bytes, kind, stream));
}

cudaError_t cudaMemcpyPeerAsync(void* to, int to_device, const void* from, int from_device,
                                std::size_t bytes, cudaStream_t stream) {
  const auto to_found = find_allocation(to);
  const auto from_found = find_allocation(from);
  if (bytes != 0 && (!to_found || to_found->device != to_device || !from_found ||
                     from_found->device != from_device)) {
    return remember(cudaErrorInvalidValue);
  }
  return cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream);
}

cudaError_t cudaMemsetAsync(void* data, int value, std::size_t bytes, cudaStream_t stream) {
  return remember(fill(data, value, bytes, stream));
}
