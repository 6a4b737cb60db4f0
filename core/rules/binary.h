// Every binary elementwise op: formula, slopes and the list, to which core/rules/losses.h adds the
// losses. op_list.h says what a rule is. To add one: write it here, put it into BinaryOps, add a
// line to ops/elementwise.h.
#pragma once

#include "core/rules/losses.h"
#include "core/rules/math.h"
#include "core/rules/op_list.h"

namespace tandem {
inline namespace TANDEM_ISA {
namespace rules {

/// Sums, differences and products of integers wrap.
struct Add {
  static constexpr const char* name = "add";
  static constexpr bool integers = true;
  template <class T> TANDEM_HD T value(T a, T b) const { return math::add(a, b); }
  TANDEM_HD double slope_a() const { return 1; }
  TANDEM_HD double slope_b() const { return 1; }
};

struct Sub {
  static constexpr const char* name = "sub";
  static constexpr bool integers = true;
  template <class T> TANDEM_HD T value(T a, T b) const { return math::sub(a, b); }
  TANDEM_HD double slope_a() const { return 1; }
  TANDEM_HD double slope_b() const { return -1; }
};

struct Mul {
  static constexpr const char* name = "mul";
  static constexpr bool slopes_read_other_operand = true;
  static constexpr bool integers = true;
  template <class T> TANDEM_HD T value(T a, T b) const { return math::mul(a, b); }
  template <class V> TANDEM_HD V slope_a(const V&, const V& b) const { return b; }
  template <class V> TANDEM_HD V slope_b(const V& a, const V&) const { return a; }
};

/// a / b; the slope by b is -(a / b) / b, which does not overflow where b^2 would.
struct Div {
  static constexpr const char* name = "div";
  static constexpr Domain domain = Domain::positive;
  template <class T> TANDEM_HD T value(T a, T b) const { return a / b; }
  template <class V> TANDEM_HD V slope_a(const V&, const V& b) const { return constant<V>(1) / b; }
  template <class V> TANDEM_HD V slope_b(const V& a, const V& b) const { return -(a / b) / b; }
};

/// a to the power b. Slopes: b a^(b - 1), 0 where b is 0; a^b log a, 0 where a is 0 and b >= 0.
struct Pow {
  static constexpr const char* name = "pow";
  static constexpr bool float32_in_autocast = true;
  static constexpr Domain domain = Domain::positive;
  static constexpr bool integers = true;
  template <class T> TANDEM_HD T value(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>)
      return math::pow(a, b);
    else
      return math::integer_pow(a, b);
  }
  template <class T> TANDEM_HD T slope_a(T a, T b) const {
    return b == T(0) ? T(0) : b * math::pow(a, b - T(1));
  }
  template <class T> TANDEM_HD T slope_b(T a, T b) const {
    return ((a == T(0)) & (b >= T(0))) ? T(0) : math::pow(a, b) * math::log(a);
  }
  // The branches that are not taken must stay finite: their slopes would be inf * 0.
  template <class V> V derivative_a(const V& a, const V& b) const {
    return where(b == 0, 0, b * pow(a, where(b == 0, 1, b) - 1));
  }
  template <class V> V derivative_b(const V& a, const V& b) const {
    const V zero = logical_and(a == 0, b >= 0), safe = where(zero, 1, a);
    return where(zero, 0, pow(safe, b) * log(safe));
  }
};

/// The larger; nan if either is, where both get the gradient. A tie shares it half and half.
struct Maximum {
  static constexpr const char* name = "maximum";
  static constexpr bool masks = true;
  static constexpr bool integers = true;
  template <class T> TANDEM_HD T value(T a, T b) const { return ((a > b) | (a != a)) ? a : b; }
  template <class T> TANDEM_HD T slope_a(T a, T b) const {
    return a < b ? T(0) : (a == b ? T(0.5) : T(1));
  }
  template <class T> TANDEM_HD T slope_b(T a, T b) const { return slope_a(b, a); }
  template <class V> V derivative_a(const V& a, const V& b) const {
    return 1 - (a < b).to(a.dtype()) - (a == b).to(a.dtype()) * 0.5;
  }
  template <class V> V derivative_b(const V& a, const V& b) const { return derivative_a(b, a); }
};

/// The smaller; nan if either is, where both get the gradient. A tie shares it half and half.
struct Minimum {
  static constexpr const char* name = "minimum";
  static constexpr bool masks = true;
  static constexpr bool integers = true;
  template <class T> TANDEM_HD T value(T a, T b) const { return ((a < b) | (a != a)) ? a : b; }
  template <class T> TANDEM_HD T slope_a(T a, T b) const {
    return a > b ? T(0) : (a == b ? T(0.5) : T(1));
  }
  template <class T> TANDEM_HD T slope_b(T a, T b) const { return slope_a(b, a); }
  template <class V> V derivative_a(const V& a, const V& b) const {
    return 1 - (a > b).to(a.dtype()) - (a == b).to(a.dtype()) * 0.5;
  }
  template <class V> V derivative_b(const V& a, const V& b) const { return derivative_a(b, a); }
};

/// a - b floor(a / b), exactly: the remainder with the sign of b. For integers and b = 0 it is a.
struct Remainder {
  static constexpr const char* name = "remainder";
  static constexpr Domain domain = Domain::positive;
  static constexpr bool integers = true;
  template <class T> TANDEM_HD T value(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>) {
      const T r = std::fmod(a, b);
      return ((r != T(0)) & ((r < T(0)) != (b < T(0)))) ? r + b : r;
    } else {
      return math::integer_remainder(a, b);
    }
  }
  template <class T> TANDEM_HD T slope_a(T, T) const { return T(1); }
  /// -floor(a / b) of the exact quotient, which a / b may round up.
  template <class T> TANDEM_HD T slope_b(T a, T b) const {
    return -math::round((a - value(a, b)) / b);
  }
  template <class V> V derivative_b(const V& a, const V& b) const {
    return -round((a - remainder(a, b)) / b).detach();
  }
  template <class V> V derivative_a(const V& a, const V&) const { return ones_like(a); }
};

/// a - b trunc(a / b), exactly: the remainder with the sign of a. For integers and b = 0 it is a.
struct Fmod {
  static constexpr const char* name = "fmod";
  static constexpr Domain domain = Domain::positive;
  static constexpr bool integers = true;
  template <class T> TANDEM_HD T value(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>)
      return std::fmod(a, b);
    else
      return math::integer_fmod(a, b);
  }
  template <class T> TANDEM_HD T slope_a(T, T) const { return T(1); }
  /// -trunc(a / b) of the exact quotient, which a / b may round up.
  template <class T> TANDEM_HD T slope_b(T a, T b) const {
    return -math::round((a - value(a, b)) / b);
  }
  template <class V> V derivative_b(const V& a, const V& b) const {
    return -round((a - fmod(a, b)) / b).detach();
  }
  template <class V> V derivative_a(const V& a, const V&) const { return ones_like(a); }
};

/// floor(a / b) of the exact quotient, a / b for b = 0 (0 of integers), as in Python.
struct FloorDivide {
  static constexpr const char* name = "floor_divide";
  static constexpr bool masks = true;
  static constexpr Domain domain = Domain::positive;
  static constexpr bool integers = true;
  template <class T> TANDEM_HD T value(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>) {
      const T rest = std::fmod(a, b);
      const bool down = (rest != T(0)) & ((rest < T(0)) != (b < T(0)));
      const T quotient = (a - rest) / b - (down ? T(1) : T(0));
      const T whole = math::floor(quotient);
      const T near = quotient - whole > T(0.5) ? whole + T(1) : whole;
      return b == T(0) ? a / b : (quotient == T(0) ? math::copysign(T(0), a / b) : near);
    } else {
      return math::integer_floor_divide(a, b);
    }
  }
  TANDEM_HD double slope_a() const { return 0; }
  TANDEM_HD double slope_b() const { return 0; }
};

/// The angle of the point (b, a), in (-pi, pi].
struct Atan2 {
  static constexpr const char* name = "atan2";
  static constexpr bool float32_in_autocast = true;
  static constexpr Domain domain = Domain::positive;
  template <class T> TANDEM_HD T value(T a, T b) const { return math::atan2(a, b); }
  /// Of the origin 0.
  template <class T> TANDEM_HD T slope_a(T a, T b) const {
    const T square = a * a + b * b;
    return square == T(0) ? T(0) : b / square;
  }
  template <class T> TANDEM_HD T slope_b(T a, T b) const { return -slope_a(b, a); }
  template <class V> V derivative_a(const V& a, const V& b) const {
    const V square = a * a + b * b;
    return where(square == 0, 0, b / where(square == 0, 1, square));
  }
  template <class V> V derivative_b(const V& a, const V& b) const { return -derivative_a(b, a); }
};

/// |a| with the sign of b; the public op has the gradient.
struct Copysign {
  static constexpr const char* name = "copysign";
  template <class T> TANDEM_HD T value(T a, T b) const { return math::copysign(a, b); }
};

/// sqrt(a^2 + b^2): float32 in float64, so that nothing overflows; an infinity beats nan.
struct Hypot {
  static constexpr const char* name = "hypot";
  static constexpr Domain domain = Domain::positive;
  template <class T> TANDEM_HD T value(T a, T b) const {
    if constexpr (sizeof(T) == 4) {
      const T infinity = math::infinity<T>();
      const T root = T(math::sqrt(double(a) * double(a) + double(b) * double(b)));
      const bool infinite_a = math::abs(a) == infinity, infinite_b = math::abs(b) == infinity;
      return (infinite_a | infinite_b) ? infinity : root;
    } else
      return std::hypot(a, b);
  }
  template <class T> TANDEM_HD T slope_a(T a, T b) const { return a / value(a, b); }
  template <class T> TANDEM_HD T slope_b(T a, T b) const { return b / value(a, b); }
  template <class V> V derivative_a(const V& a, const V& b) const { return a / hypot(a, b); }
  template <class V> V derivative_b(const V& a, const V& b) const { return b / hypot(a, b); }
};

/// Comparisons: the result is bool, and there is no slope.
struct Eq {
  static constexpr const char* name = "eq";
  static constexpr bool integers = true;
  template <class T> TANDEM_HD bool value(T a, T b) const { return a == b; }
};

struct Ne {
  static constexpr const char* name = "ne";
  static constexpr bool integers = true;
  template <class T> TANDEM_HD bool value(T a, T b) const { return a != b; }
};

struct Lt {
  static constexpr const char* name = "lt";
  static constexpr bool integers = true;
  template <class T> TANDEM_HD bool value(T a, T b) const { return a < b; }
};

struct Le {
  static constexpr const char* name = "le";
  static constexpr bool integers = true;
  template <class T> TANDEM_HD bool value(T a, T b) const { return a <= b; }
};

struct Gt {
  static constexpr const char* name = "gt";
  static constexpr bool integers = true;
  template <class T> TANDEM_HD bool value(T a, T b) const { return a > b; }
};

struct Ge {
  static constexpr const char* name = "ge";
  static constexpr bool integers = true;
  template <class T> TANDEM_HD bool value(T a, T b) const { return a >= b; }
};

/// Logic: the result is bool; every number but 0 is true.
struct LogicalAnd {
  static constexpr const char* name = "logical_and";
  static constexpr bool integers = true;
  template <class T> TANDEM_HD bool value(T a, T b) const { return (a != T(0)) & (b != T(0)); }
};

struct LogicalOr {
  static constexpr const char* name = "logical_or";
  static constexpr bool integers = true;
  template <class T> TANDEM_HD bool value(T a, T b) const { return (a != T(0)) | (b != T(0)); }
};

struct LogicalXor {
  static constexpr const char* name = "logical_xor";
  static constexpr bool integers = true;
  template <class T> TANDEM_HD bool value(T a, T b) const { return (a != T(0)) != (b != T(0)); }
};

/// Bits of integers; bools are one bit. The public ops refuse reals, which the kernels leave alone.
struct BitwiseAnd {
  static constexpr const char* name = "bitwise_and";
  static constexpr bool integers = true;
  template <class T> TANDEM_HD T value(T a, [[maybe_unused]] T b) const {
    if constexpr (std::is_floating_point_v<T>)
      return a;
    else
      return static_cast<T>(a & b);
  }
};

struct BitwiseOr {
  static constexpr const char* name = "bitwise_or";
  static constexpr bool integers = true;
  template <class T> TANDEM_HD T value(T a, [[maybe_unused]] T b) const {
    if constexpr (std::is_floating_point_v<T>)
      return a;
    else
      return static_cast<T>(a | b);
  }
};

struct BitwiseXor {
  static constexpr const char* name = "bitwise_xor";
  static constexpr bool integers = true;
  template <class T> TANDEM_HD T value(T a, [[maybe_unused]] T b) const {
    if constexpr (std::is_floating_point_v<T>)
      return a;
    else
      return static_cast<T>(a ^ b);
  }
};

}  // namespace rules

/// Losses come first, so that a loss has one position in both lists.
using BinaryOps =
    Concatenate<LossOps,
                OpList<rules::Add, rules::Sub, rules::Mul, rules::Div, rules::Pow, rules::Maximum,
                       rules::Minimum, rules::Remainder, rules::Fmod, rules::FloorDivide,
                       rules::Atan2, rules::Copysign, rules::Hypot, rules::Eq, rules::Ne, rules::Lt,
                       rules::Le, rules::Gt, rules::Ge, rules::LogicalAnd, rules::LogicalOr,
                       rules::LogicalXor, rules::BitwiseAnd, rules::BitwiseOr, rules::BitwiseXor>>;

}  // namespace TANDEM_ISA
}  // namespace tandem
