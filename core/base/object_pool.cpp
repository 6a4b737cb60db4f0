// Each thread keeps up to `most` blocks of each size class in a list. Blocks come from and go back
// to the global operator new, so that it does not matter which thread gives one back.
#include "core/base/object_pool.h"

#include <new>
#include <utility>

#include "core/base/error.h"
#include "core/base/macros.h"

namespace tandem {
namespace {

constexpr std::size_t step = 64, classes = 16;
constexpr int most = 1024;  // of a class

struct Block {
  Block* next;
};

struct FreeList {
  Block* first = nullptr;
  int room = most;
};

/// Without a destructor, since objects may outlive the thread's other variables; after `Cleaner`
/// there is no room for anything.
thread_local constinit FreeList lists[classes];

struct Cleaner {
  ~Cleaner() {
    for (FreeList& list : lists) {
      list.room = 0;
      while (list.first != nullptr) ::operator delete(std::exchange(list.first, list.first->next));
    }
  }
};
void clean_when_the_thread_ends() { thread_local Cleaner cleaner; }

void* from_system(std::size_t bytes) {
  try {
    return ::operator new(bytes);
  } catch (const std::bad_alloc&) {
    fail<OutOfMemoryError>("cpu: out of memory: asked for ", bytes, " bytes of a small object");
  }
}

/// Null for what the pool does not keep.
FreeList* list_of(std::size_t bytes) {
  const std::size_t size_class = (bytes - 1) / step;
  return TANDEM_KEEP_OBJECTS && size_class < classes ? &lists[size_class] : nullptr;
}

}  // namespace

void* Pooled::operator new(std::size_t bytes) {
  FreeList* list = list_of(bytes);
  if (list == nullptr) return from_system(bytes);
  if (list->first == nullptr) return from_system((bytes + step - 1) / step * step);
  ++list->room;
  return std::exchange(list->first, list->first->next);
}

void Pooled::operator delete(void* object, std::size_t bytes) noexcept {
  FreeList* list = list_of(bytes);
  if (list == nullptr || list->room == 0) return ::operator delete(object);
  if (list->first == nullptr) clean_when_the_thread_ends();
  --list->room;
  list->first = new (object) Block{list->first};
}

}  // namespace tandem
