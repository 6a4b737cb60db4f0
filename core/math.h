// Elementary functions for rules: branch-free IEEE arithmetic, the same bits from scalar code,
// every vector width and the GPU. float32 is computed by the formulas below; float64 by the
// platform's libm.
//
// Where a float32 formula cannot hold its bound the inside is double (core/math_wide.h).
// Contraction must be off (-ffp-contract=off, --fmad=false): every fma is written out.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "core/macros.h"
#include "core/math_wide.h"

namespace tandem {
inline namespace TANDEM_ISA {
namespace math {

TANDEM_HD inline float abs(float x) { return bits<float>(bits<std::uint32_t>(x) & 0x7fffffffu); }
TANDEM_HD inline double abs(double x) { return std::fabs(x); }
TANDEM_HD inline float copysign(float x, float sign) {
  return bits<float>((bits<std::uint32_t>(x) & 0x7fffffffu) |
                     (bits<std::uint32_t>(sign) & 0x80000000u));
}
TANDEM_HD inline double copysign(double x, double sign) { return std::copysign(x, sign); }

TANDEM_HD inline float sqrt(float x) { return std::sqrt(x); }
TANDEM_HD inline double sqrt(double x) { return std::sqrt(x); }
TANDEM_HD inline float floor(float x) { return std::floor(x); }
TANDEM_HD inline double floor(double x) { return std::floor(x); }
TANDEM_HD inline float ceil(float x) { return std::ceil(x); }
TANDEM_HD inline double ceil(double x) { return std::ceil(x); }
TANDEM_HD inline float trunc(float x) { return std::trunc(x); }
TANDEM_HD inline double trunc(double x) { return std::trunc(x); }
/// To the nearest integer, halves to even.
TANDEM_HD inline float round(float x) { return std::nearbyint(x); }
TANDEM_HD inline double round(double x) { return std::nearbyint(x); }

// ---- float32 ----

/// e^x = (1 + t) * low * high, |t| < 0.42; the powers of two are apart so that results below the
/// normal range round once and those above it overflow.
struct ExpParts {
  float t, low, high;
};

TANDEM_HD inline ExpParts exp_parts(float x) {
  constexpr float round_to_int = 12582912.0f;  // 1.5 * 2^23
  float clamped = x > 89.0f ? 89.0f : x;
  clamped = clamped < -112.0f ? -112.0f : clamped;  // 4 e^-112 is 0, too
  const float shifted = std::fma(clamped, 1.44269504f, round_to_int);
  const float n = shifted - round_to_int;
  float r = std::fma(-n, 0.693145752f, clamped);
  r = std::fma(-n, 1.42860677e-6f, r);
  float p = std::fma(0x1.6caf06p-10f, r, 0x1.120c3cp-7f);
  p = std::fma(p, r, 0x1.555568p-5f);
  p = std::fma(p, r, 0x1.5554dcp-3f);
  p = std::fma(p, r, 0x1p-1f);
  const std::int32_t whole = bits<std::int32_t>(shifted) - bits<std::int32_t>(round_to_int);
  const std::int32_t half = whole >> 1;
  return {std::fma(r * r, p, r), bits<float>((half + 127) << 23),
          bits<float>((whole - half + 127) << 23)};
}

/// e^x, within 1.05 ulp.
TANDEM_HD inline float exp(float x) {
  const ExpParts e = exp_parts(x);
  return (1.0f + e.t) * e.low * e.high;
}

/// A number as the unevaluated sum of two floats.
struct Pair {
  float high, low;
};

/// factor * e^x with about ten more bits than a float, where the result is normal; factor: a power
/// of 2.
TANDEM_HD inline Pair exp_pair(float x, float factor = 1.0f) {
  const ExpParts e = exp_parts(x);
  const float h = 1.0f + e.t;
  const float l = e.t - (h - 1.0f);
  return {factor * h * e.low * e.high, factor * l * e.low * e.high};
}

/// 1 + x for 0 <= x.high, keeping what the rounded sum loses.
TANDEM_HD inline Pair one_plus(Pair x) {
  const float big = x.high > 1.0f ? x.high : 1.0f, small = x.high > 1.0f ? 1.0f : x.high;
  const float sum = big + small;
  return {sum, (small - (sum - big)) + x.low};
}

/// n / d rounded nearly once: the remainder is divided too.
TANDEM_HD inline float divide(Pair n, Pair d) {
  const float inverse = 1.0f / d.high;
  const float q = n.high * inverse;
  const float remainder = std::fma(-q, d.high, n.high) + std::fma(-q, d.low, n.low);
  return std::fma(remainder, inverse, q);
}

TANDEM_HD inline float expm1(float x) {
  // The double path keeps 1e-45 but not -0.0.
  return x == 0.0f ? x : static_cast<float>(wide::expm1(x));
}
TANDEM_HD inline float log(float x) { return static_cast<float>(wide::log(x)); }
TANDEM_HD inline float log2(float x) {
  return static_cast<float>(wide::log(x) * 1.4426950408889634);
}
TANDEM_HD inline float log10(float x) {
  return static_cast<float>(wide::log(x) * 0.43429448190325183);
}
TANDEM_HD inline float log1p(float x) { return x == 0.0f ? x : static_cast<float>(wide::log1p(x)); }
TANDEM_HD inline float erf(float x) { return static_cast<float>(wide::erf(x)); }
TANDEM_HD inline float normal_cdf(float x) { return static_cast<float>(wide::normal_cdf(x)); }
TANDEM_HD inline float normal_pdf(float x) { return static_cast<float>(wide::normal_pdf(x)); }

TANDEM_HD inline float sin(float x) {
  std::uint32_t quadrant;
  const double r = wide::reduce_quarter(x, quadrant);
  const double y = quadrant & 1u ? wide::cos_quarter(r) : wide::sin_quarter(r);
  const float magnitude = static_cast<float>(quadrant & 2u ? -y : y);
  const float result = bits<std::uint32_t>(x) >> 31 ? -magnitude : magnitude;
  return abs(x) < infinity<float>() ? result : nan<float>();
}

TANDEM_HD inline float cos(float x) {
  std::uint32_t quadrant;
  const double r = wide::reduce_quarter(x, quadrant);
  const double y = quadrant & 1u ? wide::sin_quarter(r) : wide::cos_quarter(r);
  const float result = static_cast<float>((quadrant + 1u) & 2u ? -y : y);
  return abs(x) < infinity<float>() ? result : nan<float>();
}

TANDEM_HD inline float tan(float x) {
  std::uint32_t quadrant;
  const double r = wide::reduce_quarter(x, quadrant);
  const double s = wide::sin_quarter(r), c = wide::cos_quarter(r);
  const float magnitude = static_cast<float>(quadrant & 1u ? -c / s : s / c);
  const float result = bits<std::uint32_t>(x) >> 31 ? -magnitude : magnitude;
  return abs(x) < infinity<float>() ? result : nan<float>();
}

TANDEM_HD inline float sinh(float x) {
  const double e = wide::expm1(std::fabs(static_cast<double>(x)));
  return copysign(static_cast<float>(0.5 * (e + e / (e + 1.0))), x);
}

TANDEM_HD inline float cosh(float x) {
  const double e = wide::exp(std::fabs(static_cast<double>(x)));
  return static_cast<float>(0.5 * (e + 1.0 / e));
}

/// tanh x: a + a s N(s)/D(s) with a = |x|, s = a^2 below 0.7, 1 - 2/(e^2a + 1) above; one division.
TANDEM_HD inline float tanh(float x) {
  const float a = abs(x);
  const bool small = a < 0.7f;
  const float s = a * a;
  const float numerator = small ? a * s * std::fma(s, -0.0147514911f, -0.333333333f) : -2.0f;
  const float tame = std::fma(s, std::fma(s, 0.0157971722f, 0.444254451f), 1.0f);
  const float bounded = a > 20.0f ? 20.0f : a;  // tanh is 1 long before e^2a overflows
  const Pair grown = one_plus(exp_pair(bounded + bounded));
  const Pair denominator = {small ? tame : grown.high, small ? 0.0f : grown.low};
  const float y = (small ? a : 1.0f) + divide({numerator, 0.0f}, denominator);
  return copysign(x != x ? x : y, x);
}

/// 1 - tanh^2 x = 4 e / (1 + e)^2 with e = exp(-2|x|): no cancellation anywhere.
TANDEM_HD inline float sech_squared(float x) {
  const Pair e = exp_pair(-2.0f * abs(x));
  const Pair d = one_plus(e);
  const float square = d.high * d.high;
  const float lost = std::fma(d.high, d.high, -square) + 2.0f * d.high * d.low;
  return divide(exp_pair(-2.0f * abs(x), 4.0f), {square, lost});
}

/// 1 / (1 + e^-x), from e = exp(-|x|) so that neither tail loses digits.
TANDEM_HD inline float sigmoid(float x) {
  const Pair e = exp_pair(-abs(x));
  const bool negative = x < 0.0f;
  return divide({negative ? e.high : 1.0f, negative ? e.low : 0.0f}, one_plus(e));
}

TANDEM_HD inline double exp(double x) { return std::exp(x); }
TANDEM_HD inline double expm1(double x) { return std::expm1(x); }
TANDEM_HD inline double log(double x) { return std::log(x); }
TANDEM_HD inline double log2(double x) { return std::log2(x); }
TANDEM_HD inline double log10(double x) { return std::log10(x); }
TANDEM_HD inline double log1p(double x) { return std::log1p(x); }
TANDEM_HD inline double erf(double x) { return std::erf(x); }
TANDEM_HD inline double normal_cdf(double x) { return 0.5 * std::erfc(-x * sqrt_half); }
TANDEM_HD inline double normal_pdf(double x) {
  return 0.39894228040143267794 * std::exp(-0.5 * x * x);
}
TANDEM_HD inline double sin(double x) { return std::sin(x); }
TANDEM_HD inline double cos(double x) { return std::cos(x); }
TANDEM_HD inline double tan(double x) { return std::tan(x); }
TANDEM_HD inline double sinh(double x) { return std::sinh(x); }
TANDEM_HD inline double cosh(double x) { return std::cosh(x); }
TANDEM_HD inline double tanh(double x) { return std::tanh(x); }

TANDEM_HD inline double sech_squared(double x) {
  const double e = std::exp(-2.0 * std::fabs(x));
  const double d = 1.0 + e;
  return 4.0 * e / (d * d);
}

TANDEM_HD inline double sigmoid(double x) {
  const double e = std::exp(-std::fabs(x));
  return (x < 0.0 ? e : 1.0) / (1.0 + e);
}

/// log(1 + e^x) without overflow.
TANDEM_HD inline float softplus(float x) {
  const double a = x;
  return static_cast<float>((a > 0.0 ? a : 0.0) + wide::log1p(wide::exp(-std::fabs(a))));
}
TANDEM_HD inline double softplus(double x) {
  return (x > 0.0 ? x : (x < 0.0 ? 0.0 : x)) + std::log1p(std::exp(-std::fabs(x)));
}

/// x^y with IEEE's special cases (pow(x, 0) = pow(1, y) = 1, negative x with whole y only, ...).
TANDEM_HD inline float pow(float x, float y) {
  const double a = std::fabs(static_cast<double>(x));
  const bool whole = std::floor(y) == y;
  const float half = y * 0.5f;
  const bool odd = whole && std::floor(half) != half;
  float r = static_cast<float>(wide::exp(static_cast<double>(y) * wide::log(a)));
  r = (a == 1.0 && abs(y) == infinity<float>()) || x == 1.0f || y == 0.0f ? 1.0f : r;
  r = x < 0.0f && a < infinity<float>() && !whole ? nan<float>() : r;
  return odd && bits<std::uint32_t>(x) >> 31 ? -r : r;
}
TANDEM_HD inline double pow(double x, double y) { return std::pow(x, y); }

/// x^n for whole n >= 0, by repeated squaring: the same bits on every device, which libm does not
/// promise.
TANDEM_HD inline double whole_power(double x, double n) {
  double result = 1;
  for (auto rest = static_cast<std::uint64_t>(n); rest != 0; rest >>= 1, x = x * x)
    result = rest & 1 ? result * x : result;
  return result;
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

}  // namespace math
}  // namespace TANDEM_ISA
}  // namespace tandem
