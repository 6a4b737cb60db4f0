// How a reduction is spread over blocks. Decided by the shapes alone, so that the order of every
// sum is the same on every run and every GPU.
#pragma once

#include <algorithm>
#include <cstdint>

#include "cuda/lanes.h"

namespace tandem::gpu {

/// Each of `outputs` results combines `length` elements, in `chunks` chunks of `chunk` elements.
/// Across: neighbouring threads own neighbouring outputs and each walks its chunk alone. Along:
/// `lanes` threads share a chunk and combine in a tree.
struct ReductionShape {
  bool across = false;
  int lanes = 1;
  std::int64_t chunk = 1, chunks = 1;
};

inline ReductionShape shape_reduction(std::int64_t outputs, std::int64_t length, bool across) {
  constexpr std::int64_t wanted_threads = std::int64_t{1} << 17, most_chunks = 1024;
  ReductionShape shape{across};
  if (!across) shape.lanes = lanes_for(length);
  // More chunks only while there are threads to spare and every chunk keeps some work.
  const std::int64_t shortest = across ? 32 : std::int64_t{16} * shape.lanes;
  const std::int64_t busy = std::max<std::int64_t>(1, outputs * shape.lanes);
  const std::int64_t wanted = std::clamp<std::int64_t>(wanted_threads / busy, 1, most_chunks);
  shape.chunk = std::max(shortest, (length + wanted - 1) / wanted);
  shape.chunks = std::max<std::int64_t>(1, (length + shape.chunk - 1) / shape.chunk);
  return shape;
}

}  // namespace tandem::gpu
