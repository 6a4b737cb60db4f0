// Gathering, scattering and masks, forward and backward.
#include "core/ops/indexing.h"

#include <algorithm>
#include <string_view>

#include "core/autograd/node.h"
#include "core/backend/backend.h"
#include "core/ops/elementwise.h"
#include "core/ops/factories.h"
#include "core/ops/reduce.h"
#include "core/ops/scatter.h"
#include "core/ops/views.h"
#include "core/tensor/tensor_impl.h"

namespace tandem {

using autograd::BackwardContext;

namespace {

const std::int64_t* index_data(const Tensor& index) {
  return static_cast<const std::int64_t*>(index.raw_data());
}

Tensor index_tensor(const char* op, const Tensor& x, const Tensor& index) {
  check(index.defined() && is_integral(index.dtype()) && index.device() == x.device(), op,
        ": the index must hold integers on the device of ", x.describe(), ", got ",
        index.describe());
  return index.to(kInt64);
}

Shape without_step(Shape strides, int dim) {
  strides[dim] = 0;
  return strides;
}

void check_index_fits(const char* op, const Tensor& x, int dim, const Tensor& index) {
  check(index.dim() == x.dim(), op, ": the index ", index.describe(), " needs the rank of ",
        x.describe());
  for (int d = 0; d < x.sizes().rank(); ++d)
    check(d == dim || index.sizes()[d] <= x.sizes()[d], op, ": the index ", index.describe(),
          " is larger than ", x.describe(), " in dimension ", d);
}

/// gather along `dim` with an int64 index whose shape is the output's, off the tape.
Tensor gathered(const char* op, const Tensor& x, int dim, const Tensor& index, bool from_end) {
  Tensor out = make_tensor(index.sizes(), x.dtype(), x.device());
  if (out.numel() == 0) return out;
  backend_for(x).run(GatherCall{
      plan_loop(out.sizes(), {out.strides(), index.strides(), without_step(x.strides(), dim)}),
      {op, x.sizes()[dim], x.strides()[dim], from_end},
      index_data(index),
      input_of(x),
      output_of(out)});
  return out;
}

void scatter_into(const char* op, const Tensor& target, int dim, const Tensor& index,
                  const Tensor& source) {
  if (index.numel() == 0) return;
  backend_for(target).run(ScatterAddCall{
      plan_loop(index.sizes(),
                {without_step(target.strides(), dim), index.strides(), source.strides()}),
      {op, target.sizes()[dim], target.strides()[dim]},
      index_data(index),
      input_of(source),
      output_of(target)});
}

Tensor gather_as(const char* op, const Tensor& x, int dim, const Tensor& index,
                 bool from_end = true) {
  Tensor out = gathered(op, x, dim, index, from_end);
  if (autograd::records(x))
    autograd::record(out, op, {x}, {index}, [dim, whole = x.sizes()](BackwardContext& pass) {
      pass.set(0,
               scatter_add(zeros(whole, pass.grad().options()), dim, pass.saved(0), pass.grad()));
    });
  return out;
}

Tensor scatter_as(const char* op, const Tensor& x, int dim, const Tensor& index,
                  const Tensor& source) {
  check(source.dtype() == x.dtype() && source.device() == x.device(), op, ": the source ",
        source.describe(), " must have the dtype and device of ", x.describe());
  check_index_fits(op, source, -1, index);
  Tensor out;
  {
    const NoGradGuard guard;
    out = x.clone();
    scatter_into(op, out, dim, index, source);
  }
  if (autograd::records(x, source))
    autograd::record(
        out, op, {x, source}, {index}, [dim, whole = source.sizes()](BackwardContext& pass) {
          if (pass.needs(0)) pass.set(0, pass.grad());
          if (!pass.needs(1)) return;
          const Tensor taken = gather(pass.grad(), dim, pass.saved(0));
          pass.set(1, view_backward(taken, whole, [corner = taken.sizes()](const Tensor& region) {
                     Tensor view = region;
                     for (int d = 0; d < corner.rank(); ++d) view = view.narrow(d, 0, corner[d]);
                     return view;
                   }));
        });
  return out;
}

/// An index of one dimension, shaped to walk like `like` along `dim`.
Tensor spread_index(const char* op, const Tensor& index, const Shape& like, int dim,
                    bool from_end = true) {
  // Where there is nothing to read, an index is read from a column to be checked all the same.
  if (like.numel() == 0 && index.numel() > 0)
    gathered(op, zeros({like[dim]}, index.device()), 0, index.reshape({-1}), from_end);
  Shape whole = like;
  whole[dim] = index.numel();
  return index.reshape(Shape::along(like.rank(), dim, index.numel())).expand(whole);
}

}  // namespace

namespace indexing {

TensorIndex::TensorIndex(const char* text) : value_(Ellipsis) {
  check(std::string_view(text) == "...", "index: the only text allowed is '...', got '", text, "'");
}

}  // namespace indexing

Tensor gather(const Tensor& x, std::int64_t dim, const Tensor& given) {
  const Tensor index = index_tensor("gather", x, given);
  const int d = wrap_dim("gather", dim, x.sizes().rank());
  if (x.dim() == 0) return gather(x.reshape({1}), 0, given.reshape({-1})).reshape(given.sizes());
  check_index_fits("gather", x, d, index);
  return gather_as("gather", x, d, index);
}

Tensor scatter_add(const Tensor& x, std::int64_t dim, const Tensor& given, const Tensor& source) {
  const Tensor index = index_tensor("scatter_add", x, given);
  const int d = wrap_dim("scatter_add", dim, x.sizes().rank());
  if (x.dim() == 0)
    return scatter_add(x.reshape({1}), 0, given.reshape({-1}), source.reshape({-1})).reshape({});
  check_index_fits("scatter_add", x, d, index);
  return scatter_as("scatter_add", x, d, index, source);
}

Tensor index_select(const Tensor& x, std::int64_t dim, const Tensor& given) {
  const Tensor index = index_tensor("index_select", x, given);
  check(index.dim() <= 1, "index_select: the index must have one dimension, got ",
        given.describe());
  const int d = wrap_dim("index_select", dim, x.sizes().rank());
  if (x.dim() == 0) return index_select(x.reshape({1}), 0, given).reshape({});
  return gather_as("index_select", x, d, spread_index("index_select", index, x.sizes(), d));
}

Tensor embedding(const Tensor& indices, const Tensor& weight) {
  check(indices.defined() && is_integral(indices.dtype()),
        "embedding: the indices must be integers, got ", indices.describe());
  check(weight.defined() && weight.dim() == 2,
        "embedding: the weight must be [count, features], got ", weight.describe());
  Shape shape = indices.sizes();
  shape.push_back(weight.size(1));
  const Tensor index = index_tensor("embedding", weight, indices).reshape({-1});
  return gather_as("embedding", weight, 0,
                   spread_index("embedding", index, weight.sizes(), 0, false), false)
      .reshape(shape);
}

Tensor index_add(const Tensor& x, std::int64_t dim, const Tensor& given, const Tensor& source) {
  const Tensor index = index_tensor("index_add", x, given);
  const int d = wrap_dim("index_add", dim, x.sizes().rank());
  if (x.dim() == 0) return index_add(x.reshape({1}), 0, given, source.reshape({-1})).reshape({});
  Shape expected = x.sizes();
  check(index.dim() <= 1, "index_add: needs an index of one dimension, got ", given.describe(),
        " for ", x.describe());
  expected[d] = index.numel();
  check(source.sizes() == expected, "index_add: the source ", source.describe(),
        " must have shape ", expected);
  return scatter_as("index_add", x, d, spread_index("index_add", index, x.sizes(), d), source);
}

Tensor nonzero(const Tensor& x) {
  const Tensor host = (x != 0).cpu().contiguous();
  const bool* hits = host.data_ptr<bool>();
  List<std::int64_t> positions;
  for (std::int64_t i = 0; i < host.numel(); ++i) {
    if (!hits[i]) continue;
    const std::size_t row = positions.size();
    std::int64_t rest = i;
    positions.resize(row + x.sizes().size());
    for (int d = x.sizes().rank() - 1; d >= 0; --d) {
      positions[row + static_cast<std::size_t>(d)] = rest % x.sizes()[d];
      rest /= x.sizes()[d];
    }
  }
  const auto rank = x.dim();
  const std::int64_t rows = rank > 0 ? static_cast<std::int64_t>(positions.size()) / rank
                                     : host.sum().item<std::int64_t>();
  Tensor out = make_tensor({rows, rank}, kInt64, Device());
  std::copy(positions.begin(), positions.end(), out.data_ptr<std::int64_t>());
  return out.to(x.device());
}

Tensor masked_select(const Tensor& x, const Tensor& mask) {
  check(mask.defined() && mask.dtype() == kBool, "masked_select: the mask must be bool, got ",
        mask.describe());
  const Shape shape = broadcast_shapes("masked_select", x.sizes(), mask.sizes());
  const Tensor positions = nonzero(mask.expand(shape).reshape({-1})).reshape({-1});
  return x.expand(shape).reshape({-1}).index_select(0, positions);
}

Tensor one_hot(const Tensor& labels, std::int64_t classes) {
  check(is_integral(labels.dtype()), "one_hot: labels must be integers, got ", labels.describe());
  if (classes < 0) classes = labels.numel() == 0 ? 0 : labels.max().item<std::int64_t>() + 1;
  if (labels.numel() > 0)
    check<IndexError>(
        labels.min().item<std::int64_t>() >= 0 && labels.max().item<std::int64_t>() < classes,
        "one_hot: a label lies outside [0, ", classes, ")");
  return (labels.to(kInt64).unsqueeze(-1) == arange(classes, labels.device())).to(kInt64);
}

}  // namespace tandem
