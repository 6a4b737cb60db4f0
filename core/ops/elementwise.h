// Elementwise ops: one public line per rule of the op lists (core/rules/activations.h,
// core/rules/functions.h, core/rules/binary.h), where the formulas stand.
//
// Each function here that is a method has an in-place form, too. Operands broadcast against each
// other. Mixed dtypes promote as in PyTorch; integers go to float32 where the rule is not one for
// integers. Operands must be on one device. All throw Error naming the op and showing shapes,
// dtypes and devices.
#pragma once

#include <utility>

#include "core/rules/binary.h"
#include "core/rules/unary.h"
#include "core/tensor/tensor.h"

namespace tandem {

namespace detail {

/// A tensor or a number, as an operand.
struct Operand {
  Operand(const Tensor& x) : tensor(x), is_number(false) {}
  Operand(Scalar number) : scalar(number), is_number(true) {}
  template <NumberType T> Operand(T number) : scalar(number), is_number(true) {}

  Tensor tensor;
  Scalar scalar = 0;
  bool is_number;
  bool is_tensor() const { return !is_number; }
};

Tensor unary(int id, const RuleParameters& parameters, const Tensor& x);
Tensor binary(int id, const RuleParameters& parameters, Operand a, Operand b);
const Tensor& unary_inplace(int id, const RuleParameters& parameters, const Tensor& x);
const Tensor& binary_inplace(int id, const RuleParameters& parameters, const Tensor& a,
                             const Operand& b);
/// alpha b in the dtype of a and b, which alpha has no say in.
Operand scaled(const char* op, const Tensor& a, const Operand& b, Scalar alpha);

}  // namespace detail

/// Applies a rule of the lists.
template <UnaryRule Rule> Tensor elementwise(const Rule& rule, const Tensor& x) {
  return detail::unary(UnaryOps::index_of<Rule>, parameters_of(rule), x);
}
template <BinaryRule Rule>  // NOLINTNEXTLINE(performance-unnecessary-value-param): both move on
Tensor elementwise(const Rule& rule, detail::Operand a, detail::Operand b) {
  return detail::binary(BinaryOps::index_of<Rule>, parameters_of(rule), std::move(a), std::move(b));
}

// ---- activations ----
/// (e^x - e^-x) / (e^x + e^-x)
inline Tensor tanh(const Tensor& self) { return elementwise(rules::Tanh{}, self); }
/// 1 / cosh(x)^2, the slope of tanh
inline Tensor sech_squared(const Tensor& x) { return elementwise(rules::SechSquared{}, x); }
/// 1 / (1 + e^-x)
inline Tensor sigmoid(const Tensor& self) { return elementwise(rules::Sigmoid{}, self); }
/// log sigmoid(x), without overflow
inline Tensor logsigmoid(const Tensor& x) { return elementwise(rules::LogSigmoid{}, x); }
/// log(1 + e^(beta x)) / beta; x where beta x > threshold
inline Tensor softplus(const Tensor& x, double beta = 1, double threshold = 20) {
  return elementwise(rules::Softplus{beta, threshold}, x);
}
/// max(x, 0), also of integers; nan stays nan
inline Tensor relu(const Tensor& self) { return elementwise(rules::Relu{}, self); }
/// max(x, 0) up to 6
inline Tensor relu6(const Tensor& x) { return elementwise(rules::Relu6{}, x); }
/// x where x > 0, negative_slope x elsewhere
inline Tensor leaky_relu(const Tensor& x, double negative_slope = 0.01) {
  return elementwise(rules::LeakyRelu{negative_slope}, x);
}
/// x where x > 0, alpha (e^x - 1) elsewhere
inline Tensor elu(const Tensor& x, double alpha = 1) { return elementwise(rules::Elu{alpha}, x); }
/// 1.0507 elu(x, 1.6733), the constants of Klambauer et al. in full
inline Tensor selu(const Tensor& x) { return elementwise(rules::Selu{}, x); }
/// approximate: "none" for x Phi(x), "tanh" for the tanh formula.
Tensor gelu(const Tensor& x, const std::string& approximate = "none");
/// x sigmoid(x)
inline Tensor silu(const Tensor& x) { return elementwise(rules::Silu{}, x); }
/// x tanh(log(1 + e^x))
inline Tensor mish(const Tensor& x) { return elementwise(rules::Mish{}, x); }
/// x / (1 + |x|)
inline Tensor softsign(const Tensor& x) { return elementwise(rules::Softsign{}, x); }
/// x - tanh(x)
inline Tensor tanhshrink(const Tensor& x) { return elementwise(rules::Tanhshrink{}, x); }
/// x limited to [min, max]; at the bounds the slope is 0
inline Tensor hardtanh(const Tensor& x, double min = -1, double max = 1) {
  return elementwise(rules::Hardtanh{min, max}, x);
}
/// x / 6 + 1/2 limited to [0, 1]
inline Tensor hardsigmoid(const Tensor& x) { return elementwise(rules::Hardsigmoid{}, x); }
/// x hardsigmoid(x)
inline Tensor hardswish(const Tensor& x) { return elementwise(rules::Hardswish{}, x); }
/// x limited to [min, max]; either may be left out.
Tensor clamp(const Tensor& self, std::optional<Scalar> min = {}, std::optional<Scalar> max = {});

// ---- functions ----
inline Tensor exp(const Tensor& self) { return elementwise(rules::Exp{}, self); }
/// e^x - 1, exact near 0
inline Tensor expm1(const Tensor& self) { return elementwise(rules::Expm1{}, self); }
/// The natural logarithm: -inf at 0, nan below.
inline Tensor log(const Tensor& self) { return elementwise(rules::Log{}, self); }
inline Tensor log2(const Tensor& self) { return elementwise(rules::Log2{}, self); }
inline Tensor log10(const Tensor& self) { return elementwise(rules::Log10{}, self); }
/// log(1 + x), exact near 0
inline Tensor log1p(const Tensor& self) { return elementwise(rules::Log1p{}, self); }
inline Tensor sqrt(const Tensor& self) { return elementwise(rules::Sqrt{}, self); }
/// 1 / sqrt(x)
inline Tensor rsqrt(const Tensor& self) { return elementwise(rules::Rsqrt{}, self); }
/// x x, also of integers, which wrap
inline Tensor square(const Tensor& self) { return elementwise(rules::Square{}, self); }
/// 1 / x
inline Tensor reciprocal(const Tensor& self) { return elementwise(rules::Reciprocal{}, self); }
/// 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x
inline Tensor erf(const Tensor& self) { return elementwise(rules::Erf{}, self); }
/// The standard normal distribution function.
inline Tensor normal_cdf(const Tensor& self) { return elementwise(rules::NormalCdf{}, self); }
inline Tensor sin(const Tensor& self) { return elementwise(rules::Sin{}, self); }
inline Tensor cos(const Tensor& self) { return elementwise(rules::Cos{}, self); }
inline Tensor tan(const Tensor& self) { return elementwise(rules::Tan{}, self); }
inline Tensor sinh(const Tensor& self) { return elementwise(rules::Sinh{}, self); }
inline Tensor cosh(const Tensor& self) { return elementwise(rules::Cosh{}, self); }
/// In [-pi/2, pi/2]; nan outside [-1, 1].
inline Tensor asin(const Tensor& self) { return elementwise(rules::Asin{}, self); }
/// In [0, pi]; nan outside [-1, 1].
inline Tensor acos(const Tensor& self) { return elementwise(rules::Acos{}, self); }
inline Tensor atan(const Tensor& self) { return elementwise(rules::Atan{}, self); }
inline Tensor asinh(const Tensor& self) { return elementwise(rules::Asinh{}, self); }
/// nan below 1.
inline Tensor acosh(const Tensor& self) { return elementwise(rules::Acosh{}, self); }
/// nan outside [-1, 1].
inline Tensor atanh(const Tensor& self) { return elementwise(rules::Atanh{}, self); }
inline Tensor neg(const Tensor& self) { return elementwise(rules::Neg{}, self); }
inline Tensor abs(const Tensor& self) { return elementwise(rules::Abs{}, self); }
/// -1, 0 or 1; 0 of nan
inline Tensor sign(const Tensor& self) { return elementwise(rules::Sign{}, self); }
inline Tensor floor(const Tensor& self) { return elementwise(rules::Floor{}, self); }
inline Tensor ceil(const Tensor& self) { return elementwise(rules::Ceil{}, self); }
/// Towards 0.
inline Tensor trunc(const Tensor& self) { return elementwise(rules::Trunc{}, self); }
/// To the nearest whole number, halves to the even one.
inline Tensor round(const Tensor& self) { return elementwise(rules::Round{}, self); }
/// Bool, as the next three.
inline Tensor isnan(const Tensor& self) { return elementwise(rules::IsNan{}, self); }
inline Tensor isinf(const Tensor& self) { return elementwise(rules::IsInf{}, self); }
inline Tensor isfinite(const Tensor& self) { return elementwise(rules::IsFinite{}, self); }
inline Tensor logical_not(const Tensor& self) { return elementwise(rules::LogicalNot{}, self); }

// ---- two operands, each a tensor or (one of them) a number ----
using detail::Operand;
/// self + alpha other
Tensor add(const Tensor& self, const Operand& other, Scalar alpha = 1);
/// self - alpha other
Tensor sub(const Tensor& self, const Operand& other, Scalar alpha = 1);
inline Tensor mul(const Tensor& self, const Operand& other) {
  return elementwise(rules::Mul{}, self, other);
}
/// The quotient, a real number also of integers.
inline Tensor div(const Tensor& self, const Operand& other) {
  return elementwise(rules::Div{}, self, other);
}
/// self to the power other; integers only with exponents >= 0.
inline Tensor pow(const Tensor& self, const Tensor& other) {
  return elementwise(rules::Pow{}, self, other);
}
Tensor pow(const Tensor& self, Scalar exponent);
Tensor pow(Scalar base, const Tensor& exponent);
/// nan if either is; a tie shares the gradient half and half.
inline Tensor maximum(const Tensor& self, const Tensor& other) {
  return elementwise(rules::Maximum{}, self, other);
}
inline Tensor minimum(const Tensor& self, const Tensor& other) {
  return elementwise(rules::Minimum{}, self, other);
}
/// self - other floor(self / other): the sign of other, as % in Python.
inline Tensor remainder(const Tensor& self, const Operand& other) {
  return elementwise(rules::Remainder{}, self, other);
}
/// self - other trunc(self / other): the sign of self, as % in C++.
inline Tensor fmod(const Tensor& self, const Operand& other) {
  return elementwise(rules::Fmod{}, self, other);
}
/// floor(self / other); integers stay integers.
inline Tensor floor_divide(const Tensor& self, const Operand& other) {
  return elementwise(rules::FloorDivide{}, self, other);
}
/// The angle of the point (other, self), in (-pi, pi].
inline Tensor atan2(const Tensor& self, const Tensor& other) {
  return elementwise(rules::Atan2{}, self, other);
}
/// sqrt(self^2 + other^2), without overflow
inline Tensor hypot(const Tensor& self, const Tensor& other) {
  return elementwise(rules::Hypot{}, self, other);
}
/// Bool, as the other comparisons; nan is equal to nothing.
inline Tensor eq(const Tensor& self, const Operand& other) {
  return elementwise(rules::Eq{}, self, other);
}
inline Tensor ne(const Tensor& self, const Operand& other) {
  return elementwise(rules::Ne{}, self, other);
}
inline Tensor lt(const Tensor& self, const Operand& other) {
  return elementwise(rules::Lt{}, self, other);
}
inline Tensor le(const Tensor& self, const Operand& other) {
  return elementwise(rules::Le{}, self, other);
}
inline Tensor gt(const Tensor& self, const Operand& other) {
  return elementwise(rules::Gt{}, self, other);
}
inline Tensor ge(const Tensor& self, const Operand& other) {
  return elementwise(rules::Ge{}, self, other);
}
/// Bool; every number but 0 is true.
inline Tensor logical_and(const Tensor& self, const Tensor& other) {
  return elementwise(rules::LogicalAnd{}, self, other);
}
inline Tensor logical_or(const Tensor& self, const Tensor& other) {
  return elementwise(rules::LogicalOr{}, self, other);
}
inline Tensor logical_xor(const Tensor& self, const Tensor& other) {
  return elementwise(rules::LogicalXor{}, self, other);
}
/// The dtype that operands promote to: within one kind (bool, integer, real) tensors with
/// dimensions outrank those without, and those outrank numbers.
DType result_type(const Operand& a, const Operand& b);
/// condition ? a : b, elementwise; the condition is bool.
Tensor where(const Tensor& condition, const Operand& a, const Operand& b);

inline Tensor operator+(const Tensor& a, const Tensor& b) {
  return elementwise(rules::Add{}, a, b);
}
inline Tensor operator+(const Tensor& a, Scalar b) { return elementwise(rules::Add{}, a, b); }
inline Tensor operator+(Scalar a, const Tensor& b) { return elementwise(rules::Add{}, a, b); }
inline Tensor operator-(const Tensor& a, const Tensor& b) {
  return elementwise(rules::Sub{}, a, b);
}
inline Tensor operator-(const Tensor& a, Scalar b) { return elementwise(rules::Sub{}, a, b); }
inline Tensor operator-(Scalar a, const Tensor& b) { return elementwise(rules::Sub{}, a, b); }
inline Tensor operator*(const Tensor& a, const Tensor& b) {
  return elementwise(rules::Mul{}, a, b);
}
inline Tensor operator*(const Tensor& a, Scalar b) { return elementwise(rules::Mul{}, a, b); }
inline Tensor operator*(Scalar a, const Tensor& b) { return elementwise(rules::Mul{}, a, b); }
inline Tensor operator/(const Tensor& a, const Tensor& b) {
  return elementwise(rules::Div{}, a, b);
}
inline Tensor operator/(const Tensor& a, Scalar b) { return elementwise(rules::Div{}, a, b); }
inline Tensor operator/(Scalar a, const Tensor& b) { return elementwise(rules::Div{}, a, b); }
inline Tensor operator==(const Tensor& a, const Tensor& b) { return eq(a, b); }
inline Tensor operator==(const Tensor& a, Scalar b) { return eq(a, b); }
inline Tensor operator!=(const Tensor& a, const Tensor& b) { return ne(a, b); }
inline Tensor operator!=(const Tensor& a, Scalar b) { return ne(a, b); }
inline Tensor operator<(const Tensor& a, const Tensor& b) { return lt(a, b); }
inline Tensor operator<(const Tensor& a, Scalar b) { return lt(a, b); }
inline Tensor operator<=(const Tensor& a, const Tensor& b) { return le(a, b); }
inline Tensor operator<=(const Tensor& a, Scalar b) { return le(a, b); }
inline Tensor operator>(const Tensor& a, const Tensor& b) { return gt(a, b); }
inline Tensor operator>(const Tensor& a, Scalar b) { return gt(a, b); }
inline Tensor operator>=(const Tensor& a, const Tensor& b) { return ge(a, b); }
inline Tensor operator>=(const Tensor& a, Scalar b) { return ge(a, b); }

/// `self` summed over the dimensions that broadcasting gave it, back to `shape`.
Tensor sum_to_size(const Tensor& self, const Shape& shape);

}  // namespace tandem
