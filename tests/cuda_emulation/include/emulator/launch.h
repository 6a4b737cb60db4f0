// Kernel launches: cudaLaunchKernelEx with CUDA's signature.
#pragma once

#include <tuple>
#include <utility>

#include "emulator/submit.h"

namespace gpu_emulator {

/// What one thread runs.
using ThreadFunction = void (*)(const void* kernel_and_arguments);

/// Runs every thread of the grid; the caller holds the device.
void run_grid(dim3 grid, dim3 block, ThreadFunction thread, const void* kernel_and_arguments);

/// CUDA's limits on a launch.
cudaError_t check_launch(const cudaLaunchConfig_t& config);

template <class... Parameters> struct Launch {
  void (*kernel)(Parameters...);
  std::tuple<Parameters...> arguments;

  static void thread(const void* launch) {
    const auto& self = *static_cast<const Launch*>(launch);
    std::apply(self.kernel, self.arguments);
  }
};

}  // namespace gpu_emulator

template <class... Parameters, class... Arguments>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config, void (*kernel)(Parameters...),
                               Arguments&&... arguments) {
  using Launch = gpu_emulator::Launch<Parameters...>;
  if (const cudaError_t error = gpu_emulator::check_launch(*config)) return error;
  Launch launch{kernel, {static_cast<Parameters>(std::forward<Arguments>(arguments))...}};
  return gpu_emulator::submit(config->stream, gpu_emulator::Work::kernel,
                              [launch, grid = config->gridDim, block = config->blockDim] {
                                gpu_emulator::run_grid(grid, block, &Launch::thread, &launch);
                              });
}
