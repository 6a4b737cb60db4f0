// Losses: pointwise ones summed as they are computed, and cross-entropy with its gradient.
#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "core/base/memory.h"
#include "core/rules/binary.h"
#include "cpu/backend.h"
#include "cpu/loops.h"
#include "cpu/reduce.h"

namespace tandem::cpu {
namespace {

constexpr ReduceOp sum_op() { return reduce_op<reductions::Sum>(); }

/// The sum of n numbers that lie side by side.
template <class C> double sum_of(const C* x, std::int64_t n) {
  const auto kernel = kernels().rows.reduce[sum_op().id][static_cast<int>(dtype_of<C>)];
  return reduce_chunks(
             sum_op(), dtype_of<C>, n, true,
             [&](std::int64_t begin, std::int64_t count) { return kernel(x + begin, count); })
      .real;
}

}  // namespace

void CpuBackend::run(const LossCall& call) {
  const DType dtype = call.a.dtype, computed = compute_dtype(dtype);
  const auto column = static_cast<std::size_t>(computed);
  const ElementwiseKernel loss = kernels().elementwise.binary[call.op.id][column];
  const auto sum = kernels().rows.reduce[sum_op().id][column];
  const OperandBlocks a(call.plan, call.a, 1, HalfHandling::widen),
      b(call.plan, call.b, 2, HalfHandling::widen);
  const Partial total = reduce_chunks(
      sum_op(), dtype, call.plan.numel, true, [&](std::int64_t begin, std::int64_t n) {
        alignas(64) char buffers[3][line_chunk * 8];
        const void* in[] = {a.read(begin, n, buffers[0]), b.read(begin, n, buffers[1])};
        loss(call.op.parameters, in, buffers[2], n);
        if (computed != dtype) {  // each loss has the dtype of its operands
          conversion(computed, dtype)(buffers[2], buffers[0], n);
          conversion(dtype, computed)(buffers[0], buffers[2], n);
        }
        return sum(buffers[2], n);
      });
  visit_floating("loss", dtype, [&]<class T>() {
    *static_cast<T*>(call.out.data) = static_cast<T>(total.real / call.divisor);
  });
}

void CpuBackend::run(const LossBackwardCall& call) {
  visit_floating("loss", call.out.dtype, [&]<class T>() {
    using C = ComputeType<T>;
    const T grad = call.grad != nullptr ? *static_cast<const T*>(call.grad) : T(1);
    const T share = static_cast<T>(static_cast<C>(grad) * (C(1) / static_cast<C>(call.divisor)));
    run(BinaryBackwardCall{call.op, call.side, call.plan, call.a, call.b,
                           Input{nullptr, call.out.dtype, Scalar(share)}, call.out});
  });
}

namespace {

/// Checks every label and adds up the weights of those that count.
template <class T> double check_labels(const CrossEntropyCall& call) {
  const T* weight = static_cast<const T*>(call.weight);
  std::int64_t count = 0;
  double total = 0;
  for (std::int64_t i = 0; i < call.rows; ++i) {
    const std::int64_t label = call.labels[i];
    if (label == call.ignore_index) continue;
    check<IndexError>(label >= 0 && label < call.classes,
                      call.log_probabilities ? "nll_loss" : "cross_entropy", ": label ", label,
                      " at row ", i, " is outside [0, ", call.classes, ") and is not ignore_index ",
                      call.ignore_index);
    ++count;
    if (weight != nullptr) total += static_cast<double>(weight[label]);
  }
  return weight == nullptr ? static_cast<double>(count) : total;
}

/// Memory for n numbers of C, or none.
template <class C> std::optional<ScratchBuffer<C>> scratch_if(bool needed, std::int64_t n) {
  return needed ? std::optional<ScratchBuffer<C>>(std::in_place, n) : std::nullopt;
}

/// Losses [rows] in the compute type, and the gradients if they are wanted.
template <class T> void cross_entropy_rows(const CrossEntropyCall& call, ComputeType<T>* losses) {
  using C = ComputeType<T>;
  constexpr bool widened = !std::is_same_v<C, T>;
  const auto kernel = kernels().rows.cross_entropy[sizeof(C) == 8];
  const std::int64_t n = call.classes;
  auto weight = scratch_if<C>(widened && call.weight != nullptr, n);
  if (weight) conversion(dtype_of<T>, dtype_of<C>)(call.weight, weight->data(), n);
  const std::int64_t piece =
      std::max<std::int64_t>(1, parallel_elements / 4 / std::max<std::int64_t>(1, n));
  parallel_for(call.rows, piece, [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t numel = (end - begin) * n;
    const T* logits = static_cast<const T*>(call.logits) + begin * n;
    T* gradient = call.gradient == nullptr ? nullptr : static_cast<T*>(call.gradient) + begin * n;
    const auto read = scratch_if<C>(widened, numel);
    const auto worked = scratch_if<C>(widened || gradient == nullptr, numel);
    if (read) conversion(dtype_of<T>, dtype_of<C>)(logits, read->data(), numel);
    kernel({.logits = read ? static_cast<const void*>(read->data()) : logits,
            .labels = call.labels + begin,
            .weight = weight ? weight->data() : call.weight,
            .ignore_index = call.ignore_index,
            .smoothing = call.smoothing,
            .log_probabilities = call.log_probabilities,
            .losses = losses + begin,
            .gradient = worked ? static_cast<void*>(worked->data()) : gradient,
            .rows = end - begin,
            .n = n});
    if (widened && gradient != nullptr)
      conversion(dtype_of<C>, dtype_of<T>)(worked->data(), gradient, numel);
  });
}

}  // namespace

void CpuBackend::run(const CrossEntropyCall& call) {
  visit_floating("cross_entropy", call.dtype, [&]<class T>() {
    using C = ComputeType<T>;
    const double total = check_labels<T>(call);
    const bool reduced = call.reduction != Reduction::None;
    const auto losses = scratch_if<C>(reduced || !std::is_same_v<C, T>, call.rows);
    C* rows = losses ? losses->data() : static_cast<C*>(call.loss);
    cross_entropy_rows<T>(call, rows);
    if (!reduced) {
      if (losses) conversion(dtype_of<C>, dtype_of<T>)(rows, call.loss, call.rows);
      return;
    }
    T& loss = *static_cast<T*>(call.loss);
    const double sum = sum_of(rows, call.rows);
    if (call.reduction == Reduction::Sum) {
      loss = static_cast<T>(sum);
    } else {
      loss = static_cast<T>(sum / total);
      *static_cast<C*>(call.total_weight) = static_cast<C>(total);
    }
  });
}

void CpuBackend::run(const CrossEntropyBackwardCall& call) {
  const std::int64_t n = call.classes;
  const Input gradient{call.gradient, call.dtype};
  const Output out{call.grad_logits, call.dtype};
  const ElementwiseCall mul{BinaryOps::index_of<rules::Mul>, {}};
  visit_floating("cross_entropy", call.dtype, [&]<class T>() {
    using C = ComputeType<T>;
    const T one(1);
    const T* grad = call.grad_loss != nullptr ? static_cast<const T*>(call.grad_loss) : &one;
    if (call.reduction == Reduction::None) {
      // An ignored row passes nothing on, not even a gradient that is nan.
      const ScratchBuffer<T> counted(call.rows);
      for (std::int64_t i = 0; i < call.rows; ++i)
        counted.data()[i] = call.labels[i] == call.ignore_index ? T(0) : grad[i];
      const Shape whole{n, 1}, row{1, 0};
      return run(BinaryCall{mul, plan_loop({call.rows, n}, {whole, whole, row}), gradient,
                            Input{counted.data(), call.dtype}, out});
    }
    const C share = call.reduction == Reduction::Sum
                        ? static_cast<C>(*grad)
                        : static_cast<C>(*grad) / *static_cast<const C*>(call.total_weight);
    const std::int64_t numel = call.rows * n;
    run(BinaryCall{mul, plan_loop({numel}, {Shape{1}, Shape{1}, Shape{0}}), gradient,
                   Input{nullptr, call.dtype, Scalar(static_cast<T>(share))}, out});
    if (!std::isfinite(share))
      for (std::int64_t i = 0; i < call.rows; ++i)
        if (call.labels[i] == call.ignore_index)
          std::fill_n(static_cast<T*>(call.grad_logits) + i * n, n, T(0));
  });
}

}  // namespace tandem::cpu
