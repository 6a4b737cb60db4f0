// Random numbers in PyTorch's order: the same seed gives the numbers of torch's CPU generator (2.7
// and later). Draws are serial, whatever the number of threads. tests/golden has the vectors.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/backend/generator_state.h"
#include "core/rules/math.h"
#include "cpu/backend.h"

namespace tandem::cpu {
namespace {

std::uint32_t draw32(GeneratorState& state) { return static_cast<std::uint32_t>(state.engine()); }

std::uint64_t draw64(GeneratorState& state) {
  const std::uint64_t high = draw32(state);
  return high << 32 | draw32(state);
}

double uniform53(GeneratorState& state) {
  return static_cast<double>(draw64(state) & ((std::uint64_t{1} << 53) - 1)) * 0x1p-53;
}

/// In [0, 1), with as many random bits as T has significant ones: 8, 11, 24 or 53.
template <class T> ComputeType<T> uniform01(GeneratorState& state) {
  if constexpr (std::is_same_v<T, double>) {
    return uniform53(state);
  } else {
    constexpr std::uint32_t values = 1u << std::numeric_limits<T>::digits;
    return static_cast<float>(draw32(state) & (values - 1)) * (1.0f / static_cast<float>(values));
  }
}

template <class T> void uniform(GeneratorState& state, T low, T high, T* out, std::int64_t n) {
  const ComputeType<T> first = low, width = static_cast<T>(high - low);
  for (std::int64_t i = 0; i < n; ++i)
    out[i] = static_cast<T>(std::fma(uniform01<T>(state), width, first));
}

/// One value of a Box-Muller pair, always computed in double; the other is kept for the next call.
double serial_normal(GeneratorState& state) {
  if (state.has_cached_normal) {
    state.has_cached_normal = false;
    return state.cached_normal;
  }
  const double u1 = uniform53(state), u2 = uniform53(state);
  const double radius = std::sqrt(-2.0 * std::log1p(-u2)), angle = 2.0 * math::pi * u1;
  state.cached_normal = radius * std::sin(angle);
  state.has_cached_normal = true;
  return radius * std::cos(angle);
}

/// Box-Muller over 16 uniforms in place: the first eight give radii, the last eight angles.
template <class T> void normal_block(T mean, T deviation, T* block) {
  for (int j = 0; j < 8; ++j) {
    const T radius = math::sqrt(T(-2) * math::log(T(1) - block[j]));
    const T angle = static_cast<T>(2.0 * math::pi) * block[j + 8];
    block[j] = std::fma(radius * math::cos(angle), deviation, mean);
    block[j + 8] = std::fma(radius * math::sin(angle), deviation, mean);
  }
}

/// The same in a 16-bit dtype, where PyTorch rounds after every operation.
template <HalfType T> void normal_block(T mean, T deviation, T* block) {
  for (int j = 0; j < 8; ++j) {
    const T logarithm(math::log(1 - float(block[j]))), square(-2 * float(logarithm)),
        radius(math::sqrt(float(square)));
    const T angle(2.0 * math::pi * block[j + 8]);
    const T x(radius * static_cast<T>(math::cos(float(angle)))),
        y(radius * static_cast<T>(math::sin(float(angle))));
    block[j] = static_cast<T>(static_cast<T>(x * deviation) + mean);
    block[j + 8] = static_cast<T>(static_cast<T>(y * deviation) + mean);
  }
}

template <class T> void normal(GeneratorState& state, double mean, double deviation, bool serial,
                               T* out, std::int64_t n) {
  if (serial || n < 16) {
    for (std::int64_t i = 0; i < n; ++i)
      out[i] = static_cast<T>(serial_normal(state) * deviation + mean);
    return;
  }
  for (std::int64_t i = 0; i < n; ++i) out[i] = static_cast<T>(uniform01<T>(state));
  const T m = static_cast<T>(mean), d = static_cast<T>(deviation);
  for (std::int64_t i = 0; i + 16 <= n; i += 16) normal_block(m, d, out + i);
  if (n % 16 != 0) {
    // The last 16 slots are drawn anew, over part of the block before.
    T* tail = out + n - 16;
    for (int j = 0; j < 16; ++j) tail[j] = static_cast<T>(uniform01<T>(state));
    normal_block(m, d, tail);
  }
}

template <class T>
void integers(GeneratorState& state, std::int64_t low, std::int64_t high, T* out, std::int64_t n) {
  const std::uint64_t range = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  const bool wide = range >= std::uint64_t{1} << 32;
  for (std::int64_t i = 0; i < n; ++i) {
    const std::uint64_t draw = wide ? draw64(state) : draw32(state);
    out[i] =
        static_cast<T>(static_cast<std::int64_t>(draw % range + static_cast<std::uint64_t>(low)));
  }
}

/// Every non-negative value of an integer dtype; whole numbers up to the mantissa's width for
/// reals.
template <class T> T raw_integer(GeneratorState& state) {
  if constexpr (RealType<T> && sizeof(T) <= 4)
    return static_cast<T>(draw32(state) % ((1u << std::numeric_limits<T>::digits) + 1));
  else if constexpr (std::is_same_v<T, double>)
    return static_cast<T>(draw64(state) % ((std::uint64_t{1} << 53) + 1));
  else if constexpr (sizeof(T) == 8)
    return static_cast<T>(draw64(state) & 0x7fffffffffffffffull);
  else
    return static_cast<T>(draw32(state) % (std::uint32_t{std::numeric_limits<T>::max()} + 1));
}

template <class T> void permutation(GeneratorState& state, T* out, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) out[i] = static_cast<T>(i);
  for (std::int64_t i = 0; i < n - 1; ++i) {
    const auto jump = static_cast<std::int64_t>(draw32(state) % static_cast<std::uint64_t>(n - i));
    std::swap(out[i], out[i + jump]);
  }
}

template <class T>
void fill(const Draw& call, GeneratorState& state, std::int64_t n, bool serial, T* out) {
  switch (call.distribution) {
    case Distribution::bernoulli:
      for (std::int64_t i = 0; i < n; ++i) out[i] = static_cast<T>(uniform53(state) < call.a);
      return;
    case Distribution::integer:
      return integers(state, call.low, call.high, out, n);
    case Distribution::raw_integer:
      for (std::int64_t i = 0; i < n; ++i) out[i] = raw_integer<T>(state);
      return;
    case Distribution::permutation:
      if constexpr (!std::is_same_v<T, bool>) permutation(state, out, n);
      return;
    default:
      break;
  }
  if constexpr (RealType<T>) {
    if (call.distribution == Distribution::uniform)
      return uniform(state, static_cast<T>(call.a), static_cast<T>(call.b), out, n);
    if (call.distribution == Distribution::normal)
      return normal(state, call.a, call.b, serial, out, n);
    for (std::int64_t i = 0; i < n; ++i)
      out[i] = static_cast<T>(-1.0 / call.a * std::log1p(-uniform53(state)));
  }
}

}  // namespace

void CpuBackend::run(const RandomCall& call) {
  visit_dtype(call.out.dtype, [&]<class T>() {
    fill(call.draw, *call.state, call.numel, call.serial, static_cast<T*>(call.out.data));
  });
}

}  // namespace tandem::cpu
