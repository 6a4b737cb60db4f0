// Pointwise losses, summed in the launch that computes them, and their gradients. A block adds one
// chunk of elements, in double; the last block to finish adds the chunks (last_block.cuh).
#include "core/rules/losses.h"
#include "core/rules/reductions.h"
#include "cuda/backend.h"
#include "cuda/kernels/last_block.cuh"
#include "cuda/kernels/load_store.cuh"
#include "cuda/kernels/offset_calculator.cuh"
#include "cuda/kernels/thread_group.cuh"

namespace tandem::gpu {
namespace {

using reductions::Sum;

template <class T> struct LossOperands {
  KernelInput<OpMathType<T>> a, b;
  OffsetCalculator<3> walk;  // the result, a, b
  std::int64_t numel;
  double divisor;
};

/// Neighbouring threads take neighbouring elements of the block's chunk, so that loads of
/// contiguous operands are whole; each thread's sum, the tree over the block and the order of the
/// chunks are fixed by the number of elements. Each loss is rounded to T first, as the unreduced op
/// rounds it.
template <class Rule, class T> __global__ void __launch_bounds__(block_threads)
    loss_kernel(Rule rule, LossOperands<T> x, std::int64_t chunk, double* partials,
                unsigned* counter, T* out) {
  using C = OpMathType<T>;
  __shared__ double shared[block_threads];
  __shared__ bool last;
  const ThreadGroup block(block_threads);
  const std::int64_t begin = static_cast<std::int64_t>(blockIdx.x) * chunk;
  const std::int64_t end = begin + chunk < x.numel ? begin + chunk : x.numel;
  double sum = 0;
  for (std::int64_t i = begin + block.lane; i < end; i += block.count) {
    const Offsets<3> at = x.walk(i);
    const T loss = static_cast<T>(rule.value(x.a.at(at.at[1]), x.b.at(at.at[2])));
    sum += static_cast<double>(static_cast<C>(loss));
  }
  sum = combine_group<Sum>(sum, block, shared);
  if (gridDim.x > 1) {
    if (block.lane == 0) partials[blockIdx.x] = sum;
    if (!is_last_block(counter, gridDim.x, last)) return;
    sum = 0;
    for (unsigned i = threadIdx.x; i < gridDim.x; i += block_threads) sum += __ldcg(&partials[i]);
    sum = combine_group<Sum>(sum, block, shared);
  }
  if (block.lane == 0) *out = static_cast<T>(sum / x.divisor);
}

/// Every thread reads the one incoming gradient, which the cache serves, and folds the divisor in.
template <class Rule, class T> __global__ void __launch_bounds__(block_threads)
    loss_slope_kernel(Rule rule, int side, LossOperands<T> x, const T* grad, T* out) {
  using C = OpMathType<T>;
  const std::int64_t i = thread_number();
  if (i >= x.numel) return;
  const C whole = grad != nullptr ? static_cast<C>(*grad) : C(1);
  const T share = static_cast<T>(whole * (C(1) / static_cast<C>(x.divisor)));
  const Offsets<3> at = x.walk(i);
  const C a = x.a.at(at.at[1]), b = x.b.at(at.at[2]);
  out[at.at[0]] =
      static_cast<T>(static_cast<C>(share) * (side == 0 ? rule.slope_a(a, b) : rule.slope_b(a, b)));
}

template <class T, class Call> LossOperands<T> operands_of(const Call& call) {
  using C = OpMathType<T>;
  return {KernelInput<C>(call.a), KernelInput<C>(call.b), OffsetCalculator<3>(call.plan),
          call.plan.numel, call.divisor};
}

}  // namespace

void CudaBackend::enqueue(const LossCall& call) {
  // At most as many blocks as the last one can add in four rounds; small inputs take one block and
  // no counter.
  constexpr std::int64_t min_chunk = 4 * block_threads, max_chunks = 1024;
  const std::int64_t n = call.plan.numel;
  const std::int64_t chunk = std::max(min_chunk, (n + max_chunks - 1) / max_chunks);
  const std::int64_t chunks = std::max<std::int64_t>(1, (n + chunk - 1) / chunk);
  const Scratch partials(context_,
                         chunks > 1 ? static_cast<std::size_t>(chunks) * sizeof(double) : 0);
  LossOps::visit(call.op.id, [&]<class Rule>() {
    visit_floating(Rule::name, call.out.dtype, [&]<class T>() {
      launch(Rule::name, context_.stream(), {dim3(static_cast<unsigned>(chunks))},
             loss_kernel<Rule, T>, rule_from<Rule>(call.op.parameters), operands_of<T>(call), chunk,
             partials.as<double>(), context_.current().block_counters(),
             static_cast<T*>(call.out.data));
    });
  });
}

void CudaBackend::enqueue(const LossBackwardCall& call) {
  LossOps::visit(call.op.id, [&]<class Rule>() {
    visit_floating(Rule::name, call.out.dtype, [&]<class T>() {
      launch(Rule::name, context_.stream(), launch_config_for(call.plan.numel),
             loss_slope_kernel<Rule, T>, rule_from<Rule>(call.op.parameters), call.side,
             operands_of<T>(call), static_cast<const T*>(call.grad),
             static_cast<T*>(call.out.data));
    });
  });
}

}  // namespace tandem::gpu
