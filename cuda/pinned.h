// Host memory that the GPU copies from and to on its own, kept for reuse.
#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "cuda/check.h"

namespace tandem::gpu {

class PinnedMemory {
 public:
  /// Throws OutOfMemoryError.
  void* allocate(std::size_t bytes);
  /// The block is given out again once every copy of it is done.
  void release(void* data) noexcept;
  /// Whether the memory at `data` lies in a block of this pool.
  bool holds(const void* data) const;
  /// A copy of the memory at `data` was just asked of a stream of GPU `index`.
  void copied_by(const void* data, int index, cudaStream_t stream) noexcept;

 private:
  struct Block {
    std::size_t bytes;
    std::vector<EventHandle> copies;  ///< that may not be done
  };
  using Blocks = std::map<const char*, Block>;
  Block* find(const void* data);

  mutable std::mutex mutex_;
  Blocks blocks_;  ///< every block, by address
  std::multimap<std::size_t, void*> free_;
};

/// The one pool of the process: every GPU can read its blocks.
PinnedMemory& pinned_memory();

}  // namespace tandem::gpu
