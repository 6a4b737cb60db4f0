// The GPU's random numbers: Philox4x32-10 (Salmon et al., "Parallel Random Numbers: As Easy as 1,
// 2, 3", 2011). A draw is a function of seed, offset and the element's place alone, whatever
// computes it, and its formulas are exact on every device in float32.
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include "core/backend/backend.h"
#include "core/rules/math.h"

namespace tandem {
inline namespace TANDEM_ISA {
namespace philox {

struct Words {
  std::uint32_t at[4];
};

/// The block of 128 random bits number `counter` of the sequence `key`.
TANDEM_HD inline Words block(std::uint64_t key, std::uint64_t counter, std::uint64_t high = 0) {
  Words c{{static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32),
           static_cast<std::uint32_t>(high), static_cast<std::uint32_t>(high >> 32)}};
  auto k0 = static_cast<std::uint32_t>(key), k1 = static_cast<std::uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * c.at[0];
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57u} * c.at[2];
    c = {{static_cast<std::uint32_t>(p1 >> 32) ^ c.at[1] ^ k0, static_cast<std::uint32_t>(p1),
          static_cast<std::uint32_t>(p0 >> 32) ^ c.at[3] ^ k1, static_cast<std::uint32_t>(p0)}};
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return c;
}

TANDEM_HD inline std::uint64_t pair(const Words& words, int i) {
  return std::uint64_t{words.at[2 * i + 1]} << 32 | words.at[2 * i];
}

constexpr TANDEM_HD bool draws_integers(Distribution distribution) {
  return distribution == Distribution::integer || distribution == Distribution::raw_integer;
}

/// Elements that one block gives: two where each takes 64 bits, four where 32 do.
template <class T> constexpr TANDEM_HD int per_block(Distribution distribution) {
  return sizeof(T) == 8 || draws_integers(distribution) ? 2 : 4;
}

/// Random bits of a real number: the width of its mantissa, so that [0, 1) stays below 1.
template <class T> constexpr TANDEM_HD int digits() {
  return HalfType<T> ? std::numeric_limits<T>::digits : 24;
}

/// In [0, 1).
template <class C> TANDEM_HD C unit(const Words& words, int i, int digits) {
  if constexpr (sizeof(C) == 8)
    return static_cast<double>(pair(words, i) >> 11) * 0x1p-53;
  else
    return static_cast<float>(words.at[i] >> (32 - digits)) /
           static_cast<float>(std::uint32_t{1} << digits);
}

template <class C>
TANDEM_HD C real_element(const Draw& call, const Words& words, int i, int digits) {
  switch (call.distribution) {
    case Distribution::normal: {
      // Box-Muller over the pair that the element stands in.
      const C radius = math::sqrt(C(-2) * math::log(C(1) - unit<C>(words, i & ~1, digits)));
      const C angle = C(2 * math::pi) * unit<C>(words, i | 1, digits);
      const C turned = (i & 1) == 0 ? math::cos(angle) : math::sin(angle);
      return std::fma(radius * turned, C(call.b), C(call.a));
    }
    case Distribution::exponential:
      return C(-1 / call.a) * math::log1p(-unit<C>(words, i, digits));
    default:
      return std::fma(unit<C>(words, i, digits), C(call.b) - C(call.a), C(call.a));
  }
}

/// In [low, high), or every value from 0 to `largest`.
TANDEM_HD inline std::int64_t integer_element(const Draw& call, const Words& words, int i,
                                              std::uint64_t largest) {
  const std::uint64_t word = pair(words, i), low = static_cast<std::uint64_t>(call.low);
  if (call.distribution == Distribution::integer)
    return static_cast<std::int64_t>(word % (static_cast<std::uint64_t>(call.high) - low) + low);
  return static_cast<std::int64_t>(word % (largest + 1));
}

/// The largest value of an integer dtype; for a real one, the end of the whole numbers it holds.
template <class T> constexpr TANDEM_HD std::uint64_t largest_integer() {
  if constexpr (std::is_same_v<T, bool>)
    return 1;
  else if constexpr (std::is_integral_v<T>)
    return static_cast<std::uint64_t>(std::numeric_limits<T>::max());
  else
    return std::uint64_t{1} << (sizeof(T) == 8 ? 53 : digits<T>());
}

/// Element i of the draw's block.
template <class T> TANDEM_HD T element(const Draw& call, const Words& words, int i) {
  using C = std::conditional_t<sizeof(T) == 8, double, float>;
  if (draws_integers(call.distribution))
    return static_cast<T>(integer_element(call, words, i, largest_integer<T>()));
  if (call.distribution == Distribution::bernoulli)
    return static_cast<T>(unit<C>(words, i, 24) < call.a ? 1.0f : 0.0f);
  if constexpr (std::is_integral_v<T>)
    return T(0);  // only reals have the other distributions
  else
    return static_cast<T>(real_element<C>(call, words, i, digits<T>()));
}

}  // namespace philox
}  // namespace TANDEM_ISA
}  // namespace tandem
