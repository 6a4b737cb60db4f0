// The methods of Tensor that repeat free functions. Written by core/ops/generate_methods.py.

#include "core/ops/compare.h"
#include "core/ops/elementwise.h"
#include "core/ops/indexing.h"
#include "core/ops/inplace.h"
#include "core/ops/matmul.h"
#include "core/ops/padding.h"
#include "core/ops/pointwise.h"
#include "core/ops/products.h"
#include "core/ops/reduce.h"
#include "core/ops/scatter.h"
#include "core/ops/shape_ops.h"
#include "core/ops/softmax.h"
#include "core/ops/statistics.h"

namespace tandem {

const Tensor& TensorMethods::self() const { return static_cast<const Tensor&>(*this); }

Tensor TensorMethods::all() const { return tandem::all(self()); }
Tensor TensorMethods::any() const { return tandem::any(self()); }
bool TensorMethods::equal(const Tensor& other) const { return tandem::equal(self(), other); }
bool TensorMethods::allclose(const Tensor& other, double rtol, double atol, bool equal_nan) const {
  return tandem::allclose(self(), other, rtol, atol, equal_nan);
}
Tensor TensorMethods::tanh() const { return tandem::tanh(self()); }
Tensor TensorMethods::sigmoid() const { return tandem::sigmoid(self()); }
Tensor TensorMethods::relu() const { return tandem::relu(self()); }
Tensor TensorMethods::clamp(std::optional<Scalar> min, std::optional<Scalar> max) const {
  return tandem::clamp(self(), min, max);
}
Tensor TensorMethods::exp() const { return tandem::exp(self()); }
Tensor TensorMethods::expm1() const { return tandem::expm1(self()); }
const Tensor& TensorMethods::expm1_() const {
  return write_in_place("expm1_", self(), [&](const Tensor& x) { return tandem::expm1(x); });
}
Tensor TensorMethods::log() const { return tandem::log(self()); }
Tensor TensorMethods::log2() const { return tandem::log2(self()); }
const Tensor& TensorMethods::log2_() const {
  return write_in_place("log2_", self(), [&](const Tensor& x) { return tandem::log2(x); });
}
Tensor TensorMethods::log10() const { return tandem::log10(self()); }
const Tensor& TensorMethods::log10_() const {
  return write_in_place("log10_", self(), [&](const Tensor& x) { return tandem::log10(x); });
}
Tensor TensorMethods::log1p() const { return tandem::log1p(self()); }
const Tensor& TensorMethods::log1p_() const {
  return write_in_place("log1p_", self(), [&](const Tensor& x) { return tandem::log1p(x); });
}
Tensor TensorMethods::sqrt() const { return tandem::sqrt(self()); }
Tensor TensorMethods::rsqrt() const { return tandem::rsqrt(self()); }
const Tensor& TensorMethods::rsqrt_() const {
  return write_in_place("rsqrt_", self(), [&](const Tensor& x) { return tandem::rsqrt(x); });
}
Tensor TensorMethods::square() const { return tandem::square(self()); }
Tensor TensorMethods::reciprocal() const { return tandem::reciprocal(self()); }
const Tensor& TensorMethods::reciprocal_() const {
  return write_in_place("reciprocal_", self(),
                        [&](const Tensor& x) { return tandem::reciprocal(x); });
}
Tensor TensorMethods::erf() const { return tandem::erf(self()); }
const Tensor& TensorMethods::erf_() const {
  return write_in_place("erf_", self(), [&](const Tensor& x) { return tandem::erf(x); });
}
Tensor TensorMethods::normal_cdf() const { return tandem::normal_cdf(self()); }
const Tensor& TensorMethods::normal_cdf_() const {
  return write_in_place("normal_cdf_", self(),
                        [&](const Tensor& x) { return tandem::normal_cdf(x); });
}
Tensor TensorMethods::sin() const { return tandem::sin(self()); }
const Tensor& TensorMethods::sin_() const {
  return write_in_place("sin_", self(), [&](const Tensor& x) { return tandem::sin(x); });
}
Tensor TensorMethods::cos() const { return tandem::cos(self()); }
const Tensor& TensorMethods::cos_() const {
  return write_in_place("cos_", self(), [&](const Tensor& x) { return tandem::cos(x); });
}
Tensor TensorMethods::tan() const { return tandem::tan(self()); }
const Tensor& TensorMethods::tan_() const {
  return write_in_place("tan_", self(), [&](const Tensor& x) { return tandem::tan(x); });
}
Tensor TensorMethods::sinh() const { return tandem::sinh(self()); }
const Tensor& TensorMethods::sinh_() const {
  return write_in_place("sinh_", self(), [&](const Tensor& x) { return tandem::sinh(x); });
}
Tensor TensorMethods::cosh() const { return tandem::cosh(self()); }
const Tensor& TensorMethods::cosh_() const {
  return write_in_place("cosh_", self(), [&](const Tensor& x) { return tandem::cosh(x); });
}
Tensor TensorMethods::asin() const { return tandem::asin(self()); }
const Tensor& TensorMethods::asin_() const {
  return write_in_place("asin_", self(), [&](const Tensor& x) { return tandem::asin(x); });
}
Tensor TensorMethods::acos() const { return tandem::acos(self()); }
const Tensor& TensorMethods::acos_() const {
  return write_in_place("acos_", self(), [&](const Tensor& x) { return tandem::acos(x); });
}
Tensor TensorMethods::atan() const { return tandem::atan(self()); }
const Tensor& TensorMethods::atan_() const {
  return write_in_place("atan_", self(), [&](const Tensor& x) { return tandem::atan(x); });
}
Tensor TensorMethods::asinh() const { return tandem::asinh(self()); }
const Tensor& TensorMethods::asinh_() const {
  return write_in_place("asinh_", self(), [&](const Tensor& x) { return tandem::asinh(x); });
}
Tensor TensorMethods::acosh() const { return tandem::acosh(self()); }
const Tensor& TensorMethods::acosh_() const {
  return write_in_place("acosh_", self(), [&](const Tensor& x) { return tandem::acosh(x); });
}
Tensor TensorMethods::atanh() const { return tandem::atanh(self()); }
const Tensor& TensorMethods::atanh_() const {
  return write_in_place("atanh_", self(), [&](const Tensor& x) { return tandem::atanh(x); });
}
Tensor TensorMethods::neg() const { return tandem::neg(self()); }
Tensor TensorMethods::abs() const { return tandem::abs(self()); }
Tensor TensorMethods::sign() const { return tandem::sign(self()); }
const Tensor& TensorMethods::sign_() const {
  return write_in_place("sign_", self(), [&](const Tensor& x) { return tandem::sign(x); });
}
Tensor TensorMethods::floor() const { return tandem::floor(self()); }
const Tensor& TensorMethods::floor_() const {
  return write_in_place("floor_", self(), [&](const Tensor& x) { return tandem::floor(x); });
}
Tensor TensorMethods::ceil() const { return tandem::ceil(self()); }
const Tensor& TensorMethods::ceil_() const {
  return write_in_place("ceil_", self(), [&](const Tensor& x) { return tandem::ceil(x); });
}
Tensor TensorMethods::trunc() const { return tandem::trunc(self()); }
const Tensor& TensorMethods::trunc_() const {
  return write_in_place("trunc_", self(), [&](const Tensor& x) { return tandem::trunc(x); });
}
Tensor TensorMethods::round() const { return tandem::round(self()); }
const Tensor& TensorMethods::round_() const {
  return write_in_place("round_", self(), [&](const Tensor& x) { return tandem::round(x); });
}
Tensor TensorMethods::isnan() const { return tandem::isnan(self()); }
Tensor TensorMethods::isinf() const { return tandem::isinf(self()); }
Tensor TensorMethods::isfinite() const { return tandem::isfinite(self()); }
Tensor TensorMethods::logical_not() const { return tandem::logical_not(self()); }
const Tensor& TensorMethods::logical_not_() const {
  return write_in_place("logical_not_", self(),
                        [&](const Tensor& x) { return tandem::logical_not(x); });
}
Tensor TensorMethods::add(const Tensor& other, Scalar alpha) const {
  return tandem::add(self(), other, alpha);
}
Tensor TensorMethods::add(Scalar other, Scalar alpha) const {
  return tandem::add(self(), other, alpha);
}
Tensor TensorMethods::sub(const Tensor& other, Scalar alpha) const {
  return tandem::sub(self(), other, alpha);
}
Tensor TensorMethods::sub(Scalar other, Scalar alpha) const {
  return tandem::sub(self(), other, alpha);
}
Tensor TensorMethods::mul(const Tensor& other) const { return tandem::mul(self(), other); }
Tensor TensorMethods::mul(Scalar other) const { return tandem::mul(self(), other); }
Tensor TensorMethods::div(const Tensor& other) const { return tandem::div(self(), other); }
Tensor TensorMethods::div(Scalar other) const { return tandem::div(self(), other); }
Tensor TensorMethods::pow(const Tensor& other) const { return tandem::pow(self(), other); }
Tensor TensorMethods::pow(Scalar exponent) const { return tandem::pow(self(), exponent); }
Tensor TensorMethods::maximum(const Tensor& other) const { return tandem::maximum(self(), other); }
const Tensor& TensorMethods::maximum_(const Tensor& other) const {
  return write_in_place("maximum_", self(),
                        [&](const Tensor& x) { return tandem::maximum(x, other); });
}
Tensor TensorMethods::minimum(const Tensor& other) const { return tandem::minimum(self(), other); }
const Tensor& TensorMethods::minimum_(const Tensor& other) const {
  return write_in_place("minimum_", self(),
                        [&](const Tensor& x) { return tandem::minimum(x, other); });
}
Tensor TensorMethods::remainder(const Tensor& other) const {
  return tandem::remainder(self(), other);
}
const Tensor& TensorMethods::remainder_(const Tensor& other) const {
  return write_in_place("remainder_", self(),
                        [&](const Tensor& x) { return tandem::remainder(x, other); });
}
Tensor TensorMethods::remainder(Scalar other) const { return tandem::remainder(self(), other); }
const Tensor& TensorMethods::remainder_(Scalar other) const {
  return write_in_place("remainder_", self(),
                        [&](const Tensor& x) { return tandem::remainder(x, other); });
}
Tensor TensorMethods::fmod(const Tensor& other) const { return tandem::fmod(self(), other); }
const Tensor& TensorMethods::fmod_(const Tensor& other) const {
  return write_in_place("fmod_", self(), [&](const Tensor& x) { return tandem::fmod(x, other); });
}
Tensor TensorMethods::fmod(Scalar other) const { return tandem::fmod(self(), other); }
const Tensor& TensorMethods::fmod_(Scalar other) const {
  return write_in_place("fmod_", self(), [&](const Tensor& x) { return tandem::fmod(x, other); });
}
Tensor TensorMethods::floor_divide(const Tensor& other) const {
  return tandem::floor_divide(self(), other);
}
const Tensor& TensorMethods::floor_divide_(const Tensor& other) const {
  return write_in_place("floor_divide_", self(),
                        [&](const Tensor& x) { return tandem::floor_divide(x, other); });
}
Tensor TensorMethods::floor_divide(Scalar other) const {
  return tandem::floor_divide(self(), other);
}
const Tensor& TensorMethods::floor_divide_(Scalar other) const {
  return write_in_place("floor_divide_", self(),
                        [&](const Tensor& x) { return tandem::floor_divide(x, other); });
}
Tensor TensorMethods::atan2(const Tensor& other) const { return tandem::atan2(self(), other); }
const Tensor& TensorMethods::atan2_(const Tensor& other) const {
  return write_in_place("atan2_", self(), [&](const Tensor& x) { return tandem::atan2(x, other); });
}
Tensor TensorMethods::hypot(const Tensor& other) const { return tandem::hypot(self(), other); }
const Tensor& TensorMethods::hypot_(const Tensor& other) const {
  return write_in_place("hypot_", self(), [&](const Tensor& x) { return tandem::hypot(x, other); });
}
Tensor TensorMethods::eq(const Tensor& other) const { return tandem::eq(self(), other); }
const Tensor& TensorMethods::eq_(const Tensor& other) const {
  return write_in_place("eq_", self(), [&](const Tensor& x) { return tandem::eq(x, other); });
}
Tensor TensorMethods::eq(Scalar other) const { return tandem::eq(self(), other); }
const Tensor& TensorMethods::eq_(Scalar other) const {
  return write_in_place("eq_", self(), [&](const Tensor& x) { return tandem::eq(x, other); });
}
Tensor TensorMethods::ne(const Tensor& other) const { return tandem::ne(self(), other); }
const Tensor& TensorMethods::ne_(const Tensor& other) const {
  return write_in_place("ne_", self(), [&](const Tensor& x) { return tandem::ne(x, other); });
}
Tensor TensorMethods::ne(Scalar other) const { return tandem::ne(self(), other); }
const Tensor& TensorMethods::ne_(Scalar other) const {
  return write_in_place("ne_", self(), [&](const Tensor& x) { return tandem::ne(x, other); });
}
Tensor TensorMethods::lt(const Tensor& other) const { return tandem::lt(self(), other); }
const Tensor& TensorMethods::lt_(const Tensor& other) const {
  return write_in_place("lt_", self(), [&](const Tensor& x) { return tandem::lt(x, other); });
}
Tensor TensorMethods::lt(Scalar other) const { return tandem::lt(self(), other); }
const Tensor& TensorMethods::lt_(Scalar other) const {
  return write_in_place("lt_", self(), [&](const Tensor& x) { return tandem::lt(x, other); });
}
Tensor TensorMethods::le(const Tensor& other) const { return tandem::le(self(), other); }
const Tensor& TensorMethods::le_(const Tensor& other) const {
  return write_in_place("le_", self(), [&](const Tensor& x) { return tandem::le(x, other); });
}
Tensor TensorMethods::le(Scalar other) const { return tandem::le(self(), other); }
const Tensor& TensorMethods::le_(Scalar other) const {
  return write_in_place("le_", self(), [&](const Tensor& x) { return tandem::le(x, other); });
}
Tensor TensorMethods::gt(const Tensor& other) const { return tandem::gt(self(), other); }
const Tensor& TensorMethods::gt_(const Tensor& other) const {
  return write_in_place("gt_", self(), [&](const Tensor& x) { return tandem::gt(x, other); });
}
Tensor TensorMethods::gt(Scalar other) const { return tandem::gt(self(), other); }
const Tensor& TensorMethods::gt_(Scalar other) const {
  return write_in_place("gt_", self(), [&](const Tensor& x) { return tandem::gt(x, other); });
}
Tensor TensorMethods::ge(const Tensor& other) const { return tandem::ge(self(), other); }
const Tensor& TensorMethods::ge_(const Tensor& other) const {
  return write_in_place("ge_", self(), [&](const Tensor& x) { return tandem::ge(x, other); });
}
Tensor TensorMethods::ge(Scalar other) const { return tandem::ge(self(), other); }
const Tensor& TensorMethods::ge_(Scalar other) const {
  return write_in_place("ge_", self(), [&](const Tensor& x) { return tandem::ge(x, other); });
}
Tensor TensorMethods::logical_and(const Tensor& other) const {
  return tandem::logical_and(self(), other);
}
const Tensor& TensorMethods::logical_and_(const Tensor& other) const {
  return write_in_place("logical_and_", self(),
                        [&](const Tensor& x) { return tandem::logical_and(x, other); });
}
Tensor TensorMethods::logical_or(const Tensor& other) const {
  return tandem::logical_or(self(), other);
}
const Tensor& TensorMethods::logical_or_(const Tensor& other) const {
  return write_in_place("logical_or_", self(),
                        [&](const Tensor& x) { return tandem::logical_or(x, other); });
}
Tensor TensorMethods::logical_xor(const Tensor& other) const {
  return tandem::logical_xor(self(), other);
}
const Tensor& TensorMethods::logical_xor_(const Tensor& other) const {
  return write_in_place("logical_xor_", self(),
                        [&](const Tensor& x) { return tandem::logical_xor(x, other); });
}
Tensor TensorMethods::sum_to_size(const Shape& shape) const {
  return tandem::sum_to_size(self(), shape);
}
const Tensor& TensorMethods::sum_to_size_(const Shape& shape) const {
  return write_in_place("sum_to_size_", self(),
                        [&](const Tensor& x) { return tandem::sum_to_size(x, shape); });
}
Tensor TensorMethods::index_select(std::int64_t dim, const Tensor& index) const {
  return tandem::index_select(self(), dim, index);
}
Tensor TensorMethods::gather(std::int64_t dim, const Tensor& index) const {
  return tandem::gather(self(), dim, index);
}
Tensor TensorMethods::take(const Tensor& index) const { return tandem::take(self(), index); }
Tensor TensorMethods::take_along_dim(const Tensor& indices, std::optional<std::int64_t> dim) const {
  return tandem::take_along_dim(self(), indices, dim);
}
Tensor TensorMethods::masked_select(const Tensor& mask) const {
  return tandem::masked_select(self(), mask);
}
Tensor TensorMethods::nonzero() const { return tandem::nonzero(self()); }
Tensor TensorMethods::argwhere() const { return tandem::argwhere(self()); }
Tensor TensorMethods::flip(const Shape& dims) const { return tandem::flip(self(), dims); }
Tensor TensorMethods::tril(std::int64_t diagonal) const { return tandem::tril(self(), diagonal); }
const Tensor& TensorMethods::tril_(std::int64_t diagonal) const {
  return write_in_place("tril_", self(),
                        [&](const Tensor& x) { return tandem::tril(x, diagonal); });
}
Tensor TensorMethods::triu(std::int64_t diagonal) const { return tandem::triu(self(), diagonal); }
const Tensor& TensorMethods::triu_(std::int64_t diagonal) const {
  return write_in_place("triu_", self(),
                        [&](const Tensor& x) { return tandem::triu(x, diagonal); });
}
Tensor TensorMethods::repeat(const Shape& repeats) const { return tandem::repeat(self(), repeats); }
Tensor TensorMethods::repeat_interleave(std::int64_t repeats,
                                        std::optional<std::int64_t> dim) const {
  return tandem::repeat_interleave(self(), repeats, dim);
}
std::tuple<Tensor, Tensor> TensorMethods::sort(std::int64_t dim, bool descending) const {
  return tandem::sort(self(), dim, descending);
}
Tensor TensorMethods::argsort(std::int64_t dim, bool descending) const {
  return tandem::argsort(self(), dim, descending);
}
std::tuple<Tensor, Tensor> TensorMethods::topk(std::int64_t k, std::int64_t dim,
                                               bool largest) const {
  return tandem::topk(self(), k, dim, largest);
}
Tensor TensorMethods::matmul(const Tensor& other) const { return tandem::matmul(self(), other); }
Tensor TensorMethods::mm(const Tensor& other) const { return tandem::mm(self(), other); }
Tensor TensorMethods::bmm(const Tensor& other) const { return tandem::bmm(self(), other); }
Tensor TensorMethods::mv(const Tensor& other) const { return tandem::mv(self(), other); }
Tensor TensorMethods::dot(const Tensor& other) const { return tandem::dot(self(), other); }
Tensor TensorMethods::addmm(const Tensor& a, const Tensor& b, Scalar beta, Scalar alpha) const {
  return tandem::addmm(self(), a, b, beta, alpha);
}
const Tensor& TensorMethods::addmm_(const Tensor& a, const Tensor& b, Scalar beta,
                                    Scalar alpha) const {
  return write_in_place("addmm_", self(),
                        [&](const Tensor& x) { return tandem::addmm(x, a, b, beta, alpha); });
}
Tensor TensorMethods::pad(const Shape& pad, const std::string& mode, double value) const {
  return tandem::pad(self(), pad, mode, value);
}
Tensor TensorMethods::constant_pad_nd(const Shape& pad, double value) const {
  return tandem::constant_pad_nd(self(), pad, value);
}
Tensor TensorMethods::absolute() const { return tandem::absolute(self()); }
const Tensor& TensorMethods::absolute_() const {
  return write_in_place("absolute_", self(), [&](const Tensor& x) { return tandem::absolute(x); });
}
Tensor TensorMethods::negative() const { return tandem::negative(self()); }
const Tensor& TensorMethods::negative_() const {
  return write_in_place("negative_", self(), [&](const Tensor& x) { return tandem::negative(x); });
}
Tensor TensorMethods::sgn() const { return tandem::sgn(self()); }
const Tensor& TensorMethods::sgn_() const {
  return write_in_place("sgn_", self(), [&](const Tensor& x) { return tandem::sgn(x); });
}
Tensor TensorMethods::fix() const { return tandem::fix(self()); }
const Tensor& TensorMethods::fix_() const {
  return write_in_place("fix_", self(), [&](const Tensor& x) { return tandem::fix(x); });
}
Tensor TensorMethods::arcsin() const { return tandem::arcsin(self()); }
const Tensor& TensorMethods::arcsin_() const {
  return write_in_place("arcsin_", self(), [&](const Tensor& x) { return tandem::arcsin(x); });
}
Tensor TensorMethods::arccos() const { return tandem::arccos(self()); }
const Tensor& TensorMethods::arccos_() const {
  return write_in_place("arccos_", self(), [&](const Tensor& x) { return tandem::arccos(x); });
}
Tensor TensorMethods::arctan() const { return tandem::arctan(self()); }
const Tensor& TensorMethods::arctan_() const {
  return write_in_place("arctan_", self(), [&](const Tensor& x) { return tandem::arctan(x); });
}
Tensor TensorMethods::arcsinh() const { return tandem::arcsinh(self()); }
const Tensor& TensorMethods::arcsinh_() const {
  return write_in_place("arcsinh_", self(), [&](const Tensor& x) { return tandem::arcsinh(x); });
}
Tensor TensorMethods::arccosh() const { return tandem::arccosh(self()); }
const Tensor& TensorMethods::arccosh_() const {
  return write_in_place("arccosh_", self(), [&](const Tensor& x) { return tandem::arccosh(x); });
}
Tensor TensorMethods::arctanh() const { return tandem::arctanh(self()); }
const Tensor& TensorMethods::arctanh_() const {
  return write_in_place("arctanh_", self(), [&](const Tensor& x) { return tandem::arctanh(x); });
}
Tensor TensorMethods::arctan2(const Tensor& other) const { return tandem::arctan2(self(), other); }
const Tensor& TensorMethods::arctan2_(const Tensor& other) const {
  return write_in_place("arctan2_", self(),
                        [&](const Tensor& x) { return tandem::arctan2(x, other); });
}
Tensor TensorMethods::subtract(const Tensor& other, Scalar alpha) const {
  return tandem::subtract(self(), other, alpha);
}
const Tensor& TensorMethods::subtract_(const Tensor& other, Scalar alpha) const {
  return write_in_place("subtract_", self(),
                        [&](const Tensor& x) { return tandem::subtract(x, other, alpha); });
}
Tensor TensorMethods::subtract(Scalar other, Scalar alpha) const {
  return tandem::subtract(self(), other, alpha);
}
const Tensor& TensorMethods::subtract_(Scalar other, Scalar alpha) const {
  return write_in_place("subtract_", self(),
                        [&](const Tensor& x) { return tandem::subtract(x, other, alpha); });
}
Tensor TensorMethods::multiply(const Tensor& other) const {
  return tandem::multiply(self(), other);
}
const Tensor& TensorMethods::multiply_(const Tensor& other) const {
  return write_in_place("multiply_", self(),
                        [&](const Tensor& x) { return tandem::multiply(x, other); });
}
Tensor TensorMethods::multiply(Scalar other) const { return tandem::multiply(self(), other); }
const Tensor& TensorMethods::multiply_(Scalar other) const {
  return write_in_place("multiply_", self(),
                        [&](const Tensor& x) { return tandem::multiply(x, other); });
}
Tensor TensorMethods::divide(const Tensor& other) const { return tandem::divide(self(), other); }
const Tensor& TensorMethods::divide_(const Tensor& other) const {
  return write_in_place("divide_", self(),
                        [&](const Tensor& x) { return tandem::divide(x, other); });
}
Tensor TensorMethods::divide(Scalar other) const { return tandem::divide(self(), other); }
const Tensor& TensorMethods::divide_(Scalar other) const {
  return write_in_place("divide_", self(),
                        [&](const Tensor& x) { return tandem::divide(x, other); });
}
Tensor TensorMethods::true_divide(const Tensor& other) const {
  return tandem::true_divide(self(), other);
}
const Tensor& TensorMethods::true_divide_(const Tensor& other) const {
  return write_in_place("true_divide_", self(),
                        [&](const Tensor& x) { return tandem::true_divide(x, other); });
}
Tensor TensorMethods::true_divide(Scalar other) const { return tandem::true_divide(self(), other); }
const Tensor& TensorMethods::true_divide_(Scalar other) const {
  return write_in_place("true_divide_", self(),
                        [&](const Tensor& x) { return tandem::true_divide(x, other); });
}
Tensor TensorMethods::not_equal(const Tensor& other) const {
  return tandem::not_equal(self(), other);
}
const Tensor& TensorMethods::not_equal_(const Tensor& other) const {
  return write_in_place("not_equal_", self(),
                        [&](const Tensor& x) { return tandem::not_equal(x, other); });
}
Tensor TensorMethods::not_equal(Scalar other) const { return tandem::not_equal(self(), other); }
const Tensor& TensorMethods::not_equal_(Scalar other) const {
  return write_in_place("not_equal_", self(),
                        [&](const Tensor& x) { return tandem::not_equal(x, other); });
}
Tensor TensorMethods::less(const Tensor& other) const { return tandem::less(self(), other); }
const Tensor& TensorMethods::less_(const Tensor& other) const {
  return write_in_place("less_", self(), [&](const Tensor& x) { return tandem::less(x, other); });
}
Tensor TensorMethods::less(Scalar other) const { return tandem::less(self(), other); }
const Tensor& TensorMethods::less_(Scalar other) const {
  return write_in_place("less_", self(), [&](const Tensor& x) { return tandem::less(x, other); });
}
Tensor TensorMethods::less_equal(const Tensor& other) const {
  return tandem::less_equal(self(), other);
}
const Tensor& TensorMethods::less_equal_(const Tensor& other) const {
  return write_in_place("less_equal_", self(),
                        [&](const Tensor& x) { return tandem::less_equal(x, other); });
}
Tensor TensorMethods::less_equal(Scalar other) const { return tandem::less_equal(self(), other); }
const Tensor& TensorMethods::less_equal_(Scalar other) const {
  return write_in_place("less_equal_", self(),
                        [&](const Tensor& x) { return tandem::less_equal(x, other); });
}
Tensor TensorMethods::greater(const Tensor& other) const { return tandem::greater(self(), other); }
const Tensor& TensorMethods::greater_(const Tensor& other) const {
  return write_in_place("greater_", self(),
                        [&](const Tensor& x) { return tandem::greater(x, other); });
}
Tensor TensorMethods::greater(Scalar other) const { return tandem::greater(self(), other); }
const Tensor& TensorMethods::greater_(Scalar other) const {
  return write_in_place("greater_", self(),
                        [&](const Tensor& x) { return tandem::greater(x, other); });
}
Tensor TensorMethods::greater_equal(const Tensor& other) const {
  return tandem::greater_equal(self(), other);
}
const Tensor& TensorMethods::greater_equal_(const Tensor& other) const {
  return write_in_place("greater_equal_", self(),
                        [&](const Tensor& x) { return tandem::greater_equal(x, other); });
}
Tensor TensorMethods::greater_equal(Scalar other) const {
  return tandem::greater_equal(self(), other);
}
const Tensor& TensorMethods::greater_equal_(Scalar other) const {
  return write_in_place("greater_equal_", self(),
                        [&](const Tensor& x) { return tandem::greater_equal(x, other); });
}
Tensor TensorMethods::clip(std::optional<Scalar> min, std::optional<Scalar> max) const {
  return tandem::clip(self(), min, max);
}
const Tensor& TensorMethods::clip_(std::optional<Scalar> min, std::optional<Scalar> max) const {
  return write_in_place("clip_", self(),
                        [&](const Tensor& x) { return tandem::clip(x, min, max); });
}
Tensor TensorMethods::clamp_min(Scalar min) const { return tandem::clamp_min(self(), min); }
const Tensor& TensorMethods::clamp_min_(Scalar min) const {
  return write_in_place("clamp_min_", self(),
                        [&](const Tensor& x) { return tandem::clamp_min(x, min); });
}
Tensor TensorMethods::clamp_max(Scalar max) const { return tandem::clamp_max(self(), max); }
const Tensor& TensorMethods::clamp_max_(Scalar max) const {
  return write_in_place("clamp_max_", self(),
                        [&](const Tensor& x) { return tandem::clamp_max(x, max); });
}
Tensor TensorMethods::frac() const { return tandem::frac(self()); }
const Tensor& TensorMethods::frac_() const {
  return write_in_place("frac_", self(), [&](const Tensor& x) { return tandem::frac(x); });
}
Tensor TensorMethods::exp2() const { return tandem::exp2(self()); }
const Tensor& TensorMethods::exp2_() const {
  return write_in_place("exp2_", self(), [&](const Tensor& x) { return tandem::exp2(x); });
}
Tensor TensorMethods::deg2rad() const { return tandem::deg2rad(self()); }
const Tensor& TensorMethods::deg2rad_() const {
  return write_in_place("deg2rad_", self(), [&](const Tensor& x) { return tandem::deg2rad(x); });
}
Tensor TensorMethods::rad2deg() const { return tandem::rad2deg(self()); }
const Tensor& TensorMethods::rad2deg_() const {
  return write_in_place("rad2deg_", self(), [&](const Tensor& x) { return tandem::rad2deg(x); });
}
Tensor TensorMethods::logit(std::optional<double> eps) const { return tandem::logit(self(), eps); }
const Tensor& TensorMethods::logit_(std::optional<double> eps) const {
  return write_in_place("logit_", self(), [&](const Tensor& x) { return tandem::logit(x, eps); });
}
Tensor TensorMethods::sinc() const { return tandem::sinc(self()); }
const Tensor& TensorMethods::sinc_() const {
  return write_in_place("sinc_", self(), [&](const Tensor& x) { return tandem::sinc(x); });
}
Tensor TensorMethods::nan_to_num(std::optional<double> nan, std::optional<double> posinf,
                                 std::optional<double> neginf) const {
  return tandem::nan_to_num(self(), nan, posinf, neginf);
}
const Tensor& TensorMethods::nan_to_num_(std::optional<double> nan, std::optional<double> posinf,
                                         std::optional<double> neginf) const {
  return write_in_place("nan_to_num_", self(), [&](const Tensor& x) {
    return tandem::nan_to_num(x, nan, posinf, neginf);
  });
}
Tensor TensorMethods::bitwise_not() const { return tandem::bitwise_not(self()); }
const Tensor& TensorMethods::bitwise_not_() const {
  return write_in_place("bitwise_not_", self(),
                        [&](const Tensor& x) { return tandem::bitwise_not(x); });
}
Tensor TensorMethods::div(const Tensor& other, const std::string& rounding_mode) const {
  return tandem::div(self(), other, rounding_mode);
}
Tensor TensorMethods::div(Scalar other, const std::string& rounding_mode) const {
  return tandem::div(self(), other, rounding_mode);
}
Tensor TensorMethods::float_power(const Tensor& exponent) const {
  return tandem::float_power(self(), exponent);
}
const Tensor& TensorMethods::float_power_(const Tensor& exponent) const {
  return write_in_place("float_power_", self(),
                        [&](const Tensor& x) { return tandem::float_power(x, exponent); });
}
Tensor TensorMethods::float_power(Scalar exponent) const {
  return tandem::float_power(self(), exponent);
}
const Tensor& TensorMethods::float_power_(Scalar exponent) const {
  return write_in_place("float_power_", self(),
                        [&](const Tensor& x) { return tandem::float_power(x, exponent); });
}
Tensor TensorMethods::fmax(const Tensor& other) const { return tandem::fmax(self(), other); }
const Tensor& TensorMethods::fmax_(const Tensor& other) const {
  return write_in_place("fmax_", self(), [&](const Tensor& x) { return tandem::fmax(x, other); });
}
Tensor TensorMethods::fmin(const Tensor& other) const { return tandem::fmin(self(), other); }
const Tensor& TensorMethods::fmin_(const Tensor& other) const {
  return write_in_place("fmin_", self(), [&](const Tensor& x) { return tandem::fmin(x, other); });
}
Tensor TensorMethods::heaviside(const Tensor& values) const {
  return tandem::heaviside(self(), values);
}
const Tensor& TensorMethods::heaviside_(const Tensor& values) const {
  return write_in_place("heaviside_", self(),
                        [&](const Tensor& x) { return tandem::heaviside(x, values); });
}
Tensor TensorMethods::copysign(const Tensor& other) const {
  return tandem::copysign(self(), other);
}
const Tensor& TensorMethods::copysign_(const Tensor& other) const {
  return write_in_place("copysign_", self(),
                        [&](const Tensor& x) { return tandem::copysign(x, other); });
}
Tensor TensorMethods::copysign(Scalar other) const { return tandem::copysign(self(), other); }
const Tensor& TensorMethods::copysign_(Scalar other) const {
  return write_in_place("copysign_", self(),
                        [&](const Tensor& x) { return tandem::copysign(x, other); });
}
Tensor TensorMethods::ldexp(const Tensor& other) const { return tandem::ldexp(self(), other); }
const Tensor& TensorMethods::ldexp_(const Tensor& other) const {
  return write_in_place("ldexp_", self(), [&](const Tensor& x) { return tandem::ldexp(x, other); });
}
Tensor TensorMethods::xlogy(const Tensor& other) const { return tandem::xlogy(self(), other); }
const Tensor& TensorMethods::xlogy_(const Tensor& other) const {
  return write_in_place("xlogy_", self(), [&](const Tensor& x) { return tandem::xlogy(x, other); });
}
Tensor TensorMethods::xlogy(Scalar other) const { return tandem::xlogy(self(), other); }
const Tensor& TensorMethods::xlogy_(Scalar other) const {
  return write_in_place("xlogy_", self(), [&](const Tensor& x) { return tandem::xlogy(x, other); });
}
Tensor TensorMethods::logaddexp(const Tensor& other) const {
  return tandem::logaddexp(self(), other);
}
const Tensor& TensorMethods::logaddexp_(const Tensor& other) const {
  return write_in_place("logaddexp_", self(),
                        [&](const Tensor& x) { return tandem::logaddexp(x, other); });
}
Tensor TensorMethods::logaddexp2(const Tensor& other) const {
  return tandem::logaddexp2(self(), other);
}
const Tensor& TensorMethods::logaddexp2_(const Tensor& other) const {
  return write_in_place("logaddexp2_", self(),
                        [&](const Tensor& x) { return tandem::logaddexp2(x, other); });
}
Tensor TensorMethods::bitwise_and(const Tensor& other) const {
  return tandem::bitwise_and(self(), other);
}
const Tensor& TensorMethods::bitwise_and_(const Tensor& other) const {
  return write_in_place("bitwise_and_", self(),
                        [&](const Tensor& x) { return tandem::bitwise_and(x, other); });
}
Tensor TensorMethods::bitwise_and(Scalar other) const { return tandem::bitwise_and(self(), other); }
const Tensor& TensorMethods::bitwise_and_(Scalar other) const {
  return write_in_place("bitwise_and_", self(),
                        [&](const Tensor& x) { return tandem::bitwise_and(x, other); });
}
Tensor TensorMethods::bitwise_or(const Tensor& other) const {
  return tandem::bitwise_or(self(), other);
}
const Tensor& TensorMethods::bitwise_or_(const Tensor& other) const {
  return write_in_place("bitwise_or_", self(),
                        [&](const Tensor& x) { return tandem::bitwise_or(x, other); });
}
Tensor TensorMethods::bitwise_or(Scalar other) const { return tandem::bitwise_or(self(), other); }
const Tensor& TensorMethods::bitwise_or_(Scalar other) const {
  return write_in_place("bitwise_or_", self(),
                        [&](const Tensor& x) { return tandem::bitwise_or(x, other); });
}
Tensor TensorMethods::bitwise_xor(const Tensor& other) const {
  return tandem::bitwise_xor(self(), other);
}
const Tensor& TensorMethods::bitwise_xor_(const Tensor& other) const {
  return write_in_place("bitwise_xor_", self(),
                        [&](const Tensor& x) { return tandem::bitwise_xor(x, other); });
}
Tensor TensorMethods::bitwise_xor(Scalar other) const { return tandem::bitwise_xor(self(), other); }
const Tensor& TensorMethods::bitwise_xor_(Scalar other) const {
  return write_in_place("bitwise_xor_", self(),
                        [&](const Tensor& x) { return tandem::bitwise_xor(x, other); });
}
Tensor TensorMethods::lerp(const Tensor& end, const Tensor& weight) const {
  return tandem::lerp(self(), end, weight);
}
const Tensor& TensorMethods::lerp_(const Tensor& end, const Tensor& weight) const {
  return write_in_place("lerp_", self(),
                        [&](const Tensor& x) { return tandem::lerp(x, end, weight); });
}
Tensor TensorMethods::lerp(const Tensor& end, Scalar weight) const {
  return tandem::lerp(self(), end, weight);
}
const Tensor& TensorMethods::lerp_(const Tensor& end, Scalar weight) const {
  return write_in_place("lerp_", self(),
                        [&](const Tensor& x) { return tandem::lerp(x, end, weight); });
}
Tensor TensorMethods::addcmul(const Tensor& tensor1, const Tensor& tensor2, Scalar value) const {
  return tandem::addcmul(self(), tensor1, tensor2, value);
}
const Tensor& TensorMethods::addcmul_(const Tensor& tensor1, const Tensor& tensor2,
                                      Scalar value) const {
  return write_in_place("addcmul_", self(), [&](const Tensor& x) {
    return tandem::addcmul(x, tensor1, tensor2, value);
  });
}
Tensor TensorMethods::addcdiv(const Tensor& tensor1, const Tensor& tensor2, Scalar value) const {
  return tandem::addcdiv(self(), tensor1, tensor2, value);
}
const Tensor& TensorMethods::addcdiv_(const Tensor& tensor1, const Tensor& tensor2,
                                      Scalar value) const {
  return write_in_place("addcdiv_", self(), [&](const Tensor& x) {
    return tandem::addcdiv(x, tensor1, tensor2, value);
  });
}
Tensor TensorMethods::isposinf() const { return tandem::isposinf(self()); }
Tensor TensorMethods::isneginf() const { return tandem::isneginf(self()); }
Tensor TensorMethods::isclose(const Tensor& other, double rtol, double atol, bool equal_nan) const {
  return tandem::isclose(self(), other, rtol, atol, equal_nan);
}
Tensor TensorMethods::outer(const Tensor& other) const { return tandem::outer(self(), other); }
Tensor TensorMethods::ger(const Tensor& other) const { return tandem::ger(self(), other); }
Tensor TensorMethods::inner(const Tensor& other) const { return tandem::inner(self(), other); }
Tensor TensorMethods::vdot(const Tensor& other) const { return tandem::vdot(self(), other); }
Tensor TensorMethods::tensordot(const Tensor& other, std::int64_t dims) const {
  return tandem::tensordot(self(), other, dims);
}
Tensor TensorMethods::tensordot(const Tensor& other, const Shape& dims_self,
                                const Shape& dims_other) const {
  return tandem::tensordot(self(), other, dims_self, dims_other);
}
Tensor TensorMethods::baddbmm(const Tensor& batch1, const Tensor& batch2, Scalar beta,
                              Scalar alpha) const {
  return tandem::baddbmm(self(), batch1, batch2, beta, alpha);
}
const Tensor& TensorMethods::baddbmm_(const Tensor& batch1, const Tensor& batch2, Scalar beta,
                                      Scalar alpha) const {
  return write_in_place("baddbmm_", self(), [&](const Tensor& x) {
    return tandem::baddbmm(x, batch1, batch2, beta, alpha);
  });
}
Tensor TensorMethods::addbmm(const Tensor& batch1, const Tensor& batch2, Scalar beta,
                             Scalar alpha) const {
  return tandem::addbmm(self(), batch1, batch2, beta, alpha);
}
const Tensor& TensorMethods::addbmm_(const Tensor& batch1, const Tensor& batch2, Scalar beta,
                                     Scalar alpha) const {
  return write_in_place("addbmm_", self(), [&](const Tensor& x) {
    return tandem::addbmm(x, batch1, batch2, beta, alpha);
  });
}
Tensor TensorMethods::addmv(const Tensor& mat, const Tensor& vec, Scalar beta, Scalar alpha) const {
  return tandem::addmv(self(), mat, vec, beta, alpha);
}
const Tensor& TensorMethods::addmv_(const Tensor& mat, const Tensor& vec, Scalar beta,
                                    Scalar alpha) const {
  return write_in_place("addmv_", self(),
                        [&](const Tensor& x) { return tandem::addmv(x, mat, vec, beta, alpha); });
}
Tensor TensorMethods::addr(const Tensor& vec1, const Tensor& vec2, Scalar beta,
                           Scalar alpha) const {
  return tandem::addr(self(), vec1, vec2, beta, alpha);
}
const Tensor& TensorMethods::addr_(const Tensor& vec1, const Tensor& vec2, Scalar beta,
                                   Scalar alpha) const {
  return write_in_place("addr_", self(),
                        [&](const Tensor& x) { return tandem::addr(x, vec1, vec2, beta, alpha); });
}
Tensor TensorMethods::kron(const Tensor& other) const { return tandem::kron(self(), other); }
Tensor TensorMethods::cross(const Tensor& other, std::optional<std::int64_t> dim) const {
  return tandem::cross(self(), other, dim);
}
Tensor TensorMethods::sum() const { return tandem::sum(self()); }
Tensor TensorMethods::sum(const Shape& dims, bool keepdim) const {
  return tandem::sum(self(), dims, keepdim);
}
Tensor TensorMethods::nansum(const Shape& dims, bool keepdim) const {
  return tandem::nansum(self(), dims, keepdim);
}
Tensor TensorMethods::mean() const { return tandem::mean(self()); }
Tensor TensorMethods::mean(const Shape& dims, bool keepdim) const {
  return tandem::mean(self(), dims, keepdim);
}
Tensor TensorMethods::prod() const { return tandem::prod(self()); }
Tensor TensorMethods::prod(std::int64_t dim, bool keepdim) const {
  return tandem::prod(self(), dim, keepdim);
}
Tensor TensorMethods::norm(Scalar p) const { return tandem::norm(self(), p); }
Tensor TensorMethods::norm(Scalar p, const Shape& dims, bool keepdim) const {
  return tandem::norm(self(), p, dims, keepdim);
}
Tensor TensorMethods::max() const { return tandem::max(self()); }
Tensor TensorMethods::min() const { return tandem::min(self()); }
std::tuple<Tensor, Tensor> TensorMethods::max(std::int64_t dim, bool keepdim) const {
  return tandem::max(self(), dim, keepdim);
}
std::tuple<Tensor, Tensor> TensorMethods::min(std::int64_t dim, bool keepdim) const {
  return tandem::min(self(), dim, keepdim);
}
Tensor TensorMethods::amax(const Shape& dims, bool keepdim) const {
  return tandem::amax(self(), dims, keepdim);
}
Tensor TensorMethods::amin(const Shape& dims, bool keepdim) const {
  return tandem::amin(self(), dims, keepdim);
}
Tensor TensorMethods::argmax(std::optional<std::int64_t> dim, bool keepdim) const {
  return tandem::argmax(self(), dim, keepdim);
}
Tensor TensorMethods::argmin(std::optional<std::int64_t> dim, bool keepdim) const {
  return tandem::argmin(self(), dim, keepdim);
}
Tensor TensorMethods::cumsum(std::int64_t dim) const { return tandem::cumsum(self(), dim); }
const Tensor& TensorMethods::cumsum_(std::int64_t dim) const {
  return write_in_place("cumsum_", self(), [&](const Tensor& x) { return tandem::cumsum(x, dim); });
}
Tensor TensorMethods::index_add(std::int64_t dim, const Tensor& index, const Tensor& source) const {
  return tandem::index_add(self(), dim, index, source);
}
const Tensor& TensorMethods::index_add_(std::int64_t dim, const Tensor& index,
                                        const Tensor& source) const {
  return write_in_place("index_add_", self(),
                        [&](const Tensor& x) { return tandem::index_add(x, dim, index, source); });
}
Tensor TensorMethods::index_copy(std::int64_t dim, const Tensor& index,
                                 const Tensor& source) const {
  return tandem::index_copy(self(), dim, index, source);
}
const Tensor& TensorMethods::index_copy_(std::int64_t dim, const Tensor& index,
                                         const Tensor& source) const {
  return write_in_place("index_copy_", self(),
                        [&](const Tensor& x) { return tandem::index_copy(x, dim, index, source); });
}
Tensor TensorMethods::index_fill(std::int64_t dim, const Tensor& index, Scalar value) const {
  return tandem::index_fill(self(), dim, index, value);
}
const Tensor& TensorMethods::index_fill_(std::int64_t dim, const Tensor& index,
                                         Scalar value) const {
  return write_in_place("index_fill_", self(),
                        [&](const Tensor& x) { return tandem::index_fill(x, dim, index, value); });
}
Tensor TensorMethods::scatter_add(std::int64_t dim, const Tensor& index,
                                  const Tensor& source) const {
  return tandem::scatter_add(self(), dim, index, source);
}
const Tensor& TensorMethods::scatter_add_(std::int64_t dim, const Tensor& index,
                                          const Tensor& source) const {
  return write_in_place("scatter_add_", self(), [&](const Tensor& x) {
    return tandem::scatter_add(x, dim, index, source);
  });
}
Tensor TensorMethods::scatter(std::int64_t dim, const Tensor& index, const Tensor& source) const {
  return tandem::scatter(self(), dim, index, source);
}
const Tensor& TensorMethods::scatter_(std::int64_t dim, const Tensor& index,
                                      const Tensor& source) const {
  return write_in_place("scatter_", self(),
                        [&](const Tensor& x) { return tandem::scatter(x, dim, index, source); });
}
Tensor TensorMethods::scatter(std::int64_t dim, const Tensor& index, Scalar value) const {
  return tandem::scatter(self(), dim, index, value);
}
const Tensor& TensorMethods::scatter_(std::int64_t dim, const Tensor& index, Scalar value) const {
  return write_in_place("scatter_", self(),
                        [&](const Tensor& x) { return tandem::scatter(x, dim, index, value); });
}
Tensor TensorMethods::masked_fill(const Tensor& mask, Scalar value) const {
  return tandem::masked_fill(self(), mask, value);
}
const Tensor& TensorMethods::masked_fill_(const Tensor& mask, Scalar value) const {
  return write_in_place("masked_fill_", self(),
                        [&](const Tensor& x) { return tandem::masked_fill(x, mask, value); });
}
Tensor TensorMethods::put(const Tensor& index, const Tensor& source, bool accumulate) const {
  return tandem::put(self(), index, source, accumulate);
}
const Tensor& TensorMethods::put_(const Tensor& index, const Tensor& source,
                                  bool accumulate) const {
  return write_in_place("put_", self(),
                        [&](const Tensor& x) { return tandem::put(x, index, source, accumulate); });
}
Tensor TensorMethods::masked_scatter(const Tensor& mask, const Tensor& source) const {
  return tandem::masked_scatter(self(), mask, source);
}
const Tensor& TensorMethods::masked_scatter_(const Tensor& mask, const Tensor& source) const {
  return write_in_place("masked_scatter_", self(),
                        [&](const Tensor& x) { return tandem::masked_scatter(x, mask, source); });
}
Tensor TensorMethods::positive() const { return tandem::positive(self()); }
Tensor TensorMethods::alias() const { return tandem::alias(self()); }
Tensor TensorMethods::ravel() const { return tandem::ravel(self()); }
Tensor TensorMethods::broadcast_to(const Shape& shape) const {
  return tandem::broadcast_to(self(), shape);
}
Tensor TensorMethods::swapaxes(std::int64_t dim0, std::int64_t dim1) const {
  return tandem::swapaxes(self(), dim0, dim1);
}
Tensor TensorMethods::swapdims(std::int64_t dim0, std::int64_t dim1) const {
  return tandem::swapdims(self(), dim0, dim1);
}
Tensor TensorMethods::adjoint() const { return tandem::adjoint(self()); }
Tensor TensorMethods::movedim(const Shape& source, const Shape& destination) const {
  return tandem::movedim(self(), source, destination);
}
Tensor TensorMethods::movedim(std::int64_t source, std::int64_t destination) const {
  return tandem::movedim(self(), source, destination);
}
Tensor TensorMethods::moveaxis(const Shape& source, const Shape& destination) const {
  return tandem::moveaxis(self(), source, destination);
}
Tensor TensorMethods::moveaxis(std::int64_t source, std::int64_t destination) const {
  return tandem::moveaxis(self(), source, destination);
}
Tensor TensorMethods::unflatten(std::int64_t dim, const Shape& sizes) const {
  return tandem::unflatten(self(), dim, sizes);
}
Tensor TensorMethods::roll(const Shape& shifts, const Shape& dims) const {
  return tandem::roll(self(), shifts, dims);
}
Tensor TensorMethods::tile(const Shape& repeats) const { return tandem::tile(self(), repeats); }
Tensor TensorMethods::fliplr() const { return tandem::fliplr(self()); }
Tensor TensorMethods::flipud() const { return tandem::flipud(self()); }
Tensor TensorMethods::rot90(std::int64_t k, const Shape& dims) const {
  return tandem::rot90(self(), k, dims);
}
Tensor TensorMethods::diag(std::int64_t diagonal) const { return tandem::diag(self(), diagonal); }
Tensor TensorMethods::diag_embed(std::int64_t offset, std::int64_t dim1, std::int64_t dim2) const {
  return tandem::diag_embed(self(), offset, dim1, dim2);
}
Tensor TensorMethods::diagflat(std::int64_t offset) const {
  return tandem::diagflat(self(), offset);
}
std::vector<Tensor> TensorMethods::split_with_sizes(const std::vector<std::int64_t>& sizes,
                                                    std::int64_t dim) const {
  return tandem::split_with_sizes(self(), sizes, dim);
}
std::vector<Tensor> TensorMethods::tensor_split(std::int64_t sections, std::int64_t dim) const {
  return tandem::tensor_split(self(), sections, dim);
}
std::vector<Tensor> TensorMethods::tensor_split(const std::vector<std::int64_t>& indices,
                                                std::int64_t dim) const {
  return tandem::tensor_split(self(), indices, dim);
}
std::vector<Tensor> TensorMethods::hsplit(std::int64_t sections) const {
  return tandem::hsplit(self(), sections);
}
std::vector<Tensor> TensorMethods::hsplit(const std::vector<std::int64_t>& indices) const {
  return tandem::hsplit(self(), indices);
}
std::vector<Tensor> TensorMethods::vsplit(std::int64_t sections) const {
  return tandem::vsplit(self(), sections);
}
std::vector<Tensor> TensorMethods::vsplit(const std::vector<std::int64_t>& indices) const {
  return tandem::vsplit(self(), indices);
}
std::vector<Tensor> TensorMethods::dsplit(std::int64_t sections) const {
  return tandem::dsplit(self(), sections);
}
std::vector<Tensor> TensorMethods::dsplit(const std::vector<std::int64_t>& indices) const {
  return tandem::dsplit(self(), indices);
}
std::vector<Tensor> TensorMethods::unsafe_chunk(std::int64_t chunks, std::int64_t dim) const {
  return tandem::unsafe_chunk(self(), chunks, dim);
}
std::vector<Tensor> TensorMethods::unsafe_split(std::int64_t size, std::int64_t dim) const {
  return tandem::unsafe_split(self(), size, dim);
}
Tensor TensorMethods::slice_scatter(const Tensor& source, std::int64_t dim,
                                    std::optional<std::int64_t> start,
                                    std::optional<std::int64_t> end, std::int64_t step) const {
  return tandem::slice_scatter(self(), source, dim, start, end, step);
}
Tensor TensorMethods::select_scatter(const Tensor& source, std::int64_t dim,
                                     std::int64_t index) const {
  return tandem::select_scatter(self(), source, dim, index);
}
Tensor TensorMethods::diagonal_scatter(const Tensor& source, std::int64_t offset, std::int64_t dim1,
                                       std::int64_t dim2) const {
  return tandem::diagonal_scatter(self(), source, offset, dim1, dim2);
}
Tensor TensorMethods::combinations(std::int64_t r, bool with_replacement) const {
  return tandem::combinations(self(), r, with_replacement);
}
Tensor TensorMethods::softmax(std::int64_t dim) const { return tandem::softmax(self(), dim); }
Tensor TensorMethods::log_softmax(std::int64_t dim) const {
  return tandem::log_softmax(self(), dim);
}
Tensor TensorMethods::logsumexp(std::int64_t dim, bool keepdim) const {
  return tandem::logsumexp(self(), dim, keepdim);
}
Tensor TensorMethods::max(const Tensor& other) const { return tandem::max(self(), other); }
Tensor TensorMethods::min(const Tensor& other) const { return tandem::min(self(), other); }
Tensor TensorMethods::all(std::int64_t dim, bool keepdim) const {
  return tandem::all(self(), dim, keepdim);
}
Tensor TensorMethods::any(std::int64_t dim, bool keepdim) const {
  return tandem::any(self(), dim, keepdim);
}
TensorPair TensorMethods::aminmax(std::optional<std::int64_t> dim, bool keepdim) const {
  return tandem::aminmax(self(), dim, keepdim);
}
Tensor TensorMethods::nanmean(const Shape& dims, bool keepdim) const {
  return tandem::nanmean(self(), dims, keepdim);
}
Tensor TensorMethods::count_nonzero(const Shape& dims) const {
  return tandem::count_nonzero(self(), dims);
}
Tensor TensorMethods::dist(const Tensor& other, Scalar p) const {
  return tandem::dist(self(), other, p);
}
Tensor TensorMethods::cov(std::int64_t correction) const { return tandem::cov(self(), correction); }
Tensor TensorMethods::cov(std::int64_t correction, const Tensor& fweights) const {
  return tandem::cov(self(), correction, fweights);
}
Tensor TensorMethods::cov(std::int64_t correction, const Tensor& fweights,
                          const Tensor& aweights) const {
  return tandem::cov(self(), correction, fweights, aweights);
}
Tensor TensorMethods::corrcoef() const { return tandem::corrcoef(self()); }
Tensor TensorMethods::renorm(Scalar p, std::int64_t dim, Scalar maxnorm) const {
  return tandem::renorm(self(), p, dim, maxnorm);
}
const Tensor& TensorMethods::renorm_(Scalar p, std::int64_t dim, Scalar maxnorm) const {
  return write_in_place("renorm_", self(),
                        [&](const Tensor& x) { return tandem::renorm(x, p, dim, maxnorm); });
}
Tensor TensorMethods::trace() const { return tandem::trace(self()); }
Tensor TensorMethods::median() const { return tandem::median(self()); }
TensorPair TensorMethods::median(std::int64_t dim, bool keepdim) const {
  return tandem::median(self(), dim, keepdim);
}
Tensor TensorMethods::nanmedian() const { return tandem::nanmedian(self()); }
TensorPair TensorMethods::kthvalue(std::int64_t k, std::int64_t dim, bool keepdim) const {
  return tandem::kthvalue(self(), k, dim, keepdim);
}
TensorPair TensorMethods::mode(std::int64_t dim, bool keepdim) const {
  return tandem::mode(self(), dim, keepdim);
}
Tensor TensorMethods::msort() const { return tandem::msort(self()); }
Tensor TensorMethods::cumprod(std::int64_t dim) const { return tandem::cumprod(self(), dim); }
const Tensor& TensorMethods::cumprod_(std::int64_t dim) const {
  return write_in_place("cumprod_", self(),
                        [&](const Tensor& x) { return tandem::cumprod(x, dim); });
}
Tensor TensorMethods::logcumsumexp(std::int64_t dim) const {
  return tandem::logcumsumexp(self(), dim);
}
TensorPair TensorMethods::cummax(std::int64_t dim) const { return tandem::cummax(self(), dim); }
TensorPair TensorMethods::cummin(std::int64_t dim) const { return tandem::cummin(self(), dim); }
Tensor TensorMethods::diff(std::int64_t n, std::int64_t dim) const {
  return tandem::diff(self(), n, dim);
}
Tensor TensorMethods::bincount() const { return tandem::bincount(self()); }
Tensor TensorMethods::bincount(const Tensor& weights, std::int64_t minlength) const {
  return tandem::bincount(self(), weights, minlength);
}
Tensor TensorMethods::histc(std::int64_t bins, Scalar min, Scalar max) const {
  return tandem::histc(self(), bins, min, max);
}
Tensor TensorMethods::bucketize(const Tensor& boundaries, bool right) const {
  return tandem::bucketize(self(), boundaries, right);
}
Tensor TensorMethods::multinomial(std::int64_t count, bool replacement) const {
  return tandem::multinomial(self(), count, replacement);
}
std::tuple<Tensor, Tensor, Tensor> TensorMethods::_unique2(bool sorted, bool return_inverse,
                                                           bool return_counts) const {
  return tandem::_unique2(self(), sorted, return_inverse, return_counts);
}

}  // namespace tandem
