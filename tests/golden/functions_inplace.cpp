// Functions that write into their first argument. They return it, as in PyTorch.
#include "core/ops/inplace.h"
#include "functions.h"

namespace tandem::golden {

namespace {

constexpr bool no_function = false;

template <const Tensor& (Tensor::*method)() const> Value plain(Arguments& a) {
  return (a.tensor(0).*method)();
}

/// Methods of a tensor or a number: `write(x, other)` calls one with either.
template <auto write> Value of_operand(Arguments& a) {
  const Value& other = a.require(1, "other");
  if (other.is<Tensor>()) return write(a.tensor(0), other.tensor());
  return write(a.tensor(0), other.scalar());
}

void add_arithmetic(FunctionTable& table) {
  table["add_"] = {of_operand<[](const Tensor& x, const auto& y) { return x.add_(y); }>,
                   no_function};
  table["sub_"] = {of_operand<[](const Tensor& x, const auto& y) { return x.sub_(y); }>,
                   no_function};
  table["mul_"] = {of_operand<[](const Tensor& x, const auto& y) { return x.mul_(y); }>,
                   no_function};
  table["div_"] = {of_operand<[](const Tensor& x, const auto& y) { return x.div_(y); }>,
                   no_function};
  table["pow_"] = {
      [](Arguments& a) -> Value { return a.tensor(0).pow_(a.require(1, "exponent").scalar()); },
      no_function};
  table["clamp_"] = {[](Arguments& a) -> Value {
                       return a.tensor(0).clamp_(a.require(1, "min").scalar(),
                                                 a.require(2, "max").scalar());
                     },
                     no_function};
}

void add_writes(FunctionTable& table) {
  table["zero_"] = {plain<&Tensor::zero_>, no_function};
  table["detach_"] = {plain<&Tensor::detach_>, no_function};
  table["fill_"] = {
      [](Arguments& a) -> Value { return a.tensor(0).fill_(a.require(1, "value").scalar()); },
      no_function};
  table["copy_"] = {[](Arguments& a) -> Value { return a.tensor(0).copy_(a.tensor(1, "src")); },
                    no_function};
  table["masked_fill_"] = {[](Arguments& a) -> Value {
                             return a.tensor(0).masked_fill_(a.tensor(1, "mask"),
                                                             a.require(2, "value").scalar());
                           },
                           no_function};
  table["index_put_"] = {[](Arguments& a) -> Value {
                           std::vector<indexing::TensorIndex> indices;
                           for (const Tensor& index : a.require(1, "indices").tensors())
                             indices.push_back(index);
                           return a.tensor(0).index_put_(indices, a.tensor(2, "values"));
                         },
                         no_function};
}

}  // namespace

void add_inplace_functions(FunctionTable& table) {
  table["tanh_"] = {plain<&Tensor::tanh_>, no_function};
  table["sigmoid_"] = {plain<&Tensor::sigmoid_>, no_function};
  table["relu_"] = {plain<&Tensor::relu_>, no_function};
  table["exp_"] = {plain<&Tensor::exp_>, no_function};
  table["log_"] = {plain<&Tensor::log_>, no_function};
  table["sqrt_"] = {plain<&Tensor::sqrt_>, no_function};
  table["neg_"] = {plain<&Tensor::neg_>, no_function};
  table["abs_"] = {plain<&Tensor::abs_>, no_function};
  table["square_"] = {plain<&Tensor::square_>, no_function};
  add_arithmetic(table);
  add_writes(table);
}

}  // namespace tandem::golden
