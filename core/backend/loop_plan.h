// Raw operands and the plans that loops execute: plain structs that host and device code can both
// read.
#pragma once

#include <cstdint>

#include "core/base/dtype.h"
#include "core/base/shape.h"

namespace tandem {

/// What a kernel reads: memory, or (data == nullptr) one number that broadcasts.
struct Input {
  const void* data = nullptr;
  DType dtype = DType::Float32;
  Scalar immediate = 0;
};

/// What a kernel writes.
struct Output {
  void* data = nullptr;
  DType dtype = DType::Float32;
};

inline constexpr int max_operands = 5;

/// How to walk several operands of one broadcast shape together. Neighbouring dimensions that every
/// operand walks evenly are merged; strides are in elements, 0 along broadcast dimensions; the last
/// dimension is the innermost. Operand 0 is the output. Entries from `rank` or `operands` on hold
/// nothing.
struct LoopPlan {
  int rank = 0;
  int operands = 0;
  std::int64_t numel = 1;
  bool contiguous = true;  ///< rank <= 1 and every operand has stride 1
  std::int64_t sizes[max_rank];
  std::int64_t strides[max_operands][max_rank];
};

/// Plans a walk over `shape`; `strides[i]` are operand i's, already broadcast to the rank of
/// `shape`.
LoopPlan plan_loop(const Shape& shape, std::initializer_list<Shape> strides);

/// Strides that let a tensor of `shape` be walked as `target`: 0 where it broadcasts.
Shape broadcast_strides(const Shape& shape, const Shape& strides, const Shape& target);

/// A reduction: for each element of `kept` (operands: output, input) combine all of `reduced`
/// (operand 0: the input's offsets from there).
struct ReducePlan {
  LoopPlan kept;
  LoopPlan reduced;
};

}  // namespace tandem
