// The tensor handle: metadata, views and reading on the host.
#include "core/tensor/tensor.h"

#include <algorithm>

#include "core/backend/backend.h"
#include "core/backend/recording.h"
#include "core/tensor/tensor_impl.h"

namespace tandem {

namespace {

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

AutogradExtras& TensorImpl::need_extras() {
  if (extras == nullptr) extras = std::make_unique<AutogradExtras>();
  return *extras;
}

void TensorImpl::take_layout(const TensorImpl& from) {
  shape = from.shape;
  strides = from.strides;
  offset = from.offset;
  numel = from.numel;
  contiguous = from.contiguous;
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

Scalar Tensor::item() const {
  check_not_recording("item");
  check(numel() == 1, "item: needs a tensor of exactly one element, got ", describe());
  alignas(8) char bytes[8];
  backend_for(*this).copy_to_host(bytes, raw_data(), element_size());
  return visit_dtype(dtype(),
                     [&]<class T>() { return Scalar(*reinterpret_cast<const T*>(bytes)); });
}

}  // namespace tandem
