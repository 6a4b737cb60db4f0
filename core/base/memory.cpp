// Each thread keeps the blocks that it released in one list per size class, so that a warm training
// loop asks the system for nothing and takes no lock. Classes are powers of two and the three steps
// between them, which wastes at most a fifth. A block may be released by another thread than the
// one that took it.
#include "core/base/memory.h"

#include <atomic>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <new>
#include <utility>

#include "core/base/error.h"
#include "core/base/macros.h"

namespace tandem::memory {
namespace {

constexpr bool keeps_memory = TANDEM_KEEP_MEMORY;
constexpr std::size_t class_count = 4 * 64;
constexpr std::size_t most_kept = std::size_t{1} << 30;  // bytes by a thread; the rest goes back

std::atomic<std::size_t> taken_from_system{0};

struct SizeClass {
  std::size_t index, bytes;
};

SizeClass class_of(std::size_t bytes) {
  if (bytes <= 512) {
    const std::size_t index = bytes <= alignment ? 1 : (bytes + alignment - 1) / alignment;
    return {index, index * alignment};
  }
  const int power = std::bit_width(bytes - 1) - 1;  // 2^power < bytes <= 2^(power + 1)
  const std::size_t step = std::size_t{1} << (power - 2),
                    rounded = (bytes + step - 1) / step * step;
  return {4 * static_cast<std::size_t>(power) + (rounded >> (power - 2)) % 4, rounded};
}

struct Block {
  Block* next;
};

/// Gives every block of the lists back to the system.
void free_blocks(Block* (&lists)[class_count]) {
  for (Block*& list : lists)
    while (list != nullptr) std::free(std::exchange(list, list->next));
}

/// Blocks of threads that have ended, for whoever needs one next.
struct SharedPool {
  std::mutex mutex;
  Block* lists[class_count] = {};

  Block* take(std::size_t index) {
    const std::lock_guard lock(mutex);
    Block* block = lists[index];
    if (block != nullptr) lists[index] = block->next;
    return block;
  }
  void give(std::size_t index, Block* list) {
    Block* last = list;
    while (last->next != nullptr) last = last->next;
    const std::lock_guard lock(mutex);
    last->next = lists[index];
    lists[index] = list;
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

/// Without a destructor, since tensors may outlive the thread's other variables; after `Cleaner`
/// there is no room for anything.
struct Kept {
  Block* lists[class_count];
  std::size_t room;
};
thread_local constinit Kept kept{{}, most_kept};

struct Cleaner {
  ~Cleaner() {
    kept.room = 0;
    for (std::size_t i = 0; i < class_count; ++i)
      if (kept.lists[i] != nullptr) shared_pool().give(i, std::exchange(kept.lists[i], nullptr));
  }
};
void clean_when_the_thread_ends() { thread_local Cleaner cleaner; }

void* aligned(std::size_t bytes) {
  void* data = nullptr;
  return posix_memalign(&data, alignment, bytes) == 0 ? data : nullptr;
}

void* from_system(std::size_t bytes) {
  void* data = aligned(bytes);
  if (data == nullptr) {
    free_blocks(kept.lists);
    if (kept.room > 0) kept.room = most_kept;
    shared_pool().clear();
    data = aligned(bytes);
  }
  check<OutOfMemoryError>(data != nullptr, "cpu: out of memory: asked for ", bytes, " bytes, ",
                          system_bytes(), " bytes taken from the system so far");
  taken_from_system.fetch_add(bytes, std::memory_order_relaxed);
  return data;
}

}  // namespace

void* allocate(std::size_t bytes) {
  if (!keeps_memory) return from_system(bytes);
  const SizeClass size = class_of(bytes);
  if (Block* block = kept.lists[size.index]) [[likely]] {
    kept.lists[size.index] = block->next;
    kept.room += size.bytes;
    return block;
  }
  if (Block* block = shared_pool().take(size.index)) return block;
  return from_system(size.bytes);
}

void release(void* data, std::size_t bytes) noexcept {
  const SizeClass size = class_of(bytes);
  if (!keeps_memory || kept.room < size.bytes) return std::free(data);
  Block*& list = kept.lists[size.index];
  if (list == nullptr) clean_when_the_thread_ends();
  list = new (data) Block{list};
  kept.room -= size.bytes;
}

std::size_t system_bytes() { return taken_from_system.load(std::memory_order_relaxed); }

}  // namespace tandem::memory
