// Gathers, scatters and sorts.
#include <algorithm>
#include <numeric>
#include <vector>

#include "cpu/backend.h"
#include "cpu/loops.h"

namespace tandem::cpu {
namespace {

/// The plan without its innermost dimension, so that a step is a whole row.
LoopPlan rows_of(const LoopPlan& plan) {
  LoopPlan rows = plan;
  if (plan.rank > 0) {
    rows.rank = plan.rank - 1;
    rows.numel = plan.sizes[plan.rank - 1] == 0 ? 0 : plan.numel / plan.sizes[plan.rank - 1];
  }
  return rows;
}

std::int64_t wrapped(const IndexedDim& dim, std::int64_t index) {
  return index < 0 ? index + dim.size : index;
}

/// Throws before anything is written if an index leaves its dimension.
void check_indices(const LoopPlan& plan, const IndexedDim& dim, const std::int64_t* index) {
  const int last = plan.rank - 1;
  const std::int64_t step = plan.rank > 0 ? plan.strides[1][last] : 0;
  const std::int64_t count = step == 0 ? 1 : plan.sizes[last];
  const LoopPlan rows = rows_of(plan);
  for_each_element(rows, 0, rows.numel, [&](const std::int64_t* offsets) {
    for (std::int64_t j = 0; j < count; ++j) {
      const std::int64_t value = index[offsets[1] + j * step];
      check<IndexError>(value >= (dim.from_end ? -dim.size : 0) && value < dim.size, dim.op,
                        ": index ", value, " is out of range for a dimension of size ", dim.size);
    }
  });
}

template <class T, bool accumulate>
void move_elements(const LoopPlan& plan, const IndexedDim& dim, const std::int64_t* index,
                   int indexed, T* to, const T* from, std::int64_t begin, std::int64_t end) {
  const int last = plan.rank - 1;
  const std::int64_t n = plan.rank > 0 ? plan.sizes[last] : 1;
  std::int64_t step[3] = {0, 0, 0};
  for (int i = 0; i < 3 && plan.rank > 0; ++i) step[i] = plan.strides[i][last];
  for_each_element(rows_of(plan), begin, end, [&](const std::int64_t* offsets) {
    for (std::int64_t j = 0; j < n; ++j) {
      const std::int64_t jump = wrapped(dim, index[offsets[1] + j * step[1]]) * dim.stride;
      T& target = to[offsets[0] + j * step[0] + (indexed == 0 ? jump : 0)];
      const T& source = from[offsets[2] + j * step[2] + (indexed == 2 ? jump : 0)];
      if constexpr (accumulate)
        target = static_cast<T>(target + source);
      else
        target = source;
    }
  });
}

/// Ascending order with nan after everything else.
template <class T> bool before(T a, T b) { return a < b || (b != b && a == a); }

}  // namespace

void CpuBackend::run(const GatherCall& call) {
  const LoopPlan& plan = call.plan;
  check_indices(plan, call.dim, call.index);
  visit_dtype(call.out.dtype, [&]<class T>() {
    const LoopPlan rows = rows_of(plan);
    const std::int64_t row = plan.rank > 0 ? plan.sizes[plan.rank - 1] : 1;
    parallel_for(
        rows.numel, std::max<std::int64_t>(1, parallel_elements / std::max<std::int64_t>(1, row)),
        [&](std::int64_t begin, std::int64_t end) {
          move_elements<T, false>(plan, call.dim, call.index, 2, static_cast<T*>(call.out.data),
                                  static_cast<const T*>(call.source.data), begin, end);
        });
  });
}

void CpuBackend::run(const ScatterAddCall& call) {
  check_indices(call.plan, call.dim, call.index);
  // One thread: equal indices add up in the order of the source.
  visit_dtype(call.target.dtype, [&]<class T>() {
    move_elements<T, true>(call.plan, call.dim, call.index, 0, static_cast<T*>(call.target.data),
                           static_cast<const T*>(call.source.data), 0, rows_of(call.plan).numel);
  });
}

void CpuBackend::run(const SortCall& call) {
  visit_dtype(call.x.dtype, [&]<class T>() {
    const T* in = static_cast<const T*>(call.x.data);
    T* out = static_cast<T*>(call.values.data);
    parallel_for(
        call.rows,
        std::max<std::int64_t>(1, parallel_elements / 8 / std::max<std::int64_t>(1, call.size)),
        [&](std::int64_t begin, std::int64_t end) {
          for (std::int64_t r = begin; r < end; ++r) {
            const T* line = in + r * call.size;
            std::int64_t* order = call.indices + r * call.size;
            std::iota(order, order + call.size, std::int64_t{0});
            std::stable_sort(order, order + call.size, [&](std::int64_t a, std::int64_t b) {
              return call.descending ? before(line[b], line[a]) : before(line[a], line[b]);
            });
            for (std::int64_t k = 0; k < call.size; ++k) out[r * call.size + k] = line[order[k]];
          }
        });
  });
}

}  // namespace tandem::cpu
