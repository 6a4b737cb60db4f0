// The program's own operators new and posix_memalign, which the library's allocators are made of.
#include "tests/stress/failing_allocations.h"

#include <cerrno>
#include <cstdlib>
#include <new>
#include <utility>

namespace tandem::testing {
thread_local int allocations_left = -1;
}

namespace {

using tandem::testing::allocations_left;

bool fails() { return allocations_left >= 0 && allocations_left-- == 0; }

/// aligned_alloc takes multiples of the alignment.
void* aligned(std::size_t alignment, std::size_t bytes) {
  return std::aligned_alloc(alignment, (bytes / alignment + 1) * alignment);
}

void* allocated(std::size_t bytes, std::size_t alignment) {
  void* memory = fails() ? nullptr : aligned(alignment, bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

/// The library asks once more when it has given back what it kept.
thread_local bool fails_again = false;

}  // namespace

void* operator new(std::size_t bytes) { return allocated(bytes, 16); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return allocated(bytes, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  return fails() ? nullptr : aligned(16, bytes);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
extern "C" int posix_memalign(void** memory, std::size_t alignment, std::size_t bytes) noexcept {
  if (std::exchange(fails_again, false)) return ENOMEM;
  if (fails()) {
    fails_again = true;
    return ENOMEM;
  }
  *memory = aligned(alignment, bytes);
  return *memory == nullptr ? ENOMEM : 0;
}
