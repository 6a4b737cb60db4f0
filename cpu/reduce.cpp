// Reductions over any set of dimensions. Long lines are cut into chunks of fixed length and the
// chunks' results combined in order, so the bits depend on neither threads nor instruction set.
#include "cpu/reduce.h"

#include <algorithm>

#include "core/rules/reductions.h"
#include "cpu/backend.h"
#include "cpu/kernels/table.h"
#include "cpu/loops.h"

namespace tandem::cpu {
namespace {

constexpr std::int64_t row_chunk = 512;  // rows accumulated before their sums are combined
constexpr std::int64_t column_block = 256;

/// The kernels of the dtype that `dtype` is computed in.
int column_of(DType dtype) { return static_cast<int>(compute_dtype(dtype)); }

}  // namespace

Partial combine(ReduceOp op, bool real, Partial a, Partial b) {
  Partial result = a;
  ReduceOps::visit(op.id, [&]<class Rule>() {
    if constexpr (!reductions::FindsPosition<Rule>) {
      if (real)
        result.real = Rule::combine(a.real, b.real);
      else
        result.integer = Rule::combine(a.integer, b.integer);
    }
  });
  return result;
}

Partial identity(ReduceOp op, DType dtype) {
  return kernels().rows.reduce[op.id][column_of(dtype)](nullptr, 0);
}

namespace {

/// Elements of `dtype`, of which the kernels of column_of(dtype) can read `n` from x: in place, or
/// widened into `buffer`.
const void* widened(DType dtype, const void* x, float* buffer, std::int64_t n) {
  if (!is_half(dtype)) return x;
  conversion(dtype, DType::Float32)(x, buffer, n);
  return buffer;
}

void store(const ReduceCall& call, std::int64_t at, Partial value) {
  visit_dtype(call.out.dtype, [&]<class T>() {
    static_cast<T*>(call.out.data)[at] = is_floating_point(call.x.dtype)
                                             ? static_cast<T>(value.real / call.divisor)
                                             : static_cast<T>(value.integer);
  });
}

/// One output: all of `reduced` starting at `base`.
Partial reduce_line(ReduceOp op, const LoopPlan& reduced, const Input& x, std::int64_t base,
                    bool parallel) {
  const auto kernel = kernels().rows.reduce[op.id][column_of(x.dtype)];
  const OperandBlocks stream(
      reduced, 0,
      static_cast<const char*>(x.data) + base * static_cast<std::int64_t>(item_size(x.dtype)),
      x.dtype);
  return reduce_chunks(op, x.dtype, reduced.numel, parallel,
                       [&](std::int64_t begin, std::int64_t n) {
                         alignas(64) char buffer[line_chunk * 8];
                         return kernel(stream.read(begin, n, buffer), n);
                       });
}

/// Every output reads its own line.
void reduce_lines(const ReduceCall& call) {
  const ReducePlan& plan = call.plan;
  const bool inner_parallel = plan.kept.numel == 1;
  const std::int64_t piece =
      std::max<std::int64_t>(1, parallel_elements / std::max<std::int64_t>(plan.reduced.numel, 1));
  parallel_for(plan.kept.numel, piece, [&](std::int64_t begin, std::int64_t end) {
    for_each_element(plan.kept, begin, end, [&](const std::int64_t* offsets) {
      store(call, offsets[0],
            reduce_line(call.op, plan.reduced, call.x, offsets[1], inner_parallel));
    });
  });
}

/// Neighbouring outputs read neighbouring elements: accumulate whole rows.
void reduce_rows(const ReduceCall& call) {
  const ReduceOp op = call.op;
  const ReducePlan& plan = call.plan;
  const Input& x = call.x;
  const auto kernel = kernels().rows.accumulate[op.id][column_of(x.dtype)];
  const bool real = is_floating_point(x.dtype);
  const auto item = static_cast<std::int64_t>(item_size(x.dtype));
  const int last = plan.kept.rank - 1;
  const std::int64_t columns = plan.kept.sizes[last], step = plan.kept.strides[0][last];
  LoopPlan outer = plan.kept;
  outer.rank = last;
  outer.numel = plan.kept.numel / columns;
  const std::int64_t rows = plan.reduced.numel;
  const std::int64_t chunks = std::max<std::int64_t>(1, (rows + row_chunk - 1) / row_chunk);
  const std::int64_t blocks = (columns + column_block - 1) / column_block;
  const Partial start = identity(op, x.dtype);
  for_each_element(outer, 0, outer.numel, [&](const std::int64_t* offsets) {
    const std::int64_t out_base = offsets[0], in_base = offsets[1];
    const ScratchBuffer<Partial> partials(chunks * columns);
    std::fill_n(partials.data(), chunks * columns, start);
    const std::int64_t piece =
        std::max<std::int64_t>(1, parallel_elements / (column_block * row_chunk));
    parallel_for(
        chunks * blocks, rows * columns < parallel_elements ? chunks * blocks : piece,
        [&](std::int64_t begin, std::int64_t end) {
          alignas(64) float buffer[column_block];
          for (std::int64_t i = begin; i < end; ++i) {
            const std::int64_t chunk = i / blocks, column = i % blocks * column_block;
            const std::int64_t n = std::min(column_block, columns - column);
            Partial* partial = partials.data() + chunk * columns + column;
            const std::int64_t first = chunk * row_chunk, count = std::min(rows - first, row_chunk);
            if (plan.reduced.rank == 1 && !is_half(x.dtype)) {
              const std::int64_t stride = plan.reduced.strides[0][0];
              kernel(static_cast<const char*>(x.data) + (in_base + column + first * stride) * item,
                     stride, count, partial, n);
              continue;
            }
            for_each_element(plan.reduced, first, first + count, [&](const std::int64_t* row) {
              const void* elements =
                  static_cast<const char*>(x.data) + (in_base + column + row[0]) * item;
              kernel(widened(x.dtype, elements, buffer, n), 0, 1, partial, n);
            });
          }
        });
    for (std::int64_t j = 0; j < columns; ++j) {
      Partial total = partials.data()[j];
      for (std::int64_t chunk = 1; chunk < chunks; ++chunk)
        total = combine(op, real, total, partials.data()[chunk * columns + j]);
      store(call, out_base + j * step, total);
    }
  });
}

void reduce_values(const ReduceCall& call) {
  const LoopPlan& kept = call.plan.kept;
  const bool rows = kept.rank > 0 && kept.strides[1][kept.rank - 1] == 1 &&
                    kept.sizes[kept.rank - 1] >= 2 && call.plan.reduced.numel > 0;
  if (rows)
    reduce_rows(call);
  else
    reduce_lines(call);
}

template <class T>
void find_extreme(bool largest, const ReducePlan& plan, const T* x, std::int64_t* out) {
  const std::int64_t piece = std::max<std::int64_t>(1, parallel_elements / plan.reduced.numel);
  parallel_for(plan.kept.numel, piece, [&](std::int64_t begin, std::int64_t end) {
    for_each_element(plan.kept, begin, end, [&](const std::int64_t* offsets) {
      const T* line = x + offsets[1];
      T best = line[0];
      std::int64_t position = 0, at = 0;
      for_each_element(plan.reduced, 0, plan.reduced.numel, [&](const std::int64_t* element) {
        const T value = line[element[0]];
        const bool better =
            (largest ? value > best : value < best) || (value != value && best == best);
        if (better && best == best) best = value, position = at;
        ++at;
      });
      out[offsets[0]] = position;
    });
  });
}

}  // namespace

void CpuBackend::run(const ReduceCall& call) {
  ReduceOps::visit(call.op.id, [&]<class Rule>() {
    if constexpr (reductions::FindsPosition<Rule>)
      visit_dtype(call.x.dtype, [&]<class T>() {
        find_extreme(Rule::largest, call.plan, static_cast<const T*>(call.x.data),
                     static_cast<std::int64_t*>(call.out.data));
      });
    else
      reduce_values(call);
  });
}

}  // namespace tandem::cpu
