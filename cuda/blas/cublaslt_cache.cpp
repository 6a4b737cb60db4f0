// Builds one cuBLASLt plan per shape, alignment and dtype of a linear layer.
#include "cuda/blas/cublaslt_cache.h"

namespace tandem::gpu {
namespace {

template <class T>
void set(cublasLtMatmulDesc_t operation, cublasLtMatmulDescAttributes_t attribute, const T& value) {
  check_blas(cublasLtMatmulDescSetAttribute(operation, attribute, &value, sizeof value), "linear");
}

template <class T> void set(cublasLtMatmulPreference_t preference,
                            cublasLtMatmulPreferenceAttributes_t attribute, const T& value) {
  check_blas(cublasLtMatmulPreferenceSetAttribute(preference, attribute, &value, sizeof value),
             "linear");
}

MatrixLayoutHandle layout(DType dtype, std::int64_t rows, std::int64_t columns) {
  MatrixLayoutHandle result;
  check_blas(
      cublasLtMatrixLayoutCreate(result.out(), data_type(dtype), static_cast<std::uint64_t>(rows),
                                 static_cast<std::uint64_t>(columns), rows),
      "linear");
  return result;
}

}  // namespace

cudaDataType_t data_type(DType dtype) {
  switch (dtype) {
    case DType::Float64:
      return CUDA_R_64F;
    case DType::Float16:
      return CUDA_R_16F;
    case DType::BFloat16:
      return CUDA_R_16BF;
    default:
      return CUDA_R_32F;
  }
}

cublasComputeType_t compute_type(DType dtype, bool tf32) {
  if (dtype == DType::Float64) return CUBLAS_COMPUTE_64F;
  return dtype == DType::Float32 && tf32 ? CUBLAS_COMPUTE_32F_FAST_TF32 : CUBLAS_COMPUTE_32F;
}

// cuBLAS thinks in columns: the row-major y[rows, out] is its matrix [out, rows], which is
// w (transposed, [in, out]) times x ([in, rows]); the bias runs along its rows.
CublasLtPlan::CublasLtPlan(cublasLtHandle_t handle, const LinearKey& key, const void* bias) {
  check_blas(
      cublasLtMatmulDescCreate(operation_.out(), compute_type(key.dtype, key.tf32), CUDA_R_32F),
      "linear");
  set(operation_, CUBLASLT_MATMUL_DESC_TRANSA, CUBLAS_OP_T);
  set(operation_, CUBLASLT_MATMUL_DESC_TRANSB, CUBLAS_OP_N);
  if (key.bias) {
    set(operation_, CUBLASLT_MATMUL_DESC_EPILOGUE, CUBLASLT_EPILOGUE_BIAS);
    set(operation_, CUBLASLT_MATMUL_DESC_BIAS_DATA_TYPE,
        static_cast<std::int32_t>(data_type(key.dtype)));
    set(operation_, CUBLASLT_MATMUL_DESC_BIAS_POINTER, bias);  // the choice looks at its alignment
  }
  weight_ = layout(key.dtype, key.in, key.out);
  input_ = layout(key.dtype, key.in, key.rows);
  output_ = layout(key.dtype, key.out, key.rows);

  MatmulPreferenceHandle preference;
  check_blas(cublasLtMatmulPreferenceCreate(preference.out()), "linear");
  set(preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, key.workspace);
  set(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, key.align_w);
  set(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, key.align_x);
  set(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, key.align_y);
  set(preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, key.align_y);
  cublasLtMatmulHeuristicResult_t result = {};
  int results = 0;
  const cublasStatus_t status = cublasLtMatmulAlgoGetHeuristic(
      handle, operation_, weight_, input_, output_, output_, preference, 1, &result, &results);
  found_ = status == CUBLAS_STATUS_SUCCESS && results > 0;
  if (found_) algorithm_ = result.algo;
}

void CublasLtPlan::run(cublasLtHandle_t handle, const void* x, const void* w, const void* bias,
                       void* y, void* workspace, std::size_t workspace_bytes, cudaStream_t stream) {
  // cuBLASLt serves float32 and narrower here, whose factors are float.
  const float one = 1, zero = 0;
  const std::lock_guard lock(mutex_);
  if (bias != nullptr) set(operation_, CUBLASLT_MATMUL_DESC_BIAS_POINTER, bias);
  check_blas(cublasLtMatmul(handle, operation_, &one, w, weight_, x, input_, &zero, y, output_, y,
                            output_, &algorithm_, workspace, workspace_bytes, stream),
             "linear");
}

CublasLtPlan& CublasLtPlanCache::plan(cublasLtHandle_t handle, const LinearKey& key,
                                      const void* bias) {
  const std::lock_guard lock(mutex_);
  return plans_.try_emplace(key, handle, key, bias).first->second;
}

}  // namespace tandem::gpu
