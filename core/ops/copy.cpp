// Copies: between dtypes, devices and layouts.
#include "core/autograd/node.h"
#include "core/backend/backend.h"
#include "core/backend/cuda.h"
#include "core/backend/gpu_backend.h"
#include "core/backend/recording.h"
#include "core/backend/registry.h"
#include "core/ops/elementwise.h"
#include "core/ops/factories.h"
#include "core/ops/inplace.h"
#include "core/tensor/tensor_impl.h"

namespace tandem {

using autograd::BackwardContext;

namespace {

/// Fills `out` from `source`, which broadcasts to it; same device, any dtypes.
void copy_values(const Tensor& source, const Tensor& out) {
  if (out.numel() == 0) return;
  const Shape strides = broadcast_strides(source.sizes(), source.strides(), out.sizes());
  backend_for(out).run(
      CopyCall{plan_loop(out.sizes(), {out.strides(), strides}), input_of(source), output_of(out)});
}

Tensor moved(const Tensor& x, const Device& device) {
  const Tensor source = x.contiguous();
  Tensor out = make_tensor(x.sizes(), x.dtype(), device);
  const std::size_t bytes = static_cast<std::size_t>(x.numel()) * x.element_size();
  if (device.is_cpu()) {
    backend_for(source).copy_to_host(out.raw_data(), source.raw_data(), bytes);
  } else if (x.device().is_cpu()) {
    backend_for(out).copy_from_host(out.raw_data(), source.raw_data(), bytes);
  } else if (device.is_cuda() && x.device().is_cuda()) {
    cuda_backend(device.index())
        .copy_from_gpu(out.raw_data(), cuda_backend(x.device().index()), source.raw_data(), bytes);
  } else {
    return moved(moved(source, kCPU), device);
  }
  return out;
}

/// Records that `out` is `x` on another device.
void record_move(const Tensor& x, const Tensor& out) {
  if (autograd::records(x))
    autograd::record(out, "to", {x}, {}, [from = x.device()](BackwardContext& pass) {
      pass.set(0, pass.grad().to(from));
    });
}

}  // namespace

Tensor Tensor::to(DType dtype) const {
  if (dtype == this->dtype()) return *this;
  Tensor out = make_tensor(sizes(), dtype, device());
  copy_values(*this, out);
  if (tandem::is_floating_point(dtype) && autograd::records(*this))
    autograd::record(out, "to", {*this}, {}, [from = this->dtype()](BackwardContext& pass) {
      pass.set(0, pass.grad().to(from));
    });
  return out;
}

Tensor Tensor::to(const Device& device) const {
  if (device == this->device()) return *this;
  Tensor out = moved(*this, device);
  record_move(*this, out);
  return out;
}

Tensor Tensor::to(const Device& device, bool non_blocking) const {
  if (!non_blocking || !device.is_cuda() || !is_contiguous() || !is_pinned()) return to(device);
  check_not_recording("to");
  Tensor out = make_tensor(sizes(), dtype(), device);
  cuda_backend(device.index())
      .copy_from_pinned(out.raw_data(), raw_data(),
                        static_cast<std::size_t>(numel()) * element_size());
  record_move(*this, out);
  return out;
}

Tensor Tensor::pin_memory() const {
  check(device().is_cpu(), "pin_memory: only CPU memory can be pinned, got ", describe());
  const std::size_t bytes = static_cast<std::size_t>(numel()) * element_size();
  GpuBackend& gpu = cuda_backend(0);
  if (is_pinned() || bytes == 0) return *this;
  Tensor out = from_blob(
      gpu.allocate_pinned(bytes), sizes(), [&gpu](void* data) { gpu.release_pinned(data); },
      options());
  out.copy_(detach());
  return out;
}

bool Tensor::is_pinned() const {
  for (const GpuBackend* gpu : cuda_backends_in_use())
    if (device().is_cpu() && gpu->is_pinned(raw_data())) return true;
  return false;
}

void Tensor::record_stream(const cuda::Stream& stream) const {
  if (device().is_cuda()) cuda::record_stream(impl_->storage->data(), stream);
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
                     [](BackwardContext& pass) { pass.set(0, pass.grad()); });
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
  backend_for(x).run(CopyCall{
      plan_loop(x.sizes(), {x.strides(), repeated}), {nullptr, x.dtype(), value}, output_of(x)});
}

const Tensor& Tensor::fill_(Scalar value) const {
  checked_impl();
  check_inplace("fill_", *this);
  check_fits("fill_", value, dtype());
  rebase_history("fill_", *this, {});
  fill_values(*this, value);
  impl_->storage->bump_version();
  return *this;
}

}  // namespace tandem
