// What an in-place write does to the tape, through views too.
#include "core/ops/inplace.h"

#include "core/autograd/node.h"
#include "core/ops/elementwise.h"
#include "core/ops/factories.h"
#include "core/ops/views.h"
#include "core/tensor/tensor_impl.h"

namespace tandem {

using autograd::BackwardContext;

namespace {

/// Where a view looks in the memory of its base.
struct Region {
  Shape shape, strides;
  std::int64_t offset;
  Tensor of(const Tensor& memory) const { return as_strided_view(memory, shape, strides, offset); }
};

/// `grad`, that of a base with these strides, with zeros in the region.
Tensor cleared(const Tensor& grad, const Shape& strides, const Region& region) {
  Tensor rest;
  {
    const NoGradGuard guard;
    const Tensor memory = full({memory_extent(grad.sizes(), strides)}, true, grad.device());
    region.of(memory).fill_(false);
    rest = as_strided_view(memory, grad.sizes(), strides, 0);
  }
  return where(rest, grad, 0);
}

/// A write through a view becomes a node of the base: the view's region takes its gradient to
/// `value`.
void rebase_through_view(const char* op, const Tensor& x, const Tensor& value) {
  TensorImpl& impl = *x.impl();
  const Tensor base(impl.base);
  check(impl.base_history != TensorImpl::off_the_tape, op, ": ", x.describe(),
        " is a view made while not recording; make it again to write through it on the tape");
  const Region region{impl.shape, impl.strides, impl.offset - base.storage_offset()};
  const auto backward = [region, strides = base.strides()](BackwardContext& pass) {
    if (pass.needs(0)) pass.set(0, cleared(pass.grad(), strides, region));
    if (pass.has(1)) pass.set(1, region.of(laid_out(pass.grad(), strides)));
  };
  if (value.defined())
    autograd::record(base, op, {base, value}, {}, backward);
  else
    autograd::record(base, op, {base}, {}, backward);
  impl.base_history = base.impl()->grad_fn->sequence;
}

}  // namespace

void check_inplace(const char* op, const Tensor& x) {
  for (int d = 0; d < x.sizes().rank() && x.numel() > 0; ++d)
    check(x.strides()[d] != 0 || x.sizes()[d] <= 1, op, ": elements of ", x.describe(),
          " with strides ", x.strides(),
          " share memory (it was expanded); clone() it before writing in place");
  check_no_leaf(op, x);
}

void check_no_leaf(const char* op, const Tensor& x) {
  if (!is_grad_enabled()) return;
  autograd::drop_lone_base(x);
  const auto leaf = [](const TensorImpl& impl) { return impl.requires_grad && !impl.grad_fn; };
  const TensorImpl& impl = *x.impl();
  check(!leaf(impl) && !(impl.base && leaf(*impl.base)), op,
        ": a leaf Variable that requires grad (", x.describe(), impl.base ? ", a view of it" : "",
        ") cannot be used in an in-place operation; use NoGradGuard, or work on a clone");
}

void rebase_history(const char* op, const Tensor& x, const Tensor& given) {
  if (!is_grad_enabled()) return;
  const Tensor value = given.defined() && given.requires_grad() ? given : Tensor();
  TensorImpl& impl = *x.impl();
  const bool through_view = impl.base && (impl.base->requires_grad || value.defined());
  if (through_view) rebase_through_view(op, x, value);
  if (value.defined()) {
    autograd::record(x, op, {value}, {}, [](BackwardContext& pass) { pass.set(0, pass.grad()); });
  } else if (through_view || x.requires_grad()) {
    // A constant stays on the tape, its gradient 0, as long as what was written into is on it.
    const Tensor source = through_view ? Tensor(impl.base) : x;
    autograd::record(x, op, {source}, {}, [sizes = source.sizes()](BackwardContext& pass) {
      pass.set(0, zeros(sizes, pass.grad().options()));
    });
  }
}

const Tensor& overwrite(const char* op, const Tensor& x, const Tensor& value) {
  rebase_history(op, x, value);
  const NoGradGuard guard;
  return x.copy_(value);
}

}  // namespace tandem
