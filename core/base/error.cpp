// The memory set aside for the texts of errors, and the names of types in them.
#include "core/base/error.h"

#include <cxxabi.h>

#include <atomic>
#include <cstdlib>
#include <memory>

namespace tandem {

std::ostream& operator<<(std::ostream& stream, const TypeName& name) {
  const char* const mangled = name.type.name();
  const std::unique_ptr<char, void (*)(void*)> text(
      abi::__cxa_demangle(mangled, nullptr, nullptr, nullptr), std::free);
  return stream << (text != nullptr ? text.get() : mangled);
}

namespace detail {
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

}  // namespace detail
}  // namespace tandem
