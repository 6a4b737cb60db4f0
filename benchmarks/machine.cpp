// What the machine can do: the peaks that the other rows are held against. Compiled for the CPU it
// is built on, with contraction, unlike anything else here.
#include <benchmark/benchmark.h>
#include <omp.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace {

/// As aligned as Tandem's tensors are: a vector across two cache lines is read at half the speed.
struct Floats {
  explicit Floats(std::size_t n)
      : data(static_cast<float*>(std::aligned_alloc(64, (n * sizeof(float) + 63) / 64 * 64)),
             &std::free) {
    std::fill_n(data.get(), n, 1.0f);
  }
  std::unique_ptr<float, decltype(&std::free)> data;
};

void count(benchmark::State& state, const char* unit, double amount) {
  state.counters[unit] = {amount, benchmark::Counter::kIsIterationInvariantRate};
}

// Three ways to pass floats through memory; the fastest at a size is its peak.
void copy_by_memcpy(const float* a, const float*, float* c, std::size_t n) {
  std::memcpy(c, a, n * sizeof(float));
}
void copy_by_loop(const float* a, const float*, float* c, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) c[i] = a[i] + 1;
}
void add_by_loop(const float* a, const float* b, float* c, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) c[i] = a[i] + b[i];
}

/// Each thread passes its own share of n floats, often enough that starting the threads does not
/// count.
template <class Pass> void add_memory_row(const char* name, std::int64_t n, int arrays, Pass pass) {
  const auto row = [=](benchmark::State& state) {
    const int threads = static_cast<int>(state.range(0));
    const auto share = static_cast<std::size_t>(n / threads);
    const int repeats = static_cast<int>(std::max<std::int64_t>(1, (1 << 22) / n));
    std::vector<Floats> buffers;
    for (int i = 0; i < 3 * threads; ++i) buffers.emplace_back(share);
    for (auto _ : state) {
#pragma omp parallel num_threads(threads)
      {
        const Floats* own = &buffers[static_cast<std::size_t>(3 * omp_get_thread_num())];
        for (int i = 0; i < repeats; ++i) {
          pass(own[0].data.get(), own[1].data.get(), own[2].data.get(), share);
          benchmark::ClobberMemory();
        }
      }
    }
    count(state, "B/s", static_cast<double>(share) * threads * repeats * arrays * sizeof(float));
  };
  benchmark::RegisterBenchmark((std::string(name) + '/' + std::to_string(n)).c_str(), row)
      ->ArgName("threads")
      ->Arg(1)
      ->Arg(2)
      ->MeasureProcessCPUTime()
      ->UseRealTime();
}

/// One vector register of the machine that this is compiled for.
#if defined(__AVX512F__)
using Lanes __attribute__((vector_size(64))) = float;
#elif defined(__AVX__)
using Lanes __attribute__((vector_size(32))) = float;
#else
using Lanes __attribute__((vector_size(16))) = float;
#endif

/// Multiply-adds in registers, enough at once to hide their latency: no product can be faster.
void multiply_add(benchmark::State& state) {
  constexpr int chains = 12, length = 100000;
  const int threads = static_cast<int>(state.range(0));
  for (auto _ : state) {
#pragma omp parallel num_threads(threads)
    {
      Lanes sums[chains], factor = Lanes{} + 0.5f, term = Lanes{} + 1.0f;
      for (int i = 0; i < chains; ++i) sums[i] = Lanes{} + static_cast<float>(i);
      // Unknown numbers: equal chains would be computed once.
      benchmark::DoNotOptimize(sums);
      for (int i = 0; i < length; ++i)
        for (Lanes& sum : sums) sum = sum * factor + term;
      Lanes total{};
      for (const Lanes& sum : sums) total += sum;
      benchmark::DoNotOptimize(total);
    }
  }
  count(state, "FLOP/s", 2.0 * chains * length * threads * sizeof(Lanes) / sizeof(float));
}
BENCHMARK(multiply_add)
    ->Name("peak/fma")
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

const bool registered = [] {
  for (const std::int64_t n : {1000, 16384, 1 << 20, 1 << 24}) {
    add_memory_row("peak/memcpy", n, 2, copy_by_memcpy);
    add_memory_row("peak/copy", n, 2, copy_by_loop);
    add_memory_row("peak/add", n, 3, add_by_loop);
  }
  return true;
}();

}  // namespace
