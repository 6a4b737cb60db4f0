// One check around every CUDA and cuBLAS call, and the error texts.
#pragma once

#include <cublas_v2.h>
#include <cuda_runtime.h>

#include "core/base/error.h"
#include "cuda/handle.h"

namespace tandem::gpu {

/// Throws Error naming the call and what CUDA says; clears the error so that the next call starts
/// clean. A failed kernel (an illegal address, say) surfaces at the first call after it.
inline void check_cuda(cudaError_t status, const char* what) {
  if (status == cudaSuccess) [[likely]]
    return;
  cudaGetLastError();
  fail(what, ": CUDA error ", cudaGetErrorName(status), ": ", cudaGetErrorString(status));
}

inline void check_blas(cublasStatus_t status, const char* what) {
  if (status == CUBLAS_STATUS_SUCCESS) [[likely]]
    return;
  fail(what, ": cuBLAS error ", cublasGetStatusName(status), ": ", cublasGetStatusString(status));
}

/// Makes a GPU the thread's current one for a scope, where nothing may be thrown: at the end of the
/// process the driver is gone before the last tensors. Leaves no error behind.
class QuietDeviceScope {
 public:
  explicit QuietDeviceScope(int index) noexcept
      : usable_(cudaGetDevice(&before_) == cudaSuccess && cudaSetDevice(index) == cudaSuccess) {}
  ~QuietDeviceScope() {
    if (usable_) cudaSetDevice(before_);
    cudaGetLastError();
  }
  QuietDeviceScope(const QuietDeviceScope&) = delete;
  QuietDeviceScope& operator=(const QuietDeviceScope&) = delete;
  /// Whether the driver still answers.
  bool usable() const noexcept { return usable_; }

 private:
  int before_ = 0;
  bool usable_;
};

/// An event recorded on a stream of GPU `index`, or null if the driver is gone.
inline EventHandle event_after(int index, cudaStream_t stream) noexcept {
  const QuietDeviceScope scope(index);
  EventHandle event;
  if (!scope.usable() ||
      cudaEventCreateWithFlags(event.out(), cudaEventDisableTiming) != cudaSuccess ||
      cudaEventRecord(event, stream) != cudaSuccess)
    event.reset();
  return event;
}

/// Whether an event of event_after has passed.
inline bool passed(const EventHandle& event) noexcept {
  if (event == nullptr) return true;
  const bool waiting = cudaEventQuery(event) == cudaErrorNotReady;
  cudaGetLastError();
  return !waiting;
}

}  // namespace tandem::gpu
