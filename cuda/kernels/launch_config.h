// How loops are spread over blocks and threads. Decided by the shapes alone, so that the order of
// every sum is the same on every run and every GPU.
#pragma once

#include <algorithm>
#include <cstdint>

namespace tandem::gpu {

/// Threads per block of every loop kernel.
inline constexpr unsigned block_threads = 256;

/// Blocks of `threads` threads for `work` items at `per_thread` items a thread; at least one.
inline std::int64_t blocks_for(std::int64_t work, std::int64_t per_thread = 1,
                               unsigned threads = block_threads) {
  const std::int64_t per_block = per_thread * threads;
  return std::max<std::int64_t>(1, (work + per_block - 1) / per_block);
}

/// How many threads share a line of `length` elements: a power of two from 8 to a block, about four
/// elements each.
inline int lanes_for(std::int64_t length) {
  int lanes = 8;
  while (lanes < static_cast<int>(block_threads) && lanes * 4 < length) lanes *= 2;
  return lanes;
}

/// Each result of a reduction combines `length` elements in `chunks` chunks of `chunk` elements.
/// Across: neighbouring threads own neighbouring results and each walks its chunk alone. Along:
/// `lanes` threads share a chunk and combine in a tree.
struct ReductionShape {
  bool across = false;
  int lanes = 1;
  std::int64_t chunk = 1, chunks = 1;
};

inline ReductionShape shape_reduction(std::int64_t results, std::int64_t length, bool across) {
  constexpr std::int64_t wanted_threads = std::int64_t{1} << 17, max_chunks = 1024;
  ReductionShape shape{across};
  if (!across) shape.lanes = lanes_for(length);
  // More chunks only while there are threads to spare and every chunk keeps some work.
  const std::int64_t shortest = across ? 32 : std::int64_t{16} * shape.lanes;
  const std::int64_t busy = std::max<std::int64_t>(1, results * shape.lanes);
  const std::int64_t wanted = std::clamp<std::int64_t>(wanted_threads / busy, 1, max_chunks);
  shape.chunk = std::max(shortest, (length + wanted - 1) / wanted);
  shape.chunks = std::max<std::int64_t>(1, (length + shape.chunk - 1) / shape.chunk);
  return shape;
}

/// Rows that one block of a column sum adds up.
inline std::int64_t rows_per_chunk(std::int64_t rows) {
  return std::max<std::int64_t>(64, (rows + 1023) / 1024);
}

}  // namespace tandem::gpu
