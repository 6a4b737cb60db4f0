// What changes a tensor's shape or memory behind its handles.
#include "core/autograd/node.h"
#include "core/ops/factories.h"
#include "core/ops/inplace.h"
#include "core/tensor/tensor_impl.h"

namespace tandem {

const Tensor& Tensor::become_view(const char* op, const Tensor& view) const {
  check_no_leaf(op, *this);
  TensorImpl& impl = *impl_;
  impl.take_layout(*view.impl());
  impl.grad_fn = view.impl()->grad_fn;
  impl.output_index = view.impl()->output_index;
  impl.base_history = view.impl()->base_history;
  return *this;
}

const Tensor& Tensor::resize_(const Shape& shape) const {
  check(!requires_grad(), "resize_: ", describe(), " requires a gradient");
  check_shape("resize_", shape);
  TensorImpl& impl = *impl_;
  const auto needed =
      (static_cast<std::size_t>(impl.offset) + static_cast<std::size_t>(shape.numel())) *
      element_size();
  if (needed > impl.storage->bytes()) {
    Tensor larger = make_tensor(shape, dtype(), device());
    const std::int64_t kept = std::min(numel(), larger.numel());
    larger.view({-1}).narrow(0, 0, kept).copy_(contiguous().view({-1}).narrow(0, 0, kept));
    impl.storage = larger.impl()->storage;
    impl.take_layout(*larger.impl());
  } else {
    impl.take_layout(*make_view(*this, shape, contiguous_strides(shape), impl.offset).impl());
  }
  return *this;
}

void Tensor::set_data(const Tensor& other) const {
  check(other.defined(), "set_data: the other tensor is undefined");
  const bool same_type = dtype() == other.dtype() && device() == other.device();
  check(!grad().defined() || same_type, "set_data: ", other.describe(),
        " has not the dtype and device of ", describe(), ", which has a gradient");
  check(!requires_grad() || other.is_floating_point(), "set_data: ", describe(),
        " requires a gradient, which ", other.describe(), " cannot");
  TensorImpl& impl = *impl_;
  impl.storage = other.impl()->storage;
  impl.dtype = other.dtype();
  impl.take_layout(*other.impl());
}

Tensor Tensor::T() const {
  Shape reversed;
  for (std::int64_t d = dim() - 1; d >= 0; --d) reversed.push_back(d);
  return permute(reversed);
}

Tensor Tensor::new_empty(const Shape& shape, const TensorOptions& given) const {
  return empty(shape, given.or_else(options()));
}
Tensor Tensor::new_zeros(const Shape& shape, const TensorOptions& given) const {
  return zeros(shape, given.or_else(options()));
}
Tensor Tensor::new_ones(const Shape& shape, const TensorOptions& given) const {
  return ones(shape, given.or_else(options()));
}
Tensor Tensor::new_full(const Shape& shape, Scalar value, const TensorOptions& given) const {
  return full(shape, value, given.or_else(options()));
}

}  // namespace tandem
