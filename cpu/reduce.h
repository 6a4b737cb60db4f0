// The order of long sums: a line is cut into chunks of fixed length, whose results are combined in
// order, so that the bits depend on neither threads nor instruction set.
#pragma once

#include <algorithm>

#include "core/base/memory.h"
#include "cpu/kernels/table.h"
#include "cpu/parallel.h"

namespace tandem::cpu {

inline constexpr std::int64_t line_chunk = 4096;  ///< elements reduced by one kernel call

Partial combine(ReduceOp op, bool real, Partial a, Partial b);
/// What an empty reduction starts from: the kernel's answer for no elements.
Partial identity(ReduceOp op, DType dtype);

/// chunk(begin, n) reduces elements [begin, begin + n), n at most line_chunk; this combines them
/// all.
template <class Chunk> Partial reduce_chunks(ReduceOp op, DType dtype, std::int64_t numel,
                                             bool parallel, const Chunk& chunk) {
  const std::int64_t chunks = (numel + line_chunk - 1) / line_chunk;
  const auto run = [&](std::int64_t i) {
    return chunk(i * line_chunk, std::min(line_chunk, numel - i * line_chunk));
  };
  if (chunks == 1) return run(0);
  const bool real = is_floating_point(dtype);
  Partial total = identity(op, dtype);
  if (!parallel) {
    for (std::int64_t i = 0; i < chunks; ++i) total = combine(op, real, total, run(i));
    return total;
  }
  const ScratchBuffer<Partial> partials(chunks);
  parallel_for(chunks, 16, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) partials.data()[i] = run(i);
  });
  for (std::int64_t i = 0; i < chunks; ++i) total = combine(op, real, total, partials.data()[i]);
  return total;
}

}  // namespace tandem::cpu
