// Products of 16-bit matrices: widened to float32, multiplied, rounded once.
#include <algorithm>

#include "core/base/memory.h"
#include "cpu/gemm.h"
#include "cpu/kernels/table.h"
#include "cpu/loops.h"

namespace tandem::cpu {
namespace {

/// `count` matrices of 16-bit numbers as dense float32 ones, one after the other.
class Widened {
 public:
  Widened(DType dtype, std::int64_t count, std::int64_t rows, std::int64_t columns)
      : dtype_(dtype),
        count_(count),
        rows_(rows),
        columns_(columns),
        buffer_(count * rows * columns) {}

  float* data() { return buffer_.data(); }
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
                            body(begin, buffer_.data() + begin, end - begin);
                          });
    parallel_for(count_ * rows_, std::max<std::int64_t>(1, parallel_elements / this->leading()),
                 [&](std::int64_t begin, std::int64_t end) {
                   for (std::int64_t i = begin; i < end; ++i)
                     body(i / rows_ * stride + i % rows_ * leading, buffer_.data() + i * columns_,
                          columns_);
                 });
  }

  DType dtype_;
  std::int64_t count_, rows_, columns_;
  ScratchBuffer<float> buffer_;
};

}  // namespace

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

}  // namespace tandem::cpu
