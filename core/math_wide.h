// The double insides of float32 functions (core/math.h): where a float32 formula cannot hold its
// bound, the value is computed here and rounded once. The polynomials were fitted by
// docs/math_fits.sollya and docs/math_fits.py.
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

template <class To, class From> TANDEM_HD inline To bits(From from) {
  return __builtin_bit_cast(To, from);
}

template <class T> TANDEM_HD inline T infinity() { return std::numeric_limits<T>::infinity(); }

template <class T> TANDEM_HD inline T nan() { return std::numeric_limits<T>::quiet_NaN(); }

// ---- double insides for float32 results: relative error below 2^-33, finite inputs of any float
// ----
namespace wide {

/// c[0] + c[1] x + ... by Horner's rule.
template <int N> TANDEM_HD inline double polynomial(double x, const double (&c)[N]) {
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
  constexpr double c[] = {0.49999999999954947,   0.16666666666739288,   4.1666666786724545e-2,
                          8.3333332932241481e-3, 1.3888838959711458e-3, 1.9841309258020049e-4,
                          2.4867981077557424e-5, 2.7577408072434548e-6};
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
  const double exponent =
      bits<double>((shifted >> 52 ^ 0x800) + 0x4330000000000000ull) - (0x1p52 + 2048);
  const double m = bits<double>(raw - (shifted & 0xfff0000000000000ull));
  const double f = m - 1.0;
  const double s = f / (2.0 + f);
  constexpr double c[] = {0.66666666666666696, 0.39999999999899688, 0.28571428626014789,
                          0.22222211120869984, 0.18182890401366902, 0.15331674492109507,
                          0.14617065490534353};
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
  constexpr double c[] = {1.0215827052667725,     -0.6871606843727646,    0.2794720891685314,
                          -0.03644223495388741,   -0.021510586330135983,  0.006479259455114862,
                          0.003089983684686372,   -0.0008379561269158933, -0.0006606256298586655,
                          3.7251663774389294e-05, 0.0001398069303323195,  2.7576367183677562e-05,
                          -1.806225601060732e-05, -8.51161177205962e-06,  -6.104001720394705e-07};
  const double d = a + 2.0;
  return polynomial((a - 2.0) / d, c) / d;
}

/// exp(-a^2) erfc's tail for a >= 0, accurate relative to the result however small.
TANDEM_HD inline double erfc_tail(double a) {
  a = a > 18.0 ? 18.0 : a;
  return exp(-a * a) * scaled_erfc(a);
}

TANDEM_HD inline double erf(double x) {
  constexpr double c[] = {1.12837916709549169,    -0.376126389027750474,  0.112837916516727232,
                          -2.6866168962182350e-2, 5.2239667451202993e-3,  -8.5479209322225885e-4,
                          1.2046046128471921e-4,  -1.4792921727466260e-5, 1.5295204967362632e-6,
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

/// |x| modulo pi/2 for any finite float: returns r in [-pi/4, pi/4], sets quadrant to 0..3 (Payne
/// and Hanek: the product with the bits of 2/pi that matter at this exponent, in integers).
TANDEM_HD inline double reduce_quarter(float x, std::uint32_t& quadrant) {
  // 2/pi = 0.a2f9836e 4e441529 ... in base 2^32, with zeros before it for small exponents.
  constexpr std::uint32_t two_over_pi[] = {0u,          0u,          0xa2f9836eu,
                                           0x4e441529u, 0xfc2757d1u, 0xf534ddc0u,
                                           0xdb629599u, 0x3c439041u, 0xfe5163abu};
  const std::uint32_t raw = bits<std::uint32_t>(x) & 0x7fffffffu;
  const std::uint32_t mantissa = (raw & 0x7fffffu) | 0x800000u;
  std::int32_t exponent =
      static_cast<std::int32_t>(raw >> 23) - 150;  // |x| = mantissa * 2^exponent
  exponent = exponent < -30 ? -30 : exponent;
  exponent = exponent > 104 ? 104 : exponent;  // inf and nan: any finite value will do
  const std::uint32_t position =
      static_cast<std::uint32_t>(exponent + 62);  // first bit that counts
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
  return small ? std::fabs(static_cast<double>(x)) : r;
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

}  // namespace math
}  // namespace TANDEM_ISA
}  // namespace tandem
