// Element types, the rules that mix them, and a number of any of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <limits>
#include <type_traits>
#include <utility>

#include "core/base/error.h"
#include "core/base/half.h"

namespace tandem {

/// Float16 and BFloat16 are stored in two bytes and computed in float32 (core/base/half.h). In
/// order: whatever is wider, or more real, comes later.
enum class DType : std::int8_t {
  Bool,
  UInt8,
  Int16,
  Int32,
  Int64,
  Float16,
  BFloat16,
  Float32,
  Float64,
  // libtorch's names
  Byte = UInt8,
  Short = Int16,
  Int = Int32,
  Long = Int64,
  Half = Float16,
  Float = Float32,
  Double = Float64
};

template <class... Types> struct TypeList {
  static constexpr int size = sizeof...(Types);
  /// Calls body.operator()<T>() for every type, in order.
  template <class Body> static constexpr void for_each(Body&& body) {
    (body.template operator()<Types>(), ...);
  }
};

/// The C++ types of the dtypes, in the order of the enumerators. This, the enumerators and their
/// names below are all that there is to a dtype: everything else is derived.
using ElementTypes = TypeList<bool, std::uint8_t, std::int16_t, std::int32_t, std::int64_t, Float16,
                              BFloat16, float, double>;

struct DTypeNames {
  const char* name;         ///< as Tandem and Python say it
  const char* type_name;    ///< in the names of PyTorch's tensor types: CPUFloatType
  const char* safetensors;  ///< in the headers of safetensors files
};
inline constexpr DTypeNames dtype_names[] = {
    {"bool", "Bool", "BOOL"},         {"uint8", "Byte", "U8"},     {"int16", "Short", "I16"},
    {"int32", "Int", "I32"},          {"int64", "Long", "I64"},    {"float16", "Half", "F16"},
    {"bfloat16", "BFloat16", "BF16"}, {"float32", "Float", "F32"}, {"float64", "Double", "F64"}};

using ScalarType = DType;
using Dtype = DType;
inline constexpr int dtype_count = ElementTypes::size;
static_assert(sizeof(dtype_names) / sizeof(dtype_names[0]) == dtype_count);

inline constexpr DType kBool = DType::Bool;
inline constexpr DType kUInt8 = DType::UInt8;
inline constexpr DType kByte = DType::UInt8;
inline constexpr DType kInt16 = DType::Int16;
inline constexpr DType kShort = DType::Int16;
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
inline constexpr DType kU8 = DType::UInt8;
inline constexpr DType kI16 = DType::Int16;
inline constexpr DType kI32 = DType::Int32;
inline constexpr DType kI64 = DType::Int64;
inline constexpr DType kF16 = DType::Float16;
inline constexpr DType kF32 = DType::Float32;
inline constexpr DType kF64 = DType::Float64;

constexpr bool is_floating_point(DType dtype) { return dtype >= DType::Float16; }
constexpr bool is_integral(DType dtype) { return dtype < DType::Float16 && dtype != DType::Bool; }
/// Whether `dtype` is stored in 16 bits and computed in float32.
constexpr bool is_half(DType dtype) { return dtype == DType::Float16 || dtype == DType::BFloat16; }
/// What tensors of `dtype` are computed in: float32 for the 16-bit dtypes, `dtype` otherwise.
constexpr DType compute_dtype(DType dtype) { return is_half(dtype) ? DType::Float32 : dtype; }

/// "float32", "int64", ...
const char* name_of(DType dtype);
/// What reals become for which no dtype is given, and what numbers and integers become where an op
/// makes them real: float32, until it is set. Throws Error for a dtype that is not real.
DType get_default_dtype();
void set_default_dtype(DType dtype);
inline DType get_default_dtype_as_scalartype() { return get_default_dtype(); }
/// libtorch's questions to a dtype.
constexpr DType typeMetaToScalarType(DType dtype) { return dtype; }
constexpr bool isFloatingType(DType dtype) { return is_floating_point(dtype); }
constexpr bool isIntegralType(DType dtype, bool include_bool = false) {
  return is_integral(dtype) || (include_bool && dtype == DType::Bool);
}
/// PyTorch's name of it: "Float".
const char* toString(DType dtype);
std::ostream& operator<<(std::ostream& out, DType dtype);

namespace detail {

/// Position of the type that stores what T stores: `long` and `long long` are both int64.
template <class T, class... Types> constexpr int position_of(TypeList<Types...>) {
  int position = 0;
  const auto same = [&]<class Element>() {
    const bool found =
        std::is_same_v<T, Element> ||
        (std::is_integral_v<T> && std::is_integral_v<Element> && !std::is_same_v<T, bool> &&
         !std::is_same_v<Element, bool> && sizeof(T) == sizeof(Element));
    if (!found) ++position;
    return found;
  };
  (void)(same.template operator()<Types>() || ...);
  return position;
}

template <class T, class... Rest, class Body>
constexpr decltype(auto) visit_element_type(TypeList<T, Rest...>, DType dtype, Body&& body) {
  if constexpr (sizeof...(Rest) > 0) {
    if (static_cast<int>(dtype) != dtype_count - 1 - static_cast<int>(sizeof...(Rest)))
      return visit_element_type(TypeList<Rest...>(), dtype, std::forward<Body>(body));
  }
  return body.template operator()<T>();
}

}  // namespace detail

template <class T> inline constexpr DType dtype_of = [] {
  constexpr int position = detail::position_of<T>(ElementTypes());
  static_assert(position < dtype_count, "not the type of a tensor's elements");
  return static_cast<DType>(position);
}();

/// Calls `body.operator()<T>()` with the C++ type of `dtype`.
template <class Body> constexpr decltype(auto) visit_dtype(DType dtype, Body&& body) {
  return detail::visit_element_type(ElementTypes(), dtype, std::forward<Body>(body));
}

/// Bytes per element.
constexpr std::size_t item_size(DType dtype) {
  return visit_dtype(dtype, [&]<class T>() { return sizeof(T); });
}

constexpr std::size_t elementSize(DType dtype) { return item_size(dtype); }

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
inline DType promote_types(DType a, DType b) { return promote(a, b); }
/// Whether numbers of dtype `from` may be written in place into tensors of dtype `to`: not reals
/// into integers, nor either into bools.
constexpr bool can_cast(DType from, DType to) {
  if (is_floating_point(from)) return is_floating_point(to);
  return from == DType::Bool || to != DType::Bool;
}

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
  constexpr DType type() const { return dtype_; }
  constexpr bool isFloatingPoint() const { return is_floating_point(dtype_); }
  constexpr bool isIntegral(bool include_bool = false) const {
    return is_integral(dtype_) || (include_bool && dtype_ == DType::Bool);
  }
  constexpr bool isBoolean() const { return dtype_ == DType::Bool; }

  constexpr operator double() const { return to<double>(); }
  constexpr double toDouble() const { return to<double>(); }
  constexpr float toFloat() const { return to<float>(); }
  constexpr int toInt() const { return to<int>(); }
  constexpr std::int64_t toLong() const { return to<std::int64_t>(); }
  constexpr bool toBool() const { return to<bool>(); }

  /// The number as a T: integers stay exact, reals are truncated towards zero for integer T.
  template <class T> constexpr T to() const {
    if constexpr (std::is_same_v<T, bool>)
      return real_ != 0;
    else if (dtype_ == DType::Float64)
      return static_cast<T>(real_);
    else
      return static_cast<T>(integer_);
  }

  /// Whether T can hold the number, as PyTorch asks: a fraction that is cut off is no loss, a
  /// negative integer may wrap in an unsigned type, infinity and nan need a real type. Everything
  /// fits a bool.
  template <class T> constexpr bool fits() const {
    if constexpr (std::is_same_v<T, bool>) {
      return true;
    } else if constexpr (std::is_integral_v<T>) {
      if (dtype_ == DType::Float64)
        return sizeof(T) == 8 ? real_ >= -0x1p63 && real_ < 0x1p63
                              : real_ > static_cast<double>(std::numeric_limits<T>::lowest()) - 1 &&
                                    real_ < static_cast<double>(std::numeric_limits<T>::max()) + 1;
      if constexpr (std::is_unsigned_v<T>)
        return integer_ <= std::int64_t{std::numeric_limits<T>::max()} &&
               integer_ >= -std::int64_t{std::numeric_limits<T>::max()};
      return integer_ >= std::numeric_limits<T>::lowest() &&
             integer_ <= std::numeric_limits<T>::max();
    } else {
      const double most = static_cast<double>(std::numeric_limits<T>::max());
      return !(real_ > most || real_ < -most) || real_ - real_ != 0;
    }
  }

 private:
  std::int64_t integer_;
  double real_;
  DType dtype_;
};

std::ostream& operator<<(std::ostream& out, const Scalar& number);

/// Throws Error naming `op` unless a number fits `dtype` (Scalar::fits).
void check_fits(const char* op, const Scalar& number, DType dtype);

}  // namespace tandem
