// Functions that write into their first argument. They return it, as in PyTorch.
#include "core/ops/inplace.h"
#include "functions.h"

namespace tandem::golden {

namespace {

constexpr bool no_function = false;

template <const Tensor& (Tensor::*method)() const> Value plain(Arguments& a) {
  return (a.tensor(0).*method)();
}

/// Methods of a tensor or a number.
template <class WithTensor, class WithScalar>
Value of_operand(Arguments& a, WithTensor with_tensor, WithScalar with_scalar) {
  const Value& other = a.require(1, "other");
  return other.is<Tensor>() ? with_tensor(a.tensor(0), other.tensor())
                            : with_scalar(a.tensor(0), other.scalar());
}

void add_arithmetic(FunctionTable& table) {
  table["add_"] = {[](Arguments& a) -> Value {
                     return of_operand(
                         a, [](const Tensor& x, const Tensor& y) { return x.add_(y); },
                         [](const Tensor& x, Scalar y) { return x.add_(y); });
                   },
                   no_function};
  table["sub_"] = {[](Arguments& a) -> Value {
                     return of_operand(
                         a, [](const Tensor& x, const Tensor& y) { return x.sub_(y); },
                         [](const Tensor& x, Scalar y) { return x.sub_(y); });
                   },
                   no_function};
  table["mul_"] = {[](Arguments& a) -> Value {
                     return of_operand(
                         a, [](const Tensor& x, const Tensor& y) { return x.mul_(y); },
                         [](const Tensor& x, Scalar y) { return x.mul_(y); });
                   },
                   no_function};
  table["div_"] = {[](Arguments& a) -> Value {
                     return of_operand(
                         a, [](const Tensor& x, const Tensor& y) { return x.div_(y); },
                         [](const Tensor& x, Scalar y) { return x.div_(y); });
                   },
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
