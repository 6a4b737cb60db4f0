// Elements of any dtype in kernels: what they are computed in, and their way in and out of memory.
#pragma once

#include <cstdint>
#include <type_traits>

#include "core/backend/loop_plan.h"
#include "core/base/dtype.h"
#include "core/base/macros.h"

namespace tandem::gpu {

/// What elements of T are computed in: float for the narrow reals, int64 for all integers.
template <class T> using OpMathType =
    std::conditional_t<std::is_integral_v<T>, std::int64_t, ComputeType<T>>;

/// Calls body.operator()<C>() with what elements of `dtype` are computed in.
template <class Body> void visit_op_math_type(DType dtype, Body&& body) {
  if (dtype == DType::Float64)
    body.template operator()<double>();
  else if (is_floating_point(dtype))
    body.template operator()<float>();
  else
    body.template operator()<std::int64_t>();
}

template <class T> TANDEM_HD T& element(void* data, std::int64_t at) {
  return static_cast<T*>(data)[at];
}
template <class T> TANDEM_HD T element(const void* data, std::int64_t at) {
  return static_cast<const T*>(data)[at];
}

/// Element `at` as a C.
template <class C> TANDEM_HD C load(const void* data, DType dtype, std::int64_t at) {
  return visit_dtype(dtype, [&]<class T>() {
    return static_cast<C>(static_cast<ComputeType<T>>(element<T>(data, at)));
  });
}

template <class C> TANDEM_HD void store(void* data, DType dtype, std::int64_t at, C value) {
  visit_dtype(dtype, [&]<class T>() {
    if constexpr (std::is_same_v<T, bool>)
      element<T>(data, at) = value != C(0);
    else if constexpr (std::is_integral_v<T>)
      // Through int64, so that -1 is 255 on every device.
      element<T>(data, at) = static_cast<T>(static_cast<std::int64_t>(value));
    else
      element<T>(data, at) = static_cast<T>(value);
  });
}

/// An Input inside a kernel: memory, or one number that broadcasts.
template <class C> struct KernelInput {
  const void* data = nullptr;
  DType dtype = DType::Float32;
  C immediate = C(0);

  KernelInput() = default;
  explicit KernelInput(const Input& input)
      : data(input.data), dtype(input.dtype), immediate(input.immediate.to<C>()) {}
  TANDEM_HD C at(std::int64_t offset) const {
    return data == nullptr ? immediate : load<C>(data, dtype, offset);
  }
};

/// `count` neighbouring elements that move in one instruction.
template <class T, int count> struct alignas(sizeof(T) * count) AlignedVector { T at[count]; };

}  // namespace tandem::gpu
