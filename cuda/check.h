// One check around every CUDA and cuBLAS call, and the error texts.
#pragma once

#include <cublas_v2.h>
#include <cuda_runtime.h>

#include "core/error.h"

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

}  // namespace tandem::gpu
