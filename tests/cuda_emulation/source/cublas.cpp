// The emulated cuBLAS: argument checks, then a Gemm on the handle's stream.
#include <algorithm>

#include "cublas_v2.h"
#include "emulator/submit.h"
#include "gemm.h"

struct cublasContext {
  cudaStream_t stream = nullptr;
  cublasMath_t math = CUBLAS_DEFAULT_MATH;
  cublasPointerMode_t pointers = CUBLAS_POINTER_MODE_HOST;
};

namespace gpu_emulator {
namespace {

/// Column-major storage of op(X): [rows, columns]; false where ld is too small for it.
bool set_matrix(Matrix& matrix, const void* data, cudaDataType type, cublasOperation_t op, int rows,
                int columns, int ld, long long stride) {
  const bool transposed = op != CUBLAS_OP_N;
  matrix = {const_cast<void*>(data), type, transposed ? ld : 1, transposed ? 1 : ld, stride};
  return ld >= std::max(1, transposed ? columns : rows);
}

void set_scalars(Gemm& gemm, const cublasContext& handle, const void* alpha, const void* beta) {
  gemm.alpha = alpha;
  gemm.beta = beta;
  gemm.device_scalars = handle.pointers == CUBLAS_POINTER_MODE_DEVICE;
  if (gemm.device_scalars) return;
  gemm.host_alpha = read_scalar(alpha, gemm.wide);
  gemm.host_beta = read_scalar(beta, gemm.wide);
}

cublasStatus_t enqueue(const cublasContext& handle, const Gemm& gemm) {
  const auto error = submit(handle.stream, Work::kernel, [gemm] { run_gemm(gemm); });
  return error == cudaSuccess ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_EXECUTION_FAILED;
}

bool is_double(cublasComputeType_t compute) {
  return compute == CUBLAS_COMPUTE_64F || compute == CUBLAS_COMPUTE_64F_PEDANTIC;
}

template <class T> struct Types;
template <> struct Types<float> {
  static constexpr cudaDataType type = CUDA_R_32F;
  static constexpr cublasComputeType_t compute = CUBLAS_COMPUTE_32F;
};
template <> struct Types<double> {
  static constexpr cudaDataType type = CUDA_R_64F;
  static constexpr cublasComputeType_t compute = CUBLAS_COMPUTE_64F;
};

// cuBLAS keeps the shape of A itself: op(A) is [n, m] where it transposes.
template <class T> cublasStatus_t gemv(cublasHandle_t handle, cublasOperation_t op, int m, int n,
                                       const T* alpha, const T* a, int lda, const T* x, int incx,
                                       const T* beta, T* y, int incy) {
  if (handle == nullptr) return CUBLAS_STATUS_NOT_INITIALIZED;
  if (m < 0 || n < 0 || incx == 0 || incy == 0 || lda < std::max(1, m)) {
    return CUBLAS_STATUS_INVALID_VALUE;
  }
  if (incx < 0 || incy < 0) return CUBLAS_STATUS_NOT_SUPPORTED;
  if (m == 0 || n == 0) return CUBLAS_STATUS_SUCCESS;
  const bool transposed = op != CUBLAS_OP_N;
  Gemm gemm;
  gemm.m = transposed ? n : m;
  gemm.k = transposed ? m : n;
  gemm.n = 1;
  gemm.wide = Types<T>::type == CUDA_R_64F;
  set_matrix(gemm.a, a, Types<T>::type, op, static_cast<int>(gemm.m), static_cast<int>(gemm.k), lda,
             0);
  gemm.b = {const_cast<T*>(x), Types<T>::type, incx, 0, 0};
  gemm.c = gemm.d = {y, Types<T>::type, incy, 0, 0};
  set_scalars(gemm, *handle, alpha, beta);
  return enqueue(*handle, gemm);
}

}  // namespace
}  // namespace gpu_emulator

using namespace gpu_emulator;

cublasStatus_t cublasCreate(cublasHandle_t* handle) {
  int count = 0;
  if (cudaGetDeviceCount(&count) != cudaSuccess) return CUBLAS_STATUS_NOT_INITIALIZED;
  *handle = new cublasContext;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasDestroy(cublasHandle_t handle) {
  if (handle == nullptr) return CUBLAS_STATUS_NOT_INITIALIZED;
  delete handle;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetStream(cublasHandle_t handle, cudaStream_t stream) {
  if (handle == nullptr) return CUBLAS_STATUS_NOT_INITIALIZED;
  handle->stream = stream;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasGetStream(cublasHandle_t handle, cudaStream_t* stream) {
  if (handle == nullptr) return CUBLAS_STATUS_NOT_INITIALIZED;
  *stream = handle->stream;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetWorkspace(cublasHandle_t handle, void*, std::size_t) {
  return handle == nullptr ? CUBLAS_STATUS_NOT_INITIALIZED : CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetMathMode(cublasHandle_t handle, cublasMath_t mode) {
  if (handle == nullptr) return CUBLAS_STATUS_NOT_INITIALIZED;
  handle->math = mode;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetPointerMode(cublasHandle_t handle, cublasPointerMode_t mode) {
  if (handle == nullptr) return CUBLAS_STATUS_NOT_INITIALIZED;
  handle->pointers = mode;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasGetVersion(cublasHandle_t, int* version) {
  *version = 130000;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasGemmStridedBatchedEx(cublasHandle_t handle, cublasOperation_t op_a,
                                          cublasOperation_t op_b, int m, int n, int k,
                                          const void* alpha, const void* a, cudaDataType type_a,
                                          int lda, long long stride_a, const void* b,
                                          cudaDataType type_b, int ldb, long long stride_b,
                                          const void* beta, void* c, cudaDataType type_c, int ldc,
                                          long long stride_c, int batch,
                                          cublasComputeType_t compute, cublasGemmAlgo_t) {
  if (handle == nullptr) return CUBLAS_STATUS_NOT_INITIALIZED;
  if (alpha == nullptr || beta == nullptr) return CUBLAS_STATUS_INVALID_VALUE;
  if (type_a != type_b || is_double(compute) != (type_a == CUDA_R_64F) ||
      is_double(compute) != (type_c == CUDA_R_64F)) {
    return CUBLAS_STATUS_NOT_SUPPORTED;
  }
  Gemm gemm;
  const bool valid = set_matrix(gemm.a, a, type_a, op_a, m, k, lda, stride_a) &&
                     set_matrix(gemm.b, b, type_b, op_b, k, n, ldb, stride_b) &&
                     set_matrix(gemm.c, c, type_c, CUBLAS_OP_N, m, n, ldc, stride_c);
  if (!valid || m < 0 || n < 0 || k < 0 || batch < 0) return CUBLAS_STATUS_INVALID_VALUE;
  if (m == 0 || n == 0 || batch == 0) return CUBLAS_STATUS_SUCCESS;
  gemm.m = m;
  gemm.n = n;
  gemm.k = k;
  gemm.batch = batch;
  gemm.d = gemm.c;
  gemm.wide = is_double(compute);
  gemm.tf32 = type_a == CUDA_R_32F &&
              (compute == CUBLAS_COMPUTE_32F_FAST_TF32 ||
               (compute == CUBLAS_COMPUTE_32F && handle->math == CUBLAS_TF32_TENSOR_OP_MATH));
  set_scalars(gemm, *handle, alpha, beta);
  return enqueue(*handle, gemm);
}

cublasStatus_t cublasGemmEx(cublasHandle_t handle, cublasOperation_t op_a, cublasOperation_t op_b,
                            int m, int n, int k, const void* alpha, const void* a,
                            cudaDataType type_a, int lda, const void* b, cudaDataType type_b,
                            int ldb, const void* beta, void* c, cudaDataType type_c, int ldc,
                            cublasComputeType_t compute, cublasGemmAlgo_t algorithm) {
  return cublasGemmStridedBatchedEx(handle, op_a, op_b, m, n, k, alpha, a, type_a, lda, 0, b,
                                    type_b, ldb, 0, beta, c, type_c, ldc, 0, 1, compute, algorithm);
}

#define EMULATOR_GEMM(letter, T)                                                                  \
  cublasStatus_t cublas##letter##gemm(                                                            \
      cublasHandle_t handle, cublasOperation_t op_a, cublasOperation_t op_b, int m, int n, int k, \
      const T* alpha, const T* a, int lda, const T* b, int ldb, const T* beta, T* c, int ldc) {   \
    return cublasGemmEx(handle, op_a, op_b, m, n, k, alpha, a, Types<T>::type, lda, b,            \
                        Types<T>::type, ldb, beta, c, Types<T>::type, ldc, Types<T>::compute,     \
                        CUBLAS_GEMM_DEFAULT);                                                     \
  }                                                                                               \
  cublasStatus_t cublas##letter##gemmStridedBatched(                                              \
      cublasHandle_t handle, cublasOperation_t op_a, cublasOperation_t op_b, int m, int n, int k, \
      const T* alpha, const T* a, int lda, long long stride_a, const T* b, int ldb,               \
      long long stride_b, const T* beta, T* c, int ldc, long long stride_c, int batch) {          \
    return cublasGemmStridedBatchedEx(handle, op_a, op_b, m, n, k, alpha, a, Types<T>::type, lda, \
                                      stride_a, b, Types<T>::type, ldb, stride_b, beta, c,        \
                                      Types<T>::type, ldc, stride_c, batch, Types<T>::compute,    \
                                      CUBLAS_GEMM_DEFAULT);                                       \
  }                                                                                               \
  cublasStatus_t cublas##letter##gemv(cublasHandle_t handle, cublasOperation_t op, int m, int n,  \
                                      const T* alpha, const T* a, int lda, const T* x, int incx,  \
                                      const T* beta, T* y, int incy) {                            \
    return gemv(handle, op, m, n, alpha, a, lda, x, incx, beta, y, incy);                         \
  }
EMULATOR_GEMM(S, float)
EMULATOR_GEMM(D, double)
#undef EMULATOR_GEMM

#define EMULATOR_FOR_EACH_STATUS(_) \
  _(CUBLAS_STATUS_SUCCESS)          \
  _(CUBLAS_STATUS_NOT_INITIALIZED)  \
  _(CUBLAS_STATUS_ALLOC_FAILED)     \
  _(CUBLAS_STATUS_INVALID_VALUE)    \
  _(CUBLAS_STATUS_ARCH_MISMATCH)    \
  _(CUBLAS_STATUS_MAPPING_ERROR)    \
  _(CUBLAS_STATUS_EXECUTION_FAILED) \
  _(CUBLAS_STATUS_INTERNAL_ERROR)   \
  _(CUBLAS_STATUS_NOT_SUPPORTED)

const char* cublasGetStatusName(cublasStatus_t status) {
  switch (status) {
#define EMULATOR_NAME(name) \
  case name:                \
    return #name;
    EMULATOR_FOR_EACH_STATUS(EMULATOR_NAME)
#undef EMULATOR_NAME
  }
  return "unknown";
}

const char* cublasGetStatusString(cublasStatus_t status) { return cublasGetStatusName(status); }
