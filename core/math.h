// Elementary functions for rules: branch-free IEEE arithmetic, the same bits from scalar code, every
// vector width and the GPU. float32 is computed by the formulas below; float64 by the platform's libm.
//
// Where a float32 formula cannot hold its bound the inside is double (namespace `wide`), rounded once
// at the end. The polynomials were fitted by docs/math_fits.sollya and docs/math_fits.py.
// Contraction must be off (-ffp-contract=off, --fmad=false): every fma is written out.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "core/macros.h"

namespace tandem {
inline namespace TANDEM_ISA {
namespace math {

inline constexpr double pi = 3.14159265358979323846;
inline constexpr double sqrt_half = 0.70710678118654752440;

template <class To, class From>
TANDEM_HD inline To bits(From from) {
  return __builtin_bit_cast(To, from);
}

template <class T>
TANDEM_HD inline T infinity() {
  return std::numeric_limits<T>::infinity();
}

template <class T>
TANDEM_HD inline T nan() {
  return std::numeric_limits<T>::quiet_NaN();
}

TANDEM_HD inline float abs(float x) { return bits<float>(bits<std::uint32_t>(x) & 0x7fffffffu); }
TANDEM_HD inline double abs(double x) { return std::fabs(x); }
TANDEM_HD inline float copysign(float x, float sign) {
  return bits<float>((bits<std::uint32_t>(x) & 0x7fffffffu) | (bits<std::uint32_t>(sign) & 0x80000000u));
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

// ---- double insides for float32 results: relative error below 2^-33, finite inputs of any float ----
namespace wide {

/// c[0] + c[1] x + ... by Horner's rule.
template <int N>
TANDEM_HD inline double polynomial(double x, const double (&c)[N]) {
  double sum = c[N - 1];
  for (int i = N - 2; i >= 0; --i) sum = std::fma(sum, x, c[i]);
  return sum;
}

/// x = n ln 2 + r with |r| <= ln(2)/2: returns e^r - 1 and sets scale = 2^n. Clamped to |x| <= 700.
TANDEM_HD inline double reduced_expm1(double x, double& scale) {
  constexpr double round_to_int = 6755399441055744.0;  // 1.5 * 2^52
  x = x > 700.0 ? 700.0 : x;
  x = x < -700.0 ? -700.0 : x;
  const double shifted = std::fma(x, 1.4426950408889634, round_to_int);
  const double n = shifted - round_to_int;
  double r = std::fma(-n, 0.693147180369123816490, x);
  r = std::fma(-n, 1.90821492927058770002e-10, r);
  scale = bits<double>((bits<std::uint64_t>(shifted) + 1023) << 52);
  constexpr double c[] = {0.49999999999954947,    0.16666666666739288,   4.1666666786724545e-2,
                          8.3333332932241481e-3,  1.3888838959711458e-3, 1.9841309258020049e-4,
                          2.4867981077557424e-5,  2.7577408072434548e-6};
  return std::fma(r * r, polynomial(r, c), r);
}

TANDEM_HD inline double exp(double x) {
  double scale;
  const double p = reduced_expm1(x, scale);
  return std::fma(scale, p, scale);
}

TANDEM_HD inline double expm1(double x) {
  double scale;
  const double p = reduced_expm1(x, scale);
  return std::fma(scale, p, scale - 1.0);
}

/// log of a positive normal double (every positive float is one); 0 gives -inf, below 0 nan.
TANDEM_HD inline double log(double x) {
  const std::uint64_t raw = bits<std::uint64_t>(x);
  // Split so that the mantissa lies in [sqrt(1/2), sqrt(2)).
  const std::uint64_t shifted = raw - 0x3fe6a09e667f3bcdull;
  const double exponent = bits<double>((shifted >> 52 ^ 0x800) + 0x4330000000000000ull) - (0x1p52 + 2048);
  const double m = bits<double>(raw - (shifted & 0xfff0000000000000ull));
  const double f = m - 1.0;
  const double s = f / (2.0 + f);
  constexpr double c[] = {0.66666666666666696, 0.39999999999899688, 0.28571428626014789, 0.22222211120869984,
                          0.18182890401366902, 0.15331674492109507, 0.14617065490534353};
  const double t = s * s;
  const double log_m = std::fma(s * t, polynomial(t, c), s + s);
  double y = std::fma(exponent, 0.69314718055994531, log_m);
  y = x == 0.0 ? -infinity<double>() : y;
  y = x < 0.0 ? nan<double>() : y;
  return x < infinity<double>() ? y : x;  // +inf and nan pass through
}

TANDEM_HD inline double log1p(double x) {
  const double u = 1.0 + x;
  const double lost = x - (u - 1.0);
  const double y = log(u) + lost / u;
  // u = 0 and u = inf make lost / u meaningless.
  return u > 0.0 && u < infinity<double>() ? y : log(u);
}

/// erfc(a) exp(a^2) for a >= 0; used up to a = 18.
TANDEM_HD inline double scaled_erfc(double a) {
  constexpr double c[] = {1.0215827052667725,    -0.6871606843727646,   0.2794720891685314,
                          -0.03644223495388741,  -0.021510586330135983, 0.006479259455114862,
                          0.003089983684686372,  -0.0008379561269158933, -0.0006606256298586655,
                          3.7251663774389294e-05, 0.0001398069303323195, 2.7576367183677562e-05,
                          -1.806225601060732e-05, -8.51161177205962e-06, -6.104001720394705e-07};
  const double d = a + 2.0;
  return polynomial((a - 2.0) / d, c) / d;
}

/// exp(-a^2) erfc's tail for a >= 0, accurate relative to the result however small.
TANDEM_HD inline double erfc_tail(double a) {
  a = a > 18.0 ? 18.0 : a;
  return exp(-a * a) * scaled_erfc(a);
}

TANDEM_HD inline double erf(double x) {
  constexpr double c[] = {1.12837916709549169,     -0.376126389027750474,   0.112837916516727232,
                          -2.6866168962182350e-2,  5.2239667451202993e-3,   -8.5479209322225885e-4,
                          1.2046046128471921e-4,   -1.4792921727466260e-5,  1.5295204967362632e-6,
                          -1.0444453883825618e-7};
  const double a = std::fabs(x);
  const double small = a > 1.0 ? 1.0 : a;
  const double near = small * polynomial(small * small, c);
  return std::copysign(a < 1.0 ? near : 1.0 - erfc_tail(a), x);
}

/// Phi(x), the standard normal distribution function, accurate in both tails.
TANDEM_HD inline double normal_cdf(double x) {
  const double tail = 0.5 * erfc_tail(std::fabs(x) * sqrt_half);
  const double y = x < 0.0 ? tail : 1.0 - tail;
  return x != x ? x : y;
}

/// phi(x), the standard normal density.
TANDEM_HD inline double normal_pdf(double x) { return 0.39894228040143267794 * exp(-0.5 * x * x); }

/// |x| modulo pi/2 for any finite float: returns r in [-pi/4, pi/4], sets quadrant to 0..3 (Payne and
/// Hanek: the product with the bits of 2/pi that matter at this exponent, in integers).
TANDEM_HD inline double reduce_quarter(float x, std::uint32_t& quadrant) {
  // 2/pi = 0.a2f9836e 4e441529 ... in base 2^32, with zeros before it for small exponents.
  constexpr std::uint32_t two_over_pi[] = {0u,          0u,          0xa2f9836eu, 0x4e441529u,
                                           0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u,
                                           0xfe5163abu};
  const std::uint32_t raw = bits<std::uint32_t>(x) & 0x7fffffffu;
  const std::uint32_t mantissa = (raw & 0x7fffffu) | 0x800000u;
  std::int32_t exponent = static_cast<std::int32_t>(raw >> 23) - 150;  // |x| = mantissa * 2^exponent
  exponent = exponent < -30 ? -30 : exponent;
  exponent = exponent > 104 ? 104 : exponent;  // inf and nan: any finite value will do
  const std::uint32_t position = static_cast<std::uint32_t>(exponent + 62);  // first bit that counts
  const std::uint32_t word = position >> 5, shift = position & 31;
  const auto window = [&](std::uint32_t i) {
    const std::uint64_t pair = std::uint64_t{two_over_pi[i]} << 32 | two_over_pi[i + 1];
    return static_cast<std::uint32_t>((pair << shift) >> 32);
  };
  // Fixed point with 62 fraction bits; overflow drops multiples of four quarter turns.
  const std::uint64_t product = (std::uint64_t{mantissa} * window(word) << 32) +
                                std::uint64_t{mantissa} * window(word + 1) +
                                (std::uint64_t{mantissa} * window(word + 2) >> 32);
  const std::uint64_t rounded = product + (std::uint64_t{1} << 61);
  quadrant = static_cast<std::uint32_t>(rounded >> 62);
  const auto fraction = static_cast<std::int64_t>(product - (rounded & 0xc000000000000000ull));
  const double r = static_cast<double>(fraction) * (0x1p-62 * pi / 2);
  const bool small = raw < 0x3f490fdbu;  // below pi/4 nothing is reduced and tiny values stay exact
  quadrant = small ? 0u : quadrant;
  return small ? static_cast<double>(abs(x)) : r;
}

TANDEM_HD inline double sin_quarter(double r) {
  constexpr double c[] = {-0.16666666666663846, 8.3333333310583006e-3, -1.9841266899940917e-4,
                          2.7555986483598413e-6, -2.4805273735437240e-8};
  const double t = r * r;
  return std::fma(r * t, polynomial(t, c), r);
}

TANDEM_HD inline double cos_quarter(double r) {
  constexpr double c[] = {4.1666666666664659e-2, -1.3888888887267354e-3, 2.4801585202862736e-5,
                          -2.7556367572157559e-7, 2.0700426924845150e-9};
  const double t = r * r;
  return std::fma(t * t, polynomial(t, c), std::fma(t, -0.5, 1.0));
}

}  // namespace wide

// ---- float32 ----

/// e^x = (1 + t) * low * high, |t| < 0.42; the powers of two are apart so that results below the normal
/// range round once and those above it overflow.
struct ExpParts {
  float t, low, high;
};

TANDEM_HD inline ExpParts exp_parts(float x) {
  constexpr float round_to_int = 12582912.0f;  // 1.5 * 2^23
  float clamped = x > 89.0f ? 89.0f : x;
  clamped = clamped < -104.0f ? -104.0f : clamped;
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

/// factor * e^x with about ten more bits than a float, where the result is normal; factor: a power of 2.
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
TANDEM_HD inline float log2(float x) { return static_cast<float>(wide::log(x) * 1.4426950408889634); }
TANDEM_HD inline float log10(float x) { return static_cast<float>(wide::log(x) * 0.43429448190325183); }
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

}  // namespace math
}  // namespace TANDEM_ISA
}  // namespace tandem
