// Reductions over any set of dimensions. Long lines are cut into chunks of fixed length and the
// chunks' results combined in order, so the bits depend on neither threads nor instruction set.
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/rules/reductions.h"
#include "cpu/backend.h"
#include "cpu/kernels/table.h"
#include "cpu/loops.h"
#include "cpu/recording.h"

namespace tandem::cpu {
namespace {

constexpr std::int64_t line_chunk = 4096;  // elements of a line reduced by one kernel call
constexpr std::int64_t row_chunk = 512;    // rows accumulated before their sums are combined
constexpr std::int64_t column_block = 256;

template <class A> A combine(ReduceOp op, A a, A b) {
  switch (op) {
    case ReduceOp::sum:
      return reductions::Sum<A>::join(a, b);
    case ReduceOp::product:
      return reductions::Product<A>::join(a, b);
    case ReduceOp::maximum:
      return reductions::Largest<A>::join(a, b);
    default:
      return reductions::Smallest<A>::join(a, b);
  }
}

Partial combine(ReduceOp op, bool real, Partial a, Partial b) {
  Partial result;
  if (real)
    result.real = combine(op, a.real, b.real);
  else
    result.integer = combine(op, a.integer, b.integer);
  return result;
}

/// The kernels of the dtype that `dtype` is computed in.
int column_of(DType dtype) { return static_cast<int>(compute_dtype(dtype)); }

/// What an empty reduction starts from: the kernel's answer for no elements.
Partial identity(ReduceOp op, DType dtype) {
  return kernels().lines.reduce[static_cast<int>(op)][column_of(dtype)](nullptr, 0);
}

/// Elements of `dtype`, of which the kernels of column_of(dtype) can read `n` from x: in place, or
/// widened into `buffer`.
const void* widened(DType dtype, const void* x, float* buffer, std::int64_t n) {
  if (!is_half(dtype)) return x;
  conversion(dtype, DType::Float32)(x, buffer, n);
  return buffer;
}

void store(const Output& out, std::int64_t at, bool real, Partial value) {
  visit_dtype(out.dtype, [&]<class T>() {
    static_cast<T*>(out.data)[at] =
        real ? static_cast<T>(value.real) : static_cast<T>(value.integer);
  });
}

/// One output: all of `reduced` starting at `base`.
Partial reduce_line(ReduceOp op, const LoopPlan& reduced, const Input& x, std::int64_t base,
                    bool parallel) {
  const auto kernel = kernels().lines.reduce[static_cast<int>(op)][column_of(x.dtype)];
  const Stream stream(
      reduced, 0,
      static_cast<const char*>(x.data) + base * static_cast<std::int64_t>(item_size(x.dtype)),
      x.dtype);
  const std::int64_t chunks = (reduced.numel + line_chunk - 1) / line_chunk;
  const auto run = [&](std::int64_t chunk) {
    alignas(64) char buffer[line_chunk * 8];
    const std::int64_t begin = chunk * line_chunk;
    const std::int64_t n = std::min(line_chunk, reduced.numel - begin);
    return kernel(stream.read(begin, n, buffer), n);
  };
  if (chunks == 1) return run(0);
  const bool real = is_floating_point(x.dtype);
  Partial total = identity(op, x.dtype);
  if (!parallel) {
    for (std::int64_t i = 0; i < chunks; ++i) total = combine(op, real, total, run(i));
    return total;
  }
  std::vector<Partial> partials(static_cast<std::size_t>(chunks));
  parallel_for(chunks, 16, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) partials[static_cast<std::size_t>(i)] = run(i);
  });
  for (const Partial& partial : partials) total = combine(op, real, total, partial);
  return total;
}

/// Every output reads its own line.
void reduce_lines(ReduceOp op, const ReducePlan& plan, const Input& x, const Output& out) {
  const bool real = is_floating_point(x.dtype);
  const bool inner_parallel = plan.kept.numel == 1;
  const std::int64_t piece =
      std::max<std::int64_t>(1, parallel_elements / std::max<std::int64_t>(plan.reduced.numel, 1));
  parallel_for(plan.kept.numel, piece, [&](std::int64_t begin, std::int64_t end) {
    for_each_element(plan.kept, begin, end, [&](const std::int64_t* offsets) {
      store(out, offsets[0], real, reduce_line(op, plan.reduced, x, offsets[1], inner_parallel));
    });
  });
}

/// Neighbouring outputs read neighbouring elements: accumulate whole rows.
void reduce_rows(ReduceOp op, const ReducePlan& plan, const Input& x, const Output& out) {
  const auto kernel = kernels().lines.accumulate[static_cast<int>(op)][column_of(x.dtype)];
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
    std::vector<Partial> partials(static_cast<std::size_t>(chunks * columns), start);
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
      Partial total = partials[static_cast<std::size_t>(j)];
      for (std::int64_t chunk = 1; chunk < chunks; ++chunk)
        total = combine(op, real, total, partials[static_cast<std::size_t>(chunk * columns + j)]);
      store(out, out_base + j * step, real, total);
    }
  });
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

void CpuBackend::reduce(ReduceOp op, const ReducePlan& plan, const Input& x, const Output& out) {
  if (RecordedCalls* open = recording()) return open->add([=, this] { reduce(op, plan, x, out); });
  if (op == ReduceOp::argmax || op == ReduceOp::argmin) {
    visit_dtype(x.dtype, [&]<class T>() {
      find_extreme(op == ReduceOp::argmax, plan, static_cast<const T*>(x.data),
                   static_cast<std::int64_t*>(out.data));
    });
    return;
  }
  const LoopPlan& kept = plan.kept;
  const bool rows = kept.rank > 0 && kept.strides[1][kept.rank - 1] == 1 &&
                    kept.sizes[kept.rank - 1] >= 2 && plan.reduced.numel > 0;
  if (rows)
    reduce_rows(op, plan, x, out);
  else
    reduce_lines(op, plan, x, out);
}

void CpuBackend::cumulative_sum(const Lines& lines, const Input& x, const Output& out) {
  if (RecordedCalls* open = recording())
    return open->add([=, this] { cumulative_sum(lines, x, out); });
  visit_dtype(x.dtype, [&]<class T>() {
    visit_dtype(out.dtype, [&]<class R>() {
      using A = std::conditional_t<RealType<R>, double, std::int64_t>;
      const T* in = static_cast<const T*>(x.data);
      R* result = static_cast<R*>(out.data);
      parallel_for(lines.outer,
                   std::max<std::int64_t>(1, parallel_elements / (lines.size * lines.inner)),
                   [&](std::int64_t begin, std::int64_t end) {
                     for (std::int64_t o = begin; o < end; ++o)
                       for (std::int64_t i = 0; i < lines.inner; ++i) {
                         A sum = 0;
                         for (std::int64_t k = 0; k < lines.size; ++k) {
                           const std::int64_t at = (o * lines.size + k) * lines.inner + i;
                           sum += static_cast<A>(in[at]);
                           result[at] = static_cast<R>(sum);
                         }
                       }
                   });
    });
  });
}

void CpuBackend::softmax(const Lines& lines, bool logarithm, const Input& x, const Output& out) {
  if (RecordedCalls* open = recording())
    return open->add([=, this] { softmax(lines, logarithm, x, out); });
  const auto kernel = kernels().lines.softmax[x.dtype == DType::Float64];
  visit_floating("softmax", x.dtype, [&]<class T>() {
    using C = ComputeType<T>;
    const ConvertKernel widen = conversion(dtype_of<T>, dtype_of<C>),
                        narrow = conversion(dtype_of<C>, dtype_of<T>);
    const T* in = static_cast<const T*>(x.data);
    T* result = static_cast<T*>(out.data);
    const std::int64_t size = lines.size, inner = lines.inner;
    const std::int64_t piece = std::max<std::int64_t>(1, parallel_elements / 4 / size);
    parallel_for(lines.outer * inner, piece, [&](std::int64_t begin, std::int64_t end) {
      const std::int64_t rows = end - begin, numel = rows * size;
      if (inner == 1 && std::is_same_v<C, T>)
        return kernel(logarithm, in + begin * size, result + begin * size, rows, size);
      // Any other layout or dtype goes through lines of its own.
      std::vector<C> read(static_cast<std::size_t>(numel)), worked(read.size());
      const auto first = [&](std::int64_t row) {
        return (begin + row) / inner * size * inner + (begin + row) % inner;
      };
      if (inner == 1)
        widen(in + begin * size, read.data(), numel);
      else
        for (std::int64_t row = 0; row < rows; ++row)
          for (std::int64_t k = 0; k < size; ++k)
            read[static_cast<std::size_t>(row * size + k)] =
                static_cast<C>(in[first(row) + k * inner]);
      kernel(logarithm, read.data(), worked.data(), rows, size);
      if (inner == 1)
        narrow(worked.data(), result + begin * size, numel);
      else
        for (std::int64_t row = 0; row < rows; ++row)
          for (std::int64_t k = 0; k < size; ++k)
            result[first(row) + k * inner] =
                static_cast<T>(worked[static_cast<std::size_t>(row * size + k)]);
    });
  });
}

void CpuBackend::cross_entropy(const CrossEntropyCall& call) {
  if (RecordedCalls* open = recording()) return open->add([=, this] { cross_entropy(call); });
  for (std::int64_t i = 0; i < call.rows; ++i)
    check<IndexError>(call.labels[i] == call.ignore_index ||
                          (call.labels[i] >= 0 && call.labels[i] < call.classes),
                      "cross_entropy: label ", call.labels[i], " at row ", i, " is outside [0, ",
                      call.classes, ") and is not ignore_index ", call.ignore_index);
  const auto kernel = kernels().lines.cross_entropy[call.dtype == DType::Float64];
  visit_floating("cross_entropy", call.dtype, [&]<class T>() {
    const std::int64_t piece =
        std::max<std::int64_t>(1, parallel_elements / 4 / std::max<std::int64_t>(1, call.classes));
    parallel_for(call.rows, piece, [&](std::int64_t begin, std::int64_t end) {
      using C = ComputeType<T>;
      constexpr bool narrow = !std::is_same_v<C, T>;
      const std::int64_t rows = end - begin, numel = rows * call.classes;
      const auto room = [](bool needed, std::int64_t n) {
        return std::vector<C>(needed ? static_cast<std::size_t>(n) : 0);
      };
      const T* logits = static_cast<const T*>(call.logits) + begin * call.classes;
      T* losses = static_cast<T*>(call.losses) + begin;
      T* gradient = call.gradient == nullptr
                        ? nullptr
                        : static_cast<T*>(call.gradient) + begin * call.classes;
      std::vector<C> read = room(narrow, numel), wide_losses = room(narrow, rows),
                     worked = room(narrow || gradient == nullptr, numel);
      if (narrow) conversion(dtype_of<T>, dtype_of<C>)(logits, read.data(), numel);
      kernel({narrow ? static_cast<const void*>(read.data()) : logits, call.labels + begin,
              call.ignore_index, narrow ? static_cast<void*>(wide_losses.data()) : losses,
              worked.empty() ? static_cast<void*>(gradient) : worked.data(), rows, call.classes});
      if (!narrow) return;
      conversion(dtype_of<C>, dtype_of<T>)(wide_losses.data(), losses, rows);
      if (gradient != nullptr) conversion(dtype_of<C>, dtype_of<T>)(worked.data(), gradient, numel);
    });
  });
}

}  // namespace tandem::cpu
