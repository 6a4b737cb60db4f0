// Elements of any dtype in kernels: what they are computed in, and their way in and out of memory.
#pragma once

#include <cstdint>
#include <type_traits>

#include "core/backend/loop_plan.h"
#include "core/base/dtype.h"
#include "core/base/macros.h"

namespace tandem::gpu {

/// What elements of T are computed in: float for the narrow reals, int64 for all integers.
template <class T> using Computed =
    std::conditional_t<std::is_integral_v<T>, std::int64_t, ComputeType<T>>;

/// Calls body.operator()<C>() with what elements of `dtype` are computed in.
template <class Body> void visit_computed(DType dtype, Body&& body) {
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
  switch (dtype) {
    case DType::Bool:
      return static_cast<C>(element<bool>(data, at));
    case DType::UInt8:
      return static_cast<C>(element<std::uint8_t>(data, at));
    case DType::Int32:
      return static_cast<C>(element<std::int32_t>(data, at));
    case DType::Int64:
      return static_cast<C>(element<std::int64_t>(data, at));
    case DType::Float16:
      return static_cast<C>(static_cast<float>(element<Float16>(data, at)));
    case DType::BFloat16:
      return static_cast<C>(static_cast<float>(element<BFloat16>(data, at)));
    case DType::Float32:
      return static_cast<C>(element<float>(data, at));
    case DType::Float64:
      break;
  }
  return static_cast<C>(element<double>(data, at));
}

template <class C> TANDEM_HD void store(void* data, DType dtype, std::int64_t at, C value) {
  switch (dtype) {
    case DType::Bool:
      element<bool>(data, at) = value != C(0);
      return;
    case DType::UInt8:
      // Through int64, so that -1 is 255 on every device.
      element<std::uint8_t>(data, at) = static_cast<std::uint8_t>(static_cast<std::int64_t>(value));
      return;
    case DType::Int32:
      element<std::int32_t>(data, at) = static_cast<std::int32_t>(value);
      return;
    case DType::Int64:
      element<std::int64_t>(data, at) = static_cast<std::int64_t>(value);
      return;
    case DType::Float16:
      element<Float16>(data, at) = static_cast<Float16>(value);
      return;
    case DType::BFloat16:
      element<BFloat16>(data, at) = static_cast<BFloat16>(value);
      return;
    case DType::Float32:
      element<float>(data, at) = static_cast<float>(value);
      return;
    case DType::Float64:
      element<double>(data, at) = static_cast<double>(value);
      return;
  }
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
