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
  for (auto at = begin; at != end; ++at) {
    const auto [data, used] = at->second;
    if (used != nullptr && cudaEventQuery(used) != cudaSuccess) continue;
    if (used != nullptr) cudaEventDestroy(used);
    free_.erase(at);
    return data;
  }
  void* data = nullptr;
  if (cudaHostAlloc(&data, bytes, cudaHostAllocPortable) != cudaSuccess) {
    cudaGetLastError();
    fail<OutOfMemoryError>("pin_memory: no page-locked memory left for ", bytes, " bytes");
  }
  blocks_.emplace(static_cast<const char*>(data), Block{bytes, nullptr});
  return data;
}

void PinnedMemory::give(void* data) noexcept {
  const std::lock_guard lock(mutex_);
  Block& block = blocks_.at(static_cast<const char*>(data));
  cudaEvent_t used = nullptr;
  if (block.stream != nullptr &&
      (cudaEventCreateWithFlags(&used, cudaEventDisableTiming) != cudaSuccess ||
       cudaEventRecord(used, block.stream) != cudaSuccess)) {
    cudaGetLastError();
    return;  // at the end of the process the driver is gone first
  }
  block.stream = nullptr;
  free_.emplace(block.bytes, Free{data, used});
}

PinnedMemory::Blocks::const_iterator PinnedMemory::find(const void* data) const {
  auto block = blocks_.upper_bound(static_cast<const char*>(data));
  if (block == blocks_.begin()) return blocks_.end();
  --block;
  return static_cast<const char*>(data) < block->first + block->second.bytes ? block
                                                                             : blocks_.end();
}

bool PinnedMemory::holds(const void* data) const {
  const std::lock_guard lock(mutex_);
  return find(data) != blocks_.end();
}

void PinnedMemory::use_on(const void* data, cudaStream_t stream) {
  const std::lock_guard lock(mutex_);
  const auto block = find(data);
  if (block != blocks_.end()) blocks_.at(block->first).stream = stream;
}

PinnedMemory& pinned_memory() {
  static PinnedMemory& pool = *new PinnedMemory;
  return pool;
}

}  // namespace tandem::gpu
