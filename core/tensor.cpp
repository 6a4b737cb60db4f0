#include "core/tensor.h"

#include <algorithm>

#include "core/autograd/engine.h"
#include "core/autograd/node.h"
#include "core/backend.h"
#include "core/tensor_impl.h"

namespace tandem {

namespace {

thread_local bool grad_enabled = true;

bool lies_contiguous(const Shape& shape, const Shape& strides) {
  std::int64_t expected = 1;
  for (int d = shape.rank() - 1; d >= 0; --d) {
    if (shape[d] == 1) continue;
    if (strides[d] != expected) return shape.numel() == 0;
    expected *= shape[d];
  }
  return true;
}

}  // namespace

TensorImpl::TensorImpl(StoragePtr memory, const Shape& sizes, const Shape& steps,
                       std::int64_t start, DType type)
    : dtype(type),
      contiguous(lies_contiguous(sizes, steps)),
      numel(sizes.numel()),
      offset(start),
      shape(sizes),
      strides(steps),
      storage(std::move(memory)) {}

TensorImpl::~TensorImpl() { autograd::forget_retained(*this); }

AutogradExtras& TensorImpl::need_extras() {
  if (extras == nullptr) extras = std::make_unique<AutogradExtras>();
  return *extras;
}

void intrusive_retain(TensorImpl* impl) { retain_one(impl->references); }
void intrusive_release(TensorImpl* impl) {
  if (release_last(impl->references)) delete impl;
}

Tensor make_tensor(const Shape& shape, DType dtype, const Device& device) {
  check_shape("tensor", shape);
  const auto bytes = static_cast<std::size_t>(shape.numel()) * item_size(dtype);
  return Tensor(IntrusivePtr(new TensorImpl(StoragePtr(new Storage(bytes, device)), shape,
                                            contiguous_strides(shape), 0, dtype)));
}

Tensor make_view(const Tensor& base, const Shape& shape, const Shape& strides,
                 std::int64_t offset) {
  return Tensor(IntrusivePtr(
      new TensorImpl(base.impl()->storage, shape, strides, offset, base.impl()->dtype)));
}

const TensorImpl& Tensor::checked_impl() const {
  check(defined(), "an undefined tensor was used");
  return *impl_;
}

const Shape& Tensor::sizes() const { return checked_impl().shape; }
const Shape& Tensor::strides() const { return checked_impl().strides; }
std::int64_t Tensor::size(std::int64_t dim) const {
  check<IndexError>(sizes().rank() > 0, "size: a tensor of no dimensions has no dimension ", dim);
  return sizes()[wrap_dim("size", dim, sizes().rank())];
}
std::int64_t Tensor::stride(std::int64_t dim) const {
  check<IndexError>(sizes().rank() > 0, "stride: a tensor of no dimensions has no dimension ", dim);
  return strides()[wrap_dim("stride", dim, sizes().rank())];
}
std::int64_t Tensor::dim() const { return sizes().rank(); }
std::int64_t Tensor::numel() const { return checked_impl().numel; }
std::int64_t Tensor::storage_offset() const { return checked_impl().offset; }
DType Tensor::dtype() const { return checked_impl().dtype; }
Device Tensor::device() const { return checked_impl().storage->device(); }
bool Tensor::is_contiguous() const { return checked_impl().contiguous; }
bool Tensor::is_alias_of(const Tensor& other) const {
  return checked_impl().storage == other.checked_impl().storage;
}
std::uint32_t Tensor::version() const { return checked_impl().storage->version(); }
void* Tensor::raw_data() const { return checked_impl().data(); }

std::ostream& operator<<(std::ostream& out, const Tensor::Description& description) {
  const Tensor& tensor = description.tensor;
  if (!tensor.defined()) return out << "undefined tensor";
  return out << tensor.dtype() << tensor.sizes() << " on " << tensor.device();
}

std::string Tensor::Description::str() const { return detail::concatenate(*this); }

void Tensor::check_host_access(const char* op) { check_not_recording(op); }

Scalar Tensor::item_scalar() const {
  check_not_recording("item");
  check(numel() == 1, "item: needs a tensor of exactly one element, got ", describe());
  alignas(8) char bytes[8];
  backend_for(*this).copy_to_host(bytes, raw_data(), element_size());
  return visit_dtype(dtype(),
                     [&]<class T>() { return Scalar(*reinterpret_cast<const T*>(bytes)); });
}

// ---- gradients ----

bool is_grad_enabled() { return grad_enabled; }
AutoGradMode::AutoGradMode(bool enabled) : before_(grad_enabled) { grad_enabled = enabled; }
AutoGradMode::~AutoGradMode() { grad_enabled = before_; }
NoGradGuard::NoGradGuard() : before_(grad_enabled) { grad_enabled = false; }
NoGradGuard::~NoGradGuard() { grad_enabled = before_; }

bool Tensor::requires_grad() const { return checked_impl().requires_grad; }

const Tensor& Tensor::requires_grad_(bool value) const {
  check(!value || is_floating_point(),
        "requires_grad_: only floating-point tensors can require a gradient, got ", describe());
  check(value || is_leaf(),
        "requires_grad_: only a leaf can be told to stop requiring a gradient; use detach() on ",
        describe());
  impl_->requires_grad = value;
  return *this;
}

bool Tensor::is_leaf() const { return !checked_impl().grad_fn; }
NodePtr Tensor::grad_fn() const { return checked_impl().grad_fn; }

const Tensor& Tensor::grad() const {
  static const Tensor none;
  const TensorImpl& impl = checked_impl();
  return impl.extras == nullptr ? none : impl.extras->grad;
}
Tensor& Tensor::mutable_grad() const {
  checked_impl();
  return impl_->need_extras().grad;
}

bool Tensor::retains_grad() const {
  const TensorImpl& impl = checked_impl();
  return impl.extras != nullptr && impl.extras->retains_grad;
}

void Tensor::retain_grad() const {
  check(requires_grad(), "retain_grad: ", describe(), " does not require a gradient");
  if (is_leaf() || retains_grad()) return;
  impl_->need_extras().retains_grad = true;
  autograd::retain(*impl_);
}

unsigned Tensor::register_hook(Hook hook) const {
  check(requires_grad(), "register_hook: ", describe(), " does not require a gradient");
  if (is_leaf()) {
    AutogradExtras& extras = impl_->need_extras();
    extras.hooks.emplace_back(extras.next_hook, std::move(hook));
    return extras.next_hook++;
  }
  autograd::Node& node = *impl_->grad_fn;
  if (node.hooks == nullptr) node.hooks = std::make_unique<autograd::NodeHooks>();
  node.hooks->entries.push_back({impl_->output_index, node.hooks->next_id, std::move(hook)});
  return node.hooks->next_id++;
}

void Tensor::remove_hook(unsigned id) const {
  const TensorImpl& impl = checked_impl();
  if (impl.grad_fn && impl.grad_fn->hooks != nullptr)
    std::erase_if(impl.grad_fn->hooks->entries, [&](const auto& entry) {
      return entry.id == id && entry.output == impl.output_index;
    });
  if (impl.extras != nullptr)
    std::erase_if(impl.extras->hooks, [id](const auto& entry) { return entry.first == id; });
}

void Tensor::backward(const Tensor& gradient, std::optional<bool> retain_graph,
                      bool create_graph) const {
  autograd::run_backward({this, 1}, {&gradient, 1}, retain_graph, create_graph);
}

Tensor Tensor::detach() const {
  const TensorImpl& impl = checked_impl();
  return make_view(*this, impl.shape, impl.strides, impl.offset);
}

const Tensor& Tensor::detach_() const {
  check(!(checked_impl().base && requires_grad()), "detach_: ", describe(),
        " is a view on the tape; use detach()");
  autograd::clear_history(*impl_);
  return *this;
}

}  // namespace tandem
