// Each thread keeps the blocks it released in one list per size class, so that a warm training loop
// asks the system for nothing and takes no lock. Classes are powers of two and the three steps
// between them, which wastes at most a fifth. A block may be released by another thread than the
// one that took it.
#include "cpu/allocator.h"

#include <atomic>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <new>

#include "core/base/error.h"

namespace tandem::cpu {
namespace {

constexpr std::size_t class_count = 4 * 64;
constexpr std::size_t cache_limit = std::size_t{1} << 30;  // kept per thread; the rest goes back

std::atomic<std::size_t> taken_from_system{0};

std::size_t class_of(std::size_t bytes, std::size_t& rounded) {
  bytes = bytes < alignment ? alignment : bytes;
  const int power = std::bit_width(bytes - 1) - 1;  // 2^power < bytes <= 2^(power + 1)
  const std::size_t step = std::size_t{1} << (power < 8 ? 6 : power - 2);
  rounded = (bytes + step - 1) / step * step;
  return rounded <= 512 ? rounded / 64
                        : 4 * static_cast<std::size_t>(power) + (rounded >> (power - 2)) % 4;
}

struct Block {
  Block* next;
};

/// Gives every block of the lists back to the system.
void free_blocks(Block* (&lists)[class_count]) {
  for (Block*& list : lists)
    while (list != nullptr) {
      Block* next = list->next;
      std::free(list);
      list = next;
    }
}

/// Blocks of threads that have ended, for whoever needs one next.
struct SharedPool {
  std::mutex mutex;
  Block* lists[class_count] = {};

  Block* take(std::size_t size_class) {
    const std::lock_guard lock(mutex);
    Block* block = lists[size_class];
    if (block != nullptr) lists[size_class] = block->next;
    return block;
  }
  void give(std::size_t size_class, Block* list) {
    Block* last = list;
    while (last->next != nullptr) last = last->next;
    const std::lock_guard lock(mutex);
    last->next = lists[size_class];
    lists[size_class] = list;
  }
  void clear() {
    const std::lock_guard lock(mutex);
    free_blocks(lists);
  }
};

/// Never destroyed: threads may end after main does.
SharedPool& shared_pool() {
  static SharedPool& pool = *new SharedPool;
  return pool;
}

struct Cache {
  Block* lists[class_count] = {};
  std::size_t bytes = 0;

  ~Cache();
  void clear() {
    free_blocks(lists);
    bytes = 0;
  }
};

// Null before the thread's first block and after its cache is gone (tensors may outlive it).
thread_local Cache* cache = nullptr;
thread_local bool cache_gone = false;

Cache::~Cache() {
  for (std::size_t i = 0; i < class_count; ++i)
    if (lists[i] != nullptr) shared_pool().give(i, lists[i]);
  cache = nullptr;
  cache_gone = true;
}

Cache* this_threads_cache() {
  if (cache == nullptr && !cache_gone) {
    thread_local Cache own;
    cache = &own;
  }
  return cache;
}

}  // namespace

std::size_t rounded_size(std::size_t bytes) {
  std::size_t rounded;
  class_of(bytes, rounded);
  return rounded;
}

void* allocate(std::size_t bytes) {
  std::size_t rounded;
  const std::size_t size_class = class_of(bytes, rounded);
  Cache* own = this_threads_cache();
  if (own != nullptr && own->lists[size_class] != nullptr) {
    Block* block = own->lists[size_class];
    own->lists[size_class] = block->next;
    own->bytes -= rounded;
    return block;
  }
  if (Block* block = shared_pool().take(size_class)) return block;
  void* data = std::aligned_alloc(alignment, rounded);
  if (data == nullptr) {
    if (own != nullptr) own->clear();
    shared_pool().clear();
    data = std::aligned_alloc(alignment, rounded);
  }
  check<OutOfMemoryError>(data != nullptr, "cpu: out of memory: asked for ", bytes, " bytes, ",
                          system_bytes(), " bytes taken from the system so far");
  taken_from_system.fetch_add(rounded, std::memory_order_relaxed);
  return data;
}

void release(void* data, std::size_t bytes) noexcept {
  std::size_t rounded;
  const std::size_t size_class = class_of(bytes, rounded);
  Cache* own = this_threads_cache();
  if (own == nullptr || own->bytes + rounded > cache_limit) {
    std::free(data);
    return;
  }
  own->lists[size_class] = new (data) Block{own->lists[size_class]};
  own->bytes += rounded;
}

std::size_t system_bytes() { return taken_from_system.load(std::memory_order_relaxed); }

}  // namespace tandem::cpu
