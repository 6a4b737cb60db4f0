// Copies: between dtypes, devices and layouts.
#include "core/autograd/node.h"
#include "core/backend.h"
#include "core/ops/elementwise.h"
#include "core/ops/factories.h"
#include "core/ops/inplace.h"
#include "core/tensor_impl.h"

namespace tandem {

using autograd::BackwardPass;

namespace {

/// Fills `out` from `source`, which broadcasts to it; same device, any dtypes.
void copy_values(const Tensor& source, const Tensor& out) {
  if (out.numel() == 0) return;
  const Shape strides = broadcast_strides(source.sizes(), source.strides(), out.sizes());
  backend_for(out).copy(plan_loop(out.sizes(), {out.strides(), strides}), input_of(source),
                        output_of(out));
}

Tensor moved(const Tensor& x, const Device& device) {
  const Tensor source = x.contiguous();
  Tensor out = make_tensor(x.sizes(), x.dtype(), device);
  const std::size_t bytes = static_cast<std::size_t>(x.numel()) * x.element_size();
  if (device.is_cpu()) {
    backend_for(source).copy_to_host(out.raw_data(), source.raw_data(), bytes);
  } else if (x.device().is_cpu()) {
    backend_for(out).copy_from_host(out.raw_data(), source.raw_data(), bytes);
  } else {
    return moved(moved(x, Device()), device);
  }
  return out;
}

}  // namespace

Tensor Tensor::to(DType dtype) const {
  if (dtype == this->dtype()) return *this;
  Tensor out = make_tensor(sizes(), dtype, device());
  copy_values(*this, out);
  if (tandem::is_floating_point(dtype) && autograd::records(*this))
    autograd::record(out, "to", {*this}, {}, [from = this->dtype()](BackwardPass& pass) {
      pass.set(0, pass.grad().to(from));
    });
  return out;
}

Tensor Tensor::to(const Device& device) const {
  if (device == this->device()) return *this;
  Tensor out = moved(*this, device);
  if (autograd::records(*this))
    autograd::record(out, "to", {*this}, {}, [from = this->device()](BackwardPass& pass) {
      pass.set(0, pass.grad().to(from));
    });
  return out;
}

Tensor Tensor::to(const TensorOptions& options) const {
  Tensor out = *this;
  if (options.has_dtype()) out = out.to(options.dtype());
  if (options.has_device()) out = out.to(options.device());
  return out;
}

Tensor Tensor::clone() const {
  Tensor out = make_tensor(sizes(), dtype(), device());
  copy_values(*this, out);
  if (autograd::records(*this))
    autograd::record(out, "clone", {*this}, {},
                     [](BackwardPass& pass) { pass.set(0, pass.grad()); });
  return out;
}

Tensor Tensor::contiguous() const { return is_contiguous() ? *this : clone(); }

const Tensor& Tensor::copy_(const Tensor& source) const {
  check(defined() && source.defined(), "copy_: an undefined tensor was used");
  check(broadcast_shapes("copy_", sizes(), source.sizes()) == sizes(), "copy_: ", source.describe(),
        " does not broadcast into ", describe());
  check_inplace("copy_", *this);
  // On the tape the source becomes what is written: in this tensor's dtype, device and shape.
  const bool recorded = is_floating_point() && autograd::records(source, *this);
  Tensor from = source.to(device());
  if (recorded) from = from.to(dtype()).expand(sizes());
  if (from.is_alias_of(*this)) from = from.clone();
  if (recorded) rebase_history("copy_", *this, from);
  copy_values(from, *this);
  impl_->storage->bump_version();
  return *this;
}

void fill_values(const Tensor& x, Scalar value) {
  if (x.numel() == 0) return;
  const Shape repeated = Shape::filled(x.sizes().rank(), 0);
  backend_for(x).copy(plan_loop(x.sizes(), {x.strides(), repeated}), {nullptr, x.dtype(), value},
                      output_of(x));
}

const Tensor& Tensor::fill_(Scalar value) const {
  checked_impl();
  check_inplace("fill_", *this);
  rebase_history("fill_", *this, {});
  fill_values(*this, value);
  impl_->storage->bump_version();
  return *this;
}

}  // namespace tandem
