// Splits, joins and hands out blocks of device memory.
#include "cuda/block_pool.h"

#include <algorithm>

namespace tandem::gpu {
namespace {

std::size_t rounded(std::size_t bytes, std::size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

}  // namespace

BlockPool::~BlockPool() {
  empty_cache();
  // Blocks still in use keep their memory; only the record of them goes.
  for (const auto& [data, block] : in_use_) delete block;
  for (const Waiting& waiting : waiting_) delete waiting.block;
  for (const FreeBlocks* blocks : {&small_, &large_})
    for (const Block* block : *blocks) delete block;
}

std::size_t BlockPool::segment_bytes(std::size_t bytes) {
  if (bytes <= small_limit) return small_segment;
  return bytes <= large_segment / 2 ? large_segment : rounded(bytes, small_segment);
}

BlockPool::FreeBlocks& BlockPool::free_blocks(const Block& block) {
  return block.small ? small_ : large_;
}

void* BlockPool::allocate(std::size_t bytes, StreamKey stream) {
  const std::lock_guard lock(mutex_);
  bytes = rounded(std::max<std::size_t>(bytes, 1), alignment);
  collect_waiting();
  Block* block = find(bytes, stream);
  if (block == nullptr) block = new_segment(bytes, stream);
  if (block == nullptr) return nullptr;
  if (caching_) split(block, bytes);
  in_use_.emplace(block->data, block);
  statistics_.allocated += block->bytes;
  statistics_.peak_allocated = std::max(statistics_.peak_allocated, statistics_.allocated);
  return block->data;
}

/// The smallest free block of the stream that fits.
BlockPool::Block* BlockPool::find(std::size_t bytes, StreamKey stream) {
  FreeBlocks& blocks = bytes <= small_limit ? small_ : large_;
  Block wanted{nullptr, bytes, stream};
  const auto found = blocks.lower_bound(&wanted);
  if (found == blocks.end() || (*found)->stream != stream) return nullptr;
  Block* block = *found;
  blocks.erase(found);
  block->free = false;
  return block;
}

BlockPool::Block* BlockPool::new_segment(std::size_t bytes, StreamKey stream) {
  const std::size_t size = caching_ ? segment_bytes(bytes) : bytes;
  ++statistics_.source_calls;
  void* data = source_.allocate(size);
  if (data == nullptr) {
    source_.synchronize();
    collect_waiting();
    release_segments();
    data = source_.allocate(size);
  }
  if (data == nullptr) return nullptr;
  statistics_.reserved += size;
  statistics_.peak_reserved = std::max(statistics_.peak_reserved, statistics_.reserved);
  Block* block = new Block{static_cast<char*>(data), size, stream};
  block->small = bytes <= small_limit;
  return block;
}

/// Keeps `bytes` of a block and frees the rest, if the rest is worth a block.
void BlockPool::split(Block* block, std::size_t bytes) {
  const std::size_t rest = block->bytes - bytes;
  if (rest < (block->small ? alignment : small_limit)) return;
  Block* tail = new Block{block->data + bytes, rest, block->stream};
  tail->small = block->small;
  tail->free = true;
  tail->before = block;
  tail->after = block->after;
  if (tail->after != nullptr) tail->after->before = tail;
  block->after = tail;
  block->bytes = bytes;
  free_blocks(*tail).insert(tail);
}

bool BlockPool::release(void* data) noexcept {
  const std::lock_guard lock(mutex_);
  const auto found = in_use_.find(data);
  if (found == in_use_.end()) return false;
  Block* block = found->second;
  in_use_.erase(found);
  statistics_.allocated -= block->bytes;
  if (block->used_on.empty()) {
    make_free(block);
    return true;
  }
  Waiting waiting{block, {}};
  for (StreamKey stream : block->used_on) waiting.events.push_back(source_.record_event(stream));
  block->used_on.clear();
  waiting_.push_back(std::move(waiting));
  return true;
}

void BlockPool::make_free(Block* block) noexcept {
  const auto absorb = [](Block* left, Block* right) {
    left->bytes += right->bytes;
    left->after = right->after;
    if (left->after != nullptr) left->after->before = left;
    delete right;
  };
  FreeBlocks& blocks = free_blocks(*block);
  if (block->after != nullptr && block->after->free) {
    blocks.erase(block->after);
    absorb(block, block->after);
  }
  if (block->before != nullptr && block->before->free) {
    Block* left = block->before;
    blocks.erase(left);
    absorb(left, block);
    block = left;
  }
  block->free = true;
  blocks.insert(block);
  if (!caching_) release_segments();
}

bool BlockPool::use_on(void* data, StreamKey stream) {
  const std::lock_guard lock(mutex_);
  const auto found = in_use_.find(data);
  if (found == in_use_.end()) return false;
  std::vector<StreamKey>& users = found->second->used_on;
  const bool known = stream == found->second->stream ||
                     std::find(users.begin(), users.end(), stream) != users.end();
  if (!known) users.push_back(stream);
  return true;
}

void BlockPool::collect_waiting() noexcept {
  std::erase_if(waiting_, [this](Waiting& waiting) {
    std::erase_if(waiting.events,
                  [this](const MemorySource::Event& event) { return source_.passed(event); });
    if (!waiting.events.empty()) return false;
    make_free(waiting.block);
    return true;
  });
}

void BlockPool::empty_cache() noexcept {
  const std::lock_guard lock(mutex_);
  collect_waiting();
  release_segments();
}

void BlockPool::release_segments() noexcept {
  for (FreeBlocks* blocks : {&small_, &large_})
    std::erase_if(*blocks, [this](Block* block) {
      if (block->before != nullptr || block->after != nullptr) return false;
      source_.release(block->data, block->bytes);
      statistics_.reserved -= block->bytes;
      delete block;
      return true;
    });
}

bool BlockPool::holds(void* data) const {
  const std::lock_guard lock(mutex_);
  return in_use_.contains(data);
}

std::size_t BlockPool::blocks_in_use() {
  const std::lock_guard lock(mutex_);
  collect_waiting();
  return in_use_.size() + waiting_.size();
}

MemoryStatistics BlockPool::statistics() const {
  const std::lock_guard lock(mutex_);
  return statistics_;
}

void BlockPool::reset_peaks() {
  const std::lock_guard lock(mutex_);
  statistics_.peak_allocated = statistics_.allocated;
  statistics_.peak_reserved = statistics_.reserved;
}

}  // namespace tandem::gpu
