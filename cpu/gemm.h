// The blocks of a CPU matrix product, for products alone and for linear layers. A product is cut
// into blocks by a rule that knows only its shape, and each block is one single-threaded library
// call: the bits do not depend on the number of threads.
#pragma once

#include <omp.h>

#include <algorithm>
#include <cmath>

#include "core/backend/calls.h"
#include "cpu/parallel.h"

namespace tandem::cpu {

inline constexpr std::int64_t block_columns = 256, min_rows = 256;
inline constexpr double flops_per_block = 4e6;        // worth handing to a thread
inline constexpr std::int64_t largest_block = 65536;  // elements of c

inline double flops(std::int64_t m, std::int64_t n, std::int64_t k) {
  return 2.0 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
}

/// Rows of c per block, a multiple of 64.
inline std::int64_t block_rows(const GemmCall& call) {
  const std::int64_t columns = std::min(call.n, block_columns);
  const double by_flops = flops_per_block / flops(1, columns, call.k),
               by_elements =
                   std::floor(static_cast<double>(largest_block) / static_cast<double>(columns));
  return std::max(min_rows, static_cast<std::int64_t>(std::min(by_flops, by_elements)) / 64 * 64);
}

/// RAII guard: the BLAS libraries use one thread.
class SingleThreadedBlas {
 public:
  SingleThreadedBlas();
  ~SingleThreadedBlas() {
    if (before_ != 1) omp_set_num_threads(before_);
  }
  SingleThreadedBlas(const SingleThreadedBlas&) = delete;
  SingleThreadedBlas& operator=(const SingleThreadedBlas&) = delete;

 private:
  int before_;
};

/// Computes one block of C, `rows` x `columns`, from the first elements of A, B and C that it
/// needs.
template <class T> void multiply(const GemmCall& call, const T* a, const T* b, T* c,
                                 std::int64_t rows, std::int64_t columns);

/// Pointer to a block's first element of A or B; null if k = 0.
template <class T> const T* factor(const GemmCall& call, const void* data, std::int64_t offset) {
  return call.k == 0 ? nullptr : static_cast<const T*>(data) + offset;
}

/// Calls body(a, b, c, row, column, rows, columns) for each block of c, on the threads; row and
/// column are where the block begins in its matrix.
template <class T, class Body> void for_each_block(const GemmCall& call, const Body& body) {
  const std::int64_t rows = block_rows(call), down = (call.m + rows - 1) / rows,
                     across = (call.n + block_columns - 1) / block_columns, blocks = down * across;
  const LibraryUse use;
  // Small matrices of a batch share a piece.
  const auto together = static_cast<std::int64_t>(
      std::max(1.0, flops_per_block / std::max(flops(call.m, call.n, call.k), 1.0)));
  parallel_for(
      call.batch * blocks, blocks > 1 ? 1 : together, [&](std::int64_t begin, std::int64_t end) {
        const SingleThreadedBlas guard;
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

inline constexpr std::int64_t long_sum = 1024;

/// A small c from long sums, as the gradient of a layer's weight: too few blocks for the threads.
/// The parts of the sums take at most an eighth of the factors' memory.
inline bool has_long_sums(const GemmCall& call) {
  return call.batch == 1 && call.k >= 2 * long_sum && call.n <= block_columns &&
         call.m <= block_rows(call) && flops(call.m, call.n, call.k) >= 2 * flops_per_block;
}

/// The float32 product of 16-bit matrices, rounded once.
void half_gemm(const GemmCall& call);
/// The product of float or double matrices.
template <class T> void gemm_batches(const GemmCall& call);

}  // namespace tandem::cpu
