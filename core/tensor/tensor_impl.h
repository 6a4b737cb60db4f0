// What a Tensor handle points to. For the library's own sources.
#pragma once

#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "core/backend/recording.h"
#include "core/tensor/tensor.h"

namespace tandem {

/// The parts of the tape that few tensors have.
struct AutogradExtras : Pooled {
  Tensor grad;
  List<std::pair<unsigned, Hook>> hooks;
  unsigned next_hook = 0;
  bool retains_grad = false;
};

/// Invariant: grad_fn implies requires_grad. A leaf has no grad_fn.
struct TensorImpl : Pooled {
  std::atomic<std::uint32_t> references{0};
  DType dtype = DType::Float32;
  bool contiguous = true;
  bool requires_grad = false;
  std::uint32_t output_index = 0;  ///< which output of grad_fn this is
  std::int64_t numel = 0;
  std::int64_t offset = 0;  ///< in elements
  Shape shape;
  Shape strides;
  StoragePtr storage;
  NodePtr grad_fn;
  /// What a view looks at, never a view itself, and the sequence number of its history when the
  /// view was made (0: none): in-place writes to either must reach, or be seen by, the other.
  IntrusivePtr<TensorImpl> base;
  static constexpr std::uint64_t off_the_tape = ~std::uint64_t{0};  ///< made while not recording
  std::uint64_t base_history = 0;
  std::unique_ptr<AutogradExtras> extras;

  TensorImpl(StoragePtr storage, const Shape& shape, const Shape& strides, std::int64_t offset,
             DType dtype);
  ~TensorImpl();

  void* data() const {
    return static_cast<char*>(storage->data()) +
           offset * static_cast<std::int64_t>(item_size(dtype));
  }
  AutogradExtras& need_extras();
  /// Where `from` lies in its storage becomes where this one lies in its own.
  void take_layout(const TensorImpl& from);
};

/// A new contiguous tensor with undefined contents, off the tape.
Tensor make_tensor(const Shape& shape, DType dtype, const Device& device);
/// A view of the same storage, off the tape.
Tensor make_view(const Tensor& base, const Shape& shape, const Shape& strides, std::int64_t offset);

inline Input input_of(const Tensor& tensor) {
  return {tensor.impl()->data(), tensor.impl()->dtype};
}
inline Output output_of(const Tensor& tensor) {
  return {tensor.impl()->data(), tensor.impl()->dtype};
}
/// What takes this thread's calls for a tensor: the backend of its device, or the recorder there.
inline Backend& backend_for(const Tensor& tensor) {
  return current_backend(tensor.impl()->storage->backend());
}

}  // namespace tandem
