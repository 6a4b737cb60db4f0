// Shapes: broadcasting, strides and checks of dimensions.
#include "core/base/shape.h"

#include <algorithm>
#include <limits>
#include <ostream>

namespace tandem {

Shape::Shape(const std::int64_t* values, std::size_t count) {
  check(count <= max_rank, "Shape: at most ", max_rank, " dimensions are supported, got ", count);
  std::copy_n(values, count, values_);
  rank_ = static_cast<std::int8_t>(count);
}

Shape Shape::filled(int rank, std::int64_t value) {
  check(rank <= max_rank, "Shape: at most ", max_rank, " dimensions are supported, got ", rank);
  Shape shape;
  std::fill_n(shape.values_, rank, value);
  shape.rank_ = static_cast<std::int8_t>(rank);
  return shape;
}

Shape Shape::along(int rank, int dim, std::int64_t size) {
  Shape shape = filled(rank, 1);
  shape[static_cast<std::size_t>(dim)] = size;
  return shape;
}

Shape Shape::slice(std::size_t first, std::size_t length) const {
  check<IndexError>(first <= size() && length <= size() - first, "Shape: the slice of ", length,
                    " from ", first, " is not inside ", *this);
  return Shape(values_ + first, length);
}

void Shape::push_back(std::int64_t value) { insert(rank_, value); }

void Shape::insert(int position, std::int64_t value) {
  check(rank_ < max_rank, "Shape: at most ", max_rank, " dimensions are supported, cannot add to ",
        *this);
  std::copy_backward(values_ + position, values_ + rank_, values_ + rank_ + 1);
  values_[position] = value;
  ++rank_;
}

void Shape::erase(int position) {
  std::copy(values_ + position + 1, values_ + rank_, values_ + position);
  --rank_;
}

std::string Shape::str() const {
  std::string text = "[";
  for (int i = 0; i < rank_; ++i) text += (i ? ", " : "") + std::to_string(values_[i]);
  return text + "]";
}

std::ostream& operator<<(std::ostream& out, const Shape& shape) { return out << shape.str(); }

void Shape::fail_numel() const { fail("shape ", *this, " has more elements than can be counted"); }

std::int64_t checked_product(const char* op, std::int64_t a, std::int64_t b, const Shape& shape) {
  std::int64_t product;
  check(!__builtin_mul_overflow(a, b, &product), op, ": shape ", shape,
        " has more elements than can be counted");
  return product;
}

Shape contiguous_strides(const Shape& shape) {
  Shape strides = shape;
  std::int64_t stride = 1;
  for (int i = shape.rank() - 1; i >= 0; --i) {
    strides[i] = stride;
    if (i > 0)
      stride = checked_product("strides", stride, std::max<std::int64_t>(shape[i], 1), shape);
  }
  return strides;
}

Shape broadcast_shapes(const char* op, const Shape& a, const Shape& b) {
  if (a == b) return a;
  const Shape& longer = a.rank() >= b.rank() ? a : b;
  const Shape& shorter = a.rank() >= b.rank() ? b : a;
  Shape result = longer;
  const int offset = longer.rank() - shorter.rank();
  for (int i = 0; i < shorter.rank(); ++i) {
    const std::int64_t x = longer[i + offset], y = shorter[i];
    check(x == y || x == 1 || y == 1, op, ": shapes ", a, " and ", b, " do not broadcast: sizes ",
          a[a.rank() - shorter.rank() + i], " and ", b[b.rank() - shorter.rank() + i],
          " differ in dimension ", i - shorter.rank());
    result[i + offset] = x == 1 ? y : x;
  }
  return result;
}

bool broadcasts(const Shape& a, const Shape& b) {
  for (int i = 1; i <= std::min(a.rank(), b.rank()); ++i) {
    const std::int64_t x = a[a.rank() - i], y = b[b.rank() - i];
    if (x != y && x != 1 && y != 1) return false;
  }
  return true;
}

int wrap_dim(const char* op, std::int64_t dim, int rank) {
  const std::int64_t range = std::max(rank, 1);
  check<IndexError>(dim >= -range && dim < range, op, ": dimension ", dim, " is out of range [",
                    -range, ", ", range - 1, "] for a tensor of rank ", rank);
  return static_cast<int>(dim < 0 ? dim + range : dim);
}

void check_shape(const char* op, const Shape& shape) {
  std::int64_t product = 8;  // bytes of the widest dtype
  bool has_zero = false;
  for (std::int64_t size : shape) {
    check(size >= 0, op, ": sizes must not be negative, got shape ", shape);
    has_zero = has_zero || size == 0;
  }
  if (has_zero) return;
  for (std::int64_t size : shape) {
    check<OutOfMemoryError>(product <= std::numeric_limits<std::int64_t>::max() / size, op,
                            ": shape ", shape, " has more elements than memory can address");
    product *= size;
  }
}

}  // namespace tandem
