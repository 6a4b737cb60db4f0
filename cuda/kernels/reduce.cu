// Reductions over any set of dimensions, and argmax, argmin. Reals are carried in double, as on the
// CPU, which makes a float32 sum nearly exact; integers in int64.
//
// Where one result takes many elements they are cut into chunks (cuda/kernels/launch_config.h): a
// first kernel leaves one partial result per chunk, a second combines these in order.
#include "core/rules/reductions.h"
#include "cuda/backend.h"
#include "cuda/kernels/load_store.cuh"
#include "cuda/kernels/offset_calculator.cuh"
#include "cuda/kernels/thread_group.cuh"

namespace tandem::gpu {
namespace {

// A combination says what it carries, what it starts from, how it takes in an element at a
// position, how it joins two carried values, and what comes out.

/// The combination of a reduction rule: it carries values alone.
template <class Rule, class A> struct OfValues : Rule {
  using Carried = A;
  static TANDEM_HD A identity() { return Rule::template identity<A>(); }
  static TANDEM_HD A take(A x, std::int64_t) { return reductions::take<Rule>(x); }
  static TANDEM_HD A result(A a) { return a; }
};

template <class A> struct Placed {
  A value;
  std::int64_t position;  ///< -1: nothing yet
};
/// The first position of the extreme; nan counts as it.
template <class A, bool largest> struct Position {
  using Carried = Placed<A>;
  static TANDEM_HD Carried identity() { return {A(0), -1}; }
  static TANDEM_HD Carried take(A x, std::int64_t position) { return {x, position}; }
  static TANDEM_HD Carried combine(const Carried& a, const Carried& b) {
    if (a.position < 0) return b;
    if (b.position < 0) return a;
    const bool a_nan = a.value != a.value, b_nan = b.value != b.value;
    const bool tie = (a_nan & b_nan) | (a.value == b.value);
    if (tie) return a.position < b.position ? a : b;
    if (a_nan | b_nan) return a_nan ? a : b;
    return (largest ? a.value > b.value : a.value < b.value) ? a : b;
  }
  static TANDEM_HD std::int64_t result(const Carried& a) { return a.position; }
};

struct Reduction {
  const void* data;
  DType dtype;
  OffsetCalculator<2> kept;     // output, input
  OffsetCalculator<1> reduced;  // input
  std::int64_t outputs, length, chunk, chunks;
  void* out;
  DType out_dtype;
  double divisor;  ///< of reals

  template <class V> __device__ void store_result(std::int64_t output, V value) const {
    if constexpr (std::is_floating_point_v<V>) value /= divisor;
    store(out, out_dtype, kept(output).at[0], value);
  }
};

template <class Op> __device__ void finish(const Reduction& r, std::int64_t output,
                                           std::int64_t chunk, const typename Op::Carried& value,
                                           typename Op::Carried* partials) {
  if (r.chunks > 1)
    partials[chunk * r.outputs + output] = value;
  else
    r.store_result(output, Op::result(value));
}

/// Elements that a thread loads before it joins them: their latencies overlap, while the order in
/// which they are joined stays that of the line.
constexpr int loads_ahead = 4;

/// Joins the elements first, first + step, ... below `end` of the line that begins at `base`, in
/// their order.
template <class Op, class A>
__device__ typename Op::Carried join_elements(const Reduction& r, std::int64_t base,
                                              std::int64_t first, std::int64_t step,
                                              std::int64_t end) {
  typename Op::Carried value = Op::identity();
  for (std::int64_t i = first; i < end; i += step * loads_ahead) {
    A x[loads_ahead];
#pragma unroll
    for (int k = 0; k < loads_ahead; ++k) {
      const std::int64_t at = i + k * step;
      x[k] = at < end ? load<A>(r.data, r.dtype, base + r.reduced(at).at[0]) : A(0);
    }
#pragma unroll
    for (int k = 0; k < loads_ahead; ++k)
      if (i + k * step < end) value = Op::combine(value, Op::take(x[k], i + k * step));
  }
  return value;
}

/// For lines that are contiguous along the reduced dimension: neighbouring lanes read neighbouring
/// elements. Lanes of a block share the chunks of an output; blockDim.x / lanes chunks per block.
template <class Op, class A> __global__ void __launch_bounds__(block_threads)
    reduce_along(Reduction r, int lanes, typename Op::Carried* partials) {
  using Carried = typename Op::Carried;
  __shared__ Carried shared[block_threads];
  const ThreadGroup group(lanes);
  const bool inside = group.index < r.outputs * r.chunks;
  const std::int64_t output = inside ? group.index % r.outputs : 0,
                     chunk = inside ? group.index / r.outputs : 0;
  Carried value = Op::identity();
  if (inside) {
    const std::int64_t begin = chunk * r.chunk;
    const std::int64_t end = begin + r.chunk < r.length ? begin + r.chunk : r.length;
    value = join_elements<Op, A>(r, r.kept(output).at[1], begin + group.lane, lanes, end);
  }
  value = combine_group<Op>(value, group, shared);
  if (group.lane == 0 && inside) finish<Op>(r, output, chunk, value, partials);
}

/// For outputs that lie side by side, as the columns of a matrix: neighbouring threads own
/// neighbouring outputs, so a warp reads whole rows, and no thread waits for another. One thread
/// per output and chunk.
template <class Op, class A> __global__ void __launch_bounds__(block_threads)
    reduce_across(Reduction r, typename Op::Carried* partials) {
  const std::int64_t item = thread_number();
  if (item >= r.outputs * r.chunks) return;
  const std::int64_t output = item % r.outputs, chunk = item / r.outputs, begin = chunk * r.chunk;
  const std::int64_t end = begin + r.chunk < r.length ? begin + r.chunk : r.length;
  finish<Op>(r, output, chunk, join_elements<Op, A>(r, r.kept(output).at[1], begin, 1, end),
             partials);
}

/// Joins the partial results of each output; lanes take every lanes-th chunk, then join in a tree.
template <class Op> __global__ void __launch_bounds__(block_threads)
    join_chunks(Reduction r, int lanes, const typename Op::Carried* partials) {
  __shared__ typename Op::Carried shared[block_threads];
  const ThreadGroup group(lanes);
  const std::int64_t output = group.index;
  typename Op::Carried value = Op::identity();
  if (output < r.outputs)
    for (std::int64_t chunk = group.lane; chunk < r.chunks; chunk += lanes)
      value = Op::combine(value, partials[chunk * r.outputs + output]);
  value = combine_group<Op>(value, group, shared);
  if (group.lane == 0 && output < r.outputs) r.store_result(output, Op::result(value));
}

template <class Op, class A>
void reduce(DeviceContext& context, Reduction r, const ReductionShape& shape) {
  r.chunk = shape.chunk;
  r.chunks = shape.chunks;
  const std::int64_t items = r.outputs * r.chunks;
  using Carried = typename Op::Carried;
  const Scratch partials(context,
                         r.chunks > 1 ? static_cast<std::size_t>(items) * sizeof(Carried) : 0);
  if (shape.across)
    launch("reduce", context.stream(), launch_config_for(items), reduce_across<Op, A>, r,
           partials.as<Carried>());
  else
    launch("reduce", context.stream(), launch_config_for(items * shape.lanes), reduce_along<Op, A>,
           r, shape.lanes, partials.as<Carried>());
  if (r.chunks > 1) {
    const int lanes = lanes_for(r.chunks);
    launch("reduce", context.stream(), launch_config_for(r.outputs * lanes), join_chunks<Op>, r,
           lanes, partials.as<Carried>());
  }
}

template <class A>
void reduce(ReduceOp op, DeviceContext& context, const Reduction& r, const ReductionShape& shape) {
  ReduceOps::visit(op.id, [&]<class Rule>() {
    if constexpr (reductions::FindsPosition<Rule>)
      reduce<Position<A, Rule::largest>, A>(context, r, shape);
    else
      reduce<OfValues<Rule, A>, A>(context, r, shape);
  });
}

}  // namespace

void CudaBackend::enqueue(const ReduceCall& call) {
  const LoopPlan &kept = call.plan.kept, &reduced = call.plan.reduced;
  const bool across = kept.rank > 0 && kept.strides[1][kept.rank - 1] == 1 &&
                      kept.sizes[kept.rank - 1] >= 8 &&
                      (reduced.rank == 0 || reduced.strides[0][reduced.rank - 1] != 1);
  const Reduction r{call.x.data,
                    call.x.dtype,
                    OffsetCalculator<2>(kept),
                    OffsetCalculator<1>(reduced),
                    kept.numel,
                    reduced.numel,
                    1,
                    1,
                    call.out.data,
                    call.out.dtype,
                    call.divisor};
  const ReductionShape shape = shape_reduction(kept.numel, reduced.numel, across);
  if (is_floating_point(call.x.dtype))
    reduce<double>(call.op, context_, r, shape);
  else
    reduce<std::int64_t>(call.op, context_, r, shape);
}

}  // namespace tandem::gpu
