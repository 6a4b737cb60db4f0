// Names of the standard library and of C++ types that libtorch's programs find in its namespace.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/base/error.h"
#include "core/base/shape.h"

namespace tandem {

using std::make_shared;
using std::make_unique;
using std::nullopt;
using std::nullopt_t;
using std::optional;

/// A list that someone else holds, as libtorch's: of a vector, an array, braces or one element.
template <class T> class ArrayRef : public std::span<const T> {
 public:
  using std::span<const T>::span;
  ArrayRef(const std::vector<T>& values) : std::span<const T>(values) {}
  ArrayRef(std::initializer_list<T> values) : std::span<const T>(values.begin(), values.size()) {}
  ArrayRef(const T& only) : std::span<const T>(&only, 1) {}
  operator Shape() const requires std::is_same_v<T, std::int64_t> {
    return Shape(this->data(), this->size());
  }
  std::vector<T> vec() const { return {this->begin(), this->end()}; }
  bool equals(ArrayRef other) const { return vec() == other.vec(); }
  friend bool operator==(const ArrayRef& a, const ArrayRef& b) { return a.equals(b); }
  friend bool operator==(const ArrayRef& a, const std::vector<T>& b) { return a.vec() == b; }
  const T& at(std::size_t i) const {
    check<IndexError>(i < this->size(), "ArrayRef: index ", i, " is out of range for ",
                      this->size(), " elements");
    return (*this)[i];
  }
};

/// A list that may be left out. It owns what it is made of, so that it never dangles.
template <class T> class OptionalArrayRef {
 public:
  OptionalArrayRef() = default;
  OptionalArrayRef(std::nullopt_t) {}
  OptionalArrayRef(const T& only) : values_({only}) {}
  OptionalArrayRef(std::initializer_list<T> values) : values_(values) {}
  OptionalArrayRef(std::vector<T> values) : values_(std::move(values)) {}
  OptionalArrayRef(ArrayRef<T> values) : values_(values.vec()) {}
  bool has_value() const { return values_.has_value(); }
  explicit operator bool() const { return has_value(); }
  ArrayRef<T> value() const { return values_.value(); }
  ArrayRef<T> operator*() const { return value(); }

 private:
  std::optional<std::vector<T>> values_;
};
using OptionalIntArrayRef = OptionalArrayRef<std::int64_t>;

/// All tensors are strided.
enum class Layout { Strided };
inline constexpr Layout kStrided = Layout::Strided;

}  // namespace tandem
