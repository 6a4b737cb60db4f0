// The double insides of float32 functions (core/rules/math.h): where a float32 formula cannot hold
// its bound, the value is computed here and rounded once. The polynomials were fitted by
// docs/math_fits.sollya and docs/math_fits.py.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "core/base/macros.h"

namespace tandem {
inline namespace TANDEM_ISA {
namespace math {

inline constexpr double pi = 3.14159265358979323846;
inline constexpr double sqrt_half = 0.70710678118654752440;

template <class To, class From> TANDEM_HD inline To bits(From from) {
  return __builtin_bit_cast(To, from);
}

/// first ? a : b, as bits: GCC makes no vectors of a select whose condition is the same for all.
template <class T> TANDEM_HD inline T bit_select(bool first, T a, T b) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  const Bits mask = Bits(0) - Bits(first);
  return bits<T>((bits<Bits>(a) & mask) | (bits<Bits>(b) & ~mask));
}

template <class T> TANDEM_HD inline T infinity() { return std::numeric_limits<T>::infinity(); }

template <class T> TANDEM_HD inline T nan() { return std::numeric_limits<T>::quiet_NaN(); }

/// c[0] + c[1] x + ... by Horner's rule. By recursion: a loop inside would keep the compiler from
/// vectorising the loop over elements.
template <int i = 0, class T, int N> TANDEM_HD inline T polynomial(T x, const T (&c)[N]) {
  if constexpr (i + 1 == N)
    return c[i];
  else
    return std::fma(polynomial<i + 1>(x, c), x, c[i]);
}

// ---- double insides for float32 results: relative error below 2^-33, finite inputs of any float
// ----
namespace f64 {

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

/// Within 2^-44: about 0, 1 and infinity, where the rest t of a division is at most tan(pi/8).
TANDEM_HD inline double atan(double x) {
  constexpr double c[] = {-0.33333333331662496,  0.1999999968044496,   -0.14285693334706923,
                          0.1111044373190139,    -0.09079057657538202, 0.07567978244880987,
                          -0.058890130087480855, 0.030864543633533432};
  const double a = std::fabs(x);
  const bool middle = a > 0.41421356237309503, far = a > 2.414213562373095;
  const double t = far ? -1.0 / a : (middle ? (a - 1.0) / (a + 1.0) : a);
  const double center = far ? 0.5 * pi : (middle ? 0.25 * pi : 0.0);
  const double s = t * t;
  return std::copysign(center + std::fma(t * s, polynomial(s, c), t), x);
}

/// nan outside [-1, 1], as acos.
TANDEM_HD inline double asin(double x) { return atan(x / std::sqrt((1.0 - x) * (1.0 + x))); }
TANDEM_HD inline double acos(double x) { return 0.5 * pi - asin(x); }

/// The angle of (x, y) in (-pi, pi], with IEEE's special cases.
TANDEM_HD inline double atan2(double y, double x) {
  const double a = std::fabs(x), b = std::fabs(y);
  const bool diagonal = (a == b) & ((a == 0.0) | (a == infinity<double>()));
  const double quotient = diagonal ? (a == 0.0 ? 0.0 : 1.0) : b / a;
  const double angle = atan(quotient);
  return std::copysign(std::signbit(x) ? pi - angle : angle, y);
}

/// For |x| of a float, whose square does not overflow.
TANDEM_HD inline double asinh(double x) {
  const double a = std::fabs(x);
  const double y = log1p(a + a * (a / (1.0 + std::sqrt(std::fma(a, a, 1.0)))));
  return std::copysign(a < infinity<double>() ? y : a, x);
}
/// nan below 1.
TANDEM_HD inline double acosh(double x) {
  const double y = log1p((x - 1.0) + std::sqrt((x - 1.0) * (x + 1.0)));
  return x < 1.0 ? nan<double>() : y;
}
/// nan outside [-1, 1].
TANDEM_HD inline double atanh(double x) {
  const double a = std::fabs(x);
  return std::copysign(0.5 * log1p(2.0 * a / (1.0 - a)), x);
}

/// erfc(a) exp(a^2) for a >= 0; used up to a = 18.
TANDEM_HD inline double scaled_erfc(double a) {
  constexpr double c[] = {1.0215827052667725,     -0.6871606843727646,    0.2794720891685314,
                          -0.03644223495388741,   -0.021510586330135983,  0.006479259455114862,
                          0.003089983684686372,   -0.0008379561269158933, -0.0006606256298586655,
                          3.7251663774389294e-05, 0.0001398069303323195,  2.7576367183677562e-05,
                          -1.806225601060732e-05, -8.51161177205962e-06,  -6.104001720394705e-07};
  const double inverse = 1.0 / (a + 2.0);
  return polynomial((a - 2.0) * inverse, c) * inverse;
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

/// |x| = r + k pi/2 with r in [-pi/4, pi/4]; k is given modulo 4, in -2, ..., 2.
struct Angle {
  double r, k;
};

/// For any finite float, after Payne and Hanek: 2/pi comes in pieces of 24 bits, whose products
/// with |x| are exact; five of them matter, those before only add multiples of four quarter turns.
TANDEM_HD inline Angle reduce_quarter(float x) {
  constexpr double p0 = 0xa2f983p-24, p1 = 0x6e4e44p-48, p2 = 0x1529fcp-72, p3 = 0x2757d1p-96,
                   p4 = 0xf534ddp-120, p5 = 0xc0db62p-144, p6 = 0x95993cp-168, p7 = 0x439041p-192,
                   p8 = 0xfe5163p-216;
  const double a = std::fabs(static_cast<double>(x));
  const auto times = [a](double q0, double q1, double q2, double q3, double q4) {
    double q = a < 0x1p50 ? q0 : q1;
    q = a < 0x1p74 ? q : q2;
    q = a < 0x1p98 ? q : q3;
    q = a < 0x1p122 ? q : q4;
    return a * q;
  };
  const auto nearest = [](double y) { return (y + 6755399441055744.0) - 6755399441055744.0; };
  const auto modulo_4 = [=](double y) { return y - 4.0 * nearest(0.25 * y); };
  // What remains of the first two is exact, too.
  const double first = modulo_4(times(p0, p1, p2, p3, p4));
  const double second = modulo_4(times(p1, p2, p3, p4, p5));
  const double third = times(p2, p3, p4, p5, p6), fourth = times(p3, p4, p5, p6, p7),
               fifth = times(p4, p5, p6, p7, p8);
  const double whole = nearest(first + second + third);
  const double rest = ((((first - whole) + second) + third) + fourth) + fifth;
  return {rest * (pi / 2), modulo_4(whole)};
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

TANDEM_HD inline double sin(const Angle& at) {
  const double y = at.k * at.k == 1.0 ? cos_quarter(at.r) : sin_quarter(at.r);
  return std::fabs(at.k - 0.5) > 1.0 ? -y : y;
}

TANDEM_HD inline double cos(const Angle& at) {
  const double y = at.k * at.k == 1.0 ? sin_quarter(at.r) : cos_quarter(at.r);
  return std::fabs(at.k + 0.5) > 1.0 ? -y : y;
}

}  // namespace f64

}  // namespace math
}  // namespace TANDEM_ISA
}  // namespace tandem
