// Matrix products through oneDNN and OpenBLAS (docs/decisions.md says which, when).
#include "cpu/gemm.h"

#include <cblas.h>
#include <dnnl.h>

#include <cstdlib>

#include "core/base/memory.h"
#include "cpu/backend.h"

namespace tandem::cpu {
namespace {

/// oneDNN is faster from here on; OpenBLAS has kernels for less.
bool suits_onednn(std::int64_t m, std::int64_t n, std::int64_t k) {
  return m >= 16 && n >= 16 && flops(m, n, k) >= 5e5;
}

/// k = 0: c = beta c.
template <class T> void scale(const GemmCall& call, T* c, std::int64_t rows, std::int64_t columns) {
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j) {
      T& x = c[i * call.ldc + j];
      x = call.beta == 0 ? T(0) : static_cast<T>(x * call.beta);
    }
}

/// Throws unless the library finds the `bytes` that its first call takes.
void check_memory(const char* library, std::size_t bytes) {
  void* const volatile memory = std::malloc(bytes);  // or it would be left out
  check<OutOfMemoryError>(memory != nullptr, "matmul: ", library, " needs ", bytes, " bytes");
  std::free(memory);
}

/// oneDNN's first call takes 6 MB and does not survive without them. After an exception the next
/// product tries again.
bool prepare_libraries() {
  check_memory("oneDNN", std::size_t{16} << 20);
  openblas_set_num_threads(1);
  return true;
}

/// OpenBLAS keeps a buffer of 128 MB for each call that runs beside others, and where there is no
/// memory it asks for one forever.
void prepare_openblas() {
  thread_local constinit bool prepared = false;
  if (prepared) [[likely]]
    return;
  check_memory("OpenBLAS", std::size_t{144} << 20);
  prepared = true;
}

}  // namespace

SingleThreadedBlas::SingleThreadedBlas() : before_(omp_get_max_threads()) {
  [[maybe_unused]] static const bool once = prepare_libraries();
  if (before_ != 1) omp_set_num_threads(1);
}

template <class T> void multiply(const GemmCall& call, const T* a, const T* b, T* c,
                                 std::int64_t rows, std::int64_t columns) {
  if (call.k == 0) return scale(call, c, rows, columns);
  if constexpr (sizeof(T) == 4)
    if (suits_onednn(rows, columns, call.k)) {
      const dnnl_status_t status =
          dnnl_sgemm(call.transpose_a ? 'T' : 'N', call.transpose_b ? 'T' : 'N', rows, columns,
                     call.k, static_cast<float>(call.alpha), a, call.lda, b, call.ldb,
                     static_cast<float>(call.beta), c, call.ldc);
      if (status == dnnl_success) return;
      check(status != dnnl_out_of_memory, "matmul: oneDNN found no memory for its workspace");
    }
  prepare_openblas();
  const auto transpose_a = call.transpose_a ? CblasTrans : CblasNoTrans;
  const auto transpose_b = call.transpose_b ? CblasTrans : CblasNoTrans;
  const auto m = static_cast<blasint>(rows), n = static_cast<blasint>(columns),
             k = static_cast<blasint>(call.k);
  const auto lda = static_cast<blasint>(call.lda), ldb = static_cast<blasint>(call.ldb),
             ldc = static_cast<blasint>(call.ldc);
  if constexpr (sizeof(T) == 4)
    cblas_sgemm(CblasRowMajor, transpose_a, transpose_b, m, n, k, static_cast<float>(call.alpha), a,
                lda, b, ldb, static_cast<float>(call.beta), c, ldc);
  else
    cblas_dgemm(CblasRowMajor, transpose_a, transpose_b, m, n, k, call.alpha, a, lda, b, ldb,
                call.beta, c, ldc);
}

template void multiply(const GemmCall&, const float*, const float*, float*, std::int64_t,
                       std::int64_t);
template void multiply(const GemmCall&, const double*, const double*, double*, std::int64_t,
                       std::int64_t);

namespace {

/// Sums over 1,024 rows of b each, added in their order.
template <class T> void gemm_long_sums(const GemmCall& call) {
  const std::int64_t chunks = (call.k + long_sum - 1) / long_sum, numel = call.m * call.n;
  ScratchBuffer<T> partial(chunks * numel);
  const auto piece =
      static_cast<std::int64_t>(std::max(1.0, flops_per_block / flops(call.m, call.n, long_sum)));
  const LibraryUse use;
  parallel_for(chunks, piece, [&](std::int64_t begin, std::int64_t end) {
    const SingleThreadedBlas guard;
    for (std::int64_t i = begin; i < end; ++i) {
      GemmCall part = call;
      part.k = std::min(long_sum, call.k - i * long_sum);
      part.beta = 0;
      part.ldc = call.n;
      multiply(part,
               static_cast<const T*>(call.a) + i * long_sum * (call.transpose_a ? call.lda : 1),
               static_cast<const T*>(call.b) + i * long_sum * (call.transpose_b ? 1 : call.ldb),
               partial.data() + i * numel, call.m, call.n);
    }
  });
  for (std::int64_t row = 0; row < call.m; ++row) {
    T* c = static_cast<T*>(call.c) + row * call.ldc;
    T* sum = partial.data() + row * call.n;
    for (std::int64_t i = 1; i < chunks; ++i)
      for (std::int64_t j = 0; j < call.n; ++j) sum[j] += sum[i * numel + j];
    for (std::int64_t j = 0; j < call.n; ++j)
      c[j] = call.beta == 0 ? sum[j] : static_cast<T>(c[j] * call.beta) + sum[j];
  }
}

}  // namespace

template <class T> void gemm_batches(const GemmCall& call) {
  if (has_long_sums(call)) return gemm_long_sums<T>(call);
  for_each_block<T>(call,
                    [&](const T* a, const T* b, T* c, std::int64_t, std::int64_t, std::int64_t rows,
                        std::int64_t columns) { multiply(call, a, b, c, rows, columns); });
}

template void gemm_batches<float>(const GemmCall&);
template void gemm_batches<double>(const GemmCall&);

namespace {

/// Integer products, exact modulo 2^bits.
template <class T> void integer_gemm(const GemmCall& call) {
  for (std::int64_t matrix = 0; matrix < call.batch; ++matrix)
    for (std::int64_t i = 0; i < call.m; ++i)
      for (std::int64_t j = 0; j < call.n; ++j) {
        const T* a = static_cast<const T*>(call.a) + matrix * call.stride_a;
        const T* b = static_cast<const T*>(call.b) + matrix * call.stride_b;
        std::uint64_t sum = 0;
        for (std::int64_t p = 0; p < call.k; ++p)
          sum += static_cast<std::uint64_t>(call.transpose_a ? a[p * call.lda + i]
                                                             : a[i * call.lda + p]) *
                 static_cast<std::uint64_t>(call.transpose_b ? b[j * call.ldb + p]
                                                             : b[p * call.ldb + j]);
        static_cast<T*>(call.c)[matrix * call.stride_c + i * call.ldc + j] = static_cast<T>(sum);
      }
}

}  // namespace

void CpuBackend::run(const GemmCall& call) {
  if (call.m == 0 || call.n == 0 || call.batch == 0) return;
  visit_dtype(call.dtype, [&]<class T>() {
    if constexpr (HalfType<T>) {
      half_gemm(call);
    } else if constexpr (std::is_floating_point_v<T>) {
      gemm_batches<T>(call);
    } else {
      integer_gemm<T>(call);
    }
  });
}

}  // namespace tandem::cpu
