// Aligned memory that is kept for the next tensor of its size.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tandem::cpu {

inline constexpr std::size_t alignment = 64;

/// `bytes` rounded up to the size class that is really handed out.
std::size_t rounded_size(std::size_t bytes);

/// From this thread's cache if it can be, from the system otherwise; throws OutOfMemoryError.
void* allocate(std::size_t bytes);
/// Back to this thread's cache. `bytes` as asked for.
void release(void* data, std::size_t bytes) noexcept;
/// Bytes asked of the system by all threads since the start.
std::size_t system_bytes();

/// Memory for n numbers while it lives.
template <class T> class ScratchBuffer {
 public:
  explicit ScratchBuffer(std::int64_t numel)
      : bytes_(static_cast<std::size_t>(numel) * sizeof(T)),
        numbers_(static_cast<T*>(allocate(bytes_))) {}
  ~ScratchBuffer() { release(numbers_, bytes_); }
  ScratchBuffer(const ScratchBuffer&) = delete;
  ScratchBuffer& operator=(const ScratchBuffer&) = delete;
  T* data() const { return numbers_; }

 private:
  std::size_t bytes_;
  T* numbers_;
};

}  // namespace tandem::cpu
