// Copies between dtypes and layouts, fills, and select.
#include "cuda/backend.h"
#include "cuda/kernels/elementwise.cuh"

namespace tandem::gpu {
namespace {

struct Same {
  template <class C> TANDEM_HD C operator()(const C* x) const { return x[0]; }
};

/// The condition's type differs from the others', so packs of 16 bytes would not line up: one
/// thread per element.
template <class T> __global__ void __launch_bounds__(block_threads)
    select_kernel(KernelInput<bool> condition, KernelInput<T> a, KernelInput<T> b, T* out,
                  OffsetCalculator<4> walk, std::int64_t n) {
  const std::int64_t position = thread_number();
  if (position >= n) return;
  const Offsets<4> at = walk(position);
  out[at.at[0]] = condition.at(at.at[1]) ? a.at(at.at[2]) : b.at(at.at[3]);
}

bool is_narrow_real(DType dtype) { return is_half(dtype) || dtype == DType::Float32; }

}  // namespace

void CudaBackend::enqueue(const CopyCall& call) {
  const LoopPlan& plan = call.plan;
  const Input& from = call.from;
  const Output& out = call.out;
  std::array<Input, 1> in{from};
  // A number is rounded to 16 bits once, here: kernels would go through float32.
  if (from.data == nullptr && is_half(out.dtype))
    visit_dtype(out.dtype, [&]<class T>() { in[0].immediate = Scalar(from.immediate.to<T>()); });
  if (from.data != nullptr && plan.contiguous && from.dtype == out.dtype) {
    check_cuda(cudaMemcpyAsync(out.data, from.data,
                               static_cast<std::size_t>(plan.numel) * item_size(out.dtype),
                               cudaMemcpyDeviceToDevice, context_.stream()),
               "copy");
    return;
  }
  const Same same;
  if (from.dtype == out.dtype && is_floating_point(out.dtype)) {
    run_rule<false, false>("copy", context_, plan, out.dtype, in, out,
                           [same]<class C>() { return same; });
    return;
  }
  // Between contiguous reals of at most float32, float holds every number.
  const bool narrow = from.data != nullptr && plan.contiguous && aligned<32>(from.data) &&
                      aligned<32>(out.data) && is_narrow_real(from.dtype) &&
                      is_narrow_real(out.dtype);
  if (narrow) {
    visit_floating("copy", from.dtype, [&]<class From>() {
      visit_floating("copy", out.dtype, [&]<class To>() {
        if constexpr (sizeof(From) <= 4 && sizeof(To) <= 4)
          run_packs<From, To, 1>("copy", context_, same, plan.numel, in, out);
      });
    });
    return;
  }
  // A number knows integers exactly; every real goes through double, which holds them all.
  const DType kind = from.data == nullptr ? from.immediate.dtype() : from.dtype;
  if (is_floating_point(kind))
    run_walk<double, 1>("copy", context_, same, plan, in, out);
  else
    run_walk<std::int64_t, 1>("copy", context_, same, plan, in, out);
}

void CudaBackend::enqueue(const SelectCall& call) {
  visit_dtype(call.out.dtype, [&]<class T>() {
    launch("where", context_.stream(), launch_config_for(call.plan.numel), select_kernel<T>,
           KernelInput<bool>(call.condition), KernelInput<T>(call.a), KernelInput<T>(call.b),
           static_cast<T*>(call.out.data), OffsetCalculator<4>(call.plan), call.plan.numel);
  });
}

}  // namespace tandem::gpu
