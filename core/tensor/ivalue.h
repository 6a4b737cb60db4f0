// A value of one of several types, as libtorch's IValue.
#pragma once

#include <any>
#include <concepts>
#include <string>
#include <vector>

#include "core/tensor/tensor.h"

namespace tandem {

/// What a custom Function keeps under a name in saved_data, or an archive in a file: nothing, a
/// bool, an integer (held as int64), a real (held as double), a text, a Tensor, or anything else
/// that can be copied. The to...() functions throw Error for a value of another type.
class IValue {
 public:
  IValue() = default;
  template <class T>
  requires(!std::same_as<T, IValue> && std::copy_constructible<T>) IValue(T value) {
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>)
      value_ = static_cast<std::int64_t>(value);
    else if constexpr (std::is_floating_point_v<T>)
      value_ = static_cast<double>(value);
    else if constexpr (std::is_same_v<T, const char*> || std::is_same_v<T, char*>)
      value_ = std::string(value);
    else
      value_ = std::move(value);
  }
  IValue(const Scalar& number) {
    if (number.isFloatingPoint())
      value_ = number.toDouble();
    else if (number.isBoolean())
      value_ = number.toBool();
    else
      value_ = number.toLong();
  }

  bool isNone() const { return !value_.has_value(); }
  bool isBool() const { return is<bool>(); }
  bool isInt() const { return is<std::int64_t>(); }
  bool isDouble() const { return is<double>(); }
  bool isScalar() const { return isBool() || isInt() || isDouble(); }
  bool isString() const { return is<std::string>(); }
  bool isTensor() const { return is<Tensor>(); }
  bool isTensorList() const { return is<TensorList>(); }

  bool toBool() const { return to<bool>(); }
  std::int64_t toInt() const { return to<std::int64_t>(); }
  double toDouble() const { return to<double>(); }
  Scalar toScalar() const {
    if (isBool()) return toBool();
    if (isInt()) return toInt();
    return toDouble();
  }
  const std::string& toStringRef() const { return to<std::string>(); }
  const Tensor& toTensor() const { return to<Tensor>(); }
  const TensorList& toTensorVector() const { return to<TensorList>(); }
  std::vector<std::int64_t> toIntVector() const { return to<std::vector<std::int64_t>>(); }
  std::vector<double> toDoubleVector() const { return to<std::vector<double>>(); }

  /// The value of exactly that type.
  template <class T> const T& to() const {
    const T* const value = std::any_cast<T>(&value_);
    check(value != nullptr, "IValue: it holds ", kind(), ", not the type that was asked for");
    return *value;
  }

 private:
  template <class T> bool is() const { return value_.type() == typeid(T); }
  const char* kind() const {
    return isNone()         ? "nothing"
           : isBool()       ? "a bool"
           : isInt()        ? "an integer"
           : isDouble()     ? "a real"
           : isString()     ? "a text"
           : isTensor()     ? "a tensor"
           : isTensorList() ? "a list of tensors"
                            : "another type";
  }

  std::any value_;
};

}  // namespace tandem
