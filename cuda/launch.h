// The one way kernels are launched, and how many blocks a loop gets.
#pragma once

#include <algorithm>
#include <cstdint>

#include "cuda/check.h"

namespace tandem::gpu {

/// Threads per block of every loop kernel.
inline constexpr unsigned block_threads = 256;

struct Geometry {
  dim3 blocks;
  dim3 threads = dim3(block_threads);
};

/// Enough blocks for `work` items at `per_thread` items a thread; at least one.
inline Geometry geometry_for(std::int64_t work, std::int64_t per_thread = 1,
                             unsigned threads = block_threads) {
  const std::int64_t per_block = per_thread * threads;
  const std::int64_t blocks = std::max<std::int64_t>(1, (work + per_block - 1) / per_block);
  return {dim3(static_cast<unsigned>(blocks)), dim3(threads)};
}

/// Runs `kernel` on `stream`; `op` names the launch in errors.
template <class... Parameters, class... Arguments>
void launch(const char* op, cudaStream_t stream, const Geometry& geometry,
            void (*kernel)(Parameters...), Arguments&&... arguments) {
  cudaLaunchConfig_t config = {};
  config.gridDim = geometry.blocks;
  config.blockDim = geometry.threads;
  config.stream = stream;
  check_cuda(cudaLaunchKernelEx(&config, kernel, static_cast<Parameters>(arguments)...), op);
}

}  // namespace tandem::gpu
