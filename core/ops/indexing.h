// Indexing, gathering and ordering.
#pragma once

#include <concepts>
#include <optional>
#include <vector>

#include "core/tensor/tensor.h"

namespace tandem {

namespace indexing {

struct NoneType {};
struct EllipsisType {};
/// A new dimension of size 1, as Python's None.
inline constexpr NoneType None{};
/// As many full slices as fit, as Python's "...".
inline constexpr EllipsisType Ellipsis{};

/// start:stop:step, any of them left out with {} or None.
struct Slice {
  using Bound = std::optional<std::int64_t>;
  Slice() = default;
  Slice(Bound first, Bound end = {}, Bound stride = {})
      : start(first), stop(end), step(stride.value_or(1)) {}
  Slice(NoneType, Bound end = {}, Bound stride = {}) : Slice(Bound(), end, stride) {}
  Slice(Bound first, NoneType, Bound stride = {}) : Slice(first, Bound(), stride) {}
  Slice(NoneType, NoneType, Bound stride = {}) : Slice(Bound(), Bound(), stride) {}
  Bound start, stop;
  std::int64_t step = 1;
};

/// One entry of an index: an integer, a slice, None, an ellipsis, a bool (a new dimension of size 1
/// for true, 0 for false), or a tensor of integers or bools. uint8 tensors are masks, as in
/// PyTorch.
class TensorIndex {
 public:
  enum class Kind { integer, boolean, slice, none, ellipsis, tensor };
  TensorIndex(std::int64_t value) : kind(Kind::integer), integer(value) {}
  TensorIndex(int value) : TensorIndex(std::int64_t{value}) {}
  template <std::same_as<bool> Bool> TensorIndex(Bool value)
      : kind(Kind::boolean), integer(value ? 1 : 0) {}
  TensorIndex(Slice value) : kind(Kind::slice), slice(value) {}
  TensorIndex(NoneType) : kind(Kind::none) {}
  TensorIndex(EllipsisType) : kind(Kind::ellipsis) {}
  /// "..."
  TensorIndex(const char* text);
  TensorIndex(Tensor value) : kind(Kind::tensor), tensor(std::move(value)) {}

  Kind kind;
  std::int64_t integer = 0;
  Slice slice;
  Tensor tensor;
};

}  // namespace indexing

/// Rows of `x` along `dim`: out.size(dim) == index.numel(). index: int64 or int32, one dimension;
/// negative values count from the end; others out of range throw IndexError.
Tensor index_select(const Tensor& self, std::int64_t dim, const Tensor& index);
/// Rows of `weight` [count, features] at the integers of `indices`: [..., features]. An index
/// outside [0, count) throws IndexError.
Tensor embedding(const Tensor& indices, const Tensor& weight);
/// out[p] = x[p, with p[dim] replaced by index[p]]; index has x's rank.
Tensor gather(const Tensor& self, std::int64_t dim, const Tensor& index);
/// Elements at positions of the flattened tensor, in the index's shape; negative ones count from
/// the end.
Tensor take(const Tensor& self, const Tensor& index);
/// As gather, of tensors broadcast against each other in all other dimensions.
Tensor take_along_dim(const Tensor& self, const Tensor& indices,
                      std::optional<std::int64_t> dim = {});
/// Elements of x where mask (bool, broadcast to x) holds, in one dimension.
Tensor masked_select(const Tensor& self, const Tensor& mask);
/// Positions of the elements that are not 0: int64 [count, rank], in row-major order.
Tensor nonzero(const Tensor& self);
inline Tensor argwhere(const Tensor& self) { return nonzero(self); }
/// Whether each element is one of those in `tests`.
Tensor isin(const Tensor& elements, const Tensor& tests);
/// Reversed along `dims`.
Tensor flip(const Tensor& self, const Shape& dims);
/// Elements on and below (above) a diagonal of the last two dimensions, 0 elsewhere. In place, too.
Tensor tril(const Tensor& self, std::int64_t diagonal = 0);
Tensor triu(const Tensor& self, std::int64_t diagonal = 0);
/// x tiled, `repeats[d]` times along each dimension; more repeats than dimensions add leading ones.
Tensor repeat(const Tensor& self, const Shape& repeats);
/// Each element (or slice along dim) `repeats` times in a row.
Tensor repeat_interleave(const Tensor& self, std::int64_t repeats,
                         std::optional<std::int64_t> dim = {});
/// Sorted along dim, stably, with the positions (int64) that the values came from; nan is the
/// largest.
std::tuple<Tensor, Tensor> sort(const Tensor& self, std::int64_t dim = -1, bool descending = false);
Tensor argsort(const Tensor& self, std::int64_t dim = -1, bool descending = false);
/// The k largest (smallest) along dim in order, with their positions.
std::tuple<Tensor, Tensor> topk(const Tensor& self, std::int64_t k, std::int64_t dim = -1,
                                bool largest = true);
/// int64 [..., classes] with a 1 at each label; classes defaults to the largest label + 1.
Tensor one_hot(const Tensor& labels, std::int64_t classes = -1);

}  // namespace tandem
