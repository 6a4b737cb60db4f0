// What the rows of bench_gpu share: how they are registered, timed and counted.
#pragma once

#include <benchmark/benchmark.h>
#include <tandem/tandem.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace gpu_rows {

/// With --small every row runs a few times on a few numbers: a check of the program, no
/// measurement.
struct Settings {
  bool small = false;
  std::int64_t elements = std::int64_t{1} << 28;  ///< of the memory-bound rows
  double batch_seconds = 0.02;                    ///< of work between two events
  int batches = 5;                                ///< the row's result is their median

  /// A size of a product or a net.
  std::int64_t size(std::int64_t full) const {
    return small ? std::max<std::int64_t>(2, full / 32) : full;
  }
};

inline Settings& settings() {
  static Settings value;
  return value;
}

void register_memory_rows();
void register_linear_rows();
void register_step_rows();

/// A row. Each starts with an empty cache and seed 0.
template <class Run> void add_row(const std::string& name, Run run) {
  const auto row = [run](benchmark::State& state) {
    try {
      tandem::cuda::synchronize();
      tandem::cuda::empty_cache();
      tandem::manual_seed(0);
      run(state);
    } catch (const tandem::Error& error) {
      state.SkipWithError(error.what());  // a GPU with little memory still runs the other rows
    }
  };
  // One iteration: the loops that are timed stand in measure().
  benchmark::RegisterBenchmark(name.c_str(), row)
      ->UseManualTime()
      ->Iterations(1)
      ->Unit(benchmark::kMicrosecond);
}

/// What one call moves or computes, for GB/s and TFLOP/s.
struct Work {
  double bytes = 0, flops = 0;
  int calls = 1;  ///< of the timed op in one call of the body
};

/// Times `body` by two events around many calls, after a warm-up; host time counts where the GPU
/// waits for the host.
template <class Body> void measure(benchmark::State& state, const Work& work, const Body& body) {
  using namespace tandem;
  cuda::Event begin(true), end(true);
  const auto timed = [&](int calls) {
    cuda::synchronize();
    begin.record();
    for (int i = 0; i < calls; ++i) body();
    end.record();
    end.synchronize();
    return begin.elapsed_time(end) / 1e3 / calls;
  };
  // The first two calls of a recorded step are unlike the others.
  for (int i = 0; i < 3; ++i) body();
  const double estimate = std::max(timed(3), 1e-7);
  const int calls = static_cast<int>(std::clamp(settings().batch_seconds / estimate, 3.0, 20000.0));
  const std::size_t allocations = cuda::memory_stats().driver_allocations;
  std::vector<double> seconds;
  for (int i = 0; i < settings().batches; ++i) seconds.push_back(timed(calls) / work.calls);
  std::sort(seconds.begin(), seconds.end());
  const double median = seconds[seconds.size() / 2];
  for (auto _ : state) state.SetIterationTime(median);
  state.counters["spread_%"] = 100 * (seconds.back() - seconds.front()) / median;
  state.counters["driver_allocations"] =
      static_cast<double>(cuda::memory_stats().driver_allocations - allocations);
  if (work.bytes != 0) state.counters["GB/s"] = work.bytes / median / 1e9;
  if (work.flops != 0) state.counters["TFLOP/s"] = work.flops / median / 1e12;
}

}  // namespace gpu_rows
