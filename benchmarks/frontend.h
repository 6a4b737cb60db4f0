// The benchmarks are written once, against libtorch's C++ API, and compiled against Tandem or,
// with TANDEM_BENCH_TORCH, against libtorch. Rows of both have the same names.
#pragma once

#include <benchmark/benchmark.h>

#ifdef TANDEM_BENCH_TORCH
#include <torch/torch.h>
#else
#include <tandem/tandem.h>
namespace torch = tandem;
#endif

#include <cstdint>
#include <functional>
#include <string>

namespace bench {

/// A row that runs with one thread and with two; its body does what is timed once. `make` gets
/// everything ready and returns the body; it runs after the number of threads is set.
template <class Make> benchmark::internal::Benchmark* add_row(const std::string& name, Make make) {
  const auto row = [make](benchmark::State& state) {
    torch::set_num_threads(static_cast<int>(state.range(0)));
    torch::manual_seed(0);
    auto body = make(state);
    body();  // first touch of memory, first start of threads
    for (auto _ : state) body();
  };
  // Real time: with two threads the caller's own time is half the story.
  return benchmark::RegisterBenchmark(name.c_str(), row)
      ->ArgName("threads")
      ->Arg(1)
      ->Arg(2)
      ->MeasureProcessCPUTime()
      ->UseRealTime();
}

/// Counters that become GB/s and GFLOP/s; `amount` is that of one iteration.
inline void count_bytes(benchmark::State& state, double amount) {
  state.counters["B/s"] = {amount, benchmark::Counter::kIsIterationInvariantRate};
}
inline void count_flops(benchmark::State& state, double amount) {
  state.counters["FLOP/s"] = {amount, benchmark::Counter::kIsIterationInvariantRate};
}

}  // namespace bench
