// Concatenation along an existing or a new dimension.
#include "core/ops/cat.h"

#include <algorithm>
#include <span>

#include "core/autograd/node.h"
#include "core/ops/factories.h"
#include "core/tensor/tensor_impl.h"

namespace tandem {

using autograd::BackwardContext;

namespace {

/// Shape [0] joins with anything and adds nothing, as in PyTorch.
bool is_neutral(const Tensor& tensor) { return tensor.sizes() == Shape{0}; }

Tensor joined(std::span<const Tensor> given, std::int64_t dim) {
  check(!given.empty(), "cat: needs at least one tensor");
  const auto leading = std::find_if_not(given.begin(), given.end(), is_neutral);
  const Tensor& first = leading == given.end() ? given.front() : *leading;
  const int d = wrap_dim("cat", dim, first.sizes().rank());
  check(first.dim() > 0, "cat: tensors of no dimensions cannot be joined; use stack");
  DType dtype = first.dtype();
  Shape shape = first.sizes();
  shape[d] = 0;
  for (const Tensor& tensor : given) {
    check(tensor.device() == first.device(),
          "cat: tensors are on different devices: ", first.describe(), " and ", tensor.describe());
    dtype = promote(dtype, tensor.dtype());
    if (is_neutral(tensor)) continue;
    Shape other = tensor.sizes();
    bool fits = other.rank() == shape.rank();
    if (fits) other[d] = shape[d];
    check(fits && other == shape, "cat: ", tensor.describe(), " does not fit ", first.describe(),
          " along dimension ", d, ": all other sizes must agree");
    shape[d] += tensor.size(d);
  }
  List<Tensor> tensors;
  for (const Tensor& tensor : given) tensors.push_back(tensor.to(dtype));
  Tensor out = make_tensor(shape, dtype, first.device());
  List<std::int64_t> lengths;
  List<Shape> shapes;
  {
    const NoGradGuard guard;
    std::int64_t start = 0;
    for (const Tensor& tensor : tensors) {
      shapes.push_back(tensor.sizes());
      lengths.push_back(is_neutral(tensor) ? 0 : tensor.size(d));
      if (lengths.back() > 0) out.narrow(d, start, lengths.back()).copy_(tensor);
      start += lengths.back();
    }
  }
  if (autograd::records(tensors))
    autograd::record_list(out, "cat", tensors, {}, [lengths, shapes, d](BackwardContext& pass) {
      std::int64_t start = 0;
      for (std::size_t i = 0; i < lengths.size(); ++i) {
        if (pass.needs(i)) {
          const Tensor part = pass.grad().narrow(d, start, lengths[i]);
          pass.set(i, part.reshape(shapes[i]));
        }
        start += lengths[i];
      }
    });
  return out;
}

}  // namespace

Tensor cat(const TensorList& tensors, std::int64_t dim) { return joined(tensors, dim); }

Tensor stack(const TensorList& tensors, std::int64_t dim) {
  check(!tensors.empty(), "stack: needs at least one tensor");
  const int d = wrap_dim("stack", dim, tensors.front().sizes().rank() + 1);
  List<Tensor> raised;
  for (const Tensor& tensor : tensors) {
    check(tensor.sizes() == tensors.front().sizes(),
          "stack: shapes differ: ", tensors.front().describe(), " and ", tensor.describe());
    raised.push_back(tensor.unsqueeze(d));
  }
  return joined(raised, d);
}

}  // namespace tandem
