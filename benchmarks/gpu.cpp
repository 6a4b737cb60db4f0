// The GPU's speed, row by row; benchmarks/peers/torch_gpu.py has the same rows in PyTorch, and
// benchmarks/compare_gpu runs both.
//   copy, tanh_forward, ...   memory-bound ops; copy is what the card's memory can do
//   linear_*, bare_*          linear layers, and their matrix products alone
//   step                      whole training steps
// A last part "eager" or "recorded" tells plain calls from tandem::record. Flags: --small tries
// every row on tiny sizes; the others are Google Benchmark's.
#include <algorithm>
#include <cstdio>
#include <cstring>

#include "benchmarks/gpu_rows.h"

int main(int argc, char** argv) {
  gpu_rows::Settings& settings = gpu_rows::settings();
  for (int i = 1; i < argc; ++i)
    if (std::strcmp(argv[i], "--small") == 0) {
      settings = {.small = true, .elements = 1 << 13, .batch_seconds = 0, .batches = 3};
      std::copy(argv + i + 1, argv + argc, argv + i);
      --argc;
      break;
    }
  if (!tandem::cuda::is_available()) {
    std::fprintf(stderr, "bench_gpu: there is no GPU that this build can use\n");
    return 2;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::AddCustomContext("gpu", tandem::cuda::get_device_name());
  gpu_rows::register_memory_rows();
  gpu_rows::register_linear_rows();
  gpu_rows::register_step_rows();
  benchmark::RunSpecifiedBenchmarks();
}
