#include "cuda/pinned.h"

#include <bit>

namespace tandem::gpu {
namespace {

std::size_t block_bytes(std::size_t bytes) { return std::bit_ceil(bytes < 4096 ? 4096 : bytes); }

}  // namespace

void* PinnedMemory::take(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  bytes = block_bytes(bytes);
  const auto [begin, end] = free_.equal_range(bytes);
  for (auto at = begin; at != end; ++at)
    if (cudaEventQuery(at->second.used) == cudaSuccess) {
      void* data = at->second.data;
      cudaEventDestroy(at->second.used);
      free_.erase(at);
      return data;
    }
  void* data = nullptr;
  if (cudaHostAlloc(&data, bytes, cudaHostAllocPortable) != cudaSuccess) {
    cudaGetLastError();
    fail<OutOfMemoryError>("pin_memory: no page-locked memory left for ", bytes, " bytes");
  }
  blocks_.emplace(static_cast<const char*>(data), bytes);
  return data;
}

void PinnedMemory::give(void* data, std::size_t bytes, cudaStream_t stream) noexcept {
  const std::lock_guard lock(mutex_);
  cudaEvent_t used = nullptr;
  if (cudaEventCreateWithFlags(&used, cudaEventDisableTiming) != cudaSuccess ||
      cudaEventRecord(used, stream) != cudaSuccess) {
    cudaGetLastError();
    return;  // at the end of the process the driver is gone first
  }
  free_.emplace(block_bytes(bytes), Free{data, used});
}

bool PinnedMemory::holds(const void* data) const {
  const std::lock_guard lock(mutex_);
  auto block = blocks_.upper_bound(static_cast<const char*>(data));
  if (block == blocks_.begin()) return false;
  --block;
  return static_cast<const char*>(data) < block->first + block->second;
}

}  // namespace tandem::gpu
