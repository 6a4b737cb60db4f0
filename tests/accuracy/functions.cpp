#include "tests/accuracy/functions.h"

#include <cmath>

#include "tests/accuracy/sleef.h"

namespace tandem::accuracy {
namespace {

namespace F = nn::functional;

/// The gradient of `op` at x through the tape, with ones coming in.
template <Tensor (*op)(const Tensor&)> Tensor gradient(const Tensor& x) {
  const Tensor leaf = x.detach().requires_grad_();
  op(leaf).backward(ones_like(leaf));
  return leaf.grad();
}

template <class T> T logistic(T x) {
  const T e = std::exp(-std::fabs(x));
  return (x < 0 ? e : T(1)) / (1 + e);
}
template <class T> T logistic_slope(T x) {
  const T e = std::exp(-std::fabs(x)), d = 1 + e;
  return e / (d * d);
}
template <class T> T normal_cdf_of(T x) {
  return std::erfc(-x * T(0.70710678118654752440084436210485L)) / 2;
}

constexpr float base = 1.7f, exponent = 2.7f;

}  // namespace

const std::vector<Function>& functions() {
  static const std::vector<Function> list = {
      {"tanh", 1.0, 3, tanh, [](auto x) { return std::tanh(x); }, Origin::libm, sleef::tanh,
       Graph::odd_and_rising},
      {"tanh, gradient", 2.0, 5, gradient<tanh>, [](auto x) { return 4 * logistic_slope(x + x); },
       Origin::formula},
      {"sigmoid", 1.5, 3, sigmoid, [](auto x) { return logistic(x); }, Origin::formula, nullptr,
       Graph::rising},
      {"sigmoid, gradient", 2.0, 5, gradient<sigmoid>, [](auto x) { return logistic_slope(x); },
       Origin::formula},
      {"exp", 1.1, 1, exp, [](auto x) { return std::exp(x); }, Origin::libm, sleef::exp},
      {"expm1", 0.6, 2, expm1, [](auto x) { return std::expm1(x); }, Origin::libm, sleef::expm1},
      {"log", 1.0, 1, log, [](auto x) { return std::log(x); }, Origin::libm, sleef::log},
      {"log2", 0.6, 1, log2, [](auto x) { return std::log2(x); }, Origin::libm, sleef::log2},
      {"log10", 0.6, 2, log10, [](auto x) { return std::log10(x); }, Origin::libm, sleef::log10},
      {"log1p", 1.5, 2, log1p, [](auto x) { return std::log1p(x); }, Origin::libm, sleef::log1p},
      {"erf", 1.2, 2, erf, [](auto x) { return std::erf(x); }, Origin::libm, sleef::erf,
       Graph::odd},
      {"normal_cdf", 0.6, 0, normal_cdf, [](auto x) { return normal_cdf_of(x); }, Origin::formula},
      {"gelu", 0.6, 0, [](const Tensor& x) { return F::gelu(x); },
       [](auto x) { return x < -40 ? decltype(x)(-0.0) : x * normal_cdf_of(x); }, Origin::formula},
      {"silu", 2.0, 0, [](const Tensor& x) { return F::silu(x); },
       [](auto x) { return x < -800 ? decltype(x)(-0.0) : x * logistic(x); }, Origin::formula},
      {"softplus", 2.0, 3, [](const Tensor& x) { return F::softplus(x); },
       [](auto x) { return x > 20 ? x : std::log1p(std::exp(x)); }, Origin::formula},
      {"sin", 0.6, 1, sin, [](auto x) { return std::sin(x); }, Origin::libm, sleef::sin,
       Graph::odd},
      {"cos", 0.6, 1, cos, [](auto x) { return std::cos(x); }, Origin::libm, sleef::cos},
      {"tan", 0.6, 2, tan, [](auto x) { return std::tan(x); }, Origin::libm, sleef::tan,
       Graph::odd},
      {"sinh", 0.6, 3, sinh, [](auto x) { return std::sinh(x); }, Origin::libm, sleef::sinh,
       Graph::odd},
      {"cosh", 0.6, 3, cosh, [](auto x) { return std::cosh(x); }, Origin::libm, sleef::cosh},
      {"asin", 0.6, 1, asin, [](auto x) { return std::asin(x); }, Origin::libm, sleef::asin,
       Graph::odd_and_rising},
      {"acos", 0.6, 1, acos, [](auto x) { return std::acos(x); }, Origin::libm, sleef::acos},
      {"atan", 0.6, 1, atan, [](auto x) { return std::atan(x); }, Origin::libm, sleef::atan,
       Graph::odd_and_rising},
      {"asinh", 0.6, 2, asinh, [](auto x) { return std::asinh(x); }, Origin::libm, sleef::asinh,
       Graph::odd_and_rising},
      {"acosh", 0.6, 3, acosh, [](auto x) { return std::acosh(x); }, Origin::libm, sleef::acosh},
      {"atanh", 0.6, 2, atanh, [](auto x) { return std::atanh(x); }, Origin::libm, sleef::atanh,
       Graph::odd_and_rising},
      {"sqrt", 0.5, 0.6, sqrt, [](auto x) { return std::sqrt(x); }},
      {"rsqrt", 1.5, 1.5, rsqrt, [](auto x) { return 1 / std::sqrt(x); }, Origin::formula},
      {"pow(x, 2.7)", 0.6, 0, [](const Tensor& x) { return pow(x, Scalar(double{exponent})); },
       [](auto x) { return std::pow(x, decltype(x)(exponent)); }},
      {"pow(1.7, x)", 0.6, 0, [](const Tensor& x) { return pow(Scalar(double{base}), x); },
       [](auto x) { return std::pow(decltype(x)(base), x); }}};
  return list;
}

}  // namespace tandem::accuracy
