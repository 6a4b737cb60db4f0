// How to make a tensor: dtype, device, and whether it collects gradients.
#pragma once

#include <optional>

#include "core/base/device.h"
#include "core/base/dtype.h"
#include "core/base/names.h"

namespace tandem {

/// Options of the factories; what is left out takes its default (float32, CPU, no gradient).
/// `zeros({2, 3}, kFloat64)`, `randn({4}, TensorOptions().device(kCUDA).requires_grad(true))`.
class TensorOptions {
 public:
  TensorOptions() = default;
  TensorOptions(DType dtype) : dtype_(dtype) {}
  TensorOptions(const Device& device) : device_(device) {}
  TensorOptions(DeviceType device) : device_(Device(device)) {}

  TensorOptions dtype(DType value) const { return with(&TensorOptions::dtype_, value); }
  TensorOptions device(const Device& value) const { return with(&TensorOptions::device_, value); }
  TensorOptions requires_grad(bool value) const {
    return with(&TensorOptions::requires_grad_, value);
  }

  /// The only layout there is.
  TensorOptions layout(Layout) const { return *this; }
  Layout layout() const { return kStrided; }

  /// These options, with dtype and device taken from `other` where they are left out.
  TensorOptions or_else(const TensorOptions& other) const {
    TensorOptions result = *this;
    if (!result.dtype_) result.dtype_ = other.dtype_;
    if (!result.device_) result.device_ = other.device_;
    return result;
  }

  DType dtype() const { return dtype_ ? *dtype_ : get_default_dtype(); }
  Device device() const { return device_.value_or(Device()); }
  bool requires_grad() const { return requires_grad_; }
  bool has_dtype() const { return dtype_.has_value(); }
  bool has_device() const { return device_.has_value(); }

 private:
  template <class Member, class Value>
  TensorOptions with(Member TensorOptions::*member, const Value& value) const {
    TensorOptions copy = *this;
    copy.*member = value;
    return copy;
  }

  std::optional<DType> dtype_;
  std::optional<Device> device_;
  bool requires_grad_ = false;
};

inline TensorOptions dtype(DType value) { return TensorOptions(value); }
inline TensorOptions device(const Device& value) { return TensorOptions(value); }
inline TensorOptions requires_grad(bool value = true) {
  return TensorOptions().requires_grad(value);
}

}  // namespace tandem
