// Device and pinned memory.
//
// Each device has an arena of address space that is closed (PROT_NONE) except while device work
// runs, so that host code which follows a device pointer faults. Under AddressSanitizer every
// allocation comes from malloc instead, where an index out of bounds is found.
#include <sys/mman.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <new>

#include "device_state.h"
#include "emulator/runtime_api.h"
#include "fibers.h"

namespace gpu_emulator {
namespace {

constexpr std::size_t alignment = 256;
// Fresh memory holds these bytes, so that a read of what was never written shows.
constexpr int fresh_byte = 0xcc;

#if defined(EMULATOR_ADDRESS_SANITIZER)
constexpr bool uses_arena = false;
#else
constexpr bool uses_arena = true;
#endif

std::size_t round_up(std::size_t bytes) { return (bytes + alignment - 1) / alignment * alignment; }

bool protects() {
  static const bool on = uses_arena && environment_number("TANDEM_EMULATED_PROTECT", 1) != 0;
  return on;
}

/// Address space of one device, handed out first fit.
class Arena {
 public:
  /// Null if no gap is large enough.
  char* allocate(std::size_t bytes) {
    if (base_ == nullptr) reserve();
    for (auto gap = gaps_.begin(); gap != gaps_.end(); ++gap) {
      if (gap->second < bytes) continue;
      const auto [start, size] = *gap;
      gaps_.erase(gap);
      if (size > bytes) gaps_[start + bytes] = size - bytes;
      end_of_use_ = std::max(end_of_use_, start + bytes);
      return base_ + start;
    }
    return nullptr;
  }

  void release(char* data, std::size_t bytes) {
    auto gap = gaps_.emplace(static_cast<std::size_t>(data - base_), bytes).first;
    const auto next = std::next(gap);
    if (next != gaps_.end() && gap->first + gap->second == next->first) {
      gap->second += next->second;
      gaps_.erase(next);
    }
    if (gap != gaps_.begin()) {
      const auto before = std::prev(gap);
      if (before->first + before->second == gap->first) {
        before->second += gap->second;
        gaps_.erase(gap);
      }
    }
  }

  void protect(bool open) {
    if (end_of_use_ == 0) return;
    mprotect(base_, (end_of_use_ + page - 1) / page * page,
             open ? PROT_READ | PROT_WRITE : PROT_NONE);
  }

 private:
  static constexpr std::size_t page = std::size_t{2} << 20;

  void reserve() {
    // Room for the alignment to a huge page, of which one is enough for most tests: the fewer the
    // pages, the cheaper is every change of protection.
    const std::size_t bytes = device_bytes() + 2 * page;
    void* space = mmap(nullptr, bytes, protects() ? PROT_NONE : PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (space == MAP_FAILED) throw std::bad_alloc();
    const auto address = reinterpret_cast<std::uintptr_t>(space);
    base_ = static_cast<char*>(space) + ((page - address % page) % page);
    madvise(base_, bytes - page, MADV_HUGEPAGE);
    gaps_[0] = device_bytes();
  }

  char* base_ = nullptr;
  std::size_t end_of_use_ = 0;
  std::map<std::size_t, std::size_t> gaps_;  // start to size
};

struct Memory {
  std::mutex mutex;
  std::map<const char*, Allocation> allocations;
  std::array<Arena, most_devices> arenas;
  std::array<std::size_t, most_devices> used{};
  // How many device works run; allocations are filled by the host in between.
  std::array<int, most_devices> open{};
};

// Never destroyed: static objects of the tested program may still free memory.
Memory& memory() {
  static auto* const one = new Memory;
  return *one;
}

void set_protection(Memory& m, unsigned devices, bool open) {
  for (std::size_t d = 0; d < most_devices; ++d) {
    if ((devices >> d & 1u) == 0) continue;
    m.open[d] += open ? 1 : -1;
    // Opened each time: the part in use may have grown since another thread opened it.
    if (open || m.open[d] == 0) m.arenas[d].protect(open);
  }
}

cudaError_t allocate_host(void** data, std::size_t bytes) {
  if (capture_forbids()) return cudaErrorStreamCaptureUnsupported;
  *data = nullptr;
  if (bytes == 0) return cudaSuccess;
  auto* base = static_cast<char*>(std::aligned_alloc(alignment, round_up(bytes)));
  if (base == nullptr) return cudaErrorMemoryAllocation;
  Memory& m = memory();
  const std::lock_guard lock(m.mutex);
  m.allocations[base] = {base, bytes, true, current_device()};
  *data = base;
  return cudaSuccess;
}

cudaError_t allocate_device(void** data, std::size_t bytes) {
  if (device_count() == 0) return cudaErrorNoDevice;
  if (capture_forbids()) return cudaErrorStreamCaptureUnsupported;
  *data = nullptr;
  if (bytes == 0) return cudaSuccess;
  if (bytes > device_bytes()) return cudaErrorMemoryAllocation;
  const int device = current_device();
  const auto d = static_cast<std::size_t>(device);
  Memory& m = memory();
  const std::lock_guard lock(m.mutex);
  const std::size_t taken = round_up(bytes);
  if (m.used[d] + taken > device_bytes()) return cudaErrorMemoryAllocation;
  // Without the rounding where AddressSanitizer guards the end.
  char* base = nullptr;
  if constexpr (uses_arena) {
    base = m.arenas[d].allocate(taken);
  } else {
    void* aligned = nullptr;
    if (posix_memalign(&aligned, alignment, bytes) == 0) base = static_cast<char*>(aligned);
  }
  if (base == nullptr) return cudaErrorMemoryAllocation;
  m.used[d] += taken;
  m.allocations[base] = {base, bytes, false, device};
  if (protects()) set_protection(m, 1u << device, true);
  std::memset(base, fresh_byte, bytes);
  if (protects()) set_protection(m, 1u << device, false);
  *data = base;
  return cudaSuccess;
}

cudaError_t release(void* data) {
  if (data == nullptr) return cudaSuccess;
  if (capture_forbids()) return cudaErrorStreamCaptureUnsupported;
  Memory& m = memory();
  const std::lock_guard lock(m.mutex);
  const auto found = m.allocations.find(static_cast<const char*>(data));
  if (found == m.allocations.end() || found->second.pinned) return cudaErrorInvalidValue;
  const Allocation gone = found->second;
  m.allocations.erase(found);
  const auto d = static_cast<std::size_t>(gone.device);
  m.used[d] -= round_up(gone.bytes);
  if (uses_arena) {
    m.arenas[d].release(gone.base, round_up(gone.bytes));
  } else {
    std::free(data);
  }
  return cudaSuccess;
}

}  // namespace

std::size_t device_bytes() {
  static const std::size_t bytes =
      environment_number("TANDEM_EMULATED_MEMORY", std::size_t{1} << 30);
  return bytes;
}

std::optional<Allocation> find_allocation(const void* data) {
  Memory& m = memory();
  const std::lock_guard lock(m.mutex);
  auto next = m.allocations.upper_bound(static_cast<const char*>(data));
  if (next == m.allocations.begin()) return std::nullopt;
  const Allocation& allocation = std::prev(next)->second;
  if (static_cast<const char*>(data) >= allocation.base + allocation.bytes) return std::nullopt;
  return allocation;
}

void DeviceAccess::protect(unsigned devices, bool open) {
  if (!protects()) return;
  Memory& m = memory();
  const std::lock_guard lock(m.mutex);
  set_protection(m, devices, open);
}

}  // namespace gpu_emulator

using namespace gpu_emulator;

cudaError_t cudaMalloc(void** data, std::size_t bytes) {
  return remember(allocate_device(data, bytes));
}

cudaError_t cudaFree(void* data) { return remember(release(data)); }

cudaError_t cudaHostAlloc(void** data, std::size_t bytes, unsigned) {
  return remember(allocate_host(data, bytes));
}

cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  Memory& m = memory();
  const std::lock_guard lock(m.mutex);
  *total = device_bytes();
  *free = *total - m.used[static_cast<std::size_t>(current_device())];
  return cudaSuccess;
}
