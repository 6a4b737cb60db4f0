// The memory set aside for the texts of errors.
#include "core/base/error.h"

#include <atomic>
#include <cstdlib>

namespace tandem::detail {
namespace {

constexpr std::size_t reserve_bytes = 16 << 10;
std::atomic<void*> reserve{std::malloc(reserve_bytes)};

}  // namespace

void keep_reserve() noexcept {
  if (reserve.load() != nullptr) return;
  void* memory = std::malloc(reserve_bytes);
  void* none = nullptr;
  if (!reserve.compare_exchange_strong(none, memory)) std::free(memory);
}

void spend_reserve() noexcept { std::free(reserve.exchange(nullptr)); }

}  // namespace tandem::detail
