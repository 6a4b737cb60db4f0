// Owners of what the CUDA libraries hand out: each is destroyed by its own call, also when a
// constructor throws between two of them. Destructors ignore errors: at the end of the process the
// driver may be gone.
#pragma once

#include <cublasLt.h>
#include <cublas_v2.h>
#include <cuda_runtime.h>

#include <utility>

namespace tandem::gpu {

template <class T, auto destroy> class UniqueHandle {
 public:
  UniqueHandle() = default;
  UniqueHandle(UniqueHandle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  UniqueHandle& operator=(UniqueHandle&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~UniqueHandle() { reset(); }

  operator T() const { return handle_; }
  /// Where a creating call writes the handle; what was there is destroyed first.
  T* out() {
    reset();
    return &handle_;
  }
  void reset() {
    if (handle_ != nullptr) destroy(handle_);
    handle_ = nullptr;
  }

 private:
  T handle_ = nullptr;
};

using StreamHandle = UniqueHandle<cudaStream_t, cudaStreamDestroy>;
using EventHandle = UniqueHandle<cudaEvent_t, cudaEventDestroy>;
using GraphHandle = UniqueHandle<cudaGraph_t, cudaGraphDestroy>;
using GraphExecHandle = UniqueHandle<cudaGraphExec_t, cudaGraphExecDestroy>;
/// Memory of cudaMalloc, outside every pool.
using DeviceMemory = UniqueHandle<void*, cudaFree>;
using BlasHandle = UniqueHandle<cublasHandle_t, cublasDestroy>;
using MatmulDescHandle = UniqueHandle<cublasLtMatmulDesc_t, cublasLtMatmulDescDestroy>;
using MatrixLayoutHandle = UniqueHandle<cublasLtMatrixLayout_t, cublasLtMatrixLayoutDestroy>;
using MatmulPreferenceHandle =
    UniqueHandle<cublasLtMatmulPreference_t, cublasLtMatmulPreferenceDestroy>;

}  // namespace tandem::gpu
