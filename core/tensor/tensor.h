// The tensor: a handle to a strided view of a storage, with its place on the gradient tape.
//
// Copying a Tensor copies the handle. The methods are libtorch's; those that repeat a free function
// of core/ops/, where shapes, dtypes and errors are described, stand in core/tensor/methods.h.
#pragma once

#include <concepts>
#include <functional>
#include <initializer_list>
#include <iosfwd>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "core/base/intrusive_ptr.h"
#include "core/base/names.h"
#include "core/base/shape.h"
#include "core/tensor/accessor.h"
#include "core/tensor/grad_fn.h"
#include "core/tensor/grad_mode.h"
#include "core/tensor/methods.h"
#include "core/tensor/storage.h"
#include "core/tensor/tensor_options.h"

namespace tandem {

namespace cuda {
class Stream;
}

class Tensor;
struct TensorImpl;
struct Input;
struct Output;
namespace autograd {
struct Node;
}  // namespace autograd
namespace indexing {
class TensorIndex;
}
void intrusive_retain(TensorImpl* impl);
void intrusive_release(TensorImpl* impl);

using Hook = std::function<Tensor(const Tensor&)>;

class Tensor : public TensorMethods {
 public:
  Tensor() = default;
  explicit Tensor(IntrusivePtr<TensorImpl> impl) : impl_(std::move(impl)) {}
  Tensor(const Tensor&) = default;
  Tensor(Tensor&&) noexcept = default;
  ~Tensor() = default;
  /// A named tensor becomes another handle; a temporary, such as x[0], takes the values.
  Tensor& operator=(const Tensor&) & = default;
  Tensor& operator=(Tensor&&) & noexcept = default;
  Tensor operator=(const Tensor& values) && { return copy_(values); }
  Tensor operator=(Scalar value) && { return fill_(value); }

  // ---- what it is; all but defined() throw Error for an undefined tensor ----
  bool defined() const { return static_cast<bool>(impl_); }
  const Shape& sizes() const;
  /// Steps in memory from one index of a dimension to the next, in elements.
  const Shape& strides() const;
  /// Size of one dimension; negative counts from the end.
  std::int64_t size(std::int64_t dim) const;
  std::int64_t stride(std::int64_t dim) const;
  /// The number of dimensions, at most 8; 0 for a single number.
  std::int64_t dim() const;
  std::int64_t numel() const;
  /// Where the first element lies in the storage, in elements.
  std::int64_t storage_offset() const;
  DType dtype() const;
  DType scalar_type() const { return dtype(); }
  Device device() const;
  bool is_cuda() const { return device().is_cuda(); }
  /// Whether the elements lie side by side in the order of their indices.
  bool is_contiguous() const;
  bool is_floating_point() const { return tandem::is_floating_point(dtype()); }
  TensorOptions options() const { return TensorOptions(dtype()).device(device()); }
  std::size_t element_size() const { return item_size(dtype()); }
  std::size_t itemsize() const { return element_size(); }
  /// Bytes of all elements.
  std::size_t nbytes() const { return static_cast<std::size_t>(numel()) * element_size(); }
  std::int64_t ndimension() const { return dim(); }
  bool is_cpu() const { return device().is_cpu(); }
  bool is_signed() const { return dtype() > DType::UInt8; }
  bool is_same_size(const Tensor& other) const { return sizes() == other.sizes(); }
  Layout layout() const { return kStrided; }
  /// The name of its type: "CPUFloatType".
  std::string toString() const;
  /// Writes type and shape to std::cerr, as libtorch does.
  void print() const;
  /// The number of the GPU, -1 for the CPU.
  std::int64_t get_device() const { return is_cuda() ? device().index() : -1; }
  /// Whether both are handles of the same tensor.
  bool is_same(const Tensor& other) const { return impl_ == other.impl_; }
  /// Whether both look at the same storage.
  bool is_alias_of(const Tensor& other) const;
  /// In-place writes to the storage so far.
  std::uint32_t version() const;
  std::uint32_t _version() const { return version(); }
  /// Prints as "float32[2, 3] on cpu", for messages; nothing is formatted until it is streamed.
  struct Description {
    const Tensor& tensor;
    std::string str() const;
  };
  Description describe() const { return {*this}; }

  // ---- reading and moving ----
  /// Memory of the first element; throws unless T matches the dtype.
  template <class T> T* data_ptr() const {
    if (device().is_cpu()) check_host_access("data_ptr");
    check(dtype_of<T> == dtype(), "data_ptr: asked for ", name_of(dtype_of<T>),
          ", but the tensor is ", describe());
    return static_cast<T*>(raw_data());
  }
  /// The same of any dtype; device memory if the tensor is on a GPU.
  void* raw_data() const;
  void* data_ptr() const { return raw_data(); }
  template <class T> const T* const_data_ptr() const { return data_ptr<T>(); }
  template <class T> T* mutable_data_ptr() const { return data_ptr<T>(); }
  /// The elements by N indices, on the CPU: `a[i][j]`. Throws unless T and N are the tensor's.
  template <class T, std::size_t N> TensorAccessor<T, N> accessor() const {
    check(dim() == N, "accessor: asked for ", N, " dimensions of ", describe());
    check(device().is_cpu(), "accessor: the elements are not on the CPU: ", describe());
    return {data_ptr<T>(), sizes().data(), strides().data()};
  }
  /// The only element; throws unless numel() == 1.
  Scalar item() const;
  /// The same, converted to T.
  template <class T> T item() const { return item().template to<T>(); }
  /// Whether the only element is not zero.
  bool is_nonzero() const { return item<bool>(); }
  /// Throws if this thread is recording a step.
  static void check_host_access(const char* op);
  /// The tensor itself if it is as wanted, a copy otherwise; differentiable. Real numbers are
  /// rounded to nearest even; to an integer they lose their fraction; to bool all but 0 are true.
  Tensor to(DType dtype) const;
  /// To or from a GPU the host waits for the copy.
  Tensor to(const Device& device) const;
  /// From pinned host memory to a GPU with non_blocking, the copy is only asked for: the source
  /// must not change before the stream has done it.
  Tensor to(const Device& device, bool non_blocking) const;
  /// A copy in page-locked host memory, which GPUs read and write on their own. Needs a GPU.
  Tensor pin_memory() const;
  bool is_pinned() const;
  /// The tensor's memory is used on `stream` as well (core/backend/cuda.h); for CPU tensors
  /// nothing.
  void record_stream(const cuda::Stream& stream) const;
  Tensor to(const TensorOptions& options) const;
  Tensor to(DeviceType device) const { return to(Device(device)); }
  Tensor to(const Device& device, DType dtype) const { return to(device).to(dtype); }
  Tensor cpu() const { return to(kCPU); }
  Tensor cuda() const { return to(kCUDA); }
  /// A contiguous copy with memory of its own; differentiable.
  Tensor clone() const;
  /// The tensor itself if it is contiguous, otherwise a clone.
  Tensor contiguous() const;
  Tensor to_float() const { return to(kFloat32); }
  Tensor toType(DType dtype) const { return to(dtype); }
  /// With the dtype and device of another tensor.
  Tensor to(const Tensor& other) const { return to(other.device(), other.dtype()); }
  Tensor type_as(const Tensor& other) const { return to(other); }
  // New tensors with this one's dtype and device unless options say otherwise.
  Tensor new_empty(const Shape& shape, const TensorOptions& options = {}) const;
  Tensor new_zeros(const Shape& shape, const TensorOptions& options = {}) const;
  Tensor new_ones(const Shape& shape, const TensorOptions& options = {}) const;
  Tensor new_full(const Shape& shape, Scalar value, const TensorOptions& options = {}) const;
  /// This handle holds no tensor any more.
  void reset() { impl_ = {}; }

  // ---- gradients ----
  /// Whether backward computes a gradient of it or passes through it.
  bool requires_grad() const;
  /// Throws Error for integers and bools, and if a result of an op is to stop requiring one.
  const Tensor& requires_grad_(bool value = true) const;
  const Tensor& set_requires_grad(bool value) const { return requires_grad_(value); }
  /// Whether no recorded op made it: only leaves accumulate gradients by themselves.
  bool is_leaf() const;
  /// The accumulated gradient; undefined if there is none.
  const Tensor& grad() const;
  Tensor& mutable_grad() const;
  /// The op that made it; empty for a leaf.
  GradFn grad_fn() const;
  /// Keeps the gradient of a tensor that is not a leaf.
  void retain_grad() const;
  bool retains_grad() const;
  /// Calls `hook` with this tensor's gradient in every backward; a defined result replaces it.
  /// Returns an id for remove_hook.
  unsigned register_hook(Hook hook) const;
  void remove_hook(unsigned id) const;
  /// Gradients of this tensor with respect to every leaf, added to their grad(). `gradient` has
  /// this tensor's shape and may be left out for one element.
  void backward(const Tensor& gradient = {}, std::optional<bool> retain_graph = {},
                bool create_graph = false) const;
  /// The same numbers, cut off the tape; shares storage.
  Tensor detach() const;
  const Tensor& detach_() const;
  /// detach(), as libtorch's tensor.data().
  Tensor data() const { return detach(); }
  Tensor variable_data() const { return detach(); }
  Tensor tensor_data() const { return detach(); }
  /// The tensor takes the memory, shape and dtype of another, its gradient and place on the tape
  /// stay; every handle of it sees the change. Error for another dtype or device of one that has a
  /// gradient.
  void set_data(const Tensor& other) const;

  // ---- views (share storage) ----
  /// The same elements in another shape, in which one size may be -1; throws Error if that needs a
  /// copy.
  Tensor view(const Shape& shape) const;
  /// The same; a copy where it takes one.
  Tensor reshape(const Shape& shape) const;
  Tensor view_as(const Tensor& other) const { return view(other.sizes()); }
  Tensor reshape_as(const Tensor& other) const { return reshape(other.sizes()); }
  // The same of this tensor itself: every handle of it sees the new shape.
  const Tensor& squeeze_() const { return become_view("squeeze_", squeeze()); }
  const Tensor& squeeze_(std::int64_t dim) const { return become_view("squeeze_", squeeze(dim)); }
  const Tensor& unsqueeze_(std::int64_t dim) const {
    return become_view("unsqueeze_", unsqueeze(dim));
  }
  const Tensor& transpose_(std::int64_t dim0, std::int64_t dim1) const {
    return become_view("transpose_", transpose(dim0, dim1));
  }
  const Tensor& t_() const { return become_view("t_", t()); }
  /// The same memory in another shape; larger memory with undefined contents where it does not
  /// suffice. Error for a tensor that requires a gradient.
  const Tensor& resize_(const Shape& shape) const;
  /// Dimensions start_dim to end_dim become one; a copy where it takes one.
  Tensor flatten(std::int64_t start_dim = 0, std::int64_t end_dim = -1) const;
  Tensor transpose(std::int64_t dim0, std::int64_t dim1) const;
  /// [rows, columns] as [columns, rows]; fewer dimensions stay as they are, more throw Error.
  Tensor t() const;
  Tensor mT() const { return transpose(-2, -1); }
  Tensor T() const;
  /// Dimension i of the result is dimension dims[i]; each must be named once.
  Tensor permute(const Shape& dims) const;
  /// Without the dimensions of size 1, or without that one if its size is 1.
  Tensor squeeze() const;
  Tensor squeeze(std::int64_t dim) const;
  /// With a dimension of size 1 before `dim`, in [-dim() - 1, dim()].
  Tensor unsqueeze(std::int64_t dim) const;
  /// Dimensions of size 1, and new ones in front, repeat to `shape`, where -1 keeps a size. The
  /// repeated elements are one in memory, so the view cannot be written in place.
  Tensor expand(const Shape& shape) const;
  Tensor expand_as(const Tensor& other) const { return expand(other.sizes()); }
  /// One index of a dimension, which the result does not have; throws IndexError outside it.
  Tensor select(std::int64_t dim, std::int64_t index) const;
  /// Python's [start:end:step] with step > 0: bounds beyond the dimension are moved to its ends.
  Tensor slice(std::int64_t dim, std::optional<std::int64_t> start = {},
               std::optional<std::int64_t> end = {}, std::int64_t step = 1) const;
  /// `length` indices from `start` on; throws Error unless all lie inside.
  Tensor narrow(std::int64_t dim, std::int64_t start, std::int64_t length) const;
  /// Elements [i, i + offset] of two dimensions as the last dimension.
  Tensor diagonal(std::int64_t offset = 0, std::int64_t dim1 = 0, std::int64_t dim2 = 1) const;
  Tensor operator[](std::int64_t index) const { return select(0, index); }
  Tensor operator[](const Tensor& index) const;
  /// Parts of `size` indices, the last one shorter if they do not divide the dimension.
  std::vector<Tensor> split(std::int64_t size, std::int64_t dim = 0) const;
  /// Parts of these sizes, which must add up to the dimension's.
  std::vector<Tensor> split(const std::vector<std::int64_t>& sizes, std::int64_t dim = 0) const;
  /// At most that many parts of one size, but for the last.
  std::vector<Tensor> chunk(std::int64_t chunks, std::int64_t dim = 0) const;
  /// One part for each index, without the dimension.
  std::vector<Tensor> unbind(std::int64_t dim = 0) const;

  // ---- indexing (copies, except index of plain slices) ----
  Tensor index(const std::vector<indexing::TensorIndex>& indices) const;
  /// One index tensor; a template, so that index({...}) is the list.
  template <std::same_as<Tensor> Index> Tensor index(const Index& indices) const {
    return index_with(indices);
  }
  const Tensor& index_put_(const std::vector<indexing::TensorIndex>& indices, const Tensor& value,
                           bool accumulate = false) const;
  const Tensor& index_put_(const std::vector<indexing::TensorIndex>& indices, Scalar value) const;

  // ---- elementwise (core/ops/elementwise.h): operands broadcast and promote ----
  Tensor operator-() const;
  Tensor operator!() const;
  Tensor where(const Tensor& condition, const Tensor& other) const;

  // ---- in place: the handle stays, the numbers change ----
  // Operands broadcast to this tensor and results take its dtype; what is written may itself be an
  // operand. Error for a leaf that requires a gradient (outside NoGradGuard), for an expanded
  // tensor, and where an integer tensor cannot hold real results.
  const Tensor& add_(const Tensor& other, Scalar alpha = 1) const;
  const Tensor& add_(Scalar other) const;
  const Tensor& sub_(const Tensor& other, Scalar alpha = 1) const;
  const Tensor& sub_(Scalar other) const;
  const Tensor& mul_(const Tensor& other) const;
  const Tensor& mul_(Scalar other) const;
  const Tensor& div_(const Tensor& other) const;
  const Tensor& div_(Scalar other) const;
  const Tensor& pow_(Scalar exponent) const;
  const Tensor& tanh_() const;
  const Tensor& sigmoid_() const;
  const Tensor& relu_() const;
  const Tensor& exp_() const;
  const Tensor& log_() const;
  const Tensor& sqrt_() const;
  const Tensor& neg_() const;
  const Tensor& abs_() const;
  const Tensor& square_() const;
  const Tensor& clamp_(std::optional<Scalar> min = {}, std::optional<Scalar> max = {}) const;
  const Tensor& fill_(Scalar value) const;
  const Tensor& zero_() const { return fill_(0); }
  const Tensor& copy_(const Tensor& source) const;
  // Draws from the default generator (core/ops/random.h).
  const Tensor& uniform_(double from = 0, double to = 1) const;
  const Tensor& normal_(double mean = 0, double std = 1) const;
  /// 1 with probability p, otherwise 0.
  const Tensor& bernoulli_(double p = 0.5) const;
  /// Density lambda e^(-lambda x), x >= 0.
  const Tensor& exponential_(double lambda = 1) const;
  /// Whole numbers that the dtype holds exactly, from 0 on; or in [from, to).
  const Tensor& random_() const;
  const Tensor& random_(std::int64_t to) const { return random_(0, to); }
  const Tensor& random_(std::int64_t from, std::int64_t to) const;
  const Tensor& operator+=(const Tensor& other) const { return add_(other); }
  const Tensor& operator+=(Scalar other) const { return add_(other); }
  const Tensor& operator-=(const Tensor& other) const { return sub_(other); }
  const Tensor& operator-=(Scalar other) const { return sub_(other); }
  const Tensor& operator*=(const Tensor& other) const { return mul_(other); }
  const Tensor& operator*=(Scalar other) const { return mul_(other); }
  const Tensor& operator/=(const Tensor& other) const { return div_(other); }
  const Tensor& operator/=(Scalar other) const { return div_(other); }

  // ---- reductions (core/ops/reduce.h); without dimensions, over all elements ----
  Tensor var() const { return var(Shape()); }
  /// Takes a bool and nothing that converts to one: var(1) and var({0}) name dimensions.
  template <class Bool>
  requires std::is_same_v<Bool, bool> Tensor var(Bool unbiased)
  const { return var(Shape(), unbiased); }
  Tensor var(const Shape& dims, bool unbiased = true, bool keepdim = false) const;
  Tensor std() const { return std(Shape()); }
  /// Takes a bool and nothing that converts to one: std(1) and std({0}) name dimensions.
  template <class Bool>
  requires std::is_same_v<Bool, bool> Tensor std(Bool unbiased)
  const { return std(Shape(), unbiased); }
  Tensor std(const Shape& dims, bool unbiased = true, bool keepdim = false) const;

  // ---- for the library ----
  TensorImpl* impl() const { return impl_.get(); }
  TensorImpl* unsafeGetTensorImpl() const { return impl(); }
  const TensorImpl& checked_impl() const;

 private:
  Tensor index_with(const Tensor& indices) const;
  const Tensor& become_view(const char* op, const Tensor& view) const;
  IntrusivePtr<TensorImpl> impl_;
};

std::ostream& operator<<(std::ostream& out, const Tensor::Description& description);

/// Prints as libtorch does: the values, then "[ CPUFloatType{2,3} ]".
std::ostream& operator<<(std::ostream& out, const Tensor& tensor);

}  // namespace tandem
