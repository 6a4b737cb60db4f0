// Element types, the rules that mix them, and a number of any of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <type_traits>

#include "core/base/error.h"
#include "core/base/half.h"

namespace tandem {

/// Float16 and BFloat16 are stored in two bytes and computed in float32 (core/base/half.h).
enum class DType : std::int8_t { Bool, UInt8, Int32, Int64, Float16, BFloat16, Float32, Float64 };

using ScalarType = DType;
using Dtype = DType;
inline constexpr int dtype_count = 8;

inline constexpr DType kBool = DType::Bool;
inline constexpr DType kUInt8 = DType::UInt8;
inline constexpr DType kByte = DType::UInt8;
inline constexpr DType kInt32 = DType::Int32;
inline constexpr DType kInt = DType::Int32;
inline constexpr DType kInt64 = DType::Int64;
inline constexpr DType kLong = DType::Int64;
inline constexpr DType kFloat16 = DType::Float16;
inline constexpr DType kHalf = DType::Float16;
inline constexpr DType kBFloat16 = DType::BFloat16;
inline constexpr DType kFloat32 = DType::Float32;
inline constexpr DType kFloat = DType::Float32;
inline constexpr DType kFloat64 = DType::Float64;
inline constexpr DType kDouble = DType::Float64;

constexpr bool is_floating_point(DType dtype) { return dtype >= DType::Float16; }
constexpr bool is_integral(DType dtype) { return dtype < DType::Float16 && dtype != DType::Bool; }
/// Whether `dtype` is stored in 16 bits and computed in float32.
constexpr bool is_half(DType dtype) { return dtype == DType::Float16 || dtype == DType::BFloat16; }
/// What tensors of `dtype` are computed in: float32 for the 16-bit dtypes, `dtype` otherwise.
constexpr DType compute_dtype(DType dtype) { return is_half(dtype) ? DType::Float32 : dtype; }

/// Bytes per element.
constexpr std::size_t item_size(DType dtype) {
  constexpr std::size_t sizes[dtype_count] = {1, 1, 4, 8, 2, 2, 4, 8};
  return sizes[static_cast<int>(dtype)];
}

/// "float32", "int64", ...
const char* name_of(DType dtype);
std::ostream& operator<<(std::ostream& out, DType dtype);

template <class T> inline constexpr DType dtype_of = [] {
  if constexpr (std::is_same_v<T, bool>)
    return DType::Bool;
  else if constexpr (std::is_same_v<T, Float16>)
    return DType::Float16;
  else if constexpr (std::is_same_v<T, BFloat16>)
    return DType::BFloat16;
  else if constexpr (std::is_floating_point_v<T>)
    return sizeof(T) == 4 ? DType::Float32 : DType::Float64;
  else if constexpr (sizeof(T) == 1)
    return DType::UInt8;
  else
    return sizeof(T) == 4 ? DType::Int32 : DType::Int64;
}();

/// Calls `body.operator()<T>()` with the C++ type of `dtype`.
template <class Body> decltype(auto) visit_dtype(DType dtype, Body&& body) {
  switch (dtype) {
    case DType::Bool:
      return body.template operator()<bool>();
    case DType::UInt8:
      return body.template operator()<std::uint8_t>();
    case DType::Int32:
      return body.template operator()<std::int32_t>();
    case DType::Int64:
      return body.template operator()<std::int64_t>();
    case DType::Float16:
      return body.template operator()<Float16>();
    case DType::BFloat16:
      return body.template operator()<BFloat16>();
    case DType::Float32:
      return body.template operator()<float>();
    case DType::Float64:
      break;
  }
  return body.template operator()<double>();
}

/// As visit_dtype for the floating-point dtypes; anything else throws, naming `op`.
template <class Body> decltype(auto) visit_floating(const char* op, DType dtype, Body&& body) {
  check(is_floating_point(dtype), op, ": expected a floating-point dtype, got ", name_of(dtype));
  if (dtype == DType::Float16) return body.template operator()<Float16>();
  if (dtype == DType::BFloat16) return body.template operator()<BFloat16>();
  if (dtype == DType::Float32) return body.template operator()<float>();
  return body.template operator()<double>();
}

/// The smallest dtype that holds both (int64 and float32 give float32, float16 and bfloat16 give
/// float32, as in PyTorch).
DType promote(DType a, DType b);

/// A single number of any dtype, as passed to `x * 2` or `full(shape, 0.5)`.
class Scalar {
 public:
  constexpr Scalar(bool value) : integer_(value), real_(value), dtype_(DType::Bool) {}
  template <class T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) constexpr Scalar(T value)
      : integer_(static_cast<std::int64_t>(value)),
        real_(static_cast<double>(value)),
        dtype_(DType::Int64) {}
  template <class T>
  requires std::is_floating_point_v<T>
  constexpr Scalar(T value) : integer_(0), real_(value), dtype_(DType::Float64) {}
  template <HalfType T> Scalar(T value) : Scalar(static_cast<float>(value)) {}

  constexpr DType dtype() const { return dtype_; }

  /// The number as a T: integers stay exact, reals are truncated towards zero for integer T.
  template <class T> constexpr T to() const {
    if constexpr (std::is_same_v<T, bool>)
      return real_ != 0;
    else if (dtype_ == DType::Float64)
      return static_cast<T>(real_);
    else
      return static_cast<T>(integer_);
  }

 private:
  std::int64_t integer_;
  double real_;
  DType dtype_;
};

}  // namespace tandem
