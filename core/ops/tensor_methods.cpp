// Operators, in-place forms with a kernel of their own, and other methods that are not just free
// functions (methods.cpp).
#include "core/ops/compare.h"
#include "core/ops/elementwise.h"
#include "core/ops/indexing.h"
#include "core/ops/inplace.h"
#include "core/ops/matmul.h"
#include "core/ops/reduce.h"
#include "core/ops/softmax.h"

namespace tandem {

Tensor Tensor::operator-() const { return tandem::neg(*this); }
Tensor Tensor::operator!() const { return tandem::logical_not(*this); }
Tensor Tensor::where(const Tensor& condition, const Tensor& other) const {
  return tandem::where(condition, *this, other);
}
namespace {

template <UnaryRule Rule> const Tensor& in_place(const Rule& rule, const Tensor& x) {
  return detail::unary_inplace(UnaryOps::index_of<Rule>, parameters_of(rule), x);
}
template <BinaryRule Rule>
const Tensor& in_place(const Rule& rule, const Tensor& a, const Operand& b) {
  return detail::binary_inplace(BinaryOps::index_of<Rule>, parameters_of(rule), a, b);
}

}  // namespace

const Tensor& Tensor::add_(const Tensor& other, Scalar alpha) const {
  return in_place(rules::Add{}, *this, detail::scaled("add_", *this, other, alpha));
}
const Tensor& Tensor::sub_(const Tensor& other, Scalar alpha) const {
  return in_place(rules::Sub{}, *this, detail::scaled("sub_", *this, other, alpha));
}
const Tensor& Tensor::add_(Scalar other) const { return in_place(rules::Add{}, *this, other); }
const Tensor& Tensor::sub_(Scalar other) const { return in_place(rules::Sub{}, *this, other); }
const Tensor& Tensor::mul_(const Tensor& other) const {
  return in_place(rules::Mul{}, *this, other);
}
const Tensor& Tensor::mul_(Scalar other) const { return in_place(rules::Mul{}, *this, other); }
const Tensor& Tensor::div_(const Tensor& other) const {
  return in_place(rules::Div{}, *this, other);
}
const Tensor& Tensor::div_(Scalar other) const { return in_place(rules::Div{}, *this, other); }
const Tensor& Tensor::tanh_() const { return in_place(rules::Tanh{}, *this); }
const Tensor& Tensor::sigmoid_() const { return in_place(rules::Sigmoid{}, *this); }
const Tensor& Tensor::relu_() const { return in_place(rules::Relu{}, *this); }
const Tensor& Tensor::exp_() const { return in_place(rules::Exp{}, *this); }
const Tensor& Tensor::log_() const { return in_place(rules::Log{}, *this); }
const Tensor& Tensor::sqrt_() const { return in_place(rules::Sqrt{}, *this); }
const Tensor& Tensor::neg_() const { return in_place(rules::Neg{}, *this); }
const Tensor& Tensor::abs_() const { return in_place(rules::Abs{}, *this); }
const Tensor& Tensor::square_() const { return in_place(rules::Square{}, *this); }
const Tensor& Tensor::pow_(Scalar exponent) const {
  const double power = exponent.to<double>();
  if (!is_floating_point() && !tandem::is_floating_point(exponent.dtype()))
    return copy_(pow(exponent));
  if (rules::PowFormula::knows(power)) return in_place(rules::PowFormula{power}, *this);
  return in_place(rules::PowScalar{power}, *this);
}
const Tensor& Tensor::clamp_(std::optional<Scalar> min, std::optional<Scalar> max) const {
  if (!is_floating_point()) {
    check_inplace("clamp_", *this);
    const Tensor clamped = clamp(min, max);
    check(clamped.dtype() == dtype(), "clamp_: the result is ", clamped.dtype(),
          ", which does not fit in place into ", describe());
    return copy_(clamped);
  }
  check(min || max, "clamp_: needs a lower or an upper bound");
  rules::Clamp rule;
  if (min) rule.low = min->to<double>();
  if (max) rule.high = max->to<double>();
  return in_place(rule, *this);
}
Tensor Tensor::var(const Shape& dims, bool unbiased, bool keepdim) const {
  return tandem::var(*this, dims, unbiased, keepdim);
}
Tensor Tensor::std(const Shape& dims, bool unbiased, bool keepdim) const {
  return tandem::std(*this, dims, unbiased, keepdim);
}

}  // namespace tandem
