// Peak memory of a training step: how far the process grows from just before the net is made to the
// worst moment of its steps. That counts what a user pays for, on both sides alike: tensors,
// caches, the products' workspaces. Libraries are started by a net of another shape first. Memory
// that an earlier row left behind would serve a later one: run every row in a process of its own,
// as benchmarks/compare does.
#include <malloc.h>

#include <fstream>
#include <memory>

#include "benchmarks/nets.h"

namespace bench {
namespace {

/// A line of /proc/self/status, in KiB.
double status_kib(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    double kib = 0;
    if (word == key + ':' && status >> kib) return kib;
  }
  return 0;
}

/// Sets VmHWM to VmRSS.
bool reset_peak() {
  std::ofstream file("/proc/self/clear_refs");
  file << "5" << std::flush;
  return file.good();
}

void run(const std::function<void()>& step) {
  for (int i = 0; i < 20; ++i) step();
}

/// Runs `train` on the net and reports the growth.
template <class Train> void add_memory_row(const Net& net, const char* mode, Train train) {
  const auto row = [net, train](benchmark::State& state) {
    torch::set_num_threads(static_cast<int>(state.range(0)));
    torch::manual_seed(0);
    train({"", 8, {4, 4, 4}});
    malloc_trim(0);
    if (!reset_peak()) return state.SkipWithError("/proc/self/clear_refs cannot be written");
    const double before = status_kib("VmRSS");
    for (auto _ : state) train(net);
    state.counters["peak_KiB"] = status_kib("VmHWM") - before;
    state.counters["process_KiB"] = status_kib("VmHWM");
  };
  benchmark::RegisterBenchmark(("memory/" + std::string(net.name) + '/' + mode).c_str(), row)
      ->ArgName("threads")
      ->Arg(1)
      ->Arg(2)
      ->Iterations(1)
      ->UseRealTime();
}

void train_plain(const Net& net) {
  Training training(net);
  run([&] { training.step(); });
}

#ifndef TANDEM_BENCH_TORCH
void train_recorded(const Net& net) {
  Training training(net);
  auto step = torch::record([&] { training.step(); });
  run([&] { step(); });
}
#endif

const bool registered = [] {
  for (const Net& net : nets()) {
    add_memory_row(net, "plain", train_plain);
#ifndef TANDEM_BENCH_TORCH
    add_memory_row(net, "recorded", train_recorded);
#endif
  }
  return true;
}();

}  // namespace
}  // namespace bench
