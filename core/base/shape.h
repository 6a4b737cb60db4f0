// Shapes and strides: short lists of int64 stored inline, and the arithmetic of broadcasting.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace tandem {

/// The largest number of dimensions a tensor can have.
inline constexpr int max_rank = 8;

/// Up to max_rank integers: a shape, strides or a list of dimensions. Plays libtorch's IntArrayRef.
class Shape {
 public:
  constexpr Shape() = default;
  constexpr Shape(std::int64_t only) : rank_(1) { values_[0] = only; }
  Shape(std::initializer_list<std::int64_t> values) : Shape(values.begin(), values.size()) {}
  Shape(const std::vector<std::int64_t>& values) : Shape(values.data(), values.size()) {}
  Shape(const std::int64_t* values, std::size_t count);

  /// `rank` copies of `value`.
  static Shape filled(int rank, std::int64_t value);
  /// The shape of a vector that lies along dimension `dim` of `rank`: 1 but for `size` there.
  static Shape along(int rank, int dim, std::int64_t size);

  int rank() const { return rank_; }
  std::size_t size() const { return static_cast<std::size_t>(rank_); }
  bool empty() const { return rank_ == 0; }
  std::int64_t operator[](std::size_t i) const { return values_[i]; }
  std::int64_t& operator[](std::size_t i) { return values_[i]; }
  const std::int64_t* data() const { return values_; }
  const std::int64_t* begin() const { return values_; }
  const std::int64_t* end() const { return values_ + rank_; }
  std::int64_t* begin() { return values_; }
  std::int64_t* end() { return values_ + rank_; }
  std::int64_t back() const { return values_[rank_ - 1]; }
  std::vector<std::int64_t> vec() const { return {begin(), end()}; }

  /// `length` entries from `first` on, or all that follow.
  Shape slice(std::size_t first) const { return slice(first, size() - first); }
  Shape slice(std::size_t first, std::size_t length) const;
  void push_back(std::int64_t value);
  void insert(int position, std::int64_t value);
  void erase(int position);

  /// Product of the entries, 1 for none; throws Error if it does not fit.
  std::int64_t numel() const {
    std::int64_t product = 1;
    for (std::int64_t size : *this)
      if (__builtin_mul_overflow(product, size, &product)) [[unlikely]]
        fail_numel();
    return product;
  }

  /// "[2, 3]"
  std::string str() const;

  friend bool operator==(const Shape& a, const Shape& b) {
    if (a.rank_ != b.rank_) return false;
    for (int i = 0; i < a.rank_; ++i)
      if (a.values_[i] != b.values_[i]) return false;
    return true;
  }

 private:
  [[noreturn]] void fail_numel() const;
  std::int64_t values_[max_rank] = {};
  std::int8_t rank_ = 0;
};

using IntArrayRef = Shape;

std::ostream& operator<<(std::ostream& out, const Shape& shape);

/// a b as a number of elements; throws Error naming `op` and `shape` if it does not fit.
std::int64_t checked_product(const char* op, std::int64_t a, std::int64_t b, const Shape& shape);

/// Row-major strides, in elements; throws Error if one does not fit.
Shape contiguous_strides(const Shape& shape);

/// The shape that both broadcast to, aligned at the last dimension; throws naming `op` and both
/// shapes.
Shape broadcast_shapes(const char* op, const Shape& a, const Shape& b);

/// Whether broadcast_shapes would succeed.
bool broadcasts(const Shape& a, const Shape& b);

/// `dim` in [-rank, rank) mapped to [0, rank); a scalar counts as rank 1. Throws IndexError naming
/// `op`.
int wrap_dim(const char* op, std::int64_t dim, int rank);

/// Throws unless every size is >= 0 and their product fits in memory arithmetic.
void check_shape(const char* op, const Shape& shape);

}  // namespace tandem
