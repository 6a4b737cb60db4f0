// Views: other shapes and strides over the same storage. Each knows the way back for gradients.
#include "core/ops/views.h"

#include <algorithm>

#include "core/autograd/node.h"
#include "core/ops/elementwise.h"
#include "core/ops/factories.h"
#include "core/tensor/tensor_impl.h"

namespace tandem {

using autograd::BackwardContext;

namespace {

std::uint64_t history_of(const TensorImpl& impl) {
  return impl.grad_fn ? impl.grad_fn->sequence : 0;
}

/// A view on the tape; `backward` maps its gradient to the base's.
template <class Backward> Tensor recorded_view(const char* name, const Tensor& base,
                                               const Shape& shape, const Shape& strides,
                                               std::int64_t offset, Backward backward) {
  autograd::drop_lone_base(base);
  Tensor out = make_view(base, shape, strides, offset);
  TensorImpl& impl = *out.impl();
  impl.base = base.impl()->base ? base.impl()->base : IntrusivePtr(base.impl());
  impl.base_history = is_grad_enabled() ? history_of(*impl.base) : TensorImpl::off_the_tape;
  if (autograd::records(base))
    autograd::record(out, name, {base}, {},
                     [backward](BackwardContext& pass) { pass.set(0, backward(pass.grad())); });
  return out;
}

/// A view that covers part of the base: its gradient is zero elsewhere.
template <class View> Tensor partial_view(const char* name, const Tensor& base, const Shape& shape,
                                          const Shape& strides, std::int64_t offset, View view) {
  return recorded_view(name, base, shape, strides, offset,
                       [view, whole = base.sizes()](const Tensor& grad) {
                         return view_backward(grad, whole, view);
                       });
}

/// Strides that show memory of `shape` and `strides` as `target`, if there are any without copying.
std::optional<Shape> strides_for_view(const Shape& shape, const Shape& strides,
                                      const Shape& target) {
  if (shape.numel() == 0) return contiguous_strides(target);
  Shape result = Shape::filled(target.rank(), 0);
  int to = target.rank() - 1;
  // From the back, each run of source dimensions that lie evenly must be used up by whole target
  // ones.
  std::int64_t run = 1, used = 1, step = shape.rank() > 0 ? strides[shape.rank() - 1] : 1;
  for (int from = shape.rank() - 1; from >= 0; --from) {
    run *= shape[from];
    const bool run_ends = from == 0 || (shape[from - 1] != 1 && strides[from - 1] != run * step);
    if (!run_ends) continue;
    while (to >= 0 && (used < run || target[to] == 1)) {
      result[to] = used * step;
      used *= target[to--];
    }
    if (used != run) return {};
    if (from > 0) {
      step = strides[from - 1];
      run = used = 1;
    }
  }
  if (shape.rank() == 0)
    for (; to >= 0; --to) result[to] = 1;
  return to == -1 ? std::optional<Shape>(result) : std::nullopt;
}

/// `target` with its one -1 replaced by what is left over.
Shape inferred_shape(const char* op, const Tensor& x, Shape target) {
  int unknown = -1;
  std::int64_t known = 1;
  for (int d = 0; d < target.rank(); ++d) {
    if (target[d] == -1) {
      check(unknown < 0, op, ": only one size can be -1, got shape ", target);
      unknown = d;
    } else {
      check(target[d] >= 0, op, ": sizes must not be negative, got shape ", target);
      known = checked_product(op, known, target[d], target);
    }
  }
  if (unknown >= 0) {
    check(known != 0 && x.numel() % known == 0, op, ": shape ", target, " does not fit the ",
          x.numel(), " elements of ", x.describe());
    target[unknown] = x.numel() / known;
  }
  check(target.numel() == x.numel(), op, ": shape ", target, " does not fit the ", x.numel(),
        " elements of ", x.describe());
  return target;
}

Tensor view_with(const char* op, const Tensor& x, const Shape& shape, const Shape& strides) {
  return recorded_view(op, x, shape, strides, x.storage_offset(),
                       [before = x.sizes()](const Tensor& grad) { return grad.reshape(before); });
}

}  // namespace

Tensor view_backward(const Tensor& grad, const Shape& whole,
                     const std::function<Tensor(const Tensor&)>& view) {
  Tensor out = zeros(whole, grad.options());
  {
    const NoGradGuard guard;
    view(out).copy_(grad);
  }
  if (autograd::records(grad))
    autograd::record(out, "view_backward", {grad}, {},
                     [view](BackwardContext& pass) { pass.set(0, view(pass.grad())); });
  return out;
}

void autograd::regenerate_view(const Tensor& view) {
  TensorImpl& impl = *view.impl();
  const Tensor base(impl.base);
  impl.base_history = history_of(*impl.base);  // up to date from here on: recording asks
  // Along stride 0 one element was shown many times: their gradients add up.
  Shape once = impl.shape;
  for (int d = 0; d < once.rank(); ++d)
    if (impl.strides[d] == 0 && once[d] > 1) once[d] = 1;
  record(view, "as_strided_view", {base}, {},
         [whole = base.sizes(), base_strides = base.strides(), once, strides = impl.strides,
          offset = impl.offset - base.storage_offset()](BackwardContext& pass) {
           const Tensor memory =
               view_backward(sum_to_size(pass.grad(), once), {memory_extent(whole, base_strides)},
                             [=](const Tensor& other) {
                               return as_strided_view(other.contiguous(), once, strides, offset);
                             });
           pass.set(0, as_strided_view(memory, whole, base_strides, 0));
         });
}

std::int64_t memory_extent(const Shape& shape, const Shape& strides) {
  if (shape.numel() == 0) return 0;
  std::int64_t last = 0;
  for (int d = 0; d < shape.rank(); ++d) last += (shape[d] - 1) * strides[d];
  return last + 1;
}

Tensor laid_out(const Tensor& tensor, const Shape& strides) {
  if (strides == contiguous_strides(tensor.sizes())) return tensor.contiguous();
  Tensor memory = zeros({memory_extent(tensor.sizes(), strides)}, tensor.options());
  as_strided_view(memory, tensor.sizes(), strides, 0).copy_(tensor);
  return memory;
}

Tensor as_strided_view(const Tensor& whole, const Shape& shape, const Shape& strides,
                       std::int64_t offset) {
  return partial_view(
      "as_strided_view", whole, shape, strides, whole.storage_offset() + offset,
      [=](const Tensor& other) { return as_strided_view(other, shape, strides, offset); });
}

Tensor Tensor::view(const Shape& shape) const {
  const Shape target = inferred_shape("view", *this, shape);
  const std::optional<Shape> steps = strides_for_view(sizes(), strides(), target);
  check(steps.has_value(), "view: shape ", target, " needs a copy of ", describe(),
        " with strides ", strides(), "; use reshape");
  return view_with("view", *this, target, *steps);
}

Tensor Tensor::reshape(const Shape& shape) const {
  const Shape target = inferred_shape("reshape", *this, shape);
  if (target == sizes()) return *this;
  const std::optional<Shape> steps = strides_for_view(sizes(), strides(), target);
  if (steps) return view_with("reshape", *this, target, *steps);
  return clone().view(target);
}

Tensor Tensor::flatten(std::int64_t start_dim, std::int64_t end_dim) const {
  const int rank = sizes().rank();
  const int first = wrap_dim("flatten", start_dim, rank), last = wrap_dim("flatten", end_dim, rank);
  check(first <= last, "flatten: start_dim ", start_dim, " comes after end_dim ", end_dim, " for ",
        describe());
  if (rank == 0) return reshape({1});
  Shape shape;
  for (int d = 0; d < rank; ++d) {
    if (d > first && d <= last)
      shape[shape.rank() - 1] = checked_product("flatten", shape.back(), sizes()[d], sizes());
    else
      shape.push_back(sizes()[d]);
  }
  return reshape(shape);
}

Tensor Tensor::permute(const Shape& dims) const {
  const int rank = sizes().rank();
  check(dims.rank() == rank, "permute: got ", dims.rank(), " dimensions ", dims, " for ",
        describe());
  Shape shape, steps, inverse = Shape::filled(rank, -1);
  for (int d = 0; d < rank; ++d) {
    const int from = wrap_dim("permute", dims[d], rank);
    check(inverse[from] < 0, "permute: dimension ", dims[d], " appears twice in ", dims);
    inverse[from] = d;
    shape.push_back(sizes()[from]);
    steps.push_back(strides()[from]);
  }
  return recorded_view("permute", *this, shape, steps, storage_offset(),
                       [inverse](const Tensor& grad) { return grad.permute(inverse); });
}

Tensor Tensor::transpose(std::int64_t dim0, std::int64_t dim1) const {
  const int rank = sizes().rank();
  const int a = wrap_dim("transpose", dim0, rank), b = wrap_dim("transpose", dim1, rank);
  if (rank == 0) return view_with("transpose", *this, sizes(), strides());
  Shape shape = sizes(), steps = strides();
  std::swap(shape[a], shape[b]);
  std::swap(steps[a], steps[b]);
  return recorded_view("transpose", *this, shape, steps, storage_offset(),
                       [a, b](const Tensor& grad) { return grad.transpose(a, b); });
}

Tensor Tensor::t() const {
  check(dim() <= 2, "t: expected at most 2 dimensions, got ", describe());
  return dim() < 2 ? view_with("t", *this, sizes(), strides()) : transpose(0, 1);
}

Tensor Tensor::squeeze() const {
  Shape shape, steps;
  for (int d = 0; d < sizes().rank(); ++d)
    if (sizes()[d] != 1) {
      shape.push_back(sizes()[d]);
      steps.push_back(strides()[d]);
    }
  return view_with("squeeze", *this, shape, steps);
}

Tensor Tensor::squeeze(std::int64_t dim) const {
  const int d = wrap_dim("squeeze", dim, sizes().rank());
  Shape shape = sizes(), steps = strides();
  if (shape.rank() > 0 && shape[d] == 1) {
    shape.erase(d);
    steps.erase(d);
  }
  return view_with("squeeze", *this, shape, steps);
}

Tensor Tensor::unsqueeze(std::int64_t dim) const {
  const int d = wrap_dim("unsqueeze", dim, sizes().rank() + 1);
  Shape shape = sizes(), steps = strides();
  steps.insert(d, d < shape.rank() ? shape[d] * steps[d] : 1);
  shape.insert(d, 1);
  return view_with("unsqueeze", *this, shape, steps);
}

Tensor Tensor::expand(const Shape& given) const {
  Shape shape = given;
  const int extra = shape.rank() - sizes().rank();
  check(extra >= 0, "expand: cannot expand ", describe(), " to the shorter shape ", given);
  for (int d = 0; d < shape.rank(); ++d) {
    const std::int64_t own = d < extra ? 1 : sizes()[d - extra];
    if (shape[d] == -1 && d >= extra) shape[d] = own;
    check(shape[d] >= 0 && (own == shape[d] || own == 1), "expand: cannot expand ", describe(),
          " to ", given);
  }
  check_shape("expand", shape);
  return recorded_view("expand", *this, shape, broadcast_strides(sizes(), strides(), shape),
                       storage_offset(),
                       [before = sizes()](const Tensor& grad) { return grad.sum_to_size(before); });
}

Tensor Tensor::select(std::int64_t dim, std::int64_t index) const {
  check<IndexError>(this->dim() > 0, "select: a tensor of no dimensions cannot be indexed");
  const int d = wrap_dim("select", dim, sizes().rank());
  const std::int64_t size = sizes()[d];
  check<IndexError>(index >= -size && index < size, "select: index ", index,
                    " is out of range for dimension ", d, " of ", describe());
  const std::int64_t at = index < 0 ? index + size : index;
  Shape shape = sizes(), steps = strides();
  const std::int64_t offset = storage_offset() + at * steps[d];
  shape.erase(d);
  steps.erase(d);
  return partial_view("select", *this, shape, steps, offset,
                      [d, at](const Tensor& whole) { return whole.select(d, at); });
}

Tensor Tensor::slice(std::int64_t dim, std::optional<std::int64_t> start,
                     std::optional<std::int64_t> end, std::int64_t step) const {
  check(this->dim() > 0, "slice: a tensor of no dimensions cannot be sliced");
  check(step > 0, "slice: step must be positive, got ", step);
  const int d = wrap_dim("slice", dim, sizes().rank());
  const std::int64_t size = sizes()[d];
  const auto clipped = [size](std::int64_t i) {
    return std::clamp(i < 0 ? i + size : i, std::int64_t{0}, size);
  };
  const std::int64_t first = clipped(start.value_or(0)),
                     last = std::max(first, clipped(end.value_or(size)));
  Shape shape = sizes(), steps = strides();
  const std::int64_t offset = storage_offset() + first * steps[d];
  shape[d] = last > first ? (last - first - 1) / step + 1 : 0;
  if (shape[d] > 1) steps[d] *= step;
  return partial_view(
      "slice", *this, shape, steps, offset,
      [d, first, last, step](const Tensor& whole) { return whole.slice(d, first, last, step); });
}

Tensor Tensor::narrow(std::int64_t dim, std::int64_t start, std::int64_t length) const {
  const int d = wrap_dim("narrow", dim, sizes().rank());
  check(this->dim() > 0, "narrow: a tensor of no dimensions cannot be narrowed");
  const std::int64_t size = sizes()[d], first = start < 0 ? start + size : start;
  check<IndexError>(first >= 0 && first <= size && length >= 0 && length <= size - first,
                    "narrow: start ", start, " and length ", length, " leave dimension ", d, " of ",
                    describe());
  return slice(d, first, first + length);
}

Tensor Tensor::diagonal(std::int64_t offset, std::int64_t dim1, std::int64_t dim2) const {
  const int rank = sizes().rank();
  const int a = wrap_dim("diagonal", dim1, rank), b = wrap_dim("diagonal", dim2, rank);
  check(rank >= 2 && a != b, "diagonal: needs two different dimensions, got ", dim1, " and ", dim2,
        " of ", describe());
  const std::int64_t down = std::max<std::int64_t>(0, -offset),
                     right = std::max<std::int64_t>(0, offset);
  const std::int64_t length =
      std::max<std::int64_t>(0, std::min(sizes()[a] - down, sizes()[b] - right));
  Shape shape = sizes(), steps = strides();
  const std::int64_t step = steps[a] + steps[b];
  const std::int64_t start =
      length > 0 ? storage_offset() + down * steps[a] + right * steps[b] : storage_offset();
  for (const int d : {std::max(a, b), std::min(a, b)}) {
    shape.erase(d);
    steps.erase(d);
  }
  shape.push_back(length);
  steps.push_back(step);
  return partial_view("diagonal", *this, shape, steps, start,
                      [offset, a, b](const Tensor& whole) { return whole.diagonal(offset, a, b); });
}

std::vector<Tensor> Tensor::split(const std::vector<std::int64_t>& lengths,
                                  std::int64_t dim) const {
  const int d = wrap_dim("split", dim, sizes().rank());
  std::int64_t total = 0;
  for (std::int64_t length : lengths) {
    check(length >= 0 && length <= sizes()[d] - total, "split: a part of ", length,
          " elements does not fit what is left of dimension ", d, " of ", describe());
    total += length;
  }
  check(this->dim() > 0 && total == sizes()[d], "split: the sizes add up to ", total,
        ", not to dimension ", d, " of ", describe());
  return reporting_bad_alloc("split", [&] {
    std::vector<Tensor> parts;
    std::int64_t start = 0;
    for (std::int64_t length : lengths) {
      parts.push_back(narrow(d, start, length));
      start += length;
    }
    return parts;
  });
}

std::vector<Tensor> Tensor::split(std::int64_t length, std::int64_t dim) const {
  const int d = wrap_dim("split", dim, sizes().rank());
  check(this->dim() > 0 && length > 0, "split: needs a positive size and a dimension, got ", length,
        " for ", describe());
  return reporting_bad_alloc("split", [&] {
    std::vector<Tensor> parts;
    for (std::int64_t start = 0; start < std::max<std::int64_t>(1, sizes()[d]); start += length)
      parts.push_back(slice(d, start, start + length));
    return parts;
  });
}

std::vector<Tensor> Tensor::chunk(std::int64_t chunks, std::int64_t dim) const {
  const int d = wrap_dim("chunk", dim, sizes().rank());
  check(this->dim() > 0 && chunks > 0, "chunk: needs a positive number of chunks, got ", chunks,
        " for ", describe());
  if (sizes()[d] == 0)
    return reporting_bad_alloc("chunk", [&] {
      return std::vector<Tensor>(static_cast<std::size_t>(chunks), slice(d, 0, 0));
    });
  return split((sizes()[d] + chunks - 1) / chunks, d);
}

std::vector<Tensor> Tensor::unbind(std::int64_t dim) const {
  const int d = wrap_dim("unbind", dim, sizes().rank());
  check(this->dim() > 0, "unbind: a tensor of no dimensions cannot be taken apart");
  return reporting_bad_alloc("unbind", [&] {
    std::vector<Tensor> parts;
    for (std::int64_t i = 0; i < sizes()[d]; ++i) parts.push_back(select(d, i));
    return parts;
  });
}

}  // namespace tandem
