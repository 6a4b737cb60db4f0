// Elementary functions for rules: branch-free IEEE arithmetic, the same bits from scalar code,
// every vector width and the GPU. float32 is computed by the formulas below; float64 by the
// platform's libm.
//
// Where a float32 formula cannot hold its bound the inside is double (core/rules/math_f64.h). The
// polynomials were fitted by docs/math_fits.py and docs/math_fits.sollya; docs/accuracy.md has the
// measured errors.
// Contraction must be off (-ffp-contract=off, --fmad=false): every fma is written out.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "core/base/macros.h"
#include "core/rules/math_f64.h"
#include "core/rules/math_integers.h"

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
/// y >= 0 with the sign of x.
TANDEM_HD inline float with_sign_of(float x, float y) {
  return bits<float>(bits<std::uint32_t>(y) | (bits<std::uint32_t>(x) & 0x80000000u));
}

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

/// z = n ln 2 + r with |r| <= ln(2)/2: t = e^r - 1 and scale = 2^n, so e^z = scale (1 + t). scale
/// is meaningless outside |z| < 87.
struct ReducedExp {
  float t, scale;
  std::int32_t n;
};

/// 2^n for n in [-126, 127].
TANDEM_HD inline float power_of_2(std::int32_t n) { return bits<float>((n + 127) << 23); }

TANDEM_HD inline ReducedExp reduce_exp(float z) {
  constexpr float c[] = {0x1p-1f, 0x1.5554dcp-3f, 0x1.555568p-5f, 0x1.120c3cp-7f, 0x1.6caf06p-10f};
  // The last bits of `shifted` hold n and the exponent's bias.
  constexpr float shift = 12582912.0f + 127;  // 1.5 * 2^23
  const float shifted = std::fma(z, 1.44269504f, shift), n = shifted - shift;
  const float r = std::fma(-n, 1.42860677e-6f, std::fma(-n, 0.693145752f, z));
  const auto raw = bits<std::int32_t>(shifted);
  return {std::fma(r * r, polynomial(r, c), r), bits<float>(raw << 23),
          raw - bits<std::int32_t>(shift)};
}

/// y 2^n for |n| <= 250 and y near 1, rounding once where the result leaves the normal range.
TANDEM_HD inline float ldexp(float y, std::int32_t n) {
  const std::int32_t half = n >> 1;
  return y * power_of_2(half) * power_of_2(n - half);
}

/// e^x, within 1.1 ulp.
TANDEM_HD inline float exp(float x) {
  float z = x > 89.0f ? 89.0f : x;
  z = z < -104.0f ? -104.0f : z;  // e^-104 rounds to 0
  const ReducedExp e = reduce_exp(z);
  return ldexp(1.0f + e.t, e.n);
}

/// q factor = times / (e^z + 1) for z >= 0; q stays in the normal range. rough is q before the last
/// step.
struct Logistic {
  float q, factor, rough;
  /// 1 / (1 + e^-x) for the x whose |x| is z.
  TANDEM_HD float value(float x) const { return x < 0.0f ? q * factor : 1.0f - q; }
  /// Its slope: q - q^2.
  TANDEM_HD float slope() const { return std::fma(-q, q, q) * factor; }
};
TANDEM_HD inline Logistic logistic(float z, float times = 1.0f) {
  const ReducedExp e = reduce_exp(z > 110.0f ? 110.0f : z);
  const auto whole = bits<std::uint32_t>(e.scale), most = bits<std::uint32_t>(0x1p60f);
  const std::uint32_t kept = whole < most ? whole : most;
  const float scale = bits<float>(kept), base = scale + 1.0f;
  const float rough = 1.0f / std::fma(scale, e.t, base);
  // One step of Newton's method, against the unrounded denominator: from 2^24 on base lacks the 1.
  const float lost = kept < bits<std::uint32_t>(0x1p24f) ? 0.0f : rough;
  const float share = rough * scale;
  const float remainder = std::fma(-share, e.t, std::fma(-rough, base, 1.0f)) - lost;
  // The exponents' difference, and that of `times`.
  const float factor = bits<float>(kept - whole + bits<std::uint32_t>(times));
  return {std::fma(remainder, rough, rough), factor, rough};
}

TANDEM_HD inline float expm1(float x) {
  // The double path keeps 1e-45 but not -0.0.
  return x == 0.0f ? x : static_cast<float>(f64::expm1(x));
}

/// log(m 2^n) with m = 1 + f, f in [sqrt(1/2) - 1, sqrt(2) - 1]:
/// n ln 2 + f - f^2/2 + f^3 P(f).
TANDEM_HD inline float log_of(float f, float n) {
  constexpr float c[] = {0x1.555554p-2f,  -0x1.fffff8p-3f, 0x1.999d44p-3f,
                         -0x1.555c8cp-3f, 0x1.23d54ep-3f,  -0x1.fcbfeap-4f,
                         0x1.de32ecp-4f,  -0x1.d778e8p-4f, 0x1.20456cp-4f};
  const float s = f * f;
  float low = std::fma(n, -2.12194440e-4f, f * s * polynomial(f, c));
  low = std::fma(-0.5f, s, low);
  return std::fma(n, 0.693359375f, f + low);
}

/// The exponent n, and 1 + f = x 2^-n near 1, of a positive normal float.
struct Split {
  float f;
  std::int32_t n;
};
TANDEM_HD inline Split split_near_one(float x) {
  constexpr std::uint32_t sqrt_half_bits = 0x3f3504f3;
  const std::uint32_t raw = bits<std::uint32_t>(x) - sqrt_half_bits;
  return {bits<float>((raw & 0x7fffffu) + sqrt_half_bits) - 1.0f,
          static_cast<std::int32_t>(raw) >> 23};
}

/// log x, within 1.0 ulp.
TANDEM_HD inline float log(float x) {
  const bool tiny = x < 0x1p-126f;
  const Split m = split_near_one(tiny ? x * 0x1p23f : x);
  float y = log_of(m.f, static_cast<float>(m.n) - (tiny ? 23.0f : 0.0f));
  y = x == 0.0f ? -infinity<float>() : y;
  y = x < 0.0f ? nan<float>() : y;
  return x < infinity<float>() ? y : x;
}

/// log(1 + x + low) for x > -1, |low| below x's last place.
TANDEM_HD inline float log1p_of(float x, float low) {
  const float u = 1.0f + x;
  const float lost = (x < 1.0f ? x - (u - 1.0f) : 1.0f - (u - x)) + low;
  const Split m = split_near_one(u);
  const float down = power_of_2(m.n < 100 ? -m.n : -100);  // while it matters
  return log_of(std::fma(lost, down, m.f), static_cast<float>(m.n));
}

/// log(1 + x), within 1.5 ulp.
TANDEM_HD inline float log1p(float x) {
  float y = x == 0.0f ? x : log1p_of(x, 0.0f);  // keeps -0.0
  y = x == -1.0f ? -infinity<float>() : y;
  y = x < -1.0f ? nan<float>() : y;
  return x < infinity<float>() ? y : x;
}

TANDEM_HD inline float log2(float x) {
  return static_cast<float>(f64::log(x) * 1.4426950408889634);
}
TANDEM_HD inline float log10(float x) {
  return static_cast<float>(f64::log(x) * 0.43429448190325183);
}

/// erf x, within 1.2 ulp: a + a P(a^2) with a = |x| below 0.95, 1 - e^-W(a) above.
TANDEM_HD inline float erf(float x) {
  constexpr float p[] = {0x1.06eba8p-3f, -0x1.812742p-2f,  0x1.ce2dcap-4f, -0x1.b80962p-6f,
                         0x1.549664p-8f, -0x1.a88d88p-11f, 0x1.574ec2p-14f};
  constexpr float w[] = {-0x1.763d4ap-13f, 0x1.212916p+0f, 0x1.444132p-1f,   0x1.bbaedcp-4f,
                         -0x1.9bfe42p-6f,  0x1.120586p-8f, -0x1.c9c7fep-12f, 0x1.64ff48p-16f};
  const float a = abs(x);
  const float near = std::fma(a, polynomial(a * a, p), a);
  const float bounded = a > 4.0f ? 4.0f : a;
  const ReducedExp e = reduce_exp(-polynomial(bounded, w));
  const float far = 1.0f - std::fma(e.scale, e.t, e.scale);
  return with_sign_of(x, a < 0.95f ? near : far);
}

TANDEM_HD inline float normal_cdf(float x) { return static_cast<float>(f64::normal_cdf(x)); }
/// x Phi(x). Rounded once: Phi alone leaves the normal range before the product does.
TANDEM_HD inline float gelu(float x) {
  const double near = x < -40.0f ? -40.0 : static_cast<double>(x);
  return static_cast<float>(near * f64::normal_cdf(near));
}
TANDEM_HD inline float normal_pdf(float x) { return static_cast<float>(f64::normal_pdf(x)); }

TANDEM_HD inline float sin(float x) {
  const float y = static_cast<float>(f64::sin(f64::reduce_quarter(x)));
  const float result = bits<std::uint32_t>(x) >> 31 ? -y : y;
  return abs(x) < infinity<float>() ? result : nan<float>();
}

TANDEM_HD inline float cos(float x) {
  const float y = static_cast<float>(f64::cos(f64::reduce_quarter(x)));
  return abs(x) < infinity<float>() ? y : nan<float>();
}

TANDEM_HD inline float tan(float x) {
  const f64::Angle at = f64::reduce_quarter(x);
  const float y = static_cast<float>(f64::sin(at) / f64::cos(at));
  const float result = bits<std::uint32_t>(x) >> 31 ? -y : y;
  return abs(x) < infinity<float>() ? result : nan<float>();
}

TANDEM_HD inline float sinh(float x) {
  const double e = f64::expm1(std::fabs(static_cast<double>(x)));
  return copysign(static_cast<float>(0.5 * (e + e / (e + 1.0))), x);
}

TANDEM_HD inline float cosh(float x) {
  const double e = f64::exp(std::fabs(static_cast<double>(x)));
  return static_cast<float>(0.5 * (e + 1.0 / e));
}

TANDEM_HD inline float asin(float x) { return static_cast<float>(f64::asin(x)); }
TANDEM_HD inline float acos(float x) { return static_cast<float>(f64::acos(x)); }
TANDEM_HD inline float atan(float x) { return static_cast<float>(f64::atan(x)); }
TANDEM_HD inline float atan2(float y, float x) { return static_cast<float>(f64::atan2(y, x)); }
TANDEM_HD inline float asinh(float x) { return static_cast<float>(f64::asinh(x)); }
TANDEM_HD inline float acosh(float x) { return static_cast<float>(f64::acosh(x)); }
TANDEM_HD inline float atanh(float x) { return static_cast<float>(f64::atanh(x)); }

/// tanh a for 0 <= a < 0.95: a + a^3 P(a^2).
TANDEM_HD inline float tanh_near(float a) {
  constexpr float c[] = {-0x1.55553cp-2f, 0x1.110be2p-3f, -0x1.b96222p-5f, 0x1.600994p-6f,
                         -0x1.0460c8p-7f, 0x1.2da504p-9f, -0x1.77dd4ep-12f};
  const float s = a * a;
  return std::fma(a * s, polynomial(s, c), a);
}

/// tanh x, within 1 ulp and monotone; 1 - 2 / (e^2|x| + 1) from 0.95 on.
TANDEM_HD inline float tanh(float x) {
  const float a = abs(x);
  const float bounded = a > 10.0f ? 10.0f : a;  // tanh is 1 from 9.011 on
  const ReducedExp e = reduce_exp(bounded + bounded);
  const float far = 1.0f - 2.0f / std::fma(e.scale, e.t, e.scale + 1.0f);
  return with_sign_of(x, a < 0.95f ? tanh_near(a) : far);
}

/// 1 - tanh^2 x = 4 (q - q^2) with q = 1 / (e^2|x| + 1): no cancellation anywhere. Within 2 ulp.
TANDEM_HD inline float sech_squared(float x) {
  const float a = abs(x);
  return logistic(a + a, 4.0f).slope();
}

/// tanh and its slope, with the bits of the two functions above.
TANDEM_HD inline float tanh_and_slope(float x, float& slope) {
  const float a = abs(x);
  const Logistic s = logistic(a + a, 4.0f);
  slope = s.slope();
  return with_sign_of(x, a < 0.95f ? tanh_near(a) : std::fma(-2.0f, s.rough, 1.0f));
}

/// 1 / (1 + e^-x), within 1.5 ulp, monotone, from 1 / (1 + e^|x|), so that neither tail loses
/// digits.
TANDEM_HD inline float sigmoid(float x) { return logistic(abs(x)).value(x); }
TANDEM_HD inline float sigmoid_slope(float x) { return logistic(abs(x)).slope(); }
TANDEM_HD inline float sigmoid_and_slope(float x, float& slope) {
  const Logistic s = logistic(abs(x));
  slope = s.slope();
  return s.value(x);
}

/// x sigmoid(x), within 2 ulp, also where sigmoid alone leaves the normal range.
TANDEM_HD inline float silu(float x) {
  float near = x > 150.0f ? 150.0f : x;
  near = near < -150.0f ? -150.0f : near;  // -0.0 from -108 on
  const Logistic s = logistic(abs(near));
  return x < 0.0f ? near * s.q * s.factor : std::fma(-near, s.q, x);
}

TANDEM_HD inline double exp(double x) { return std::exp(x); }
TANDEM_HD inline double expm1(double x) { return std::expm1(x); }
TANDEM_HD inline double log(double x) { return std::log(x); }
TANDEM_HD inline double log2(double x) { return std::log2(x); }
TANDEM_HD inline double log10(double x) { return std::log10(x); }
TANDEM_HD inline double log1p(double x) { return std::log1p(x); }
TANDEM_HD inline double erf(double x) { return std::erf(x); }
TANDEM_HD inline double normal_cdf(double x) { return 0.5 * std::erfc(-x * sqrt_half); }
TANDEM_HD inline double gelu(double x) { return x < -40.0 ? -0.0 : x * normal_cdf(x); }
TANDEM_HD inline double normal_pdf(double x) {
  return 0.39894228040143267794 * std::exp(-0.5 * x * x);
}
TANDEM_HD inline double sin(double x) { return std::sin(x); }
TANDEM_HD inline double cos(double x) { return std::cos(x); }
TANDEM_HD inline double tan(double x) { return std::tan(x); }
TANDEM_HD inline double sinh(double x) { return std::sinh(x); }
TANDEM_HD inline double cosh(double x) { return std::cosh(x); }
TANDEM_HD inline double tanh(double x) { return std::tanh(x); }
TANDEM_HD inline double asin(double x) { return std::asin(x); }
TANDEM_HD inline double acos(double x) { return std::acos(x); }
TANDEM_HD inline double atan(double x) { return std::atan(x); }
TANDEM_HD inline double atan2(double y, double x) { return std::atan2(y, x); }
TANDEM_HD inline double asinh(double x) { return std::asinh(x); }
TANDEM_HD inline double acosh(double x) { return std::acosh(x); }
TANDEM_HD inline double atanh(double x) { return std::atanh(x); }

TANDEM_HD inline double sech_squared(double x) {
  const double e = std::exp(-2.0 * std::fabs(x));
  const double d = 1.0 + e;
  return 4.0 * e / (d * d);
}

TANDEM_HD inline double sigmoid_slope(double x) { return 0.25 * sech_squared(0.5 * x); }
TANDEM_HD inline double tanh_and_slope(double x, double& slope) {
  slope = sech_squared(x);
  return tanh(x);
}

TANDEM_HD inline double sigmoid(double x) {
  const double e = std::exp(-std::fabs(x));
  return (x < 0.0 ? e : 1.0) / (1.0 + e);
}

TANDEM_HD inline double sigmoid_and_slope(double x, double& slope) {
  slope = sigmoid_slope(x);
  return sigmoid(x);
}

TANDEM_HD inline double silu(double x) { return x < -800.0 ? -0.0 : x * sigmoid(x); }

/// log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), within 2 ulp.
TANDEM_HD inline float softplus(float x) {
  const float a = abs(x);
  const ReducedExp e = reduce_exp(a > 104.0f ? -104.0f : -a);
  const float high = 1.0f + e.t, low = e.t - (high - 1.0f);
  // Once log(1 + e) is e to the last bit, only e's first factor goes through the logarithm.
  const std::int32_t n = e.n > -60 ? e.n : -60;
  const float scale = power_of_2(n);
  return (x < 0.0f ? 0.0f : x) + log1p_of(high * scale, low * scale) * power_of_2(e.n - n);
}
TANDEM_HD inline double softplus(double x) {
  return (x > 0.0 ? x : (x < 0.0 ? 0.0 : x)) + std::log1p(std::exp(-std::fabs(x)));
}

/// x^y with IEEE's special cases (pow(x, 0) = pow(1, y) = 1, negative x with whole y only, ...).
TANDEM_HD inline float pow(float x, float y) {
  const float a = abs(x), half = y * 0.5f;
  const bool whole = std::floor(y) == y;
  const float sign = bits<float>(bits<std::uint32_t>(x) & 0x80000000u);
  float r = static_cast<float>(f64::exp(static_cast<double>(y) * f64::log(static_cast<double>(a))));
  r = bit_select(abs(y) == infinity<float>(), a == 1.0f ? 1.0f : r, r);
  r = x == 1.0f ? 1.0f : r;
  r = bit_select(y == 0.0f, 1.0f, r);
  const bool negative = (x < 0.0f) & (a < infinity<float>());
  r = bit_select(whole, r, negative ? nan<float>() : r);
  const float odd = bit_select(whole & (std::floor(half) != half), sign, 0.0f);
  return bits<float>(bits<std::uint32_t>(r) ^ bits<std::uint32_t>(odd));
}
TANDEM_HD inline double pow(double x, double y) { return std::pow(x, y); }

/// x^n for whole n >= 0, by repeated squaring: the same bits on every device, which libm does not
/// promise.
TANDEM_HD inline double pow_int(double x, double n) {
  double result = 1;
  for (auto rest = static_cast<std::uint64_t>(n); rest != 0; rest >>= 1, x = x * x)
    result = rest & 1 ? result * x : result;
  return result;
}

}  // namespace math

/// What slopes call on numbers; on tensors they find the ops of the same names.
namespace rules {
using math::cos;
using math::cosh;
using math::exp;
using math::floor;
using math::log;
using math::sech_squared;
using math::sigmoid;
using math::sin;
using math::sinh;
using math::sqrt;
using math::tanh;
}  // namespace rules
}  // namespace TANDEM_ISA
}  // namespace tandem
