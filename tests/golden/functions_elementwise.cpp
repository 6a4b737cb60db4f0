// Elementwise functions and products.
#include "core/ops/elementwise.h"
#include "core/ops/linear.h"
#include "core/ops/matmul.h"
#include "functions.h"

namespace tandem::golden {

namespace {

/// The second operand, a tensor or a number.
detail::Operand operand(Arguments& a, std::size_t position, const std::string& name) {
  const Value& value = a.require(position, name);
  if (value.is<Tensor>()) return value.tensor();
  return value.scalar();
}

template <auto function> Value of_two_tensors(Arguments& a) {
  return function(a.tensor(0), a.tensor(1, "other"));
}

/// The rules without parameters, under their names, from the lists: a new op needs no line here.
void add_listed_functions(FunctionTable& table) {
  UnaryOps::for_each([&]<class Rule>() {
    if constexpr (std::is_empty_v<Rule>) {
      table[Rule::name] = {[](Arguments& a) -> Value { return elementwise(Rule{}, a.tensor(0)); }};
    }
  });
  BinaryOps::for_each([&]<class Rule>() {
    if constexpr (std::is_empty_v<Rule>) {
      table[Rule::name] = {[](Arguments& a) -> Value {
        return elementwise(Rule{}, a.tensor(0), operand(a, 1, "other"));
      }};
    }
  });
}

void add_parameterised_functions(FunctionTable& table) {
  table["leaky_relu"] = {[](Arguments& a) -> Value {
    return leaky_relu(a.tensor(0), a.real(1, "negative_slope", 0.01));
  }};
  table["elu"] = {[](Arguments& a) -> Value { return elu(a.tensor(0), a.real(1, "alpha", 1)); }};
  table["gelu"] = {
      [](Arguments& a) -> Value { return gelu(a.tensor(0), a.text(1, "approximate", "none")); }};
  table["softplus"] = {[](Arguments& a) -> Value {
    return softplus(a.tensor(0), a.real(1, "beta", 1), a.real(2, "threshold", 20));
  }};
  table["hardtanh"] = {[](Arguments& a) -> Value {
    return hardtanh(a.tensor(0), a.real(1, "min_val", -1), a.real(2, "max_val", 1));
  }};
  table["clamp"] = {[](Arguments& a) -> Value {
    const auto bound = [&a](std::size_t position, const char* name) {
      const Value* value = a.find(position, name);
      return value ? std::optional<Scalar>(value->scalar()) : std::nullopt;
    };
    return clamp(a.tensor(0), bound(1, "min"), bound(2, "max"));
  }};
  table["pow"] = {[](Arguments& a) -> Value {
    const Value& exponent = a.require(1, "exponent");
    if (exponent.is<Tensor>()) return pow(a.tensor(0), exponent.tensor());
    return pow(a.tensor(0), exponent.scalar());
  }};
}

template <bool negative> Value add_or_sub(Arguments& a) {
  const Value* alpha = a.find(2, "alpha");
  const Scalar factor = alpha ? alpha->scalar() : Scalar(1);
  const auto function = negative ? tandem::sub : tandem::add;
  return function(a.tensor(0), operand(a, 1, "other"), factor);
}

void add_functions_of_more(FunctionTable& table) {
  table["add"] = {add_or_sub<false>};
  table["sub"] = {add_or_sub<true>};
  // The method's receiver is not the condition, so only the function is here.
  table["where"] = {[](Arguments& a) -> Value {
                      return where(a.tensor(0, "condition"), operand(a, 1, "input"),
                                   operand(a, 2, "other"));
                    },
                    true, false};
}

void add_products(FunctionTable& table) {
  table["matmul"] = {of_two_tensors<tandem::matmul>};
  table["mm"] = {of_two_tensors<tandem::mm>};
  table["bmm"] = {of_two_tensors<tandem::bmm>};
  table["mv"] = {of_two_tensors<tandem::mv>};
  table["dot"] = {of_two_tensors<tandem::dot>};
  table["addmm"] = {[](Arguments& a) -> Value {
    const Value* beta = a.find(3, "beta");
    const Value* alpha = a.find(4, "alpha");
    return addmm(a.tensor(0), a.tensor(1, "mat1"), a.tensor(2, "mat2"),
                 beta ? beta->scalar() : Scalar(1), alpha ? alpha->scalar() : Scalar(1));
  }};
  table["linear"] = {[](Arguments& a) -> Value {
    return linear(a.tensor(0), a.tensor(1, "weight"), a.optional_tensor(2, "bias"));
  }};
}

}  // namespace

void add_elementwise_functions(FunctionTable& table) {
  add_listed_functions(table);
  add_parameterised_functions(table);
  add_functions_of_more(table);
  add_products(table);
}

}  // namespace tandem::golden
