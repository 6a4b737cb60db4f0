// The elementwise families: the chosen kernel of an op, run over any layout by cpu/loops.h.
#include <algorithm>

#include "cpu/backend.h"
#include "cpu/kernels/table.h"
#include "cpu/loops.h"
#include "cpu/recording.h"

namespace tandem::cpu {
namespace {

/// The kernels of the dtype that `dtype` is computed in.
int column(DType dtype) { return static_cast<int>(compute_dtype(dtype)); }

void fill(const Output& out, std::int64_t n, Scalar value) {
  visit_dtype(out.dtype, [&]<class T>() {
    T* to = static_cast<T*>(out.data);
    const T number = value.to<T>();
    parallel_for(n, parallel_elements, [=](std::int64_t begin, std::int64_t end) {
      std::fill(to + begin, to + end, number);
    });
  });
}

}  // namespace

void CpuBackend::copy(const LoopPlan& plan, const Input& from, const Output& out) {
  if (RecordedCalls* open = recording()) return open->add([=, this] { copy(plan, from, out); });
  if (from.data == nullptr && plan.rank <= 1 && (plan.rank == 0 || plan.strides[0][0] == 1))
    return fill(out, plan.numel, from.immediate);
  const ConvertKernel kernel = conversion(from.dtype, out.dtype);
  run_elementwise(
      plan, {from}, out,
      [kernel](const void* const* in, void* to, std::int64_t n) { kernel(in[0], to, n); },
      HalfHandling::raw);
}

void CpuBackend::unary(const ElementwiseCall& op, const LoopPlan& plan, const Input& x,
                       const Output& out) {
  if (RecordedCalls* open = recording()) return open->add([=, this] { unary(op, plan, x, out); });
  const ElementwiseKernel kernel = kernels().elementwise.unary[op.id][column(x.dtype)];
  run_elementwise(plan, {x}, out, [&](const void* const* in, void* to, std::int64_t n) {
    kernel(op.parameters, in, to, n);
  });
}

void CpuBackend::unary_backward(const ElementwiseCall& op, const LoopPlan& plan, const Input& saved,
                                const Input& grad, const Output& out) {
  if (RecordedCalls* open = recording())
    return open->add([=, this] { unary_backward(op, plan, saved, grad, out); });
  const ElementwiseKernel kernel = kernels().elementwise.unary_slope[op.id][column(saved.dtype)];
  run_elementwise(plan, {saved, grad}, out, [&](const void* const* in, void* to, std::int64_t n) {
    kernel(op.parameters, in, to, n);
  });
}

void CpuBackend::binary(const ElementwiseCall& op, const LoopPlan& plan, const Input& a,
                        const Input& b, const Output& out) {
  if (RecordedCalls* open = recording())
    return open->add([=, this] { binary(op, plan, a, b, out); });
  const ElementwiseKernel kernel = kernels().elementwise.binary[op.id][column(a.dtype)];
  run_elementwise(plan, {a, b}, out, [&](const void* const* in, void* to, std::int64_t n) {
    kernel(op.parameters, in, to, n);
  });
}

void CpuBackend::binary_backward(const ElementwiseCall& op, int side, const LoopPlan& plan,
                                 const Input& a, const Input& b, const Input& grad,
                                 const Output& out) {
  if (RecordedCalls* open = recording())
    return open->add([=, this] { binary_backward(op, side, plan, a, b, grad, out); });
  const ElementwiseKernel kernel =
      kernels().elementwise.binary_slope[side][op.id][column(grad.dtype)];
  run_elementwise(plan, {a, b, grad}, out, [&](const void* const* in, void* to, std::int64_t n) {
    kernel(op.parameters, in, to, n);
  });
}

void CpuBackend::select(const LoopPlan& plan, const Input& condition, const Input& a,
                        const Input& b, const Output& out) {
  if (RecordedCalls* open = recording())
    return open->add([=, this] { select(plan, condition, a, b, out); });
  visit_dtype(out.dtype, [&]<class T>() {
    run_elementwise(
        plan, {condition, a, b}, out,
        [](const void* const* in, void* to, std::int64_t n) {
          const bool* c = static_cast<const bool*>(in[0]);
          const T* x = static_cast<const T*>(in[1]);
          const T* y = static_cast<const T*>(in[2]);
          T* result = static_cast<T*>(to);
          for (std::int64_t i = 0; i < n; ++i) result[i] = c[i] ? x[i] : y[i];
        },
        HalfHandling::raw);
  });
}

}  // namespace tandem::cpu
