// The one matrix product behind cuBLAS and cublasLt.
#pragma once

#include <cstdint>

#include "library_types.h"

namespace gpu_emulator {

struct Matrix {
  void* data = nullptr;
  cudaDataType_t type = CUDA_R_32F;
  // In elements; a transpose is an exchange of the first two.
  std::int64_t row_stride = 1, column_stride = 0, batch_stride = 0;
};

/// D = alpha A B + beta C + bias, A: [m, k], B: [k, n], all others [m, n].
struct Gemm {
  std::int64_t m = 0, n = 0, k = 0, batch = 1;
  Matrix a, b, c, d;
  double alpha = 1, beta = 0;
  bool wide = false;           // sums and scalars are double
  bool tf32 = false;           // float inputs lose the last 13 bits
  const void* bias = nullptr;  // [m], added to every column
  cudaDataType_t bias_type = CUDA_R_32F;
};

void run_gemm(const Gemm& gemm);

/// A scalar in host memory.
inline double read_scalar(const void* scalar, bool wide) {
  return wide ? *static_cast<const double*>(scalar) : *static_cast<const float*>(scalar);
}

}  // namespace gpu_emulator
