// Host memory, kept by each thread for the next tensor or small object of its size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tandem {

namespace memory {

inline constexpr std::size_t alignment = 64;  // bytes

/// `bytes`, aligned: from this thread's lists if it can be, from the system otherwise. Throws
/// OutOfMemoryError.
void* allocate(std::size_t bytes);
/// Back to the lists of the thread that calls. `bytes` as asked for.
void release(void* data, std::size_t bytes) noexcept;
/// Bytes asked of the system by all threads since the start.
std::size_t system_bytes();

}  // namespace memory

/// Gives a class and those derived from it operators new and delete that take a few instructions,
/// not a call of malloc: tensors, storages and nodes of the tape come and go with every op.
struct Pooled {
  static void* operator new(std::size_t bytes) { return memory::allocate(bytes); }
  static void operator delete(void* object, std::size_t bytes) noexcept {
    memory::release(object, bytes);
  }
};

/// The same memory for a container.
template <class T> struct PoolAllocator {
  using value_type = T;
  PoolAllocator() = default;
  template <class U> PoolAllocator(const PoolAllocator<U>&) {}
  // NOLINTBEGIN(bugprone-sizeof-expression): T may be a pointer
  T* allocate(std::size_t n) { return static_cast<T*>(memory::allocate(n * sizeof(T))); }
  void deallocate(T* first, std::size_t n) noexcept { memory::release(first, n * sizeof(T)); }
  // NOLINTEND(bugprone-sizeof-expression)
  friend bool operator==(const PoolAllocator&, const PoolAllocator&) { return true; }
};

/// A vector that throws OutOfMemoryError where std::vector throws std::bad_alloc.
template <class T> using List = std::vector<T, PoolAllocator<T>>;

/// Memory for n numbers, undefined at first, while it lives.
template <class T> class ScratchBuffer {
 public:
  explicit ScratchBuffer(std::int64_t n)
      : bytes_(static_cast<std::size_t>(n) * sizeof(T)),
        numbers_(static_cast<T*>(memory::allocate(bytes_))) {}
  ~ScratchBuffer() { memory::release(numbers_, bytes_); }
  ScratchBuffer(const ScratchBuffer&) = delete;
  ScratchBuffer& operator=(const ScratchBuffer&) = delete;
  T* data() const { return numbers_; }

 private:
  std::size_t bytes_;
  T* numbers_;
};

}  // namespace tandem
