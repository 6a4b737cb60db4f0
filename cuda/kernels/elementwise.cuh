// Loops over elements for any rule: packs of 16 bytes where every operand is contiguous, positions
// one by one where strides, broadcasting or mixed dtypes ask for it.
//
// A body is a struct with `C operator()(const C* x)` for one element of each input (or bool, for
// predicates). Each launcher runs on the current stream.
#pragma once

#include <array>
#include <initializer_list>

#include "cuda/context.h"
#include "cuda/kernels/launch.cuh"
#include "cuda/kernels/load_store.cuh"
#include "cuda/kernels/offset_calculator.cuh"

namespace tandem::gpu {

/// Packs that one thread has in flight: enough bytes under way to keep the memory busy.
inline constexpr int packs_per_thread = 2;
/// Positions of one thread in the loops with strides.
inline constexpr int positions_per_thread = 2;

template <class C, int inputs> struct Sources { KernelInput<C> input[inputs]; };

/// Every operand contiguous and of storage type T (the result R); 16-byte aligned. These loops are
/// bound by memory: each thread issues all its 16-byte loads before the first result, and
/// neighbouring threads take neighbouring packs. The last, incomplete pack is done element by
/// element.
template <class T, class R, int inputs, class Body> __global__ void __launch_bounds__(block_threads)
    pack_kernel(Body body, Sources<OpMathType<T>, inputs> sources, R* out, std::int64_t n) {
  using C = OpMathType<T>;
  constexpr int width = 16 / static_cast<int>(sizeof(T));
  const std::int64_t first =
      static_cast<std::int64_t>(blockIdx.x) * (block_threads * packs_per_thread) + threadIdx.x;
  AlignedVector<T, width> packs[packs_per_thread][inputs];
#pragma unroll
  for (int p = 0; p < packs_per_thread; ++p) {
    const std::int64_t begin = (first + p * block_threads) * width;
    if (begin + width > n) continue;
#pragma unroll
    for (int i = 0; i < inputs; ++i)
      if (sources.input[i].data != nullptr)
        packs[p][i] = *reinterpret_cast<const AlignedVector<T, width>*>(
            static_cast<const T*>(sources.input[i].data) + begin);
  }
#pragma unroll
  for (int p = 0; p < packs_per_thread; ++p) {
    const std::int64_t begin = (first + p * block_threads) * width;
    if (begin + width <= n) {
      AlignedVector<R, width> result;
#pragma unroll
      for (int k = 0; k < width; ++k) {
        C x[inputs];
#pragma unroll
        for (int i = 0; i < inputs; ++i)
          x[i] = sources.input[i].data != nullptr ? static_cast<C>(packs[p][i].at[k])
                                                  : sources.input[i].immediate;
        result.at[k] = static_cast<R>(body(x));
      }
      *reinterpret_cast<AlignedVector<R, width>*>(out + begin) = result;
    } else {
#pragma unroll 1
      for (std::int64_t at = begin; at < n; ++at) {
        C x[inputs];
        for (int i = 0; i < inputs; ++i)
          x[i] = sources.input[i].data != nullptr
                     ? static_cast<C>(static_cast<const T*>(sources.input[i].data)[at])
                     : sources.input[i].immediate;
        out[at] = static_cast<R>(body(x));
      }
    }
  }
}

/// Any strides and dtypes: a position becomes an offset per operand. Two positions a block apart
/// per thread, so that neighbouring threads still touch neighbouring memory where the strides let
/// them.
template <class C, int inputs, class Body> __global__ void __launch_bounds__(block_threads)
    walk_kernel(Body body, Sources<C, inputs> sources, void* out, DType out_dtype,
                OffsetCalculator<inputs + 1> walk, std::int64_t n) {
  C x[positions_per_thread][inputs];
  std::int64_t to[positions_per_thread];
  const std::int64_t first =
      static_cast<std::int64_t>(blockIdx.x) * positions_per_thread * block_threads + threadIdx.x;
#pragma unroll
  for (int p = 0; p < positions_per_thread; ++p) {
    const std::int64_t position = first + p * static_cast<std::int64_t>(block_threads);
    if (position >= n) continue;
    const Offsets<inputs + 1> offsets = walk(position);
    to[p] = offsets.at[0];
#pragma unroll
    for (int i = 0; i < inputs; ++i) x[p][i] = sources.input[i].at(offsets.at[i + 1]);
  }
#pragma unroll
  for (int p = 0; p < positions_per_thread; ++p)
    if (first + p * static_cast<std::int64_t>(block_threads) < n)
      store(out, out_dtype, to[p], body(x[p]));
}

template <std::uintptr_t bytes = 16> bool aligned(const void* data) {
  return reinterpret_cast<std::uintptr_t>(data) % bytes == 0;
}

template <class T, class R, int inputs, class Body>
void run_packs(const char* op, DeviceContext& context, const Body& body, std::int64_t numel,
               const std::array<Input, inputs>& in, const Output& out) {
  Sources<OpMathType<T>, inputs> sources;
  for (std::size_t i = 0; i < inputs; ++i) sources.input[i] = KernelInput<OpMathType<T>>(in[i]);
  constexpr std::int64_t per_thread = 16 / sizeof(T) * packs_per_thread;
  launch(op, context.stream(), launch_config_for(numel, per_thread),
         pack_kernel<T, R, inputs, Body>, body, sources, static_cast<R*>(out.data), numel);
}

template <class C, int inputs, class Body>
void run_walk(const char* op, DeviceContext& context, const Body& body, const LoopPlan& plan,
              const std::array<Input, inputs>& in, const Output& out) {
  Sources<C, inputs> sources;
  for (std::size_t i = 0; i < inputs; ++i) sources.input[i] = KernelInput<C>(in[i]);
  launch(op, context.stream(), launch_config_for(plan.numel, positions_per_thread),
         walk_kernel<C, inputs, Body>, body, sources, out.data, out.dtype,
         OffsetCalculator<inputs + 1>(plan), plan.numel);
}

/// Whether packs of `dtype` fit every operand.
template <std::size_t inputs> bool fits_packs(const LoopPlan& plan, DType dtype, DType result,
                                              const std::array<Input, inputs>& in,
                                              const Output& out) {
  bool fits = out.dtype == result && aligned(out.data);
  for (const Input& input : in)
    fits = fits && (input.data == nullptr || (input.dtype == dtype && aligned(input.data)));
  if (!fits || plan.contiguous) return fits;
  // A number has stride 0, which makes a plan of one dimension that is not contiguous.
  fits = plan.rank == 1 && plan.strides[0][0] == 1;
  for (std::size_t i = 0; i < inputs; ++i)
    fits = fits && plan.strides[i + 1][0] == (in[i].data == nullptr ? 0 : 1);
  return fits;
}

/// Runs a rule of inputs of `dtype`: in packs where they fit, else position by position.
/// make.operator()<C>() gives the body that computes in C; `predicate`: it returns bool;
/// `integers`: it is one for integers, too.
template <bool predicate, bool integers, std::size_t inputs, class Make>
void run_rule(const char* op, DeviceContext& context, const LoopPlan& plan, DType dtype,
              const std::array<Input, inputs>& in, const Output& out, const Make& make) {
  const DType result = predicate ? DType::Bool : dtype;
  if (is_floating_point(dtype) && fits_packs(plan, dtype, result, in, out)) {
    visit_floating(op, dtype, [&]<class T>() {
      using R = std::conditional_t<predicate, bool, T>;
      run_packs<T, R, inputs>(op, context, make.template operator()<OpMathType<T>>(), plan.numel,
                              in, out);
    });
    return;
  }
  visit_op_math_type(dtype, [&]<class C>() {
    if constexpr (std::is_floating_point_v<C> || integers)
      run_walk<C, inputs>(op, context, make.template operator()<C>(), plan, in, out);
  });
}

}  // namespace tandem::gpu
