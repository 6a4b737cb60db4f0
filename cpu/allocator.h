// Aligned memory that is kept for the next tensor of its size.
#pragma once

#include <cstddef>

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

}  // namespace tandem::cpu
