// tanh of SLEEF (1.0 ulp; what libtorch calls where it has no MKL) and of Eigen, one thread, on
// memory that is there. Compiled for the CPU it is built on.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <vector>

#ifndef __AVX2__
#undef TANDEM_BENCH_SLEEF  // the functions below are those of x86's wide registers
#endif
#ifdef TANDEM_BENCH_SLEEF
#include <immintrin.h>
#include <sleef.h>
#endif
#ifdef TANDEM_BENCH_EIGEN
#include <Eigen/Core>
#endif

namespace {

#ifdef TANDEM_BENCH_SLEEF
void sleef(const float* x, float* y, std::int64_t n) {
#ifdef __AVX512F__
  for (std::int64_t i = 0; i < n; i += 16)
    _mm512_storeu_ps(y + i, Sleef_tanhf16_u10avx512f(_mm512_loadu_ps(x + i)));
#else
  for (std::int64_t i = 0; i < n; i += 8)
    _mm256_storeu_ps(y + i, Sleef_tanhf8_u10avx2(_mm256_loadu_ps(x + i)));
#endif
}
#endif

#ifdef TANDEM_BENCH_EIGEN
void eigen(const float* x, float* y, std::int64_t n) {
  Eigen::Map<Eigen::ArrayXf>(y, n) = Eigen::Map<const Eigen::ArrayXf>(x, n).tanh();
}
#endif

using Function = void (*)(const float* x, float* y, std::int64_t n);

/// Numbers spread over [-3, 3); whole vectors of 16. Unused where neither library is installed.
[[maybe_unused]] void add_peer(const char* name, std::int64_t n, Function function) {
  const auto row = [=](benchmark::State& state) {
    std::vector<float> x(static_cast<std::size_t>(n)), y(x);
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] = static_cast<float>(i * 7919 % 6000) / 1e3f - 3;
    for (auto _ : state) {
      function(x.data(), y.data(), n);
      benchmark::ClobberMemory();
    }
    state.counters["B/s"] = {8.0 * static_cast<double>(n),
                             benchmark::Counter::kIsIterationInvariantRate};
  };
  benchmark::RegisterBenchmark((std::string(name) + '/' + std::to_string(n)).c_str(), row)
      ->ArgName("threads")
      ->Arg(1)
      ->MeasureProcessCPUTime()
      ->UseRealTime();
}

const bool registered = [] {
  for (const std::int64_t n : {1024, 16384, 1 << 20, 1 << 24}) {
#ifdef TANDEM_BENCH_SLEEF
    add_peer("peer/tanh_sleef", n, sleef);
#endif
#ifdef TANDEM_BENCH_EIGEN
    add_peer("peer/tanh_eigen", n, eigen);
#endif
    (void)n;
  }
  return true;
}();

}  // namespace
