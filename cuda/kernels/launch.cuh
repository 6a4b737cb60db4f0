// The one way kernels are launched.
#pragma once

#include "cuda/check.h"
#include "cuda/kernels/launch_config.h"

namespace tandem::gpu {

struct LaunchConfig {
  dim3 blocks;
  dim3 threads = dim3(block_threads);
};

/// Blocks of one dimension for a loop (cuda/kernels/launch_config.h).
inline LaunchConfig launch_config_for(std::int64_t work, std::int64_t per_thread = 1) {
  return {dim3(static_cast<unsigned>(blocks_for(work, per_thread)))};
}

/// The number of this thread in a grid of launch_config_for.
inline __device__ std::int64_t thread_number() {
  return static_cast<std::int64_t>(blockIdx.x) * block_threads + threadIdx.x;
}

/// Runs `kernel` on `stream`; `op` names the launch in errors.
template <class... Parameters, class... Arguments>
void launch(const char* op, cudaStream_t stream, const LaunchConfig& geometry,
            void (*kernel)(Parameters...), Arguments&&... arguments) {
  cudaLaunchConfig_t config = {};
  config.gridDim = geometry.blocks;
  config.blockDim = geometry.threads;
  config.stream = stream;
  check_cuda(cudaLaunchKernelEx(&config, kernel, static_cast<Parameters>(arguments)...), op);
}

}  // namespace tandem::gpu
