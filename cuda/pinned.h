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
  /// The block is given out again once the stream that last copied it is done with its work so far.
  void give(void* data) noexcept;
  /// Whether the memory at `data` lies in a block of this pool.
  bool holds(const void* data) const;
  /// `stream` copies the memory at `data`.
  void use_on(const void* data, cudaStream_t stream);

 private:
  struct Block {
    std::size_t bytes;
    cudaStream_t stream;  ///< that copied it last, or null
  };
  struct Free {
    void* data;
    cudaEvent_t used;  ///< null: at rest
  };
  using Blocks = std::map<const char*, Block>;
  Blocks::const_iterator find(const void* data) const;

  mutable std::mutex mutex_;
  Blocks blocks_;  ///< every block, by address
  std::multimap<std::size_t, Free> free_;
};

/// The one pool of the process: every GPU can read its blocks.
PinnedMemory& pinned_memory();

}  // namespace tandem::gpu
