// Elementwise ops: one public line per rule of the op lists (core/rules/activations.h,
// core/rules/functions.h, core/rules/binary.h), where the formulas stand.
//
// Operands broadcast against each other. Mixed dtypes promote as in PyTorch; integers go to float32
// where the rule is not one for integers. Operands must be on one device. All throw Error naming
// the op and showing shapes, dtypes and devices.
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
inline Tensor tanh(const Tensor& x) { return elementwise(rules::Tanh{}, x); }
/// 1 / cosh(x)^2, the slope of tanh
inline Tensor sech_squared(const Tensor& x) { return elementwise(rules::SechSquared{}, x); }
/// 1 / (1 + e^-x)
inline Tensor sigmoid(const Tensor& x) { return elementwise(rules::Sigmoid{}, x); }
/// log sigmoid(x), without overflow
inline Tensor logsigmoid(const Tensor& x) { return elementwise(rules::LogSigmoid{}, x); }
/// log(1 + e^(beta x)) / beta; x where beta x > threshold
inline Tensor softplus(const Tensor& x, double beta = 1, double threshold = 20) {
  return elementwise(rules::Softplus{beta, threshold}, x);
}
/// max(x, 0), also of integers; nan stays nan
inline Tensor relu(const Tensor& x) { return elementwise(rules::Relu{}, x); }
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
Tensor clamp(const Tensor& x, std::optional<Scalar> min, std::optional<Scalar> max = {});

// ---- functions ----
inline Tensor exp(const Tensor& x) { return elementwise(rules::Exp{}, x); }
/// e^x - 1, exact near 0
inline Tensor expm1(const Tensor& x) { return elementwise(rules::Expm1{}, x); }
/// The natural logarithm: -inf at 0, nan below.
inline Tensor log(const Tensor& x) { return elementwise(rules::Log{}, x); }
inline Tensor log2(const Tensor& x) { return elementwise(rules::Log2{}, x); }
inline Tensor log10(const Tensor& x) { return elementwise(rules::Log10{}, x); }
/// log(1 + x), exact near 0
inline Tensor log1p(const Tensor& x) { return elementwise(rules::Log1p{}, x); }
inline Tensor sqrt(const Tensor& x) { return elementwise(rules::Sqrt{}, x); }
/// 1 / sqrt(x)
inline Tensor rsqrt(const Tensor& x) { return elementwise(rules::Rsqrt{}, x); }
/// x x, also of integers, which wrap
inline Tensor square(const Tensor& x) { return elementwise(rules::Square{}, x); }
/// 1 / x
inline Tensor reciprocal(const Tensor& x) { return elementwise(rules::Reciprocal{}, x); }
/// 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x
inline Tensor erf(const Tensor& x) { return elementwise(rules::Erf{}, x); }
/// The standard normal distribution function.
inline Tensor normal_cdf(const Tensor& x) { return elementwise(rules::NormalCdf{}, x); }
inline Tensor sin(const Tensor& x) { return elementwise(rules::Sin{}, x); }
inline Tensor cos(const Tensor& x) { return elementwise(rules::Cos{}, x); }
inline Tensor tan(const Tensor& x) { return elementwise(rules::Tan{}, x); }
inline Tensor sinh(const Tensor& x) { return elementwise(rules::Sinh{}, x); }
inline Tensor cosh(const Tensor& x) { return elementwise(rules::Cosh{}, x); }
inline Tensor neg(const Tensor& x) { return elementwise(rules::Neg{}, x); }
inline Tensor abs(const Tensor& x) { return elementwise(rules::Abs{}, x); }
/// -1, 0 or 1; 0 of nan
inline Tensor sign(const Tensor& x) { return elementwise(rules::Sign{}, x); }
inline Tensor floor(const Tensor& x) { return elementwise(rules::Floor{}, x); }
inline Tensor ceil(const Tensor& x) { return elementwise(rules::Ceil{}, x); }
/// Towards 0.
inline Tensor trunc(const Tensor& x) { return elementwise(rules::Trunc{}, x); }
/// To the nearest whole number, halves to the even one.
inline Tensor round(const Tensor& x) { return elementwise(rules::Round{}, x); }
/// Bool, as the next three.
inline Tensor isnan(const Tensor& x) { return elementwise(rules::IsNan{}, x); }
inline Tensor isinf(const Tensor& x) { return elementwise(rules::IsInf{}, x); }
inline Tensor isfinite(const Tensor& x) { return elementwise(rules::IsFinite{}, x); }
inline Tensor logical_not(const Tensor& x) { return elementwise(rules::LogicalNot{}, x); }

// ---- two operands, each a tensor or (one of them) a number ----
using detail::Operand;
/// a + alpha b
Tensor add(const Tensor& a, const Operand& b, Scalar alpha = 1);
/// a - alpha b
Tensor sub(const Tensor& a, const Operand& b, Scalar alpha = 1);
inline Tensor mul(const Tensor& a, const Operand& b) { return elementwise(rules::Mul{}, a, b); }
/// The quotient, a real number also of integers.
inline Tensor div(const Tensor& a, const Operand& b) { return elementwise(rules::Div{}, a, b); }
/// a to the power b; integers only with exponents >= 0.
inline Tensor pow(const Tensor& a, const Tensor& b) { return elementwise(rules::Pow{}, a, b); }
Tensor pow(const Tensor& a, Scalar exponent);
Tensor pow(Scalar base, const Tensor& exponent);
/// nan if either is; a tie shares the gradient half and half.
inline Tensor maximum(const Tensor& a, const Tensor& b) {
  return elementwise(rules::Maximum{}, a, b);
}
inline Tensor minimum(const Tensor& a, const Tensor& b) {
  return elementwise(rules::Minimum{}, a, b);
}
/// a - b floor(a / b): the sign of b, as % in Python.
inline Tensor remainder(const Tensor& a, const Operand& b) {
  return elementwise(rules::Remainder{}, a, b);
}
/// sqrt(a^2 + b^2), without overflow
inline Tensor hypot(const Tensor& a, const Tensor& b) { return elementwise(rules::Hypot{}, a, b); }
/// Bool, as the other comparisons; nan is equal to nothing.
inline Tensor eq(const Tensor& a, const Operand& b) { return elementwise(rules::Eq{}, a, b); }
inline Tensor ne(const Tensor& a, const Operand& b) { return elementwise(rules::Ne{}, a, b); }
inline Tensor lt(const Tensor& a, const Operand& b) { return elementwise(rules::Lt{}, a, b); }
inline Tensor le(const Tensor& a, const Operand& b) { return elementwise(rules::Le{}, a, b); }
inline Tensor gt(const Tensor& a, const Operand& b) { return elementwise(rules::Gt{}, a, b); }
inline Tensor ge(const Tensor& a, const Operand& b) { return elementwise(rules::Ge{}, a, b); }
/// Bool; every number but 0 is true.
inline Tensor logical_and(const Tensor& a, const Tensor& b) {
  return elementwise(rules::LogicalAnd{}, a, b);
}
inline Tensor logical_or(const Tensor& a, const Tensor& b) {
  return elementwise(rules::LogicalOr{}, a, b);
}
inline Tensor logical_xor(const Tensor& a, const Tensor& b) {
  return elementwise(rules::LogicalXor{}, a, b);
}
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

/// `tensor` summed over the dimensions that broadcasting gave it, back to `shape`.
Tensor sum_to_size(const Tensor& tensor, const Shape& shape);

}  // namespace tandem
