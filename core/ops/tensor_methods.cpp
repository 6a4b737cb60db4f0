// The Tensor methods that are free functions of core/ops under another spelling.
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
Tensor Tensor::tanh() const { return tandem::tanh(*this); }
Tensor Tensor::sigmoid() const { return tandem::sigmoid(*this); }
Tensor Tensor::relu() const { return tandem::relu(*this); }
Tensor Tensor::exp() const { return tandem::exp(*this); }
Tensor Tensor::expm1() const { return tandem::expm1(*this); }
Tensor Tensor::log() const { return tandem::log(*this); }
Tensor Tensor::log2() const { return tandem::log2(*this); }
Tensor Tensor::log10() const { return tandem::log10(*this); }
Tensor Tensor::log1p() const { return tandem::log1p(*this); }
Tensor Tensor::sqrt() const { return tandem::sqrt(*this); }
Tensor Tensor::rsqrt() const { return tandem::rsqrt(*this); }
Tensor Tensor::square() const { return tandem::square(*this); }
Tensor Tensor::reciprocal() const { return tandem::reciprocal(*this); }
Tensor Tensor::neg() const { return tandem::neg(*this); }
Tensor Tensor::abs() const { return tandem::abs(*this); }
Tensor Tensor::sign() const { return tandem::sign(*this); }
Tensor Tensor::floor() const { return tandem::floor(*this); }
Tensor Tensor::ceil() const { return tandem::ceil(*this); }
Tensor Tensor::trunc() const { return tandem::trunc(*this); }
Tensor Tensor::round() const { return tandem::round(*this); }
Tensor Tensor::sin() const { return tandem::sin(*this); }
Tensor Tensor::cos() const { return tandem::cos(*this); }
Tensor Tensor::tan() const { return tandem::tan(*this); }
Tensor Tensor::sinh() const { return tandem::sinh(*this); }
Tensor Tensor::cosh() const { return tandem::cosh(*this); }
Tensor Tensor::erf() const { return tandem::erf(*this); }
Tensor Tensor::isnan() const { return tandem::isnan(*this); }
Tensor Tensor::isinf() const { return tandem::isinf(*this); }
Tensor Tensor::isfinite() const { return tandem::isfinite(*this); }
Tensor Tensor::logical_not() const { return tandem::logical_not(*this); }

Tensor Tensor::add(const Tensor& other, Scalar alpha) const {
  return tandem::add(*this, other, alpha);
}
Tensor Tensor::add(Scalar other) const { return tandem::add(*this, other); }
Tensor Tensor::sub(const Tensor& other, Scalar alpha) const {
  return tandem::sub(*this, other, alpha);
}
Tensor Tensor::sub(Scalar other) const { return tandem::sub(*this, other); }
Tensor Tensor::mul(const Tensor& other) const { return tandem::mul(*this, other); }
Tensor Tensor::mul(Scalar other) const { return tandem::mul(*this, other); }
Tensor Tensor::div(const Tensor& other) const { return tandem::div(*this, other); }
Tensor Tensor::div(Scalar other) const { return tandem::div(*this, other); }
Tensor Tensor::remainder(const Tensor& other) const { return tandem::remainder(*this, other); }
Tensor Tensor::remainder(Scalar other) const { return tandem::remainder(*this, other); }
Tensor Tensor::eq(const Tensor& other) const { return tandem::eq(*this, other); }
Tensor Tensor::eq(Scalar other) const { return tandem::eq(*this, other); }
Tensor Tensor::ne(const Tensor& other) const { return tandem::ne(*this, other); }
Tensor Tensor::ne(Scalar other) const { return tandem::ne(*this, other); }
Tensor Tensor::lt(const Tensor& other) const { return tandem::lt(*this, other); }
Tensor Tensor::lt(Scalar other) const { return tandem::lt(*this, other); }
Tensor Tensor::le(const Tensor& other) const { return tandem::le(*this, other); }
Tensor Tensor::le(Scalar other) const { return tandem::le(*this, other); }
Tensor Tensor::gt(const Tensor& other) const { return tandem::gt(*this, other); }
Tensor Tensor::gt(Scalar other) const { return tandem::gt(*this, other); }
Tensor Tensor::ge(const Tensor& other) const { return tandem::ge(*this, other); }
Tensor Tensor::ge(Scalar other) const { return tandem::ge(*this, other); }
Tensor Tensor::pow(const Tensor& exponent) const { return tandem::pow(*this, exponent); }
Tensor Tensor::pow(Scalar exponent) const { return tandem::pow(*this, exponent); }
Tensor Tensor::maximum(const Tensor& other) const { return tandem::maximum(*this, other); }
Tensor Tensor::minimum(const Tensor& other) const { return tandem::minimum(*this, other); }
Tensor Tensor::logical_and(const Tensor& other) const { return tandem::logical_and(*this, other); }
Tensor Tensor::logical_or(const Tensor& other) const { return tandem::logical_or(*this, other); }
Tensor Tensor::logical_xor(const Tensor& other) const { return tandem::logical_xor(*this, other); }
Tensor Tensor::where(const Tensor& condition, const Tensor& other) const {
  return tandem::where(condition, *this, other);
}
Tensor Tensor::clamp(std::optional<Scalar> min, std::optional<Scalar> max) const {
  return tandem::clamp(*this, min, max);
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
const Tensor& Tensor::masked_fill_(const Tensor& mask, Scalar value) const {
  check_inplace("masked_fill_", *this);
  return overwrite("masked_fill_", *this, tandem::masked_fill(clone(), mask, value));
}

Tensor Tensor::sum_to_size(const Shape& shape) const { return tandem::sum_to_size(*this, shape); }
Tensor Tensor::sum() const { return tandem::sum(*this); }
Tensor Tensor::sum(const Shape& dims, bool keepdim) const {
  return tandem::sum(*this, dims, keepdim);
}
Tensor Tensor::mean() const { return tandem::mean(*this); }
Tensor Tensor::mean(const Shape& dims, bool keepdim) const {
  return tandem::mean(*this, dims, keepdim);
}
Tensor Tensor::prod() const { return tandem::prod(*this); }
Tensor Tensor::prod(std::int64_t dim, bool keepdim) const {
  return tandem::prod(*this, dim, keepdim);
}
Tensor Tensor::var(const Shape& dims, bool unbiased, bool keepdim) const {
  return tandem::var(*this, dims, unbiased, keepdim);
}
Tensor Tensor::std(const Shape& dims, bool unbiased, bool keepdim) const {
  return tandem::std(*this, dims, unbiased, keepdim);
}
Tensor Tensor::norm(Scalar p) const { return tandem::norm(*this, p); }
Tensor Tensor::norm(Scalar p, const Shape& dims, bool keepdim) const {
  return tandem::norm(*this, p, dims, keepdim);
}
Tensor Tensor::max() const { return tandem::max(*this); }
Tensor Tensor::min() const { return tandem::min(*this); }
Tensor Tensor::amax(const Shape& dims, bool keepdim) const {
  return tandem::amax(*this, dims, keepdim);
}
Tensor Tensor::amin(const Shape& dims, bool keepdim) const {
  return tandem::amin(*this, dims, keepdim);
}
Tensor Tensor::argmax(std::optional<std::int64_t> dim, bool keepdim) const {
  return tandem::argmax(*this, dim, keepdim);
}
Tensor Tensor::argmin(std::optional<std::int64_t> dim, bool keepdim) const {
  return tandem::argmin(*this, dim, keepdim);
}
Tensor Tensor::all() const { return tandem::all(*this); }
Tensor Tensor::any() const { return tandem::any(*this); }
Tensor Tensor::cumsum(std::int64_t dim) const { return tandem::cumsum(*this, dim); }
Tensor Tensor::softmax(std::int64_t dim) const { return tandem::softmax(*this, dim); }
Tensor Tensor::log_softmax(std::int64_t dim) const { return tandem::log_softmax(*this, dim); }
Tensor Tensor::logsumexp(std::int64_t dim, bool keepdim) const {
  return tandem::logsumexp(*this, dim, keepdim);
}
Tensor Tensor::matmul(const Tensor& other) const { return tandem::matmul(*this, other); }
Tensor Tensor::mm(const Tensor& other) const { return tandem::mm(*this, other); }
Tensor Tensor::bmm(const Tensor& other) const { return tandem::bmm(*this, other); }
Tensor Tensor::mv(const Tensor& other) const { return tandem::mv(*this, other); }
Tensor Tensor::dot(const Tensor& other) const { return tandem::dot(*this, other); }
Tensor Tensor::index_select(std::int64_t dim, const Tensor& index) const {
  return tandem::index_select(*this, dim, index);
}
Tensor Tensor::index_add(std::int64_t dim, const Tensor& index, const Tensor& source) const {
  return tandem::index_add(*this, dim, index, source);
}
Tensor Tensor::gather(std::int64_t dim, const Tensor& index) const {
  return tandem::gather(*this, dim, index);
}
Tensor Tensor::scatter_add(std::int64_t dim, const Tensor& index, const Tensor& source) const {
  return tandem::scatter_add(*this, dim, index, source);
}
Tensor Tensor::masked_fill(const Tensor& mask, Scalar value) const {
  return tandem::masked_fill(*this, mask, value);
}
Tensor Tensor::masked_select(const Tensor& mask) const {
  return tandem::masked_select(*this, mask);
}
Tensor Tensor::nonzero() const { return tandem::nonzero(*this); }
Tensor Tensor::flip(const Shape& dims) const { return tandem::flip(*this, dims); }
Tensor Tensor::tril(std::int64_t diagonal) const { return tandem::tril(*this, diagonal); }
Tensor Tensor::triu(std::int64_t diagonal) const { return tandem::triu(*this, diagonal); }
Tensor Tensor::repeat(const Shape& repeats) const { return tandem::repeat(*this, repeats); }
Tensor Tensor::repeat_interleave(std::int64_t repeats, std::optional<std::int64_t> dim) const {
  return tandem::repeat_interleave(*this, repeats, dim);
}
Tensor Tensor::argsort(std::int64_t dim, bool descending) const {
  return tandem::argsort(*this, dim, descending);
}
std::tuple<Tensor, Tensor> Tensor::max(std::int64_t dim, bool keepdim) const {
  return tandem::max(*this, dim, keepdim);
}
std::tuple<Tensor, Tensor> Tensor::min(std::int64_t dim, bool keepdim) const {
  return tandem::min(*this, dim, keepdim);
}
std::tuple<Tensor, Tensor> Tensor::sort(std::int64_t dim, bool descending) const {
  return tandem::sort(*this, dim, descending);
}
std::tuple<Tensor, Tensor> Tensor::topk(std::int64_t k, std::int64_t dim, bool largest) const {
  return tandem::topk(*this, k, dim, largest);
}

}  // namespace tandem
