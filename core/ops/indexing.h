// Indexing, gathering and ordering.
#pragma once

#include <concepts>
#include <iosfwd>
#include <limits>
#include <optional>
#include <variant>
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

inline constexpr std::int64_t INDEX_MIN = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t INDEX_MAX = std::numeric_limits<std::int64_t>::max();

/// start:stop:step, any of them left out with {} or None; a bound that is left out lies beyond all
/// indices.
class Slice {
 public:
  /// What may be left out.
  struct Bound : std::optional<std::int64_t> {
    using std::optional<std::int64_t>::optional;
    Bound(std::optional<std::int64_t> value) : std::optional<std::int64_t>(value) {}
    Bound(NoneType) {}
  };
  Slice(Bound start = {}, Bound stop = {}, Bound step = {})
      : step_(step.value_or(1)),
        start_(start.value_or(step_ < 0 ? INDEX_MAX : 0)),
        stop_(stop.value_or(step_ < 0 ? INDEX_MIN : INDEX_MAX)) {}
  std::int64_t start() const { return start_; }
  std::int64_t stop() const { return stop_; }
  std::int64_t step() const { return step_; }

 private:
  std::int64_t step_, start_, stop_;
};
/// "start:stop:step"
std::ostream& operator<<(std::ostream& stream, const Slice& slice);

/// One entry of an index: an integer, a slice, None, an ellipsis, a bool (a new dimension of size 1
/// for true, 0 for false), or a tensor of integers or bools. uint8 tensors are masks, as in
/// PyTorch.
class TensorIndex {
 public:
  TensorIndex(std::int64_t value) : value_(value) {}
  TensorIndex(int value) : TensorIndex(std::int64_t{value}) {}
  template <std::same_as<bool> Bool> TensorIndex(Bool value) : value_(value) {}
  TensorIndex(Slice value) : value_(value) {}
  TensorIndex(NoneType value) : value_(value) {}
  TensorIndex(EllipsisType value) : value_(value) {}
  /// "..."
  TensorIndex(const char* text);
  TensorIndex(Tensor value) : value_(std::move(value)) {}

  bool is_none() const { return std::holds_alternative<NoneType>(value_); }
  bool is_ellipsis() const { return std::holds_alternative<EllipsisType>(value_); }
  bool is_integer() const { return std::holds_alternative<std::int64_t>(value_); }
  bool is_boolean() const { return std::holds_alternative<bool>(value_); }
  bool is_slice() const { return std::holds_alternative<Slice>(value_); }
  bool is_tensor() const { return std::holds_alternative<Tensor>(value_); }
  // Of the one that it is.
  std::int64_t integer() const { return std::get<std::int64_t>(value_); }
  bool boolean() const { return std::get<bool>(value_); }
  const Slice& slice() const { return std::get<Slice>(value_); }
  const Tensor& tensor() const { return std::get<Tensor>(value_); }

 private:
  std::variant<NoneType, EllipsisType, std::int64_t, bool, Slice, Tensor> value_;
};
std::ostream& operator<<(std::ostream& stream, const TensorIndex& index);
/// "(0, ..., 1:3:1)"
std::ostream& operator<<(std::ostream& stream, const std::vector<TensorIndex>& indices);

}  // namespace indexing

/// x.index(indices), and index_put_ with a tensor or a number.
Tensor index(const Tensor& x, const std::vector<indexing::TensorIndex>& indices);
const Tensor& index_put_(const Tensor& x, const std::vector<indexing::TensorIndex>& indices,
                         const Tensor& value, bool accumulate = false);
Tensor index_put(const Tensor& x, const std::vector<indexing::TensorIndex>& indices,
                 const Tensor& value, bool accumulate = false);

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
