// Matrix products through oneDNN and OpenBLAS (docs/decisions.md says which, when). A product is
// cut into blocks by a rule that knows only its shape, and each block is one single-threaded call:
// the bits do not depend on the number of threads.
#include <cblas.h>
#include <dnnl.h>
#include <omp.h>

#include <algorithm>
#include <optional>

#include "core/rules/binary.h"
#include "cpu/allocator.h"
#include "cpu/backend.h"
#include "cpu/kernels/table.h"
#include "cpu/loops.h"
#include "cpu/recording.h"

namespace tandem::cpu {
namespace {

constexpr std::int64_t block_columns = 256, least_rows = 256;
constexpr double flops_per_block = 4e6;        // worth handing to a thread
constexpr std::int64_t largest_block = 65536;  // elements of c

double flops(std::int64_t m, std::int64_t n, std::int64_t k) {
  return 2.0 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
}

/// Rows of c per block, a multiple of 64.
std::int64_t block_rows(const GemmCall& call) {
  const std::int64_t columns = std::min(call.n, block_columns);
  const double by_flops = flops_per_block / flops(1, columns, call.k),
               by_elements = static_cast<double>(largest_block / columns);
  return std::max(least_rows, static_cast<std::int64_t>(std::min(by_flops, by_elements)) / 64 * 64);
}

/// The libraries' own threads stay out of it.
class OneThread {
 public:
  OneThread() : before_(omp_get_max_threads()) {
    static const bool once = (openblas_set_num_threads(1), true);
    (void)once;
    if (before_ != 1) omp_set_num_threads(1);
  }
  ~OneThread() {
    if (before_ != 1) omp_set_num_threads(before_);
  }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

/// oneDNN is faster from here on; OpenBLAS has kernels for less.
bool suits_onednn(std::int64_t m, std::int64_t n, std::int64_t k) {
  return m >= 16 && n >= 16 && flops(m, n, k) >= 5e5;
}

/// c beta, which a product over nothing leaves.
template <class T> void scale(const GemmCall& call, T* c, std::int64_t rows, std::int64_t columns) {
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j) {
      T& x = c[i * call.ldc + j];
      x = call.beta == 0 ? T(0) : static_cast<T>(x * call.beta);
    }
}

/// c's block of rows x columns at a, b, c.
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

/// A block's first element of a or b, which without any are null.
template <class T> const T* factor(const GemmCall& call, const void* data, std::int64_t offset) {
  return call.k == 0 ? nullptr : static_cast<const T*>(data) + offset;
}

/// Calls body(a, b, c, row, column, rows, columns) for each block of c, on the threads; row and
/// column are where the block begins in its matrix.
template <class T, class Body> void for_each_block(const GemmCall& call, const Body& body) {
  const std::int64_t rows = block_rows(call), down = (call.m + rows - 1) / rows,
                     across = (call.n + block_columns - 1) / block_columns, blocks = down * across;
  // Small matrices of a batch share a piece.
  const auto together = static_cast<std::int64_t>(
      std::max(1.0, flops_per_block / std::max(flops(call.m, call.n, call.k), 1.0)));
  parallel_for(
      call.batch * blocks, blocks > 1 ? 1 : together, [&](std::int64_t begin, std::int64_t end) {
        const OneThread guard;
        for (std::int64_t i = begin; i < end; ++i) {
          const std::int64_t matrix = i / blocks, row = i % blocks / across * rows,
                             column = i % blocks % across * block_columns;
          const T* a = factor<T>(call, call.a,
                                 matrix * call.stride_a + row * (call.transpose_a ? 1 : call.lda));
          const T* b = factor<T>(
              call, call.b, matrix * call.stride_b + column * (call.transpose_b ? call.ldb : 1));
          T* c = static_cast<T*>(call.c) + matrix * call.stride_c + row * call.ldc + column;
          body(a, b, c, row, column, std::min(rows, call.m - row),
               std::min(block_columns, call.n - column));
        }
      });
}

constexpr std::int64_t long_sum = 1024;

/// A small c from long sums, as the gradient of a layer's weight: too few blocks for the threads.
/// The parts of the sums take at most an eighth of the factors' memory.
bool has_long_sums(const GemmCall& call) {
  return call.batch == 1 && call.k >= 2 * long_sum && call.n <= block_columns &&
         call.m <= block_rows(call) && flops(call.m, call.n, call.k) >= 2 * flops_per_block;
}

/// Sums over 1,024 rows of b each, added in their order.
template <class T> void gemm_long_sums(const GemmCall& call) {
  const std::int64_t chunks = (call.k + long_sum - 1) / long_sum, numel = call.m * call.n;
  Room<T> partial(chunks * numel);
  const auto piece =
      static_cast<std::int64_t>(std::max(1.0, flops_per_block / flops(call.m, call.n, long_sum)));
  parallel_for(chunks, piece, [&](std::int64_t begin, std::int64_t end) {
    const OneThread guard;
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

template <class T> void gemm_batches(const GemmCall& call) {
  if (has_long_sums(call)) return gemm_long_sums<T>(call);
  for_each_block<T>(call,
                    [&](const T* a, const T* b, T* c, std::int64_t, std::int64_t, std::int64_t rows,
                        std::int64_t columns) { multiply(call, a, b, c, rows, columns); });
}

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

/// An activation that a recording can keep.
std::optional<ElementwiseCall> kept(const ElementwiseCall* activation) {
  return activation == nullptr ? std::nullopt : std::optional(*activation);
}

/// `count` matrices of 16-bit numbers as dense float32 ones, one after the other.
class Widened {
 public:
  Widened(DType dtype, std::int64_t count, std::int64_t rows, std::int64_t columns)
      : dtype_(dtype),
        count_(count),
        rows_(rows),
        columns_(columns),
        room_(count * rows * columns) {}

  float* data() { return room_.data(); }
  std::int64_t leading() const { return std::max<std::int64_t>(1, columns_); }
  std::int64_t stride() const { return count_ == 1 ? 0 : rows_ * columns_; }

  void read(const void* data, std::int64_t stride, std::int64_t leading) {
    const ConvertKernel widen = conversion(dtype_, DType::Float32);
    for_each_run(stride, leading, [&](std::int64_t at, float* numbers, std::int64_t n) {
      widen(static_cast<const std::uint16_t*>(data) + at, numbers, n);
    });
  }
  void round_to(void* data, std::int64_t stride, std::int64_t leading) {
    const ConvertKernel narrow = conversion(DType::Float32, dtype_);
    for_each_run(stride, leading, [&](std::int64_t at, const float* numbers, std::int64_t n) {
      narrow(numbers, static_cast<std::uint16_t*>(data) + at, n);
    });
  }

 private:
  /// body(position of the first, its float32, how many) for elements that lie side by side.
  template <class Body>
  void for_each_run(std::int64_t stride, std::int64_t leading, const Body& body) {
    if (leading == columns_ && (count_ == 1 || stride == rows_ * columns_))
      return parallel_for(count_ * rows_ * columns_, parallel_elements,
                          [&](std::int64_t begin, std::int64_t end) {
                            body(begin, room_.data() + begin, end - begin);
                          });
    parallel_for(count_ * rows_, std::max<std::int64_t>(1, parallel_elements / this->leading()),
                 [&](std::int64_t begin, std::int64_t end) {
                   for (std::int64_t i = begin; i < end; ++i)
                     body(i / rows_ * stride + i % rows_ * leading, room_.data() + i * columns_,
                          columns_);
                 });
  }

  DType dtype_;
  std::int64_t count_, rows_, columns_;
  Room<float> room_;
};

/// The float32 product of the widened matrices, rounded once.
void half_gemm(const GemmCall& call) {
  const auto distinct = [&](std::int64_t stride) { return stride == 0 ? 1 : call.batch; };
  const bool ta = call.transpose_a, tb = call.transpose_b;
  Widened a(call.dtype, distinct(call.stride_a), ta ? call.k : call.m, ta ? call.m : call.k);
  Widened b(call.dtype, distinct(call.stride_b), tb ? call.n : call.k, tb ? call.k : call.n);
  Widened c(call.dtype, call.batch, call.m, call.n);
  a.read(call.a, call.stride_a, call.lda);
  b.read(call.b, call.stride_b, call.ldb);
  if (call.beta != 0) c.read(call.c, call.stride_c, call.ldc);
  GemmCall wide = call;
  wide.dtype = DType::Float32;
  wide.a = a.data();
  wide.b = b.data();
  wide.c = c.data();
  wide.lda = a.leading();
  wide.ldb = b.leading();
  wide.ldc = c.leading();
  wide.stride_a = a.stride();
  wide.stride_b = b.stride();
  wide.stride_c = c.stride();
  gemm_batches<float>(wide);
  c.round_to(call.c, call.stride_c, call.ldc);
}

/// The kernel that writes an activation and leaves its slope where z was; null where there is none.
ValueAndSlopeKernel slope_kernel(const ElementwiseCall& activation, DType dtype) {
  return kernels().elementwise.value_and_slope[activation.id][static_cast<int>(dtype)];
}

/// y = activation(z) for n elements that lie side by side.
void activate(const LinearCall& call, void* z, void* y, std::int64_t n) {
  const ValueAndSlopeKernel both = slope_kernel(*call.activation, call.dtype);
  if (both != nullptr && call.z != call.y) return both(call.activation->parameters, z, y, z, n);
  const void* in[] = {z};
  kernels().elementwise.unary[call.activation->id][static_cast<int>(call.dtype)](
      call.activation->parameters, in, y, n);
}

/// The n numbers at `from` into `rows` rows; where these touch, some at once, out of the cache.
template <class T>
void repeat(const T* from, std::int64_t n, T* to, std::int64_t rows, std::int64_t leading) {
  const std::int64_t most = leading == n ? 1 + 1024 / n : 1;
  std::copy_n(from, n, to);
  for (std::int64_t done = 1, more; done < rows; done += more) {
    more = std::min({done, rows - done, most});
    std::copy_n(to, more * n, to + done * leading);
  }
}

/// Bias, product and activation block by block, while the block is in the cache.
template <class T> void linear_blocks(const LinearCall& call, const GemmCall& product) {
  for_each_block<T>(product, [&](const T* x, const T* weight, T* z, std::int64_t row,
                                 std::int64_t column, std::int64_t rows, std::int64_t columns) {
    if (call.bias != nullptr)
      repeat(static_cast<const T*>(call.bias) + column, columns, z, rows, call.out);
    multiply(product, x, weight, z, rows, columns);
    if (call.activation == nullptr) return;
    T* y = static_cast<T*>(call.y) + row * call.out + column;
    if (columns == call.out) return activate(call, z, y, rows * columns);
    for (std::int64_t i = 0; i < rows; ++i)
      activate(call, z + i * call.out, y + i * call.out, columns);
  });
}

/// The same one after the other: for the 16-bit dtypes, whose product is rounded as a whole, and
/// for long sums.
template <class T>
void linear_whole(CpuBackend& backend, const LinearCall& call, const GemmCall& product) {
  if (call.bias != nullptr)
    repeat(static_cast<const T*>(call.bias), call.out, static_cast<T*>(call.z), call.rows,
           call.out);
  backend.gemm(product);
  if (call.activation == nullptr) return;
  if constexpr (HalfType<T>)
    backend.unary(*call.activation, plan_loop({call.rows * call.out}, {Shape{1}, Shape{1}}),
                  {call.z, call.dtype}, {call.y, call.dtype});
  else
    parallel_for(call.rows * call.out, parallel_elements,
                 [&](std::int64_t begin, std::int64_t end) {
                   activate(call, static_cast<T*>(call.z) + begin, static_cast<T*>(call.y) + begin,
                            end - begin);
                 });
}

}  // namespace

void CpuBackend::gemm(const GemmCall& call) {
  if (RecordedCalls* open = recording()) return open->add([=, this] { gemm(call); });
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

void CpuBackend::linear(const LinearCall& call) {
  if (RecordedCalls* open = recording())
    return open->add([=, this, activation = kept(call.activation)] {
      LinearCall again = call;
      again.activation = activation ? &*activation : nullptr;
      linear(again);
    });
  if (call.rows == 0 || call.out == 0) return;
  GemmCall product = forward_product(call);
  product.beta = call.bias != nullptr ? 1 : 0;
  visit_floating("linear", call.dtype, [&]<class T>() {
    if (HalfType<T> || has_long_sums(product))
      linear_whole<T>(*this, call, product);
    else if constexpr (!HalfType<T>)
      linear_blocks<T>(call, product);
  });
}

void CpuBackend::linear_backward(const LinearBackwardCall& call) {
  if (RecordedCalls* open = recording())
    return open->add([=, this, activation = kept(call.activation)] {
      LinearBackwardCall again = call;
      again.activation = activation ? &*activation : nullptr;
      linear_backward(again);
    });
  const void* grad = call.grad;
  if (call.activation != nullptr) {
    const LoopPlan plan = plan_loop({call.rows * call.out}, {Shape{1}, Shape{1}, Shape{1}});
    const Input saved{call.saved, call.dtype}, gradient{call.grad, call.dtype};
    const Output grad_z{call.grad_z, call.dtype};
    if (slope_kernel(*call.activation, call.dtype) != nullptr)
      binary({BinaryOps::index_of<rules::Mul>, {}}, plan, gradient, saved, grad_z);
    else
      unary_backward(*call.activation, plan, saved, gradient, grad_z);
    grad = call.grad_z;
  }
  if (call.grad_x != nullptr) gemm(input_gradient_product(call, grad));
  if (call.grad_weight != nullptr) gemm(weight_gradient_product(call, grad));
  if (call.grad_bias != nullptr)
    reduce(ReduceOp::sum,
           {plan_loop({call.out}, {Shape{1}, Shape{1}}), plan_loop({call.rows}, {Shape{call.out}})},
           {grad, call.dtype}, {call.grad_bias, call.dtype});
}

}  // namespace tandem::cpu
