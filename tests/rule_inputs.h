// Inputs for tests that walk the op lists: random numbers where a rule makes sense, numbers where
// arithmetic gets hard, and tensors of every layout that hold them.
#pragma once

#include <tandem/tandem.h>

#include <limits>
#include <random>
#include <string>
#include <vector>

namespace tandem::testing {

/// A number in `domain`, at a distance from its ends.
inline double draw(Domain domain, std::mt19937& engine) {
  const double u = engine() / 4294967296.0;
  switch (domain) {
    case Domain::real:
      return 8 * u - 4;
    case Domain::positive:
      return 0.1 + 3.9 * u;
    case Domain::above_minus_one:
      return 4 * u - 0.9;
    case Domain::above_one:
      return 1.1 + 4 * u;
    case Domain::unit_interval:
      return 0.05 + 0.9 * u;
  }
  return 0;
}

template <class T> std::vector<T> draws(Domain domain, std::int64_t count, unsigned seed) {
  std::mt19937 engine(seed);
  std::vector<T> numbers;
  for (std::int64_t i = 0; i < count; ++i) {
    if constexpr (RealType<T>)
      numbers.push_back(static_cast<T>(draw(domain, engine)));
    else if constexpr (std::is_same_v<T, bool>)
      numbers.push_back(engine() % 2 == 1);
    else
      numbers.push_back(static_cast<T>(static_cast<int>(engine() % 19) - (T(-1) < T(0) ? 9 : 0)));
  }
  return numbers;
}

/// Zeros of both signs, infinities, nan, the ends of every range, halves, and around where exp
/// overflows.
template <class T> std::vector<T> hard_numbers() {
  using limits = std::numeric_limits<T>;
  std::vector<T> numbers = {limits::infinity(),
                            limits::quiet_NaN(),
                            limits::min(),
                            limits::max(),
                            limits::epsilon(),
                            limits::denorm_min(),
                            T(0),
                            T(0.5),
                            T(1),
                            T(1.5),
                            T(2.5),
                            T(3),
                            T(6),
                            T(9.02),
                            T(20),
                            T(40.5),
                            T(88.7),
                            T(89),
                            T(103.9),
                            T(710),
                            T(1e-30),
                            T(1e30),
                            T(8388609),
                            T(1e10)};
  const std::size_t half = numbers.size();
  for (std::size_t i = 0; i < half; ++i) numbers.push_back(static_cast<T>(-numbers[i]));
  return numbers;
}

struct Layout {
  std::string name;
  Tensor tensor;
};

template <class T>
Tensor tensor_of(const std::vector<T>& numbers, const Shape& shape, const Device& device) {
  Tensor host = empty(shape, dtype_of<T>);
  std::copy(numbers.begin(), numbers.end(), host.data_ptr<T>());
  return host.to(device);
}

/// Random numbers in every layout that a loop can meet, and the hard ones for real T.
template <class T>
std::vector<Layout> layouts(Domain domain, const Device& device, unsigned seed = 1) {
  const auto filled = [&](const Shape& shape) {
    return tensor_of(draws<T>(domain, shape.numel(), seed + static_cast<unsigned>(shape.numel())),
                     shape, device);
  };
  std::vector<Layout> all;
  for (std::int64_t size : {0, 1, 7, 513, 1025})
    all.push_back({"size " + std::to_string(size), filled({size})});
  all.push_back({"no dimensions", filled({})});
  all.push_back({"empty matrix", filled({3, 0, 2})});
  all.push_back({"transposed", filled({27, 38}).t()});
  all.push_back({"sliced with offset", filled({19, 41}).slice(0, 2, 18).slice(1, 3, 40)});
  all.push_back({"every other", filled({131}).slice(0, 1, {}, 2)});
  all.push_back({"permuted", filled({4, 5, 6}).permute({2, 0, 1})});
  all.push_back({"row broadcast", filled({1, 33}).expand({5, 33})});
  all.push_back({"column broadcast", filled({9, 1}).expand({9, 31})});
  if constexpr (RealType<T>) {
    const std::vector<T> hard = hard_numbers<T>();
    all.push_back(
        {"hard numbers", tensor_of(hard, {static_cast<std::int64_t>(hard.size())}, device)});
  }
  return all;
}

}  // namespace tandem::testing
