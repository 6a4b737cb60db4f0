// Arithmetic on integers, for rules.
#pragma once

#include <cstdint>
#include <type_traits>

#include "core/base/macros.h"

namespace tandem {
inline namespace TANDEM_ISA {
namespace math {

// ---- arithmetic of any dtype; integers wrap, as in PyTorch, where signed ones would be undefined
// ----

/// What T's arithmetic is done in: an unsigned type for integers.
template <class T> struct Modular { using type = T; };
template <class T>
requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) struct Modular<T> {
  using type = std::make_unsigned_t<decltype(T() + T())>;
};
template <class T> TANDEM_HD constexpr T add(T a, T b) {
  using M = typename Modular<T>::type;
  return static_cast<T>(static_cast<M>(a) + static_cast<M>(b));
}
template <class T> TANDEM_HD constexpr T sub(T a, T b) {
  using M = typename Modular<T>::type;
  return static_cast<T>(static_cast<M>(a) - static_cast<M>(b));
}
template <class T> TANDEM_HD constexpr T mul(T a, T b) {
  using M = typename Modular<T>::type;
  return static_cast<T>(static_cast<M>(a) * static_cast<M>(b));
}

/// a^b modulo 2^bits; for b < 0 the whole part of 1 / a^-b, and 0 for a = 0.
template <class T> TANDEM_HD inline T integer_pow(T a, T b) {
  if (b < T(0)) return a == T(1) ? T(1) : (a == T(-1) ? (b % 2 != 0 ? T(-1) : T(1)) : T(0));
  std::uint64_t result = 1, factor = static_cast<std::uint64_t>(a);
  for (auto rest = static_cast<std::uint64_t>(b); rest != 0; rest >>= 1, factor *= factor)
    if (rest & 1) result *= factor;
  return static_cast<T>(result);
}

/// a - b floor(a / b); a for b = 0.
template <class T> TANDEM_HD inline T integer_remainder(T a, T b) {
  const auto x = static_cast<std::int64_t>(a), y = static_cast<std::int64_t>(b);
  if (y == 0) return a;
  const std::int64_t r = y == -1 ? 0 : x % y;
  return static_cast<T>(r != 0 && (r < 0) != (y < 0) ? r + y : r);
}

/// a - b trunc(a / b); a for b = 0.
template <class T> TANDEM_HD inline T integer_fmod(T a, T b) {
  const auto x = static_cast<std::int64_t>(a), y = static_cast<std::int64_t>(b);
  return y == 0 ? a : static_cast<T>(y == -1 ? 0 : x % y);
}

/// floor(a / b); 0 for b = 0.
template <class T> TANDEM_HD inline T integer_floor_divide(T a, T b) {
  const auto x = static_cast<std::int64_t>(a), y = static_cast<std::int64_t>(b);
  if (y == 0) return T(0);
  if (y == -1) return static_cast<T>(sub(std::int64_t{0}, x));
  const std::int64_t q = x / y;
  return static_cast<T>(x % y != 0 && (x < 0) != (y < 0) ? q - 1 : q);
}

}  // namespace math
}  // namespace TANDEM_ISA
}  // namespace tandem
