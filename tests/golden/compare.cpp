#include "compare.h"

#include <cmath>
#include <iomanip>
#include <limits>
#include <sstream>

namespace tandem::golden {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The deviation of one element as a multiple of the allowance.
double deviation(double got, double expected, const Tolerance& tolerance) {
  if (std::isnan(got) || std::isnan(expected)) {
    return std::isnan(got) && std::isnan(expected) ? 0 : infinity;
  }
  if (got == expected) return 0;
  if (std::isinf(got) || std::isinf(expected)) return infinity;
  const double difference = std::abs(got - expected);
  const double allowed = tolerance.absolute + tolerance.relative * std::abs(expected);
  return allowed > 0 ? difference / allowed : infinity;
}

struct Worst {
  double deviation = 0;
  std::int64_t position = 0;
  std::int64_t count = 0;  ///< elements over the allowance
  void add(double value, std::int64_t at) {
    count += value > 1;
    if (value > deviation) {
      deviation = value;
      position = at;
    }
  }
};

template <class T> Worst find_worst(const Tensor& got, const Tensor& expected,
                                    const Tolerance& tolerance,
                                    const std::set<std::int64_t>& skip) {
  const T* a = got.data_ptr<T>();
  const T* b = expected.data_ptr<T>();
  Worst worst;
  for (std::int64_t i = 0; i < expected.numel(); ++i) {
    if (skip.contains(i)) continue;
    if constexpr (RealType<T>) {
      worst.add(deviation(a[i], b[i], tolerance), i);
    } else {
      worst.add(a[i] == b[i] ? 0 : infinity, i);
    }
  }
  return worst;
}

template <class T>
std::string describe(const Worst& worst, const Tensor& got, const Tensor& expected) {
  std::ostringstream text;
  text << std::setprecision(std::numeric_limits<T>::max_digits10);
  text << "at " << worst.position << " got " << +got.data_ptr<T>()[worst.position] << ", expected "
       << +expected.data_ptr<T>()[worst.position] << std::setprecision(3) << ", " << worst.deviation
       << " times the allowance, " << worst.count << " of " << expected.numel() << " elements off";
  return text.str();
}

}  // namespace

Comparison compare(const Tensor& got, const Tensor& expected, const Tolerance& tolerance,
                   const std::set<std::int64_t>& skip) {
  if (!got.defined()) return {infinity, "nothing was computed"};
  if (got.sizes() != expected.sizes() || got.dtype() != expected.dtype()) {
    return {infinity, tandem::detail::concatenate("got ", got.describe(), ", expected ",
                                                  expected.describe())};
  }
  const Tensor flat = got.detach().cpu().contiguous();
  return visit_dtype(expected.dtype(), [&]<class T>() -> Comparison {
    const Worst worst = find_worst<T>(flat, expected, tolerance, skip);
    if (worst.deviation <= 1) return {worst.deviation, ""};
    return {worst.deviation, describe<T>(worst, flat, expected)};
  });
}

}  // namespace tandem::golden
