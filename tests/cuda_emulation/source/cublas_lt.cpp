// The emulated cublasLt: descriptions and layouts become one Gemm.
#include <cstring>

#include "cublasLt.h"
#include "emulator/submit.h"
#include "gemm.h"

struct cublasLtContext {};

struct cublasLtMatmulPreferenceOpaque_t {};

struct cublasLtMatmulDescOpaque_t {
  std::int32_t compute, scale_type;
  std::int32_t transpose_a = CUBLAS_OP_N, transpose_b = CUBLAS_OP_N;
  std::uint32_t epilogue = CUBLASLT_EPILOGUE_DEFAULT;
  const void* bias = nullptr;
  std::int32_t bias_type = -1;  // that of D
};

struct cublasLtMatrixLayoutOpaque_t {
  std::uint32_t type;
  std::uint64_t rows, columns;
  std::int64_t ld;
};

namespace gpu_emulator {
namespace {

template <class T> cublasStatus_t assign(T& member, const void* value, std::size_t bytes) {
  if (value == nullptr || bytes != sizeof member) return CUBLAS_STATUS_INVALID_VALUE;
  std::memcpy(&member, value, sizeof member);
  return CUBLAS_STATUS_SUCCESS;
}

Matrix to_matrix(const void* data, const cublasLtMatrixLayoutOpaque_t& layout, bool transpose) {
  return {const_cast<void*>(data), static_cast<cudaDataType_t>(layout.type),
          transpose ? layout.ld : 1, transpose ? 1 : layout.ld, 0};
}

bool is_valid(const cublasLtMatrixLayoutOpaque_t& layout, std::int64_t rows, std::int64_t columns) {
  return static_cast<std::int64_t>(layout.rows) == rows &&
         static_cast<std::int64_t>(layout.columns) == columns && layout.ld >= rows;
}

/// Shapes and types of the product; the data come later.
cublasStatus_t plan(Gemm& gemm, const cublasLtMatmulDescOpaque_t& description,
                    const cublasLtMatrixLayoutOpaque_t& a, const cublasLtMatrixLayoutOpaque_t& b,
                    const cublasLtMatrixLayoutOpaque_t& c, const cublasLtMatrixLayoutOpaque_t& d) {
  const bool ta = description.transpose_a != CUBLAS_OP_N;
  const bool tb = description.transpose_b != CUBLAS_OP_N;
  gemm.m = static_cast<std::int64_t>(d.rows);
  gemm.n = static_cast<std::int64_t>(d.columns);
  gemm.k = static_cast<std::int64_t>(ta ? a.rows : a.columns);
  const bool valid = is_valid(a, ta ? gemm.k : gemm.m, ta ? gemm.m : gemm.k) &&
                     is_valid(b, tb ? gemm.n : gemm.k, tb ? gemm.k : gemm.n) &&
                     is_valid(c, gemm.m, gemm.n) && is_valid(d, gemm.m, gemm.n);
  // The library itself refuses empty problems.
  if (!valid || gemm.m == 0 || gemm.n == 0 || gemm.k == 0) return CUBLAS_STATUS_INVALID_VALUE;
  gemm.wide = description.compute == CUBLAS_COMPUTE_64F;
  gemm.tf32 = a.type == CUDA_R_32F && description.compute == CUBLAS_COMPUTE_32F_FAST_TF32;
  const bool supported =
      a.type == b.type && c.type == d.type && gemm.wide == (a.type == CUDA_R_64F) &&
      gemm.wide == (d.type == CUDA_R_64F) && gemm.wide == (description.scale_type == CUDA_R_64F);
  return supported ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_NOT_SUPPORTED;
}

cublasStatus_t set_bias(Gemm& gemm, const cublasLtMatmulDescOpaque_t& description) {
  if (description.epilogue == CUBLASLT_EPILOGUE_DEFAULT) return CUBLAS_STATUS_SUCCESS;
  if (description.epilogue != CUBLASLT_EPILOGUE_BIAS) return CUBLAS_STATUS_NOT_SUPPORTED;
  gemm.bias = description.bias;
  gemm.bias_type =
      description.bias_type < 0 ? gemm.d.type : static_cast<cudaDataType_t>(description.bias_type);
  return gemm.bias == nullptr ? CUBLAS_STATUS_INVALID_VALUE : CUBLAS_STATUS_SUCCESS;
}

template <class T> cublasStatus_t destroy(T* object) {
  delete object;
  return CUBLAS_STATUS_SUCCESS;
}

}  // namespace
}  // namespace gpu_emulator

using namespace gpu_emulator;

cublasStatus_t cublasLtCreate(cublasLtHandle_t* handle) {
  *handle = new cublasLtContext;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtDestroy(cublasLtHandle_t handle) { return destroy(handle); }

cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t* description,
                                        cublasComputeType_t compute, cudaDataType_t scale_type) {
  *description = new cublasLtMatmulDescOpaque_t{.compute = compute, .scale_type = scale_type};
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t description) {
  return destroy(description);
}

cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t description,
                                              cublasLtMatmulDescAttributes_t attribute,
                                              const void* value, std::size_t bytes) {
  switch (attribute) {
    case CUBLASLT_MATMUL_DESC_TRANSA:
      return assign(description->transpose_a, value, bytes);
    case CUBLASLT_MATMUL_DESC_TRANSB:
      return assign(description->transpose_b, value, bytes);
    case CUBLASLT_MATMUL_DESC_EPILOGUE:
      return assign(description->epilogue, value, bytes);
    case CUBLASLT_MATMUL_DESC_BIAS_POINTER:
      return assign(description->bias, value, bytes);
    case CUBLASLT_MATMUL_DESC_BIAS_DATA_TYPE:
      return assign(description->bias_type, value, bytes);
  }
  return CUBLAS_STATUS_NOT_SUPPORTED;
}

cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t* layout, cudaDataType type,
                                          std::uint64_t rows, std::uint64_t columns,
                                          std::int64_t ld) {
  *layout = new cublasLtMatrixLayoutOpaque_t{
      .type = static_cast<std::uint32_t>(type), .rows = rows, .columns = columns, .ld = ld};
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t layout) {
  return destroy(layout);
}

cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t* preference) {
  *preference = new cublasLtMatmulPreferenceOpaque_t;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t preference) {
  return destroy(preference);
}

cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t,
                                                    cublasLtMatmulPreferenceAttributes_t,
                                                    const void* value, std::size_t) {
  return value == nullptr ? CUBLAS_STATUS_INVALID_VALUE : CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t, cublasLtMatmulDesc_t description,
                                              cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b,
                                              cublasLtMatrixLayout_t c, cublasLtMatrixLayout_t d,
                                              cublasLtMatmulPreference_t, int requested,
                                              cublasLtMatmulHeuristicResult_t results[],
                                              int* returned) {
  *returned = 0;
  if (requested < 1) return CUBLAS_STATUS_INVALID_VALUE;
  Gemm gemm;
  if (const cublasStatus_t status = plan(gemm, *description, *a, *b, *c, *d)) return status;
  results[0] = {};
  results[0].state = CUBLAS_STATUS_SUCCESS;
  results[0].wavesCount = 1;
  *returned = 1;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmul(cublasLtHandle_t handle, cublasLtMatmulDesc_t description,
                              const void* alpha, const void* a, cublasLtMatrixLayout_t layout_a,
                              const void* b, cublasLtMatrixLayout_t layout_b, const void* beta,
                              const void* c, cublasLtMatrixLayout_t layout_c, void* d,
                              cublasLtMatrixLayout_t layout_d, const cublasLtMatmulAlgo_t*, void*,
                              std::size_t, cudaStream_t stream) {
  if (handle == nullptr) return CUBLAS_STATUS_NOT_INITIALIZED;
  Gemm gemm;
  if (const auto status = plan(gemm, *description, *layout_a, *layout_b, *layout_c, *layout_d)) {
    return status;
  }
  gemm.a = to_matrix(a, *layout_a, description->transpose_a != CUBLAS_OP_N);
  gemm.b = to_matrix(b, *layout_b, description->transpose_b != CUBLAS_OP_N);
  gemm.c = to_matrix(c, *layout_c, false);
  gemm.d = to_matrix(d, *layout_d, false);
  if (const auto status = set_bias(gemm, *description)) return status;
  gemm.alpha = read_scalar(alpha, gemm.wide);
  gemm.beta = read_scalar(beta, gemm.wide);
  const auto error = submit(stream, Work::kernel, [gemm] { run_gemm(gemm); });
  return error == cudaSuccess ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_EXECUTION_FAILED;
}
