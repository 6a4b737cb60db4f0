// Gathers operands of any layout into contiguous blocks, and scatters results.
#include "cpu/loops.h"

#include <algorithm>
#include <cstring>

#include "cpu/kernels/table.h"

namespace tandem::cpu {
namespace {

/// Calls body(offset, first, count) for each run of the innermost dimension within [begin, begin +
/// n).
template <class Body> void for_each_run(const LoopPlan& plan, const std::int64_t* strides,
                                        std::int64_t begin, std::int64_t n, const Body& body) {
  if (plan.rank == 0) return body(0, 0, n);
  const int last = plan.rank - 1;
  std::int64_t index[max_rank], offset = 0, rest = begin;
  for (int d = last; d >= 0; --d) {
    index[d] = rest % plan.sizes[d];
    rest /= plan.sizes[d];
    offset += index[d] * strides[d];
  }
  for (std::int64_t done = 0; done < n;) {
    const std::int64_t count = std::min(n - done, plan.sizes[last] - index[last]);
    body(offset, done, count);
    done += count;
    index[last] += count;
    offset += count * strides[last];
    for (int d = last; d > 0 && index[d] == plan.sizes[d]; --d) {
      offset += strides[d - 1] - plan.sizes[d] * strides[d];
      index[d] = 0;
      ++index[d - 1];
    }
  }
}

template <class Word> void gather_words(const LoopPlan& plan, const std::int64_t* strides,
                                        const Word* data, std::int64_t begin, std::int64_t n,
                                        Word* buffer) {
  const std::int64_t step = plan.rank > 0 ? strides[plan.rank - 1] : 0;
  for_each_run(plan, strides, begin, n,
               [&](std::int64_t offset, std::int64_t first, std::int64_t count) {
                 const Word* from = data + offset;
                 Word* to = buffer + first;
                 if (step == 0)
                   std::fill_n(to, count, *from);
                 else if (step == 1)
                   std::copy_n(from, count, to);
                 else
                   for (std::int64_t i = 0; i < count; ++i) to[i] = from[i * step];
               });
}

template <class Word> void scatter_words(const LoopPlan& plan, const std::int64_t* strides,
                                         Word* data, std::int64_t begin, std::int64_t n,
                                         const Word* buffer) {
  const std::int64_t step = plan.rank > 0 ? strides[plan.rank - 1] : 0;
  for_each_run(plan, strides, begin, n,
               [&](std::int64_t offset, std::int64_t first, std::int64_t count) {
                 Word* to = data + offset;
                 for (std::int64_t i = 0; i < count; ++i) to[i * step] = buffer[first + i];
               });
}

/// Calls body with an unsigned integer of `item` bytes: moving elements needs no other knowledge.
template <class Body> void visit_word(std::size_t item, const Body& body) {
  if (item == 1)
    body(std::uint8_t{});
  else if (item == 2)
    body(std::uint16_t{});
  else if (item == 4)
    body(std::uint32_t{});
  else
    body(std::uint64_t{});
}

bool lies_flat(const LoopPlan& plan, const std::int64_t* strides) {
  std::int64_t expected = 1;
  for (int d = plan.rank - 1; d >= 0; --d) {
    if (strides[d] != expected) return false;
    expected *= plan.sizes[d];
  }
  return true;
}

/// The upper half of a block's buffer, which float32 does not use: room for what is stored.
void* stored_part(void* buffer, std::int64_t n) { return static_cast<float*>(buffer) + n; }

}  // namespace

OperandBlocks::OperandBlocks(const LoopPlan& plan, int operand, const void* data, DType dtype,
                             HalfHandling halves)
    : plan_(plan),
      strides_(plan.strides[operand]),
      data_(static_cast<char*>(const_cast<void*>(data))),
      item_(item_size(dtype)),
      flat_(lies_flat(plan, strides_)),
      widened_(halves == HalfHandling::widen && is_half(dtype)),
      dtype_(dtype) {}

OperandBlocks::OperandBlocks(const LoopPlan& plan, const Input& input, int operand,
                             HalfHandling halves)
    : OperandBlocks(plan, operand, input.data, input.dtype, halves) {
  immediate_ = input.data == nullptr;
  number_ = input.immediate;
}

const void* OperandBlocks::read(std::int64_t begin, std::int64_t n, void* buffer) const {
  if (immediate_) {
    visit_dtype(widened_ ? DType::Float32 : dtype_,
                [&]<class T>() { std::fill_n(static_cast<T*>(buffer), n, number_.to<T>()); });
    return buffer;
  }
  if (!widened_) {
    if (flat_) return at(begin);
    gather(begin, n, buffer);
    return buffer;
  }
  if (!flat_) gather(begin, n, stored_part(buffer, n));
  conversion(dtype_, DType::Float32)(flat_ ? at(begin) : stored_part(buffer, n), buffer, n);
  return buffer;
}

void OperandBlocks::commit(std::int64_t begin, std::int64_t n, void* buffer) const {
  if (!widened_) {
    if (!flat_) scatter(begin, n, buffer);
    return;
  }
  conversion(DType::Float32, dtype_)(buffer, flat_ ? at(begin) : stored_part(buffer, n), n);
  if (!flat_) scatter(begin, n, stored_part(buffer, n));
}

void OperandBlocks::gather(std::int64_t begin, std::int64_t n, void* buffer) const {
  visit_word(item_, [&](auto word) {
    using Word = decltype(word);
    gather_words(plan_, strides_, reinterpret_cast<const Word*>(data_), begin, n,
                 static_cast<Word*>(buffer));
  });
}

void OperandBlocks::scatter(std::int64_t begin, std::int64_t n, const void* buffer) const {
  visit_word(item_, [&](auto word) {
    using Word = decltype(word);
    scatter_words(plan_, strides_, reinterpret_cast<Word*>(data_), begin, n,
                  static_cast<const Word*>(buffer));
  });
}

}  // namespace tandem::cpu
