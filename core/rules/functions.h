// Mathematical functions of one argument: formula and slope of each; the list is at the end.
// op_list.h says what a rule is. To add an elementwise op: write the rule, put it into the list,
// add a line to ops/elementwise.h.
#pragma once

#include "core/rules/math.h"
#include "core/rules/op_list.h"

namespace tandem {
inline namespace TANDEM_ISA {
namespace rules {

/// Phi(x), the standard normal distribution function.
struct NormalCdf {
  static constexpr const char* name = "normal_cdf";
  template <class T> TANDEM_HD T value(T x) const { return math::normal_cdf(x); }
  template <class T> TANDEM_HD T slope_from_input(T x) const { return math::normal_pdf(x); }
  template <class V> V derivative(const V& x) const {
    return exp(x * x * -0.5) * 0.39894228040143267794;
  }
};

struct Exp {
  static constexpr const char* name = "exp";
  static constexpr bool float32_in_autocast = true;
  template <class T> TANDEM_HD T value(T x) const { return math::exp(x); }
  template <class V> TANDEM_HD V slope_from_output(const V& y) const { return y; }
};

/// e^x - 1, exact near 0.
struct Expm1 {
  static constexpr const char* name = "expm1";
  static constexpr bool float32_in_autocast = true;
  template <class T> TANDEM_HD T value(T x) const { return math::expm1(x); }
  template <class V> TANDEM_HD V slope_from_input(const V& x) const { return exp(x); }
};

/// The natural logarithm.
struct Log {
  static constexpr const char* name = "log";
  static constexpr bool float32_in_autocast = true;
  static constexpr Domain domain = Domain::positive;
  template <class T> TANDEM_HD T value(T x) const { return math::log(x); }
  template <class V> TANDEM_HD V slope_from_input(const V& x) const { return constant<V>(1) / x; }
};

struct Log2 {
  static constexpr const char* name = "log2";
  static constexpr bool float32_in_autocast = true;
  static constexpr Domain domain = Domain::positive;
  template <class T> TANDEM_HD T value(T x) const { return math::log2(x); }
  template <class V> TANDEM_HD V slope_from_input(const V& x) const {
    return constant<V>(1.4426950408889634) / x;
  }
};

struct Log10 {
  static constexpr const char* name = "log10";
  static constexpr bool float32_in_autocast = true;
  static constexpr Domain domain = Domain::positive;
  template <class T> TANDEM_HD T value(T x) const { return math::log10(x); }
  template <class V> TANDEM_HD V slope_from_input(const V& x) const {
    return constant<V>(0.43429448190325183) / x;
  }
};

/// log(1 + x), exact near 0.
struct Log1p {
  static constexpr const char* name = "log1p";
  static constexpr bool float32_in_autocast = true;
  static constexpr Domain domain = Domain::above_minus_one;
  template <class T> TANDEM_HD T value(T x) const { return math::log1p(x); }
  template <class V> TANDEM_HD V slope_from_input(const V& x) const {
    return constant<V>(1) / (constant<V>(1) + x);
  }
};

/// The slope is 1 / (2 y) of the result y.
struct Sqrt {
  static constexpr const char* name = "sqrt";
  static constexpr Domain domain = Domain::positive;
  template <class T> TANDEM_HD T value(T x) const { return math::sqrt(x); }
  template <class V> TANDEM_HD V slope_from_output(const V& y) const {
    return constant<V>(0.5) / y;
  }
};

/// 1 / sqrt(x), with the slope -y^3 / 2 of the result y.
struct Rsqrt {
  static constexpr const char* name = "rsqrt";
  static constexpr bool float32_in_autocast = true;
  static constexpr Domain domain = Domain::positive;
  template <class T> TANDEM_HD T value(T x) const { return T(1) / math::sqrt(x); }
  template <class V> TANDEM_HD V slope_from_output(const V& y) const {
    return constant<V>(-0.5) * (y * y * y);
  }
};

struct Square {
  static constexpr const char* name = "square";
  static constexpr bool integers = true;
  template <class T> TANDEM_HD T value(T x) const { return math::mul(x, x); }
  template <class V> TANDEM_HD V slope_from_input(const V& x) const { return constant<V>(2) * x; }
};

/// 1 / x, with the slope -y^2 of the result y.
struct Reciprocal {
  static constexpr const char* name = "reciprocal";
  static constexpr bool float32_in_autocast = true;
  static constexpr Domain domain = Domain::positive;
  template <class T> TANDEM_HD T value(T x) const { return T(1) / x; }
  template <class V> TANDEM_HD V slope_from_output(const V& y) const { return -(y * y); }
};

/// x to a fixed power.
struct PowScalar {
  static constexpr const char* name = "pow_scalar";
  static constexpr bool float32_in_autocast = true;
  static constexpr Domain domain = Domain::positive;
  double exponent = 2.5;
  template <class T> TANDEM_HD T value(T x) const { return math::pow(x, T(exponent)); }
  template <class T> TANDEM_HD T slope_from_input(T x) const {
    return exponent == 0 ? T(0) : T(exponent) * math::pow(x, T(exponent - 1));
  }
  template <class V> V derivative(const V& x) const {
    return exponent == 0 ? sign(x) * 0 : exponent * pow(x, exponent - 1);
  }
};

/// The same for the powers that have a formula, in a rule of its own: beside it, the general case
/// would keep a loop from being vectorised.
struct PowFormula {
  static constexpr const char* name = "pow_formula";
  static constexpr bool float32_in_autocast = true;
  static constexpr Domain domain = Domain::positive;
  double exponent = 2;
  static constexpr bool knows(double power) {
    return power == 1 || power == 2 || power == 3 || power == 0.5 || power == -0.5;
  }
  template <class T> TANDEM_HD T value(T x) const {
    if (exponent == 1) return x;
    if (exponent == 2) return x * x;
    if (exponent == 3) return x * x * x;
    return exponent == 0.5 ? math::sqrt(x) : T(1) / math::sqrt(x);
  }
  template <class T> TANDEM_HD T slope_from_input(T x) const {
    if (exponent == 1) return T(1);
    if (exponent == 2) return T(2) * x;
    if (exponent == 3) return T(3) * (x * x);
    const T inverse = T(1) / math::sqrt(x);
    return exponent == 0.5 ? T(0.5) * inverse : T(-0.5) * (T(1) / x * inverse);
  }
  template <class V> V derivative(const V& x) const { return exponent * pow(x, exponent - 1); }
};

/// 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x.
struct Erf {
  static constexpr const char* name = "erf";
  template <class T> TANDEM_HD T value(T x) const { return math::erf(x); }
  template <class V> TANDEM_HD V slope_from_input(const V& x) const {
    return constant<V>(1.1283791670955126) * exp(-(x * x));
  }
};

struct Sin {
  static constexpr const char* name = "sin";
  template <class T> TANDEM_HD T value(T x) const { return math::sin(x); }
  template <class V> TANDEM_HD V slope_from_input(const V& x) const { return cos(x); }
};

struct Cos {
  static constexpr const char* name = "cos";
  template <class T> TANDEM_HD T value(T x) const { return math::cos(x); }
  template <class V> TANDEM_HD V slope_from_input(const V& x) const { return -sin(x); }
};

/// The slope is 1 + y^2 of the result y.
struct Tan {
  static constexpr const char* name = "tan";
  static constexpr bool float32_in_autocast = true;
  template <class T> TANDEM_HD T value(T x) const { return math::tan(x); }
  template <class V> TANDEM_HD V slope_from_output(const V& y) const {
    return constant<V>(1) + y * y;
  }
};

struct Sinh {
  static constexpr const char* name = "sinh";
  static constexpr bool float32_in_autocast = true;
  template <class T> TANDEM_HD T value(T x) const { return math::sinh(x); }
  template <class V> TANDEM_HD V slope_from_input(const V& x) const { return cosh(x); }
};

struct Cosh {
  static constexpr const char* name = "cosh";
  static constexpr bool float32_in_autocast = true;
  template <class T> TANDEM_HD T value(T x) const { return math::cosh(x); }
  template <class V> TANDEM_HD V slope_from_input(const V& x) const { return sinh(x); }
};

struct Asin {
  static constexpr const char* name = "asin";
  static constexpr bool float32_in_autocast = true;
  static constexpr Domain domain = Domain::unit_interval;
  template <class T> TANDEM_HD T value(T x) const { return math::asin(x); }
  template <class V> TANDEM_HD V slope_from_input(const V& x) const {
    return constant<V>(1) / sqrt((constant<V>(1) - x) * (constant<V>(1) + x));
  }
};

struct Acos {
  static constexpr const char* name = "acos";
  static constexpr bool float32_in_autocast = true;
  static constexpr Domain domain = Domain::unit_interval;
  template <class T> TANDEM_HD T value(T x) const { return math::acos(x); }
  template <class V> TANDEM_HD V slope_from_input(const V& x) const {
    return constant<V>(-1) / sqrt((constant<V>(1) - x) * (constant<V>(1) + x));
  }
};

struct Atan {
  static constexpr const char* name = "atan";
  template <class T> TANDEM_HD T value(T x) const { return math::atan(x); }
  template <class V> TANDEM_HD V slope_from_input(const V& x) const {
    return constant<V>(1) / (constant<V>(1) + x * x);
  }
};

struct Asinh {
  static constexpr const char* name = "asinh";
  template <class T> TANDEM_HD T value(T x) const { return math::asinh(x); }
  template <class V> TANDEM_HD V slope_from_input(const V& x) const {
    return constant<V>(1) / sqrt(constant<V>(1) + x * x);
  }
};

struct Acosh {
  static constexpr const char* name = "acosh";
  static constexpr Domain domain = Domain::above_one;
  template <class T> TANDEM_HD T value(T x) const { return math::acosh(x); }
  template <class V> TANDEM_HD V slope_from_input(const V& x) const {
    return constant<V>(1) / sqrt((x - constant<V>(1)) * (x + constant<V>(1)));
  }
};

struct Atanh {
  static constexpr const char* name = "atanh";
  static constexpr Domain domain = Domain::unit_interval;
  template <class T> TANDEM_HD T value(T x) const { return math::atanh(x); }
  template <class V> TANDEM_HD V slope_from_input(const V& x) const {
    return constant<V>(1) / ((constant<V>(1) - x) * (constant<V>(1) + x));
  }
};

/// Integers wrap.
struct Neg {
  static constexpr const char* name = "neg";
  static constexpr bool integers = true;
  template <class T> TANDEM_HD T value(T x) const {
    if constexpr (std::is_floating_point_v<T>)
      return -x;
    else
      return math::sub(T(0), x);
  }
  TANDEM_HD double slope() const { return -1; }
};

/// The slope at 0 is 0. The smallest integer has no positive counterpart and stays itself.
struct Abs {
  static constexpr const char* name = "abs";
  static constexpr bool integers = true;
  template <class T> TANDEM_HD T value(T x) const {
    if constexpr (std::is_floating_point_v<T>)
      return math::abs(x);
    else
      return x < T(0) ? math::sub(T(0), x) : x;
  }
  template <class T> TANDEM_HD T slope_from_input(T x) const {
    return x > T(0) ? T(1) : (x < T(0) ? T(-1) : T(0));
  }
  template <class V> V derivative(const V& x) const { return sign(x); }
};

/// -1, 0 or 1; 0 of nan, as in PyTorch.
struct Sign {
  static constexpr const char* name = "sign";
  static constexpr bool integers = true;
  template <class T> TANDEM_HD T value(T x) const {
    return x > T(0) ? T(1) : (x < T(0) ? T(-1) : T(0));
  }
  TANDEM_HD double slope() const { return 0; }
};

struct Floor {
  static constexpr const char* name = "floor";
  static constexpr bool integers = true;
  template <class T> TANDEM_HD T value(T x) const {
    if constexpr (std::is_floating_point_v<T>)
      return math::floor(x);
    else
      return x;
  }
  TANDEM_HD double slope() const { return 0; }
};

struct Ceil {
  static constexpr const char* name = "ceil";
  static constexpr bool integers = true;
  template <class T> TANDEM_HD T value(T x) const {
    if constexpr (std::is_floating_point_v<T>)
      return math::ceil(x);
    else
      return x;
  }
  TANDEM_HD double slope() const { return 0; }
};

/// Towards 0.
struct Trunc {
  static constexpr const char* name = "trunc";
  static constexpr bool integers = true;
  template <class T> TANDEM_HD T value(T x) const {
    if constexpr (std::is_floating_point_v<T>)
      return math::trunc(x);
    else
      return x;
  }
  TANDEM_HD double slope() const { return 0; }
};

/// Halves go to the even neighbour.
struct Round {
  static constexpr const char* name = "round";
  static constexpr bool integers = true;
  template <class T> TANDEM_HD T value(T x) const {
    if constexpr (std::is_floating_point_v<T>)
      return math::round(x);
    else
      return x;
  }
  TANDEM_HD double slope() const { return 0; }
};

/// Predicates: the result is bool, and there is no slope.
struct IsNan {
  static constexpr const char* name = "isnan";
  template <class T> TANDEM_HD bool value(T x) const { return x != x; }
};

struct IsInf {
  static constexpr const char* name = "isinf";
  template <class T> TANDEM_HD bool value(T x) const { return math::abs(x) == math::infinity<T>(); }
};

struct IsFinite {
  static constexpr const char* name = "isfinite";
  template <class T> TANDEM_HD bool value(T x) const { return math::abs(x) < math::infinity<T>(); }
};

struct LogicalNot {
  static constexpr const char* name = "logical_not";
  static constexpr bool integers = true;
  template <class T> TANDEM_HD bool value(T x) const { return x == T(0); }
};

}  // namespace rules

using MathOps =
    OpList<rules::NormalCdf, rules::Exp, rules::Expm1, rules::Log, rules::Log2, rules::Log10,
           rules::Log1p, rules::Sqrt, rules::Rsqrt, rules::Square, rules::Reciprocal,
           rules::PowScalar, rules::PowFormula, rules::Erf, rules::Sin, rules::Cos, rules::Tan,
           rules::Sinh, rules::Cosh, rules::Asin, rules::Acos, rules::Atan, rules::Asinh,
           rules::Acosh, rules::Atanh, rules::Neg, rules::Abs, rules::Sign, rules::Floor,
           rules::Ceil, rules::Trunc, rules::Round, rules::IsNan, rules::IsInf, rules::IsFinite,
           rules::LogicalNot>;

}  // namespace TANDEM_ISA
}  // namespace tandem
