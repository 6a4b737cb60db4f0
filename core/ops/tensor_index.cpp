// x.index({...}) and x.index_put_({...}, value): slices are views; index tensors become one gather
// or scatter over the dimensions they address, flattened.
#include <algorithm>
#include <optional>
#include <ostream>

#include "core/autograd/node.h"
#include "core/backend/recording.h"
#include "core/base/warning.h"
#include "core/ops/elementwise.h"
#include "core/ops/factories.h"
#include "core/ops/indexing.h"
#include "core/ops/inplace.h"
#include "core/ops/scatter.h"
#include "core/tensor/tensor_impl.h"

namespace tandem {

using indexing::TensorIndex;

namespace {

/// What an index means for x: a view, and index tensors for some of the view's dimensions.
struct ResolvedIndex {
  struct IndexTensor {
    int dim;       ///< of the view
    int own;       ///< the same dimension of x, for errors; -1 for one that x does not have
    Tensor index;  ///< int64
  };
  Tensor x, view;
  List<IndexTensor> tensors;

  void check_range(std::int64_t index, int own) const {
    if (own < 0) return;
    const std::int64_t size = x.sizes()[own];
    check<IndexError>(index >= -size && index < size, "index: index ", index,
                      " is out of bounds for dimension ", own, " with size ", size, " of ",
                      x.describe());
  }
};

bool is_mask(const Tensor& index) { return index.dtype() == kBool || index.dtype() == kUInt8; }

/// Dimensions of x that an entry stands for.
int dims_used(const TensorIndex& index) {
  if (index.is_tensor() && is_mask(index.tensor())) return static_cast<int>(index.tensor().dim());
  return index.is_integer() || index.is_slice() || index.is_tensor() ? 1 : 0;
}

/// One bool for the whole: a new dimension of size 1 or 0.
void add_bool(ResolvedIndex& resolved, int& dim, bool value) {
  resolved.view = resolved.view.unsqueeze(dim);
  resolved.tensors.push_back(
      {dim++, -1, zeros({value ? 1 : 0}, resolved.x.options().dtype(kInt64))});
}

/// A mask addresses as many dimensions as it has: one index tensor for each.
void add_mask(ResolvedIndex& resolved, int& dim, int own, const Tensor& mask) {
  if (mask.dim() == 0) return add_bool(resolved, dim, mask.item<bool>());
  for (int d = 0; d < mask.sizes().rank(); ++d)
    check<IndexError>(mask.sizes()[d] == resolved.x.sizes()[own + d], "index: the mask ",
                      mask.describe(), " does not match ", resolved.x.describe(), " at dimension ",
                      own + d);
  const Tensor positions = nonzero(mask);
  for (int d = 0; d < mask.sizes().rank(); ++d)
    resolved.tensors.push_back({dim++, own + d, positions.select(1, d).contiguous()});
}

/// The integer that an entry is: a tensor of no dimension, too, whose value is read, which a
/// recording does not allow.
std::optional<std::int64_t> integer_of(const TensorIndex& index) {
  if (index.is_integer()) return index.integer();
  if (index.is_tensor() && index.tensor().dim() == 0 && !is_mask(index.tensor()) &&
      !recording_open())
    return index.tensor().item<std::int64_t>();
  return {};
}

void check_index_tensor(const Tensor& index, const Tensor& x) {
  check(index.defined() && index.device() == x.device(), "index: the index ", index.describe(),
        " must be on the device of ", x.describe());
  check(is_integral(index.dtype()) || is_mask(index),
        "index: an index tensor must hold integers or bools, got ", index.describe());
  if (index.dtype() == kUInt8)
    TANDEM_WARN("index: indexing with dtype torch.uint8 is now deprecated; use a bool mask");
}

ResolvedIndex resolve(const Tensor& x, const std::vector<TensorIndex>& indices) {
  check<IndexError>(!indices.empty(), "index: an empty list of indices for ", x.describe(),
                    "; x.index({\"...\"}) is all of x");
  int used = 0, ellipses = 0;
  for (const TensorIndex& index : indices) {
    if (index.is_tensor()) check_index_tensor(index.tensor(), x);
    used += dims_used(index);
    ellipses += index.is_ellipsis();
  }
  check<IndexError>(ellipses <= 1, "index: '...' appears ", ellipses, " times in an index of ",
                    x.describe());
  check<IndexError>(used <= x.dim(), "index: ", x.dim() == 0 ? "invalid index" : "too many indices",
                    ", ", used, " for ", x.describe());
  ResolvedIndex resolved{x, x, {}};
  int dim = 0, own = 0;  // where the entry stands in the view, and in x
  for (const TensorIndex& index : indices) {
    if (const std::optional<std::int64_t> integer = integer_of(index)) {
      resolved.check_range(*integer, own);
      resolved.view = resolved.view.select(dim, *integer);
    } else if (index.is_boolean()) {
      add_bool(resolved, dim, index.boolean());
    } else if (index.is_slice()) {
      const indexing::Slice& slice = index.slice();
      resolved.view = resolved.view.slice(dim++, slice.start(), slice.stop(), slice.step());
    } else if (index.is_none()) {
      resolved.view = resolved.view.unsqueeze(dim++);
    } else if (index.is_ellipsis()) {
      dim += static_cast<int>(x.dim()) - used;
      own += static_cast<int>(x.dim()) - used;
    } else if (is_mask(index.tensor())) {
      add_mask(resolved, dim, own, index.tensor());
    } else {
      resolved.tensors.push_back({dim++, own, index.tensor().to(kInt64)});
    }
    own += dims_used(index);
  }
  return resolved;
}

/// The view with its indexed dimensions brought to the front and flattened into one, and the
/// positions there. `result_shape` is the indexed tensor's shape before dimensions move back to
/// `target`.
struct Flattened {
  Tensor rows;       ///< [product of indexed sizes, rest...]
  Tensor positions;  ///< int64, one dimension
  Shape index_shape, rest;
  int target = 0;  ///< where the index's dimensions stand in the result

  explicit Flattened(const ResolvedIndex& resolved) {
    const Tensor& view = resolved.view;
    Shape order;
    std::int64_t count = 1;
    for (const auto& [dim, own, index] : resolved.tensors) {
      index_shape = broadcast_shapes("index", index_shape, index.sizes());
      order.push_back(dim);
      count = checked_product("index", count, view.size(dim), view.sizes());
    }
    // Neighbouring index tensors leave their dimensions in place, others move them to the front.
    const bool neighbours = order[static_cast<std::size_t>(order.rank()) - 1] - order[0] ==
                            static_cast<std::int64_t>(order.rank()) - 1;
    target = neighbours ? static_cast<int>(order[0]) : 0;
    for (int d = 0; d < view.sizes().rank(); ++d)
      if (std::find(order.begin(), order.end(), d) == order.end()) {
        order.push_back(d);
        rest.push_back(view.size(d));
      }
    Shape flat = rest;
    flat.insert(0, count);
    rows = view.permute(order).reshape(flat);
    positions = flat_positions(resolved);
  }

  /// The shape with the index's dimensions at the front.
  Shape front_shape() const {
    Shape shape = index_shape;
    for (std::int64_t size : rest) shape.push_back(size);
    return shape;
  }
  /// Moves the index's dimensions from the front to where they belong.
  Shape order_of_result() const {
    Shape order;
    for (int d = 0; d < target; ++d) order.push_back(index_shape.rank() + d);
    for (int d = 0; d < index_shape.rank(); ++d) order.push_back(d);
    for (int d = target; d < rest.rank(); ++d) order.push_back(index_shape.rank() + d);
    return order;
  }

 private:
  Tensor flat_positions(const ResolvedIndex& resolved) const {
    Tensor flat;
    for (const auto& [dim, own, index] : resolved.tensors) {
      const std::int64_t size = resolved.view.size(dim);
      if (index.numel() > 0) {
        resolved.check_range(index.max().item<std::int64_t>(), own);
        resolved.check_range(index.min().item<std::int64_t>(), own);
      }
      const Tensor wrapped = where(index < 0, index + size, index);
      flat = flat.defined() ? flat * size + wrapped : wrapped;
    }
    return flat.expand(index_shape).reshape({-1});
  }
};

}  // namespace

Tensor Tensor::index_with(const Tensor& indices) const {
  return index(std::vector<TensorIndex>{indices});
}
Tensor Tensor::index(const std::vector<TensorIndex>& indices) const {
  const ResolvedIndex resolved = resolve(*this, indices);
  if (resolved.tensors.empty())  // a tensor of its own even for {"..."}
    return resolved.view.is_same(*this) ? view(sizes()) : resolved.view;
  const Flattened flat(resolved);
  return flat.rows.index_select(0, flat.positions)
      .reshape(flat.front_shape())
      .permute(flat.order_of_result());
}

Tensor Tensor::operator[](const Tensor& index) const { return this->index({index}); }

namespace {

/// `value` as what is written to `target`: leading dimensions of size 1 too many are left out.
Tensor value_for(const Tensor& target, const Tensor& value) {
  Shape shape = value.sizes();
  while (shape.rank() > target.sizes().rank() && shape[0] == 1) shape.erase(0);
  check(broadcasts(shape, target.sizes()) &&
            broadcast_shapes("index_put_", shape, target.sizes()) == target.sizes(),
        "index_put_: shape mismatch: the value ", value.describe(),
        " does not broadcast to the indexed elements ", target.sizes());
  return value.reshape(shape).expand(target.sizes());
}

}  // namespace

const Tensor& Tensor::index_put_(const std::vector<TensorIndex>& indices, const Tensor& value,
                                 bool accumulate) const {
  check(value.defined(), "index_put_: the value is an undefined tensor");
  check_inplace("index_put_", *this);
  // Where every indexed element lies among all, found with the same index.
  const auto find = [&] { return arange(numel(), device()).reshape(sizes()).index(indices); };
  if (accumulate) {
    const Tensor positions = find();
    const Tensor values = value_for(positions, value.to(dtype())).reshape({-1});
    return overwrite("index_put_", *this,
                     tandem::index_add(clone().reshape({-1}), 0, positions.reshape({-1}), values)
                         .reshape(sizes()));
  }
  if (autograd::records(*this, value)) {
    // On the tape: a new value for the whole tensor, whose unchanged part is the old one.
    const Tensor target = find();
    Tensor mask = zeros({numel()}, options().dtype(kBool)),
           source = zeros({numel()}, options().dtype(kInt64));
    // Nowhere to write: still a node, so that the gradient of `value` is 0 instead of an error.
    if (target.numel() == 0)
      return overwrite("index_put_", *this,
                       tandem::where(mask.reshape(sizes()), value.sum().to(dtype()), clone()));
    const Tensor flat = target.reshape({-1});
    const auto at =
        reporting_bad_alloc("index_put_", [&] { return std::vector<TensorIndex>{flat}; });
    mask.index_put_(at, true);
    source.index_put_(at, arange(flat.numel(), device()));
    const Tensor values =
        value_for(target, value.to(dtype())).reshape({-1}).index_select(0, source);
    return overwrite("index_put_", *this,
                     tandem::where(mask.reshape(sizes()), values.reshape(sizes()), clone()));
  }
  const NoGradGuard guard;
  const ResolvedIndex resolved = resolve(*this, indices);
  if (resolved.tensors.empty()) {
    resolved.view.copy_(value_for(resolved.view, value));
    return *this;
  }
  const Tensor positions = find();
  const Tensor from = value_for(positions, value.to(device()).to(dtype())).cpu().contiguous();
  const Tensor at = positions.cpu().contiguous();
  Tensor whole = this->clone().cpu();
  visit_dtype(dtype(), [&]<class T>() {
    for (std::int64_t i = 0; i < at.numel(); ++i)
      whole.data_ptr<T>()[at.data_ptr<std::int64_t>()[i]] = from.data_ptr<T>()[i];
  });
  return copy_(whole.to(device()));
}

const Tensor& Tensor::index_put_(const std::vector<TensorIndex>& indices, Scalar value) const {
  check_fits("index_put_", value, dtype());
  return index_put_(indices, full({}, value, options()));
}

Tensor index(const Tensor& x, const std::vector<TensorIndex>& indices) { return x.index(indices); }
const Tensor& index_put_(const Tensor& x, const std::vector<TensorIndex>& indices,
                         const Tensor& value, bool accumulate) {
  return x.index_put_(indices, value, accumulate);
}
Tensor index_put(const Tensor& x, const std::vector<TensorIndex>& indices, const Tensor& value,
                 bool accumulate) {
  return x.clone().index_put_(indices, value, accumulate);
}

namespace indexing {

std::ostream& operator<<(std::ostream& stream, const Slice& slice) {
  return stream << slice.start() << ':' << slice.stop() << ':' << slice.step();
}

std::ostream& operator<<(std::ostream& stream, const TensorIndex& index) {
  if (index.is_none()) return stream << "None";
  if (index.is_ellipsis()) return stream << "...";
  if (index.is_integer()) return stream << index.integer();
  if (index.is_boolean()) return stream << (index.boolean() ? "true" : "false");
  if (index.is_slice()) return stream << index.slice();
  return stream << index.tensor();
}

std::ostream& operator<<(std::ostream& stream, const std::vector<TensorIndex>& indices) {
  stream << '(';
  for (std::size_t i = 0; i < indices.size(); ++i) stream << (i == 0 ? "" : ", ") << indices[i];
  return stream << ')';
}

}  // namespace indexing

}  // namespace tandem
