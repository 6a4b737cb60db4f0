// Makes tensors: fills, ranges, nested braces and foreign memory.
#include "core/ops/factories.h"

#include <cmath>

#include "core/backend/backend.h"
#include "core/backend/recording.h"
#include "core/ops/inplace.h"
#include "core/tensor/tensor_impl.h"

namespace tandem {

namespace {

/// The dtype asked for, or the default dtype of a number.
TensorOptions with_dtype_of(const TensorOptions& options, Scalar value) {
  if (options.has_dtype()) return options;
  return options.dtype(is_floating_point(value.dtype()) ? get_default_dtype() : value.dtype());
}

/// A new tensor of any dtype on any device with element i = number(i), computed on the host in T.
template <class T, class Number>
Tensor computed(std::int64_t count, const TensorOptions& options, const Number& number) {
  check_shape("arange, linspace", {count});
  check_not_recording("arange, linspace");
  Tensor host = make_tensor({count}, dtype_of<T>, Device());
  T* out = static_cast<T*>(host.raw_data());
  for (std::int64_t i = 0; i < count; ++i) out[i] = number(i);
  return host.to(options.dtype()).to(options.device()).requires_grad_(options.requires_grad());
}

Tensor integer_range(std::int64_t start, std::int64_t end, std::int64_t step,
                     const TensorOptions& options) {
  check(step != 0 && (end == start || (end > start) == (step > 0)), "arange: cannot go from ",
        start, " to ", end, " in steps of ", step);
  const auto distance = static_cast<std::uint64_t>(end > start ? end : start) -
                        static_cast<std::uint64_t>(end > start ? start : end);
  const auto stride =
      step > 0 ? static_cast<std::uint64_t>(step) : 0 - static_cast<std::uint64_t>(step);
  const auto count = static_cast<std::int64_t>(distance / stride + (distance % stride != 0));
  return computed<std::int64_t>(count, options, [&](std::int64_t i) { return start + i * step; });
}

}  // namespace

Tensor empty(const Shape& shape, const TensorOptions& options) {
  check_shape("empty", shape);
  return make_tensor(shape, options.dtype(), options.device())
      .requires_grad_(options.requires_grad());
}

namespace {

Tensor filled(const char* op, const Shape& shape, Scalar value, const TensorOptions& options) {
  check_shape(op, shape);
  check_fits(op, value, options.dtype());
  Tensor result = make_tensor(shape, options.dtype(), options.device());
  fill_values(result, value);
  return result.requires_grad_(options.requires_grad());
}

}  // namespace

Tensor full(const Shape& shape, Scalar value, const TensorOptions& options) {
  return filled("full", shape, value, with_dtype_of(options, value));
}
Tensor zeros(const Shape& shape, const TensorOptions& options) {
  return filled("zeros", shape, 0, options);
}
Tensor ones(const Shape& shape, const TensorOptions& options) {
  return filled("ones", shape, 1, options);
}
Tensor empty_like(const Tensor& like, const TensorOptions& options) {
  return empty(like.sizes(), options.or_else(like.options()));
}
Tensor zeros_like(const Tensor& like, const TensorOptions& options) {
  return zeros(like.sizes(), options.or_else(like.options()));
}
Tensor ones_like(const Tensor& like, const TensorOptions& options) {
  return ones(like.sizes(), options.or_else(like.options()));
}
Tensor full_like(const Tensor& like, Scalar value, const TensorOptions& options) {
  return full(like.sizes(), value, options.or_else(like.options()));
}
Tensor scalar_tensor(Scalar value, const TensorOptions& options) {
  return full({}, value, options);
}

Tensor arange(Scalar end, const TensorOptions& options) { return arange(0, end, 1, options); }
Tensor arange(Scalar start, Scalar end, const TensorOptions& options) {
  return arange(start, end, 1, options);
}

Tensor arange(Scalar start, Scalar end, Scalar step, const TensorOptions& options) {
  const DType widest = promote(promote(start.dtype(), end.dtype()), step.dtype());
  if (!is_floating_point(widest))
    return integer_range(start.to<std::int64_t>(), end.to<std::int64_t>(), step.to<std::int64_t>(),
                         with_dtype_of(options, 0));
  const double first = start.to<double>(), stride = step.to<double>();
  const double count = std::ceil((end.to<double>() - first) / stride);
  check(stride != 0 && count >= 0 && count < 0x1p62, "arange: cannot go from ", first, " to ",
        end.to<double>(), " in steps of ", stride);
  return computed<double>(static_cast<std::int64_t>(count), with_dtype_of(options, 0.0),
                          [&](std::int64_t i) { return first + static_cast<double>(i) * stride; });
}

namespace {

/// Point i of `steps` from start to end: from both ends towards the middle, so that the last is
/// `end` itself.
double between(double start, double end, std::int64_t steps, std::int64_t i) {
  const double step = steps > 1 ? (end - start) / static_cast<double>(steps - 1) : 0;
  return i < steps / 2 || steps == 1 ? start + step * static_cast<double>(i)
                                     : end - step * static_cast<double>(steps - 1 - i);
}

}  // namespace

Tensor linspace(double start, double end, std::int64_t steps, const TensorOptions& options) {
  check(steps >= 0, "linspace: steps must not be negative, got ", steps);
  return computed<double>(steps, options,
                          [&](std::int64_t i) { return between(start, end, steps, i); });
}

Tensor logspace(double start, double end, std::int64_t steps, double base,
                const TensorOptions& options) {
  check(steps >= 0, "logspace: steps must not be negative, got ", steps);
  return computed<double>(steps, options, [&](std::int64_t i) {
    return std::pow(base, between(start, end, steps, i));
  });
}

Tensor range(Scalar start, Scalar end, Scalar step, const TensorOptions& options) {
  const double from = start.toDouble(), by = step.toDouble();
  const double last = std::floor((end.toDouble() - from) / by);
  check(by != 0 && std::isfinite(last) && last >= 0, "range: ", start, " to ", end, " in steps of ",
        step, " is no range");
  const auto point = [&](std::int64_t i) { return from + by * static_cast<double>(i); };
  return computed<double>(static_cast<std::int64_t>(last) + 1, options, point);
}

Tensor eye(std::int64_t n, const TensorOptions& options) {
  check(n >= 0, "eye: the size must not be negative, got ", n);
  Tensor result = zeros({n, n}, options.requires_grad(false));
  fill_values(result.diagonal(), 1);
  return result.requires_grad_(options.requires_grad());
}

Tensor from_blob(void* data, const Shape& shape, std::function<void(void*)> deleter,
                 const TensorOptions& options) {
  check_shape("from_blob", shape);
  check(data != nullptr || shape.numel() == 0, "from_blob: got a null pointer for shape ", shape);
  const std::size_t bytes = static_cast<std::size_t>(shape.numel()) * item_size(options.dtype());
  const StoragePtr storage(new Storage(data, bytes, options.device(), std::move(deleter)));
  return Tensor(IntrusivePtr(
                    new TensorImpl(storage, shape, contiguous_strides(shape), 0, options.dtype())))
      .requires_grad_(options.requires_grad());
}
Tensor from_blob(void* data, const Shape& shape, const TensorOptions& options) {
  return from_blob(data, shape, nullptr, options);
}

Shape TensorData::shape() const {
  Shape shape;
  if (!is_list_) return shape;
  if (!items_.empty()) shape = items_.front().shape();
  for (const TensorData& item : items_)
    check(item.shape() == shape, "tensor: the braces are ragged: found items of shape ", shape,
          " and ", item.shape());
  shape.insert(0, static_cast<std::int64_t>(items_.size()));
  return shape;
}

DType TensorData::dtype() const {
  if (!is_list_) return is_floating_point(scalar_.dtype()) ? get_default_dtype() : scalar_.dtype();
  if (items_.empty()) return is_floating_point(dtype_) ? get_default_dtype() : dtype_;
  DType widest = DType::Bool;
  for (const TensorData& item : items_) widest = promote(widest, item.dtype());
  return widest;
}

void TensorData::copy_to(std::vector<Scalar>& numbers) const {
  if (!is_list_) numbers.push_back(scalar_);
  for (const TensorData& item : items_) item.copy_to(numbers);
}

Tensor tensor(const TensorData& data, const TensorOptions& options) {
  check_not_recording("tensor");
  const Shape shape = data.shape();
  std::vector<Scalar> numbers;
  data.copy_to(numbers);
  const TensorOptions chosen = options.has_dtype() ? options : options.dtype(data.dtype());
  return visit_dtype(chosen.dtype(), [&]<class T>() -> Tensor {
    Tensor host = make_tensor(shape, dtype_of<T>, Device());
    T* out = static_cast<T*>(host.raw_data());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      check_fits("tensor", numbers[i], chosen.dtype());
      out[i] = numbers[i].to<T>();
    }
    return host.to(chosen.device()).requires_grad_(options.requires_grad());
  });
}

}  // namespace tandem
