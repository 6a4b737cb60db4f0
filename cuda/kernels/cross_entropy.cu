// Cross-entropy: a group of lanes computes a row's loss and gradient; where the loss is reduced,
// the last block to finish adds the rows' losses and weights in their order (last_block.cuh).
#include "cuda/backend.h"
#include "cuda/kernels/device_error.cuh"
#include "cuda/kernels/exponentials.cuh"
#include "cuda/kernels/last_block.cuh"
#include "cuda/kernels/load_store.cuh"
#include "cuda/kernels/offset_calculator.cuh"

namespace tandem::gpu {
namespace {

using reductions::Sum;

/// What the blocks of a reduced loss leave for the last one: sums of their rows.
struct Partials {
  double* losses;
  double* weights;
};

/// The loss of one row, by its lanes, and its gradient if that is wanted. `at(k)`: logit k.
template <class T, class At>
__device__ double row_loss(const CrossEntropyCall& call, const Line& line, const At& at,
                           std::int64_t label, bool counts, T* gradient,
                           OpMathType<T>* shared_largest, double* shared_sum) {
  using C = OpMathType<T>;
  const T* weight = static_cast<const T*>(call.weight);
  const auto weight_of = [&](std::int64_t k) {
    return weight == nullptr ? 1.0 : static_cast<double>(static_cast<C>(weight[k]));
  };
  Exponentials<C> e{C(0), 1};  // log-probabilities are as they are
  if (!call.log_probabilities) e = exponentials<C>(line, at, shared_largest, shared_sum);
  const double log_sum = call.log_probabilities ? 0 : std::log(e.sum);
  const auto nll = [&](std::int64_t k) {
    return log_sum - (static_cast<double>(at(k)) - static_cast<double>(e.largest));
  };
  // The target distribution gives `hit` to the label and `spread` times its weight to every class.
  const double hit = counts ? (1 - call.smoothing) * weight_of(label) : 0;
  const double spread = call.smoothing / static_cast<double>(call.classes);
  double smooth = 0, smooth_weight = 0;
  if (spread != 0) {  // the same for every thread of the launch
    for (std::int64_t k = line.lane; k < line.length; k += line.count) {
      smooth += weight_of(k) * nll(k);
      smooth_weight += weight_of(k);
    }
    smooth = spread * combine_group<Sum>(smooth, line, shared_sum);
    smooth_weight = spread * combine_group<Sum>(smooth_weight, line, shared_sum);
  }
  if (!counts) {
    if (gradient != nullptr)
      for (std::int64_t k = line.lane; k < line.length; k += line.count) gradient[k] = T(0);
    return 0;
  }
  // d loss / d logit = (the target's total) softmax - target. The label's part is formed in double,
  // where softmax - 1 keeps its digits also when the softmax is almost 1.
  const double total = hit + smooth_weight, share = 1.0 / e.sum;
  if (gradient != nullptr)
    for (std::int64_t k = line.lane; k < line.length; k += line.count) {
      const double part =
          call.log_probabilities ? 0 : static_cast<double>(math::exp(at(k) - e.largest)) * share;
      const double target = (spread != 0 ? spread * weight_of(k) : 0) + (k == label ? hit : 0);
      gradient[k] = static_cast<T>(static_cast<C>(total * part - target));
    }
  return hit * nll(label) + smooth;
}

template <class T> __global__ void __launch_bounds__(block_threads)
    cross_entropy_kernel(CrossEntropyCall call, int lanes, const char* op, DeviceIndexError* fault,
                         Partials partials, unsigned* counter) {
  using C = OpMathType<T>;
  __shared__ C shared_largest[block_threads];
  __shared__ double shared_sum[block_threads];
  __shared__ bool last;
  // Threads past the last row stay to the end: the sums over the block wait for all.
  const Line line(lanes, call.rows, call.classes);
  const bool inside = line.index < call.rows, speaks = inside && line.lane == 0;
  const std::int64_t base = inside ? line.index * call.classes : 0;
  const std::int64_t label = inside ? call.labels[line.index] : call.ignore_index;
  const bool valid = label >= 0 && label < call.classes;
  const bool counts = valid && label != call.ignore_index;
  const T* x = static_cast<const T*>(call.logits) + base;
  T* gradient = call.gradient == nullptr ? nullptr : static_cast<T*>(call.gradient) + base;
  const auto at = [&](std::int64_t k) { return static_cast<C>(x[k]); };
  const C loss = static_cast<C>(
      row_loss<T>(call, line, at, label, counts, gradient, shared_largest, shared_sum));
  if (speaks && !valid && label != call.ignore_index)
    report_index_error(fault, DeviceIndexError::label, op, label, call.classes, line.index);
  if (call.reduction == Reduction::None) {
    if (speaks) static_cast<T*>(call.loss)[line.index] = static_cast<T>(loss);
    return;
  }
  // One number per row, from its first lane; the tree over the block adds them in a fixed order.
  const T* weight = static_cast<const T*>(call.weight);
  const ThreadGroup block(block_threads);
  double sum = speaks ? static_cast<double>(loss) : 0, total = 0;
  if (speaks && counts)
    total = weight == nullptr ? 1 : static_cast<double>(static_cast<C>(weight[label]));
  sum = combine_group<Sum>(sum, block, shared_sum);
  total = combine_group<Sum>(total, block, shared_sum);
  if (gridDim.x > 1) {
    if (threadIdx.x == 0) {
      partials.losses[blockIdx.x] = sum;
      partials.weights[blockIdx.x] = total;
    }
    if (!is_last_block(counter, gridDim.x, last)) return;
    sum = total = 0;
    for (unsigned i = threadIdx.x; i < gridDim.x; i += block_threads) {
      sum += __ldcg(&partials.losses[i]);
      total += __ldcg(&partials.weights[i]);
    }
    sum = combine_group<Sum>(sum, block, shared_sum);
    total = combine_group<Sum>(total, block, shared_sum);
  }
  if (threadIdx.x != 0) return;
  if (call.reduction == Reduction::Sum) {
    *static_cast<T*>(call.loss) = static_cast<T>(sum);
  } else {
    *static_cast<T*>(call.loss) = static_cast<T>(sum / total);
    *static_cast<C*>(call.total_weight) = static_cast<C>(total);
  }
}

/// One thread per element; the row's label is found by a division that FastDivmod makes a
/// multiplication.
template <class T> __global__ void __launch_bounds__(block_threads)
    cross_entropy_slope_kernel(CrossEntropyBackwardCall call, FastDivmod classes) {
  using C = OpMathType<T>;
  const std::int64_t at = thread_number();
  if (at >= call.rows * call.classes) return;
  const std::int64_t row = classes.divide(at);
  const std::int64_t own = call.reduction == Reduction::None ? row : 0;
  C share = call.grad_loss != nullptr ? static_cast<C>(element<T>(call.grad_loss, own)) : C(1);
  if (call.reduction == Reduction::Mean)
    share = static_cast<C>(static_cast<T>(share / *static_cast<const C*>(call.total_weight)));
  // An ignored row passes nothing on, not even a gradient that is nan.
  element<T>(call.grad_logits, at) =
      call.labels[row] == call.ignore_index
          ? T(0)
          : static_cast<T>(static_cast<C>(element<T>(call.gradient, at)) * share);
}

}  // namespace

void CudaBackend::enqueue(const CrossEntropyCall& call) {
  const int lanes = lanes_for(call.classes);
  const LaunchConfig config = launch_config_for(call.rows * lanes);
  const char* op = call.log_probabilities ? "nll_loss" : "cross_entropy";
  const bool shares = call.reduction != Reduction::None && config.blocks.x > 1;
  const Scratch memory(context_, shares ? 2 * config.blocks.x * sizeof(double) : 0);
  const Partials partials{memory.as<double>(),
                          memory.as<double>() + (shares ? config.blocks.x : 0)};
  visit_floating(op, call.dtype, [&]<class T>() {
    launch(op, context_.stream(), config, cross_entropy_kernel<T>, call, lanes, op,
           context_.index_error_cell(), partials, context_.current().block_counters());
  });
}

void CudaBackend::enqueue(const CrossEntropyBackwardCall& call) {
  visit_floating("cross_entropy", call.dtype, [&]<class T>() {
    launch("cross_entropy", context_.stream(), launch_config_for(call.rows * call.classes),
           cross_entropy_slope_kernel<T>, call, FastDivmod(call.classes));
  });
}

}  // namespace tandem::gpu
