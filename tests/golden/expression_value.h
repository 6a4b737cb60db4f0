// The values of the expression interpreter: what a Python expression over tensors can produce.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/ops/indexing.h"
#include "core/tensor/tensor.h"
#include "unsupported.h"

namespace tandem::golden {

struct Value;

/// Python's None.
struct Nothing {};
/// A prefix that functions are looked up in: "torch", "F".
struct Module {
  std::string name;
};
/// A list or a tuple.
struct Sequence {
  std::vector<Value> items;
  bool is_tuple = true;
};

struct Value {
  using Variant = std::variant<Nothing, bool, std::int64_t, double, std::string, Tensor, DType,
                               indexing::Slice, indexing::EllipsisType, Module, Sequence>;

  Value() = default;
  template <class T>
  requires std::is_constructible_v<Variant, T> Value(T value) : variant(std::move(value)) {}
  Value(int value) : variant(std::int64_t{value}) {}
  Value(const char* value) : variant(std::string(value)) {}
  Value(const std::vector<Tensor>& tensors);
  /// (values, indices), as max, sort and topk return them.
  template <std::same_as<std::tuple<Tensor, Tensor>> Pair> Value(Pair pair)
      : variant(Sequence{{std::get<0>(pair), std::get<1>(pair)}, true}) {}

  template <class T> bool is() const { return std::holds_alternative<T>(variant); }
  template <class T> const T& get() const { return std::get<T>(variant); }
  bool is_number() const { return is<bool>() || is<std::int64_t>() || is<double>(); }
  /// "int", "Tensor", ...
  const char* type_name() const;

  // Conversions; each throws Unsupported, naming what was there instead.
  const Tensor& tensor() const;
  std::int64_t integer() const;
  double real() const;
  bool truth() const;
  Scalar scalar() const;
  const std::string& text() const;
  DType dtype() const;
  const Sequence& sequence() const;
  /// A list of integers, or one integer standing for a list.
  Shape shape() const;
  TensorList tensors() const;

  Variant variant;
};

}  // namespace tandem::golden
