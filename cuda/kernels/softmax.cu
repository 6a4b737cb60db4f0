// Work along one dimension: softmax, cross-entropy, cumulative sums. A group of lanes shares a
// line.
#include "core/rules/reductions.h"
#include "cuda/backend.h"
#include "cuda/kernels/device_error.cuh"
#include "cuda/kernels/load_store.cuh"
#include "cuda/kernels/thread_group.cuh"

namespace tandem::gpu {
namespace {

using reductions::Max;
using reductions::Sum;

/// The line of this thread's lanes; those past the last line have no elements.
struct Line : ThreadGroup {
  std::int64_t length;
  __device__ Line(int lanes, std::int64_t lines, std::int64_t size)
      : ThreadGroup(lanes), length(index < lines ? size : 0) {}
};

/// The largest element and the sum of the exponentials of all others relative to it.
template <class C> struct Exponentials {
  C largest;
  double sum;
};

template <class C, class At> __device__ Exponentials<C> exponentials(const Line& line, const At& at,
                                                                     C* shared_largest,
                                                                     double* shared_sum) {
  C largest = Max::identity<C>();
  for (std::int64_t k = line.lane; k < line.length; k += line.count)
    largest = Max::combine(largest, at(k));
  largest = combine_group<Max>(largest, line, shared_largest);
  double sum = 0;
  for (std::int64_t k = line.lane; k < line.length; k += line.count)
    sum += static_cast<double>(math::exp(at(k) - largest));
  return {largest, combine_group<Sum>(sum, line, shared_sum)};
}

template <class T> __global__ void __launch_bounds__(block_threads)
    softmax_kernel(const T* x, T* out, AxisSplit split, int lanes, bool logarithm) {
  using C = Computed<T>;
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

template <class T> __global__ void __launch_bounds__(block_threads)
    cross_entropy_kernel(CrossEntropyCall call, int lanes, const char* op,
                         DeviceIndexError* fault) {
  using C = Computed<T>;
  __shared__ C shared_largest[block_threads];
  __shared__ double shared_sum[block_threads];
  const Line line(lanes, call.rows, call.classes);
  const std::int64_t base = line.index * call.classes;
  const T* x = static_cast<const T*>(call.logits) + base;
  const auto at = [&](std::int64_t k) { return static_cast<C>(x[k]); };
  const Exponentials<C> e = exponentials<C>(line, at, shared_largest, shared_sum);
  if (line.index >= call.rows) return;
  const std::int64_t label = call.labels[line.index];
  const bool valid = label >= 0 && label < call.classes;
  const bool counted = valid && label != call.ignore_index;
  if (line.lane == 0) {
    if (!valid && label != call.ignore_index)
      report_index_error(fault, DeviceIndexError::label, op, label, call.classes, line.index);
    static_cast<T*>(call.losses)[line.index] = static_cast<T>(
        counted ? static_cast<C>(std::log(e.sum) - (static_cast<double>(at(label)) - e.largest))
                : C(0));
  }
  if (call.gradient == nullptr) return;
  T* gradient = static_cast<T*>(call.gradient) + base;
  const double share = 1.0 / e.sum;
  for (std::int64_t k = line.lane; k < line.length; k += line.count) {
    const double part = math::exp(at(k) - e.largest) * share;
    const double own = k == label ? part - 1.0 : part;
    gradient[k] = static_cast<T>(counted ? static_cast<C>(own) : C(0));
  }
}

/// Inclusive sums of a line, `lanes` elements at a time.
template <class A> __global__ void __launch_bounds__(block_threads)
    cumulative_sum_kernel(const void* x, DType from, void* out, DType to, AxisSplit split,
                          int lanes) {
  __shared__ A shared[block_threads];
  const Line line(lanes, split.outer * split.inner, split.size);
  const std::int64_t base =
      line.index / split.inner * split.size * split.inner + line.index % split.inner;
  const unsigned own = threadIdx.x, last = own - static_cast<unsigned>(line.lane - lanes + 1);
  A before = A(0);
  for (std::int64_t begin = 0; begin < split.size; begin += lanes) {
    const std::int64_t k = begin + line.lane, at = base + k * split.inner;
    const bool inside = k < line.length;
    shared[own] = inside ? load<A>(x, from, at) : A(0);
    for (int reach = 1; reach < lanes; reach *= 2) {
      __syncthreads();
      const A left = line.lane >= reach ? shared[own - static_cast<unsigned>(reach)] : A(0);
      __syncthreads();
      shared[own] = left + shared[own];
    }
    __syncthreads();
    if (inside) store(out, to, at, before + shared[own]);
    before = before + shared[last];
    __syncthreads();
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

void CudaBackend::enqueue(const CrossEntropyCall& call) {
  const int lanes = lanes_for(call.classes);
  visit_floating("cross_entropy", call.dtype, [&]<class T>() {
    launch("cross_entropy", context_.stream(), launch_config_for(call.rows * lanes),
           cross_entropy_kernel<T>, call, lanes, "cross_entropy", context_.index_error_cell());
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
