// Runs a contiguous kernel over operands of any layout. Walks the plan's elements in flat order, in
// blocks; an operand that does not lie flat in memory is gathered into (or scattered from) a block
// on the stack, so that every layout runs the same arithmetic. Operands of the 16-bit dtypes become
// float32 in such a block, so that kernels see float32 only.
#pragma once

#include <cstdint>

#include "core/backend/loop_plan.h"
#include "cpu/parallel.h"

namespace tandem::cpu {

inline constexpr std::int64_t block_elements = 512;
inline constexpr std::int64_t parallel_elements = 32768;  ///< per piece of an elementwise loop

/// What a kernel sees of operands of a 16-bit dtype.
enum class HalfHandling { widen, raw };

/// One operand of a plan, ready to be read or written in blocks. A buffer has eight bytes for each
/// element of the block.
class OperandBlocks {
 public:
  OperandBlocks(const LoopPlan& plan, int operand, const void* data, DType dtype,
                HalfHandling halves = HalfHandling::widen);
  /// A stream that may repeat one number.
  OperandBlocks(const LoopPlan& plan, const Input& input, int operand, HalfHandling halves);

  /// Elements [begin, begin + n) for reading: in place, or gathered and widened into `buffer`.
  const void* read(std::int64_t begin, std::int64_t n, void* buffer) const;
  /// Where to write elements [begin, begin + n): in place, or `buffer`, which commit() then rounds
  /// and scatters.
  void* write(std::int64_t begin, void* buffer) const {
    return flat_ && !widened_ ? at(begin) : buffer;
  }
  void commit(std::int64_t begin, std::int64_t n, void* buffer) const;

 private:
  void gather(std::int64_t begin, std::int64_t n, void* buffer) const;
  void scatter(std::int64_t begin, std::int64_t n, const void* buffer) const;
  void* at(std::int64_t element) const {
    return data_ + element * static_cast<std::int64_t>(item_);
  }

  const LoopPlan& plan_;
  const std::int64_t* strides_;
  char* data_;
  std::size_t item_;
  bool flat_;
  bool widened_;
  bool immediate_ = false;
  Scalar number_ = 0;
  DType dtype_;
};

/// kernel(const void* const* in, void* out, n) over the whole plan; operand 0 is `out`.
template <int Inputs, class Kernel>
void run_elementwise(const LoopPlan& plan, const Input (&inputs)[Inputs], const Output& out,
                     const Kernel& kernel, HalfHandling halves = HalfHandling::widen) {
  const auto widened = [halves](DType dtype) {
    return halves == HalfHandling::widen && is_half(dtype);
  };
  bool in_place = plan.contiguous && !widened(out.dtype);
  for (const Input& input : inputs)
    in_place = in_place && input.data != nullptr && !widened(input.dtype);
  if (in_place) {
    parallel_for(plan.numel, parallel_elements, [&](std::int64_t begin, std::int64_t end) {
      const void* pointers[Inputs];
      for (int i = 0; i < Inputs; ++i)
        pointers[i] = static_cast<const char*>(inputs[i].data) +
                      begin * static_cast<std::int64_t>(item_size(inputs[i].dtype));
      kernel(pointers,
             static_cast<char*>(out.data) + begin * static_cast<std::int64_t>(item_size(out.dtype)),
             end - begin);
    });
    return;
  }
  const OperandBlocks target(plan, 0, out.data, out.dtype, halves);
  const auto stream = [&](int i) { return OperandBlocks(plan, inputs[i], i + 1, halves); };
  const auto run = [&](const auto&... sources) {
    parallel_for(plan.numel, parallel_elements, [&](std::int64_t begin, std::int64_t end) {
      alignas(64) char buffers[Inputs + 1][block_elements * 8];
      for (std::int64_t at = begin; at < end; at += block_elements) {
        const std::int64_t n = end - at < block_elements ? end - at : block_elements;
        int i = 0;
        const void* pointers[Inputs] = {sources.read(at, n, buffers[i++])...};
        kernel(pointers, target.write(at, buffers[Inputs]), n);
        target.commit(at, n, buffers[Inputs]);
      }
    });
  };
  if constexpr (Inputs == 1)
    run(stream(0));
  else if constexpr (Inputs == 2)
    run(stream(0), stream(1));
  else
    run(stream(0), stream(1), stream(2));
}

/// Calls body(offsets) for each element [begin, end) of the plan, in flat order; offsets[i] is
/// operand i's position in elements.
template <class Body> void for_each_element(const LoopPlan& plan, std::int64_t begin,
                                            std::int64_t end, const Body& body) {
  std::int64_t index[max_rank] = {}, offsets[max_operands] = {};
  std::int64_t rest = begin;
  for (int d = plan.rank - 1; d >= 0; --d) {
    index[d] = rest % plan.sizes[d];
    rest /= plan.sizes[d];
    for (int i = 0; i < plan.operands; ++i) offsets[i] += index[d] * plan.strides[i][d];
  }
  for (std::int64_t at = begin; at < end; ++at) {
    body(static_cast<const std::int64_t*>(offsets));
    for (int d = plan.rank - 1; d >= 0; --d) {
      for (int i = 0; i < plan.operands; ++i) offsets[i] += plan.strides[i][d];
      if (++index[d] < plan.sizes[d]) break;
      for (int i = 0; i < plan.operands; ++i) offsets[i] -= plan.sizes[d] * plan.strides[i][d];
      index[d] = 0;
    }
  }
}

}  // namespace tandem::cpu
