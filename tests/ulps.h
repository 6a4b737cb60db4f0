// The error of a computed number in units of the last place.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

namespace tandem::testing {

constexpr double wrong = 1e9;  ///< ulp of a result that is not even near

/// |actual - truth| in units of T's last place at truth; Real is wider than T.
template <class T, class Real> double ulps(T actual, Real truth) {
  if (std::isnan(truth) || std::isnan(actual))
    return std::isnan(truth) && std::isnan(actual) ? 0 : wrong;
  constexpr int digits = std::numeric_limits<T>::digits;
  constexpr Real largest = std::numeric_limits<T>::max();
  constexpr Real rounds_to_infinity = largest + largest / (Real(1ull << digits) * 2);
  if (std::fabs(truth) >= rounds_to_infinity || std::isinf(actual)) {
    // The last finite number may round up, within the bound, and the first beyond it down.
    const bool near = std::fabs(truth) > largest * (1 - std::numeric_limits<T>::epsilon()) &&
                      std::fabs(truth) <= largest * (1 + std::numeric_limits<T>::epsilon()) &&
                      std::signbit(truth) == std::signbit(actual);
    return static_cast<T>(truth) == actual ? 0 : (near ? 1 : wrong);
  }
  constexpr int least = std::numeric_limits<T>::min_exponent - 1;
  const int exponent = truth == 0 ? least : std::max(std::ilogb(truth), least);
  return static_cast<double>(std::ldexp(std::fabs(Real(actual) - truth), digits - 1 - exponent));
}

}  // namespace tandem::testing
