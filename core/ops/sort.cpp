// Sorting along a dimension.
#include "core/autograd/node.h"
#include "core/backend/backend.h"
#include "core/ops/factories.h"
#include "core/ops/indexing.h"
#include "core/tensor/tensor_impl.h"

namespace tandem {

std::tuple<Tensor, Tensor> sort(const Tensor& x, std::int64_t dim, bool descending) {
  const int d = wrap_dim("sort", dim, x.sizes().rank());
  if (x.dim() == 0) return {x.clone(), full({}, 0, x.options().dtype(kInt64))};
  const Tensor lines = x.detach().transpose(d, -1).contiguous();
  Tensor values = make_tensor(lines.sizes(), x.dtype(), x.device());
  Tensor indices = make_tensor(lines.sizes(), kInt64, x.device());
  if (x.numel() > 0)
    backend_for(x).run(SortCall{x.numel() / x.size(d), x.size(d), descending, input_of(lines),
                                output_of(values), static_cast<std::int64_t*>(indices.raw_data())});
  const Tensor order = indices.transpose(d, -1);
  return {autograd::records(x) ? x.gather(d, order) : values.transpose(d, -1), order};
}

Tensor argsort(const Tensor& x, std::int64_t dim, bool descending) {
  return std::get<1>(sort(x, dim, descending));
}

std::tuple<Tensor, Tensor> topk(const Tensor& x, std::int64_t k, std::int64_t dim, bool largest) {
  check(k >= 0 && k <= (x.dim() == 0 ? 1 : x.size(dim)), "topk: k = ", k,
        " does not fit dimension ", dim, " of ", x.describe());
  const auto [values, indices] = sort(x, dim, largest);
  if (x.dim() == 0) return {values, indices};
  return {values.narrow(dim, 0, k).contiguous(), indices.narrow(dim, 0, k).contiguous()};
}

}  // namespace tandem
