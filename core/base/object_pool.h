// Memory for the small objects behind every op: tensors, storages and nodes of the tape.
#pragma once

#include <cstddef>
#include <vector>

namespace tandem {

/// Gives a class and those derived from it operators new and delete that keep what a thread gave
/// back for its next objects: a few instructions instead of malloc's.
struct Pooled {
  static void* operator new(std::size_t bytes);
  static void operator delete(void* object, std::size_t bytes) noexcept;
};

/// The same memory for a container.
template <class T> struct PoolAllocator {
  using value_type = T;
  PoolAllocator() = default;
  template <class U> PoolAllocator(const PoolAllocator<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(Pooled::operator new(n * sizeof(T))); }
  void deallocate(T* first, std::size_t n) noexcept {
    Pooled::operator delete(first, n * sizeof(T));
  }
  friend bool operator==(const PoolAllocator&, const PoolAllocator&) { return true; }
};

/// A vector that throws OutOfMemoryError where std::vector throws std::bad_alloc.
template <class T> using List = std::vector<T, PoolAllocator<T>>;

}  // namespace tandem
