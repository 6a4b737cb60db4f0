// What tests say about tensors, bits and error texts.
#pragma once

#include <gtest/gtest.h>
#include <tandem/tandem.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <iomanip>
#include <string>
#include <vector>

namespace tandem::testing {

/// The elements in row-major order.
template <class T> std::vector<T> elements(const Tensor& tensor) {
  const Tensor host = tensor.detach().cpu().contiguous();
  const T* data = host.data_ptr<T>();
  return std::vector<T>(data, data + host.numel());
}

/// The elements as doubles, whatever the dtype.
inline std::vector<double> values(const Tensor& tensor) {
  return elements<double>(tensor.detach().to(kFloat64));
}

/// Equal bits; all nans are one.
template <class T> bool same_bits(T a, T b) {
  if (a != a || b != b) return a != a && b != b;
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

/// Equal shape, dtype and bits.
inline ::testing::AssertionResult same_bits(const Tensor& a, const Tensor& b) {
  if (a.sizes() != b.sizes() || a.dtype() != b.dtype())
    return ::testing::AssertionFailure() << a.describe() << " against " << b.describe();
  return visit_dtype(a.dtype(), [&]<class T>() {
    const auto x = elements<T>(a), y = elements<T>(b);
    for (std::size_t i = 0; i < x.size(); ++i)
      if (!same_bits(x[i], y[i]))
        return ::testing::AssertionFailure()
               << "element " << i << ": " << +x[i] << " and " << +y[i];
    return ::testing::AssertionSuccess();
  });
}

/// |a - b| <= tolerance (1 + |b|); infinities and nans must agree.
inline bool is_close(double a, double b, double tolerance) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (std::isinf(a) || std::isinf(b)) return a == b;
  return std::fabs(a - b) <= tolerance * (1 + std::fabs(b));
}

inline ::testing::AssertionResult is_close(const std::vector<double>& actual,
                                           const std::vector<double>& expected, double tolerance) {
  if (actual.size() != expected.size())
    return ::testing::AssertionFailure()
           << actual.size() << " elements, expected " << expected.size();
  for (std::size_t i = 0; i < actual.size(); ++i)
    if (!is_close(actual[i], expected[i], tolerance))
      return ::testing::AssertionFailure() << std::setprecision(17) << "element " << i << ": "
                                           << actual[i] << ", expected " << expected[i];
  return ::testing::AssertionSuccess();
}

inline ::testing::AssertionResult is_close(const Tensor& actual,
                                           const std::vector<double>& expected,
                                           double tolerance = 0) {
  return is_close(values(actual), expected, tolerance);
}

inline ::testing::AssertionResult is_close(const Tensor& actual, const Tensor& expected,
                                           double tolerance = 0) {
  if (actual.sizes() != expected.sizes())
    return ::testing::AssertionFailure()
           << actual.describe() << ", expected " << expected.describe();
  return is_close(values(actual), values(expected), tolerance);
}

/// Whether `body` throws an E whose text holds all of `parts`.
template <class E = Error, class Body>
::testing::AssertionResult throws(Body&& body, const std::vector<std::string>& parts = {}) {
  try {
    body();
  } catch (const E& error) {
    for (const std::string& part : parts)
      if (std::string(error.what()).find(part) == std::string::npos)
        return ::testing::AssertionFailure() << "'" << part << "' is missing in: " << error.what();
    return ::testing::AssertionSuccess();
  } catch (const std::exception& error) {
    return ::testing::AssertionFailure() << "another exception: " << error.what();
  }
  return ::testing::AssertionFailure() << "nothing was thrown";
}

}  // namespace tandem::testing
