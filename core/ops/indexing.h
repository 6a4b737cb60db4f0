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
Tensor index_select(const Tensor& x, std::int64_t dim, const Tensor& index);
/// Rows of `weight` [count, features] at the integers of `indices`: [..., features]. An index
/// outside [0, count) throws IndexError.
Tensor embedding(const Tensor& indices, const Tensor& weight);
/// x with source's slices added at `index` along `dim`.
Tensor index_add(const Tensor& x, std::int64_t dim, const Tensor& index, const Tensor& source);
/// out[p] = x[p, with p[dim] replaced by index[p]]; index has x's rank.
Tensor gather(const Tensor& x, std::int64_t dim, const Tensor& index);
/// x with source[p] added at p, p[dim] replaced by index[p]; equal indices add up in source's
/// order.
Tensor scatter_add(const Tensor& x, std::int64_t dim, const Tensor& index, const Tensor& source);
/// Elements of x where mask (bool, broadcast to x) holds, in one dimension.
Tensor masked_select(const Tensor& x, const Tensor& mask);
/// x with `value` where mask (bool, broadcasts) holds.
Tensor masked_fill(const Tensor& x, const Tensor& mask, Scalar value);
/// Positions of the elements that are not 0: int64 [count, rank], in row-major order.
Tensor nonzero(const Tensor& x);
/// Reversed along `dims`.
Tensor flip(const Tensor& x, const Shape& dims);
/// Elements on and below (above) a diagonal of the last two dimensions, 0 elsewhere.
Tensor tril(const Tensor& x, std::int64_t diagonal = 0);
Tensor triu(const Tensor& x, std::int64_t diagonal = 0);
/// x tiled, `repeats[d]` times along each dimension; more repeats than dimensions add leading ones.
Tensor repeat(const Tensor& x, const Shape& repeats);
/// Each element (or slice along dim) `repeats` times in a row.
Tensor repeat_interleave(const Tensor& x, std::int64_t repeats,
                         std::optional<std::int64_t> dim = {});
/// Sorted along dim, stably, with the positions (int64) that the values came from; nan is the
/// largest.
std::tuple<Tensor, Tensor> sort(const Tensor& x, std::int64_t dim = -1, bool descending = false);
Tensor argsort(const Tensor& x, std::int64_t dim = -1, bool descending = false);
/// The k largest (smallest) along dim in order, with their positions.
std::tuple<Tensor, Tensor> topk(const Tensor& x, std::int64_t k, std::int64_t dim = -1,
                                bool largest = true);
/// int64 [..., classes] with a 1 at each label; classes defaults to the largest label + 1.
Tensor one_hot(const Tensor& labels, std::int64_t classes = -1);

}  // namespace tandem
