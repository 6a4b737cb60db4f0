// Work along one dimension: softmax and cumulative sums. A group of lanes shares a line.
#include "cuda/backend.h"
#include "cuda/kernels/exponentials.cuh"
#include "cuda/kernels/load_store.cuh"

namespace tandem::gpu {
namespace {

/// A line is read three times (largest, sum, result) instead of being kept: lines of any length
/// fit, and all but very long ones are in L1 or L2 by then. Neighbouring lanes take neighbouring
/// elements, so that a warp's loads are one piece of memory where inner is 1.
template <class T> __global__ void __launch_bounds__(block_threads)
    softmax_kernel(const T* x, T* out, AxisSplit split, int lanes, bool logarithm) {
  using C = OpMathType<T>;
  __shared__ C shared_largest[block_threads];
  __shared__ double shared_sum[block_threads];
  const Line line(lanes, split.outer * split.inner, split.size);
  const std::int64_t base =
      line.index / split.inner * split.size * split.inner + line.index % split.inner;
  const auto at = [&](std::int64_t k) { return static_cast<C>(x[base + k * split.inner]); };
  const Exponentials<C> e = exponentials<C>(line, at, shared_largest, shared_sum);
  const double shift = logarithm ? std::log(e.sum) : 0, share = 1.0 / e.sum;
  for (std::int64_t k = line.lane; k < line.length; k += line.count) {
    const C value = at(k);
    out[base + k * split.inner] =
        static_cast<T>(logarithm ? static_cast<C>((static_cast<double>(value) - e.largest) - shift)
                                 : static_cast<C>(math::exp(value - e.largest) * share));
  }
}

/// Inclusive sums of a line, `lanes` elements at a time: a scan by doubling reach (Hillis and
/// Steele, "Data Parallel Algorithms", 1986) in shared memory, to which the sum of all before is
/// added. Its order depends on the length of the line alone.
template <class A> __global__ void __launch_bounds__(block_threads)
    cumulative_sum_kernel(const void* x, DType from, void* out, DType to, AxisSplit split,
                          int lanes) {
  __shared__ A shared[block_threads];
  const Line line(lanes, split.outer * split.inner, split.size);
  const std::int64_t base =
      line.index / split.inner * split.size * split.inner + line.index % split.inner;
  const unsigned own = threadIdx.x, last = own - static_cast<unsigned>(line.lane - lanes + 1);
  A before = A(0);  // the sum of the lanes' elements so far
  for (std::int64_t begin = 0; begin < split.size; begin += lanes) {
    const std::int64_t k = begin + line.lane, at = base + k * split.inner;
    const bool inside = k < line.length;
    shared[own] = inside ? load<A>(x, from, at) : A(0);
    for (int reach = 1; reach < lanes; reach *= 2) {
      // Everyone reads before anyone writes, and writes before the next step reads.
      __syncthreads();
      const A left = line.lane >= reach ? shared[own - static_cast<unsigned>(reach)] : A(0);
      __syncthreads();
      shared[own] = math::add(left, shared[own]);
    }
    __syncthreads();
    if (inside) store(out, to, at, math::add(before, shared[own]));
    before = math::add(before, shared[last]);
    __syncthreads();  // shared[last] is read before the next round writes it
  }
}

}  // namespace

void CudaBackend::enqueue(const SoftmaxCall& call) {
  const AxisSplit& split = call.split;
  const int lanes = lanes_for(split.size);
  visit_floating("softmax", call.x.dtype, [&]<class T>() {
    launch("softmax", context_.stream(), launch_config_for(split.outer * split.inner * lanes),
           softmax_kernel<T>, static_cast<const T*>(call.x.data), static_cast<T*>(call.out.data),
           split, lanes, call.logarithm);
  });
}

void CudaBackend::enqueue(const CumulativeSumCall& call) {
  const AxisSplit& split = call.split;
  const int lanes = lanes_for(split.size);
  const auto run = [&]<class A>() {
    launch("cumsum", context_.stream(), launch_config_for(split.outer * split.inner * lanes),
           cumulative_sum_kernel<A>, call.x.data, call.x.dtype, call.out.data, call.out.dtype,
           split, lanes);
  };
  if (is_floating_point(call.out.dtype))
    run.template operator()<double>();
  else
    run.template operator()<std::int64_t>();
}

}  // namespace tandem::gpu
