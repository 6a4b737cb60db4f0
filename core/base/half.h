// The two 16-bit floating-point storage types. Arithmetic on them is float32's: they convert to
// float as they are read and are rounded once, to the nearest and halves to even, as they are
// written.
//
// The conversions are bit arithmetic without branches, so that loops over them vectorise and every
// instruction set and device gives the same bits. They are always inlined: a copy compiled for
// AVX-512 must not stand in for one compiled for less.
#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#include "core/base/macros.h"

namespace tandem {

namespace detail {

[[gnu::always_inline]] TANDEM_HD inline std::uint32_t bits_of(float x) {
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof(bits));
  return bits;
}
[[gnu::always_inline]] TANDEM_HD inline float float_of(std::uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof(x));
  return x;
}

/// The float next to x on the side of zero, made odd unless it is x: rounding it again to fewer
/// than 23 bits gives what rounding x once gives.
[[gnu::always_inline]] TANDEM_HD inline float rounded_to_odd(double x) {
  const float near = static_cast<float>(x);
  const double back = static_cast<double>(near);
  const std::uint32_t bits = bits_of(near);
  // Bits grow with the magnitude, whatever the sign. nan compares false and stays as it is.
  const bool beyond = ((x >= 0) & (back > x)) | ((x < 0) & (back < x));
  const bool inexact = (back < x) | (back > x);
  return float_of((bits - (beyond ? 1u : 0u)) | (inexact ? 1u : 0u));
}

/// An integer as a double that rounds to 16 bits as the integer itself does.
template <class T> [[gnu::always_inline]] TANDEM_HD inline double double_of_integer(T value) {
  if constexpr (sizeof(T) < 8) {
    return static_cast<double>(value);
  } else {
    // Beyond 53 bits one bit stands for the twelve that are cut off.
    const double near = static_cast<double>(value);
    const T sticky = static_cast<T>((value & T(0xfff)) != 0 ? 0x800 : 0);
    const T cut = static_cast<T>((value & ~T(0xfff)) | sticky);
    return near >= 0x1p53 || near <= -0x1p53 ? static_cast<double>(cut) : near;
  }
}

[[gnu::always_inline]] TANDEM_HD inline std::uint16_t float16_bits(float x) {
  const std::uint32_t bits = bits_of(x), magnitude = bits & 0x7fffffffu;
  // Exponent bias 127 becomes 15; adding just less than half a unit, or half if odd, rounds.
  const std::uint32_t normal = (magnitude - (112u << 23) + 0xfffu + ((magnitude >> 13) & 1)) >> 13;
  // The sum with 0.5 has a unit of 2^-24, the smallest float16: the adder rounds.
  const std::uint32_t small = bits_of(float_of(magnitude) + 0.5f) - (126u << 23);
  std::uint32_t result = magnitude < (113u << 23) ? small : normal;
  result = magnitude >= (143u << 23) ? 0x7c00u : result;
  result |= (bits >> 16) & 0x8000u;
  return static_cast<std::uint16_t>(magnitude > 0x7f800000u ? 0x7fffu : result);
}

[[gnu::always_inline]] TANDEM_HD inline float float_of_float16(std::uint16_t bits) {
  const std::uint32_t magnitude = bits & 0x7fffu, sign = (bits & 0x8000u) << 16;
  const std::uint32_t normal = (magnitude << 13) + (112u << 23);
  const std::uint32_t small =
      bits_of(static_cast<float>(static_cast<std::int32_t>(magnitude)) * 0x1p-24f);
  std::uint32_t result = magnitude < 0x400u ? small : normal;
  result = magnitude >= 0x7c00u ? (magnitude << 13) | 0x7f800000u : result;
  return float_of(result | sign);
}

[[gnu::always_inline]] TANDEM_HD inline std::uint16_t bfloat16_bits(float x) {
  const std::uint32_t bits = bits_of(x), magnitude = bits & 0x7fffffffu;
  const std::uint32_t result = (bits + 0x7fffu + ((bits >> 16) & 1)) >> 16;
  return static_cast<std::uint16_t>(magnitude > 0x7f800000u ? 0x7fffu : result);
}

[[gnu::always_inline]] TANDEM_HD inline float float_of_bfloat16(std::uint16_t bits) {
  return float_of(static_cast<std::uint32_t>(bits) << 16);
}

}  // namespace detail

/// IEEE binary16: 11 significant bits, up to 65504, down to 6e-8. Every nan is written as 0x7fff.
struct Float16 {
  std::uint16_t bits;

  Float16() = default;
  [[gnu::always_inline]] TANDEM_HD explicit Float16(float x) : bits(detail::float16_bits(x)) {}
  [[gnu::always_inline]] TANDEM_HD explicit Float16(double x)
      : bits(detail::float16_bits(detail::rounded_to_odd(x))) {}
  template <std::integral T> [[gnu::always_inline]] TANDEM_HD explicit Float16(T x)
      : Float16(detail::double_of_integer(x)) {}
  [[gnu::always_inline]] TANDEM_HD operator float() const { return detail::float_of_float16(bits); }

  TANDEM_HD static constexpr Float16 from_bits(std::uint16_t bits) { return Float16(Raw{}, bits); }

 private:
  struct Raw {};
  TANDEM_HD constexpr Float16(Raw, std::uint16_t value) : bits(value) {}
};

/// The upper half of a float32: 8 significant bits, float32's range. Every nan is written as
/// 0x7fff.
struct BFloat16 {
  std::uint16_t bits;

  BFloat16() = default;
  [[gnu::always_inline]] TANDEM_HD explicit BFloat16(float x) : bits(detail::bfloat16_bits(x)) {}
  [[gnu::always_inline]] TANDEM_HD explicit BFloat16(double x)
      : bits(detail::bfloat16_bits(detail::rounded_to_odd(x))) {}
  template <std::integral T> [[gnu::always_inline]] TANDEM_HD explicit BFloat16(T x)
      : BFloat16(detail::double_of_integer(x)) {}
  [[gnu::always_inline]] TANDEM_HD operator float() const {
    return detail::float_of_bfloat16(bits);
  }

  TANDEM_HD static constexpr BFloat16 from_bits(std::uint16_t bits) {
    return BFloat16(Raw{}, bits);
  }

 private:
  struct Raw {};
  TANDEM_HD constexpr BFloat16(Raw, std::uint16_t value) : bits(value) {}
};

static_assert(sizeof(Float16) == 2 && std::is_trivially_copyable_v<Float16>);
static_assert(sizeof(BFloat16) == 2 && std::is_trivially_copyable_v<BFloat16>);

template <class T>
concept HalfType = std::same_as<T, Float16> || std::same_as<T, BFloat16>;
/// A C++ type that stores real numbers.
template <class T>
concept RealType = std::floating_point<T> || HalfType<T>;
/// A C++ type that stores numbers.
template <class T>
concept NumberType = std::is_arithmetic_v<T> || HalfType<T>;

/// What numbers stored as T are computed in: float for the 16-bit types, T itself otherwise.
template <class T> using ComputeType = std::conditional_t<HalfType<T>, float, T>;

}  // namespace tandem

template <> struct std::numeric_limits<tandem::Float16> {
  static constexpr bool is_specialized = true, is_signed = true, has_infinity = true;
  static constexpr int digits = 11, max_digits10 = 5;
  static constexpr tandem::Float16 min() { return tandem::Float16::from_bits(0x0400); }
  static constexpr tandem::Float16 max() { return tandem::Float16::from_bits(0x7bff); }
  static constexpr tandem::Float16 lowest() { return tandem::Float16::from_bits(0xfbff); }
  static constexpr tandem::Float16 epsilon() { return tandem::Float16::from_bits(0x1400); }
  static constexpr tandem::Float16 denorm_min() { return tandem::Float16::from_bits(0x0001); }
  static constexpr tandem::Float16 infinity() { return tandem::Float16::from_bits(0x7c00); }
  static constexpr tandem::Float16 quiet_NaN() { return tandem::Float16::from_bits(0x7fff); }
};

template <> struct std::numeric_limits<tandem::BFloat16> {
  static constexpr bool is_specialized = true, is_signed = true, has_infinity = true;
  static constexpr int digits = 8, max_digits10 = 4;
  static constexpr tandem::BFloat16 min() { return tandem::BFloat16::from_bits(0x0080); }
  static constexpr tandem::BFloat16 max() { return tandem::BFloat16::from_bits(0x7f7f); }
  static constexpr tandem::BFloat16 lowest() { return tandem::BFloat16::from_bits(0xff7f); }
  static constexpr tandem::BFloat16 epsilon() { return tandem::BFloat16::from_bits(0x3c00); }
  static constexpr tandem::BFloat16 denorm_min() { return tandem::BFloat16::from_bits(0x0001); }
  static constexpr tandem::BFloat16 infinity() { return tandem::BFloat16::from_bits(0x7f80); }
  static constexpr tandem::BFloat16 quiet_NaN() { return tandem::BFloat16::from_bits(0x7fff); }
};
