#include "expression_value.h"

namespace tandem::golden {

namespace {

template <class T> const T& expect(const Value& value, const char* wanted) {
  if (!value.is<T>()) unsupported("a ", value.type_name(), " in place of a ", wanted);
  return value.get<T>();
}

}  // namespace

Value::Value(const std::vector<Tensor>& tensors) {
  variant = Sequence{{tensors.begin(), tensors.end()}, false};
}

const char* Value::type_name() const {
  constexpr const char* names[] = {"None",  "bool",  "int",      "float",  "str",     "Tensor",
                                   "dtype", "slice", "ellipsis", "module", "sequence"};
  static_assert(std::size(names) == std::variant_size_v<Variant>);
  return names[variant.index()];
}

const Tensor& Value::tensor() const { return expect<Tensor>(*this, "Tensor"); }

std::int64_t Value::integer() const { return expect<std::int64_t>(*this, "int"); }

double Value::real() const {
  if (is<std::int64_t>()) return static_cast<double>(get<std::int64_t>());
  return expect<double>(*this, "float");
}

bool Value::truth() const { return expect<bool>(*this, "bool"); }

Scalar Value::scalar() const {
  if (is<bool>()) return get<bool>();
  if (is<std::int64_t>()) return get<std::int64_t>();
  return expect<double>(*this, "number");
}

const std::string& Value::text() const { return expect<std::string>(*this, "str"); }

DType Value::dtype() const { return expect<DType>(*this, "dtype"); }

const Sequence& Value::sequence() const { return expect<Sequence>(*this, "sequence"); }

Shape Value::shape() const {
  if (is<std::int64_t>()) return integer();
  Shape result;
  for (const Value& item : sequence().items) result.push_back(item.integer());
  return result;
}

TensorList Value::tensors() const {
  TensorList result;
  for (const Value& item : sequence().items) result.push_back(item.tensor());
  return result;
}

}  // namespace tandem::golden
