// Flips, triangles, repetitions and selections, composed of other ops.
#include "core/ops/elementwise.h"
#include "core/ops/factories.h"
#include "core/ops/indexing.h"
#include "core/ops/shape_ops.h"

namespace tandem {

namespace {

/// `result` in memory of its own, an element for each: what these ops give is neither a view of
/// their operand nor an expanded tensor.
Tensor copy_of(const Tensor& x, const Tensor& result) {
  return result.is_alias_of(x) || !result.is_contiguous() ? result.clone() : result;
}

}  // namespace

Tensor flip(const Tensor& x, const Shape& dims) {
  Tensor out = atleast_1d(x);  // a tensor of no dimensions has one of size 1 to name
  bool flipped[max_rank] = {};
  for (std::int64_t dim : dims) {
    bool& twice = flipped[wrap_dim("flip", dim, x.sizes().rank())];
    check(!twice, "flip: dimension ", dim, " appears twice in ", dims);
    twice = true;
    const std::int64_t n = out.size(dim);
    out = out.index_select(dim, arange(n - 1, -1, -1, x.device()));
  }
  return copy_of(x, out.reshape(x.sizes()));
}

namespace {

/// Bool [rows, columns]: whether column - row <= diagonal.
Tensor below_diagonal(const Tensor& x, std::int64_t diagonal) {
  check(x.dim() >= 2, "tril, triu: need at least two dimensions, got ", x.describe());
  const Tensor rows = arange(x.size(-2), x.device()).unsqueeze(1),
               columns = arange(x.size(-1), x.device());
  return columns - rows <= diagonal;
}

}  // namespace

Tensor tril(const Tensor& x, std::int64_t diagonal) {
  return where(below_diagonal(x, diagonal), x, full({}, 0, x.options()));
}
Tensor triu(const Tensor& x, std::int64_t diagonal) {
  return where(below_diagonal(x, diagonal - 1), full({}, 0, x.options()), x);
}

Tensor repeat(const Tensor& x, const Shape& repeats) {
  const int extra = repeats.rank() - x.sizes().rank();
  check(extra >= 0, "repeat: got ", repeats.rank(), " repeats ", repeats, " for ", x.describe());
  Tensor out = x;
  for (int d = 0; d < repeats.rank(); ++d) {
    check(repeats[d] >= 0, "repeat: repeats must not be negative, got ", repeats);
    if (d < extra) out = out.unsqueeze(0);
  }
  for (int d = 0; d < repeats.rank(); ++d) {
    if (repeats[d] == 1) continue;
    Shape wide = out.sizes(), joined = out.sizes();
    wide.insert(d, repeats[d]);
    joined[d] = checked_product("repeat", joined[d], repeats[d], repeats);
    out = out.unsqueeze(d).expand(wide).reshape(joined);
  }
  return copy_of(x, out);
}

Tensor repeat_interleave(const Tensor& x, std::int64_t repeats, std::optional<std::int64_t> dim) {
  check(repeats >= 0, "repeat_interleave: repeats must not be negative, got ", repeats);
  if (!dim) return repeat_interleave(x.reshape({-1}), repeats, 0);
  const int d = wrap_dim("repeat_interleave", *dim, x.sizes().rank());
  check(x.dim() > 0, "repeat_interleave: a tensor of no dimensions has no dimension ", *dim);
  Shape wide = x.sizes(), joined = x.sizes();
  wide.insert(d + 1, repeats);
  joined[d] = checked_product("repeat_interleave", joined[d], repeats, x.sizes());
  return copy_of(x, x.unsqueeze(d + 1).expand(wide).reshape(joined));
}

Tensor take(const Tensor& self, const Tensor& index) {
  return self.reshape({-1}).index_select(0, index.reshape({-1})).reshape(index.sizes());
}

Tensor take_along_dim(const Tensor& self, const Tensor& indices, std::optional<std::int64_t> dim) {
  if (!dim) return gather(self.reshape({-1}), 0, indices.reshape({-1}));
  check(self.dim() == indices.dim(), "take_along_dim: the indices ", indices.describe(),
        " must have the rank of ", self.describe());
  const int d = wrap_dim("take_along_dim", *dim, self.sizes().rank());
  Shape own = self.sizes(), wanted = indices.sizes();
  own[d] = wanted[d] = 1;
  own = wanted = broadcast_shapes("take_along_dim", own, wanted);
  own[d] = self.size(d);
  wanted[d] = indices.size(d);
  return gather(self.expand(own), d, indices.expand(wanted));
}

Tensor isin(const Tensor& elements, const Tensor& tests) {
  const Tensor all = tests.reshape({-1});
  if (all.numel() == 0) return zeros(elements.sizes(), elements.options().dtype(kBool));
  return (elements.unsqueeze(-1) == all).amax({-1});
}

}  // namespace tandem
