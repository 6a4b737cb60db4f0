// The elementwise families: the chosen kernel of an op, run over any layout by cpu/loops.h.
#include <algorithm>

#include "cpu/backend.h"
#include "cpu/kernels/table.h"
#include "cpu/loops.h"

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

void CpuBackend::run(const CopyCall& call) {
  const auto& [plan, from, out] = call;
  if (from.data == nullptr && plan.rank <= 1 && (plan.rank == 0 || plan.strides[0][0] == 1))
    return fill(out, plan.numel, from.immediate);
  const ConvertKernel kernel = conversion(from.dtype, out.dtype);
  run_elementwise(
      plan, {from}, out,
      [kernel](const void* const* in, void* to, std::int64_t n) { kernel(in[0], to, n); },
      HalfHandling::raw);
}

void CpuBackend::run(const UnaryCall& call) {
  const ElementwiseKernel kernel = kernels().elementwise.unary[call.op.id][column(call.x.dtype)];
  run_elementwise(call.plan, {call.x}, call.out,
                  [&](const void* const* in, void* to, std::int64_t n) {
                    kernel(call.op.parameters, in, to, n);
                  });
}

void CpuBackend::run(const UnaryBackwardCall& call) {
  const ElementwiseKernel kernel =
      kernels().elementwise.unary_slope[call.op.id][column(call.saved.dtype)];
  run_elementwise(call.plan, {call.saved, call.grad}, call.out,
                  [&](const void* const* in, void* to, std::int64_t n) {
                    kernel(call.op.parameters, in, to, n);
                  });
}

void CpuBackend::run(const BinaryCall& call) {
  const ElementwiseKernel kernel = kernels().elementwise.binary[call.op.id][column(call.a.dtype)];
  run_elementwise(call.plan, {call.a, call.b}, call.out,
                  [&](const void* const* in, void* to, std::int64_t n) {
                    kernel(call.op.parameters, in, to, n);
                  });
}

void CpuBackend::run(const BinaryBackwardCall& call) {
  const ElementwiseKernel kernel =
      kernels().elementwise.binary_slope[call.side][call.op.id][column(call.grad.dtype)];
  run_elementwise(call.plan, {call.a, call.b, call.grad}, call.out,
                  [&](const void* const* in, void* to, std::int64_t n) {
                    kernel(call.op.parameters, in, to, n);
                  });
}

void CpuBackend::run(const SelectCall& call) {
  visit_dtype(call.out.dtype, [&]<class T>() {
    run_elementwise(
        call.plan, {call.condition, call.a, call.b}, call.out,
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
