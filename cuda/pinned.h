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
  void* take(std::size_t bytes);
  /// The block is given out again once `stream`, which may still copy it, is done with its work so
  /// far.
  void give(void* data, std::size_t bytes, cudaStream_t stream) noexcept;
  /// Whether the memory at `data` lies in a block of this pool.
  bool holds(const void* data) const;

 private:
  struct Free {
    void* data;
    cudaEvent_t used;
  };
  mutable std::mutex mutex_;
  std::map<const char*, std::size_t> blocks_;  ///< every block, by address
  std::multimap<std::size_t, Free> free_;
};

}  // namespace tandem::gpu
