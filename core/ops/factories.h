// Making tensors.
#pragma once

#include <functional>
#include <initializer_list>
#include <type_traits>
#include <vector>

#include "core/tensor/tensor.h"

namespace tandem {

/// Every factory takes a shape and options (dtype float32, CPU, no gradient unless said otherwise)
/// and throws Error for a negative size.

/// Contents undefined.
Tensor empty(const Shape& shape, const TensorOptions& options = {});
Tensor zeros(const Shape& shape, const TensorOptions& options = {});
Tensor ones(const Shape& shape, const TensorOptions& options = {});
/// dtype defaults to the value's: float32 for reals, int64 for integers, bool for bool.
Tensor full(const Shape& shape, Scalar value, const TensorOptions& options = {});
/// With the shape of `like`, and its dtype and device where options leave them out.
Tensor empty_like(const Tensor& like, const TensorOptions& options = {});
Tensor zeros_like(const Tensor& like, const TensorOptions& options = {});
Tensor ones_like(const Tensor& like, const TensorOptions& options = {});
Tensor full_like(const Tensor& like, Scalar value, const TensorOptions& options = {});
/// A tensor of no dimensions.
Tensor scalar_tensor(Scalar value, const TensorOptions& options = {});
/// [start, end) in steps; int64 for integer arguments, float32 otherwise.
Tensor arange(Scalar end, const TensorOptions& options = {});
Tensor arange(Scalar start, Scalar end, const TensorOptions& options = {});
Tensor arange(Scalar start, Scalar end, Scalar step, const TensorOptions& options = {});
/// `steps` points from start to end, both included.
Tensor linspace(double start, double end, std::int64_t steps, const TensorOptions& options = {});
/// base to the powers of linspace.
Tensor logspace(double start, double end, std::int64_t steps, double base = 10,
                const TensorOptions& options = {});
/// arange with `end` included, of the default dtype.
Tensor range(Scalar start, Scalar end, Scalar step = 1, const TensorOptions& options = {});
Tensor eye(std::int64_t n, const TensorOptions& options = {});

/// A view of foreign memory, row-major; `deleter` runs when the last tensor lets go.
Tensor from_blob(void* data, const Shape& shape, const TensorOptions& options = {});
Tensor from_blob(void* data, const Shape& shape, std::function<void(void*)> deleter,
                 const TensorOptions& options = {});

/// Nested braces of numbers, for tensor().
class TensorData {
 public:
  TensorData(bool value) : scalar_(value) {}
  template <NumberType T> TensorData(T value) : scalar_(value) {}
  TensorData(std::initializer_list<TensorData> items) : items_(items), is_list_(true) {}
  template <NumberType T> TensorData(const std::vector<T>& items)
      : items_(items.begin(), items.end()), is_list_(true), dtype_(Scalar(T()).dtype()) {}

  template <NumberType T> TensorData(ArrayRef<T> items) : TensorData(items.vec()) {}

  Shape shape() const;
  /// The widest dtype of the numbers, float32 standing for reals.
  DType dtype() const;
  void copy_to(std::vector<Scalar>& numbers) const;

 private:
  Scalar scalar_ = 0;
  std::vector<TensorData> items_;
  bool is_list_ = false;
  DType dtype_ = DType::Float64;  ///< of an empty list
};

/// `tensor({{1.0, 2.0}, {3.0, 4.0}})`, `tensor(7)`, `tensor(std::vector<float>{...})`: copies.
/// dtype defaults to float32 for reals, int64 for integers, bool for bool. Ragged braces throw.
Tensor tensor(const TensorData& data, const TensorOptions& options = {});
inline Tensor tensor(std::initializer_list<TensorData> data, const TensorOptions& options = {}) {
  return tensor(TensorData(data), options);
}

}  // namespace tandem
