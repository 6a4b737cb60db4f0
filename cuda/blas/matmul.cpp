// Matrix products and linear layers through cuBLAS and cuBLASLt. Tandem's matrices are row-major,
// cuBLAS's column-major: a row-major C = A B is the column-major Cᵀ = Bᵀ Aᵀ of the same memory.
#include <climits>

#include "core/rules/activations.h"
#include "cuda/backend.h"
#include "cuda/kernels/linear.h"

namespace tandem::gpu {
namespace {

int as_int(const char* op, std::int64_t size) {
  check(size <= INT_MAX, op, ": a size of ", size, " is more than cuBLAS takes");
  return static_cast<int>(size);
}

/// The largest power of two up to 256 that divides the address.
unsigned alignment(const void* data) {
  const auto address = reinterpret_cast<std::uintptr_t>(data);
  unsigned result = 256;
  while (address % result != 0) result /= 2;
  return result;
}

}  // namespace

void CudaBackend::enqueue(const GemmCall& call) {
  if (call.m == 0 || call.n == 0 || call.batch == 0) return;
  const int m = as_int("matmul", call.m), n = as_int("matmul", call.n),
            k = as_int("matmul", call.k), lda = as_int("matmul", call.lda),
            ldb = as_int("matmul", call.ldb), ldc = as_int("matmul", call.ldc);
  if (k == 0 && call.beta == 0) {
    // An empty sum; cuBLAS would leave c as it is.
    const Shape shape{call.batch, call.m, call.n}, strides{call.stride_c, call.ldc, 1};
    return enqueue(CopyCall{plan_loop(shape, {strides, Shape::filled(3, 0)}),
                            {nullptr, call.dtype, 0.0},
                            {call.c, call.dtype}});
  }
  const cublasOperation_t first = call.transpose_b ? CUBLAS_OP_T : CUBLAS_OP_N,
                          second = call.transpose_a ? CUBLAS_OP_T : CUBLAS_OP_N;
  const float alpha = static_cast<float>(call.alpha), beta = static_cast<float>(call.beta);
  const bool wide = call.dtype == DType::Float64;
  const void* const factor = wide ? static_cast<const void*>(&call.alpha) : &alpha;
  const void* const keep = wide ? static_cast<const void*>(&call.beta) : &beta;
  const cudaDataType_t type = data_type(call.dtype);
  const cublasComputeType_t compute = compute_type(call.dtype, tf32_);
  StreamState& state = context_.current();
  const std::lock_guard lock(state.mutex());
  if (call.batch == 1)
    check_blas(cublasGemmEx(state.blas(), first, second, n, m, k, factor, call.b, type, ldb, call.a,
                            type, lda, keep, call.c, type, ldc, compute, CUBLAS_GEMM_DEFAULT),
               "matmul");
  else
    check_blas(cublasGemmStridedBatchedEx(
                   state.blas(), first, second, n, m, k, factor, call.b, type, ldb, call.stride_b,
                   call.a, type, lda, call.stride_a, keep, call.c, type, ldc, call.stride_c,
                   as_int("matmul", call.batch), compute, CUBLAS_GEMM_DEFAULT),
               "matmul");
}

/// The product with the bias in its epilogue; false where cuBLASLt has no such product.
bool CudaBackend::product_with_bias(const LinearCall& call) {
  if (call.dtype == DType::Float64 || call.in == 0) return false;
  // The epilogue reads the bias in packs.
  if (reinterpret_cast<std::uintptr_t>(call.bias) % 16 != 0) return false;
  StreamState& state = context_.current();
  const std::lock_guard lock(state.mutex());
  void* workspace = state.workspace();
  CublasLtPlan& plan =
      plans_.plan(context_.blas_lt(),
                  {call.dtype, call.bias != nullptr, tf32_, call.rows, call.in, call.out,
                   alignment(call.x), alignment(call.weight), alignment(call.bias),
                   alignment(call.saved_for_backward), state.workspace_bytes()},
                  call.bias);
  if (plan.found())
    plan.run(context_.blas_lt(), call.x, call.weight, call.bias, call.saved_for_backward, workspace,
             state.workspace_bytes(), state.stream());
  return plan.found();
}

void CudaBackend::enqueue(const LinearCall& call) {
  if (product_with_bias(call)) {
    if (call.activation)
      enqueue(UnaryCall{*call.activation,
                        plan_loop({call.rows * call.out}, {Shape{1}, Shape{1}}),
                        {call.saved_for_backward, call.dtype},
                        {call.y, call.dtype}});
    return;
  }
  enqueue(forward_product(call));
  if (call.bias != nullptr || call.activation) add_bias(context_, call);
}

void CudaBackend::enqueue(const LinearBackwardCall& call) {
  // grad_z and its column sums in one pass, then the two products.
  if (call.activation || call.grad_bias != nullptr) slope_and_sums(context_, call);
  const void* grad = call.activation ? call.grad_z : call.grad;
  if (call.grad_x != nullptr) enqueue(input_gradient_product(call, grad));
  if (call.grad_weight != nullptr) enqueue(weight_gradient_product(call, grad));
}

}  // namespace tandem::gpu
