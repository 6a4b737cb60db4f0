// The two-phase protocol of CUB's device-wide functions.
#pragma once

#include <cstddef>
#include <functional>
#include <iterator>
#include <type_traits>
#include <utility>

#include "cuda_runtime.h"

namespace gpu_emulator {

/// The first call, without storage, answers how much is wanted; the second enqueues `work`.
inline cudaError_t two_phase(void* storage, std::size_t& bytes, cudaStream_t stream,
                             std::function<void()> work) {
  if (storage == nullptr) {
    bytes = 1;
    return cudaSuccess;
  }
  if (bytes < 1) return remember(cudaErrorInvalidValue);
  return submit(stream, Work::kernel, std::move(work));
}

template <class Iterator> using Value = std::remove_cvref_t<decltype(*std::declval<Iterator>())>;

}  // namespace gpu_emulator
