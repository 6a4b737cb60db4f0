// Copies and fills, with CUDA's checks of the direction and the ranges.
#include <cstring>

#include "device_state.h"
#include "emulator/runtime_api.h"

namespace gpu_emulator {
namespace {

struct Rows {
  std::size_t pitch, width, height;
};

bool is_device(const void* data) {
  const auto found = find_allocation(data);
  return found && found->type == cudaMemoryTypeDevice;
}

// Memory that is no allocation of ours is the host's own, of unknown size.
bool lies_within_allocation(const void* data, const Rows& rows) {
  const auto found = find_allocation(data);
  if (!found) return true;
  const std::size_t bytes = (rows.height - 1) * rows.pitch + rows.width;
  return static_cast<const char*>(data) + bytes <= found->base + found->bytes;
}

cudaError_t check(const void* to, const Rows& to_rows, const void* from, const Rows& from_rows,
                  cudaMemcpyKind kind) {
  if (to == nullptr || from == nullptr) return cudaErrorInvalidValue;
  if (to_rows.pitch < to_rows.width || from_rows.pitch < from_rows.width) {
    return cudaErrorInvalidPitchValue;
  }
  if (kind < cudaMemcpyHostToHost || kind > cudaMemcpyDefault) {
    return cudaErrorInvalidMemcpyDirection;
  }
  const bool to_device = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
  const bool from_device = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
  if (kind != cudaMemcpyDefault && (is_device(to) != to_device || is_device(from) != from_device)) {
    return cudaErrorInvalidValue;
  }
  const bool fits = lies_within_allocation(to, to_rows) && lies_within_allocation(from, from_rows);
  return fits ? cudaSuccess : cudaErrorInvalidValue;
}

cudaError_t copy(void* to, Rows to_rows, const void* from, Rows from_rows, cudaMemcpyKind kind,
                 cudaStream_t stream) {
  if (to_rows.width == 0 || to_rows.height == 0) return cudaSuccess;
  if (const cudaError_t error = check(to, to_rows, from, from_rows, kind)) return error;
  // A replay would read host memory that nobody keeps.
  cudaStreamCaptureStatus status = cudaStreamCaptureStatusNone;
  if (stream != nullptr) cudaStreamIsCapturing(stream, &status);
  if (status == cudaStreamCaptureStatusActive && (!find_allocation(to) || !find_allocation(from)) &&
      capture_forbids()) {
    return cudaErrorStreamCaptureUnsupported;
  }
  return submit(stream, Work::copy, [=] {
    for (std::size_t row = 0; row < to_rows.height; ++row) {
      std::memmove(static_cast<char*>(to) + row * to_rows.pitch,
                   static_cast<const char*>(from) + row * from_rows.pitch, to_rows.width);
    }
  });
}

cudaError_t fill(void* data, int value, std::size_t bytes, cudaStream_t stream) {
  if (bytes == 0) return cudaSuccess;
  if (!find_allocation(data) || !lies_within_allocation(data, {bytes, bytes, 1})) {
    return cudaErrorInvalidValue;
  }
  return submit(stream, Work::copy, [=] { std::memset(data, value, bytes); });
}

}  // namespace
}  // namespace gpu_emulator

using namespace gpu_emulator;

cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
  if (capture_forbids()) return remember(cudaErrorStreamCaptureUnsupported);
  const Rows rows{bytes, bytes, 1};
  return remember(copy(to, rows, from, rows, kind, nullptr));
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  const Rows rows{bytes, bytes, 1};
  return remember(copy(to, rows, from, rows, kind, stream));
}

cudaError_t cudaMemcpy2DAsync(void* to, std::size_t to_pitch, const void* from,
                              std::size_t from_pitch, std::size_t width, std::size_t height,
                              cudaMemcpyKind kind, cudaStream_t stream) {
  return remember(
      copy(to, {to_pitch, width, height}, from, {from_pitch, width, height}, kind, stream));
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

cudaError_t cudaMemset(void* data, int value, std::size_t bytes) {
  if (capture_forbids()) return remember(cudaErrorStreamCaptureUnsupported);
  return remember(fill(data, value, bytes, nullptr));
}

cudaError_t cudaMemsetAsync(void* data, int value, std::size_t bytes, cudaStream_t stream) {
  return remember(fill(data, value, bytes, stream));
}
