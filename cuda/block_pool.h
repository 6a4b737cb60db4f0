// The bookkeeping of the caching allocator; it knows no CUDA, so any machine tests it.
//
// Memory comes from a source in segments. A segment is cut into blocks, which form a list in
// address order; free neighbours are joined. A block belongs to the stream it was taken on: freed,
// it may be taken again on that stream at once, since the stream runs in order. Where other streams
// used it (use_on), it waits until their events have passed.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <set>
#include <unordered_map>
#include <vector>

namespace tandem::gpu {

/// A stream, as far as the pool cares.
using StreamKey = const void*;

/// Where segments come from and how streams are waited for.
class MemorySource {
 public:
  using Event = std::shared_ptr<void>;
  virtual ~MemorySource() = default;
  /// Null when the device has no more.
  virtual void* allocate(std::size_t bytes) = 0;
  virtual void release(void* data, std::size_t bytes) noexcept = 0;
  /// A point in a stream's work.
  virtual Event record_event(StreamKey stream) noexcept = 0;
  /// Whether the work up to the event is done.
  virtual bool passed(const Event& event) noexcept = 0;
  /// Waits until all work of the device is done.
  virtual void synchronize() noexcept = 0;
};

/// Bytes and calls since the start; peaks since the last reset.
struct MemoryStatistics {
  std::size_t allocated = 0, peak_allocated = 0;
  std::size_t reserved = 0, peak_reserved = 0;
  std::size_t source_calls = 0;
};

class BlockPool {
 public:
  static constexpr std::size_t alignment = 512;
  static constexpr std::size_t small_limit = std::size_t{1} << 20;
  static constexpr std::size_t small_segment = std::size_t{2} << 20;
  static constexpr std::size_t large_segment = std::size_t{20} << 20;

  /// Without `caching` every block is a segment of its own that goes back at once; memory checkers
  /// then see each tensor's bounds.
  explicit BlockPool(MemorySource& source, bool caching = true)
      : source_(source), caching_(caching) {}
  ~BlockPool();
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;

  /// At least `bytes` bytes, 512-byte aligned; null when the source has no more even after the
  /// cache was given back.
  void* allocate(std::size_t bytes, StreamKey stream);
  /// Whether the block was this pool's; if so it is free now.
  bool release(void* data) noexcept;
  /// Another stream uses the block: it stays out of reach until that stream's work so far is done.
  /// Whether the block is this pool's.
  bool use_on(void* data, StreamKey stream);
  /// Gives every segment without a block in use back to the source.
  void empty_cache() noexcept;
  /// Whether the block is in use and this pool's.
  bool holds(void* data) const;
  /// Blocks in use.
  std::size_t blocks_in_use();
  MemoryStatistics statistics() const;
  void reset_peaks();

 private:
  struct Block {
    char* data;
    std::size_t bytes;
    StreamKey stream;
    Block* before = nullptr;
    Block* after = nullptr;
    bool free = false;
    bool small = false;  ///< cut from a segment for small requests
    std::vector<StreamKey> used_on = {};
  };
  struct Smaller {
    bool operator()(const Block* a, const Block* b) const {
      if (a->stream != b->stream) return a->stream < b->stream;
      if (a->bytes != b->bytes) return a->bytes < b->bytes;
      return a->data < b->data;
    }
  };
  struct Waiting {
    Block* block;
    std::vector<MemorySource::Event> events;
  };
  using FreeBlocks = std::set<Block*, Smaller>;

  static std::size_t segment_bytes(std::size_t bytes);
  FreeBlocks& free_blocks(const Block& block);
  Block* find(std::size_t bytes, StreamKey stream);
  Block* new_segment(std::size_t bytes, StreamKey stream);
  void split(Block* block, std::size_t bytes);
  void make_free(Block* block) noexcept;
  void collect_waiting() noexcept;
  void release_segments() noexcept;

  MemorySource& source_;
  const bool caching_;
  mutable std::mutex mutex_;
  FreeBlocks small_, large_;
  std::unordered_map<void*, Block*> in_use_;
  std::vector<Waiting> waiting_;
  MemoryStatistics statistics_;
};

}  // namespace tandem::gpu
