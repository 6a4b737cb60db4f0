// A pool of page-locked host memory; a block waits for the copies that read it.
#include "cuda/pinned.h"

#include <bit>

namespace tandem::gpu {
namespace {

std::size_t block_bytes(std::size_t bytes) { return std::bit_ceil(bytes < 4096 ? 4096 : bytes); }

}  // namespace

void* PinnedMemory::allocate(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  bytes = block_bytes(bytes);
  const auto [begin, end] = free_.equal_range(bytes);
  for (auto at = begin; at != end; ++at) {
    std::vector<EventHandle>& copies = blocks_.at(static_cast<const char*>(at->second)).copies;
    std::erase_if(copies, passed);
    if (!copies.empty()) continue;
    void* data = at->second;
    free_.erase(at);
    return data;
  }
  void* data = nullptr;
  if (cudaHostAlloc(&data, bytes, cudaHostAllocPortable) != cudaSuccess) {
    cudaGetLastError();
    fail<OutOfMemoryError>("pin_memory: no page-locked memory left for ", bytes, " bytes");
  }
  blocks_.emplace(static_cast<const char*>(data), Block{bytes, {}});
  return data;
}

void PinnedMemory::release(void* data) noexcept {
  const std::lock_guard lock(mutex_);
  free_.emplace(blocks_.at(static_cast<const char*>(data)).bytes, data);
}

PinnedMemory::Block* PinnedMemory::find(const void* data) {
  auto block = blocks_.upper_bound(static_cast<const char*>(data));
  if (block == blocks_.begin()) return nullptr;
  --block;
  const bool inside = static_cast<const char*>(data) < block->first + block->second.bytes;
  return inside ? &block->second : nullptr;
}

bool PinnedMemory::holds(const void* data) const {
  const std::lock_guard lock(mutex_);
  return const_cast<PinnedMemory*>(this)->find(data) != nullptr;
}

void PinnedMemory::copied_by(const void* data, int index, cudaStream_t stream) noexcept {
  const std::lock_guard lock(mutex_);
  if (Block* block = find(data)) {
    std::erase_if(block->copies, passed);
    block->copies.push_back(event_after(index, stream));
  }
}

PinnedMemory& pinned_memory() {
  static PinnedMemory& pool = *new PinnedMemory;
  return pool;
}

}  // namespace tandem::gpu
