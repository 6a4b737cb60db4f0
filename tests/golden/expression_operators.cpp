#include "expression_operators.h"

#include <cmath>
#include <map>

#include "core/ops/elementwise.h"
#include "core/ops/matmul.h"

namespace tandem::golden {

namespace {

/// Applies `op` to two tensors, or to a tensor and a number in either order.
template <class Operation>
Value with_operands(const Value& a, const Value& b, const Operation& op) {
  if (a.is<Tensor>() && b.is<Tensor>()) return op(a.tensor(), b.tensor());
  if (a.is<Tensor>()) return op(a.tensor(), b.scalar());
  return op(a.scalar(), b.tensor());
}

/// A comparison; with the number on the left the mirrored one is taken.
template <Tensor (*compare)(const Tensor&, const detail::Operand&),
          Tensor (*mirrored)(const Tensor&, const detail::Operand&)>
Value compare_tensors(const Value& a, const Value& b) {
  if (!a.is<Tensor>()) return mirrored(b.tensor(), a.scalar());
  if (b.is<Tensor>()) return compare(a.tensor(), b.tensor());
  return compare(a.tensor(), b.scalar());
}

using TensorInfix = Value (*)(const Value&, const Value&);

const std::map<std::string, TensorInfix>& tensor_operators() {
  using V = const Value&;
  static const std::map<std::string, TensorInfix> table = {
      {"+", [](V a, V b) { return with_operands(a, b, [](auto x, auto y) { return x + y; }); }},
      {"-", [](V a, V b) { return with_operands(a, b, [](auto x, auto y) { return x - y; }); }},
      {"*", [](V a, V b) { return with_operands(a, b, [](auto x, auto y) { return x * y; }); }},
      {"/", [](V a, V b) { return with_operands(a, b, [](auto x, auto y) { return x / y; }); }},
      {"**",
       [](V a, V b) { return with_operands(a, b, [](auto x, auto y) { return pow(x, y); }); }},
      {"@", [](V a, V b) -> Value { return matmul(a.tensor(), b.tensor()); }},
      {"&", [](V a, V b) -> Value { return logical_and(a.tensor(), b.tensor()); }},
      {"|", [](V a, V b) -> Value { return logical_or(a.tensor(), b.tensor()); }},
      {"==", compare_tensors<tandem::eq, tandem::eq>},
      {"!=", compare_tensors<tandem::ne, tandem::ne>},
      {"<", compare_tensors<tandem::lt, tandem::gt>},
      {"<=", compare_tensors<tandem::le, tandem::ge>},
      {">", compare_tensors<tandem::gt, tandem::lt>},
      {">=", compare_tensors<tandem::ge, tandem::le>},
  };
  return table;
}

Value integer_infix(const std::string& symbol, std::int64_t a, std::int64_t b) {
  if (symbol == "+") return a + b;
  if (symbol == "-") return a - b;
  if (symbol == "*") return a * b;
  if (symbol == "//") return static_cast<std::int64_t>(std::floor(double(a) / double(b)));
  unsupported("operator ", symbol, " on integers");
}

Value real_infix(const std::string& symbol, double a, double b) {
  if (symbol == "+") return a + b;
  if (symbol == "-") return a - b;
  if (symbol == "*") return a * b;
  if (symbol == "/") return a / b;
  if (symbol == "**") return std::pow(a, b);
  unsupported("operator ", symbol, " on numbers");
}

indexing::TensorIndex tensor_index(const Value& item) {
  if (item.is<Nothing>()) return indexing::None;
  if (item.is<std::int64_t>()) return item.integer();
  if (item.is<indexing::Slice>()) return item.get<indexing::Slice>();
  if (item.is<indexing::EllipsisType>()) return indexing::Ellipsis;
  return item.tensor();
}

}  // namespace

Value apply_infix(const std::string& symbol, const Value& a, const Value& b) {
  if (a.is<std::int64_t>() && b.is<std::int64_t>() && symbol != "/" && symbol != "**") {
    return integer_infix(symbol, a.integer(), b.integer());
  }
  if (a.is_number() && b.is_number()) return real_infix(symbol, a.real(), b.real());
  const auto entry = tensor_operators().find(symbol);
  if (entry == tensor_operators().end()) unsupported("operator ", symbol);
  return entry->second(a, b);
}

Value apply_prefix(const std::string& symbol, const Value& a) {
  if (symbol == "+") return a;
  if (symbol == "~") return logical_not(a.tensor());
  if (a.is<Tensor>()) return -a.tensor();
  if (a.is<std::int64_t>()) return -a.integer();
  return -a.real();
}

Value apply_subscript(const Value& value, const Value& subscript) {
  if (value.is<Sequence>()) {
    const std::vector<Value>& items = value.sequence().items;
    const std::int64_t size = static_cast<std::int64_t>(items.size());
    const std::int64_t i =
        subscript.integer() < 0 ? subscript.integer() + size : subscript.integer();
    check<IndexError>(0 <= i && i < size, "position ", i, " in a sequence of ", size);
    return items[static_cast<std::size_t>(i)];
  }
  std::vector<indexing::TensorIndex> indices;
  if (subscript.is<Sequence>() && subscript.sequence().is_tuple) {
    for (const Value& item : subscript.sequence().items) indices.push_back(tensor_index(item));
  } else {
    indices.push_back(tensor_index(subscript));
  }
  return value.tensor().index(indices);
}

}  // namespace tandem::golden
