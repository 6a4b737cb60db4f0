#include <map>
#include <tuple>

#include "benchmarks/elementwise.h"

namespace bench {
namespace {

namespace F = torch::nn::functional;
using torch::Tensor;

constexpr UnaryRow unary_ops[] = {
    {"tanh", [](const Tensor& x) { return torch::tanh(x); }},
    {"sigmoid", [](const Tensor& x) { return torch::sigmoid(x); }},
    {"logsigmoid", [](const Tensor& x) { return F::logsigmoid(x); }},
    {"softplus", [](const Tensor& x) { return torch::softplus(x); }},
    {"relu", [](const Tensor& x) { return torch::relu(x); }},
    {"relu6", [](const Tensor& x) { return torch::relu6(x); }},
    {"leaky_relu", [](const Tensor& x) { return torch::leaky_relu(x); }},
    {"elu", [](const Tensor& x) { return torch::elu(x); }},
    {"selu", [](const Tensor& x) { return torch::selu(x); }},
    {"gelu", [](const Tensor& x) { return torch::gelu(x); }},
    {"gelu_tanh", [](const Tensor& x) { return torch::gelu(x, "tanh"); }},
    {"silu", [](const Tensor& x) { return torch::silu(x); }},
    {"mish", [](const Tensor& x) { return torch::mish(x); }},
    {"softsign", [](const Tensor& x) { return F::softsign(x); }},
    {"tanhshrink", [](const Tensor& x) { return F::tanhshrink(x); }},
    {"hardtanh", [](const Tensor& x) { return torch::hardtanh(x); }},
    {"hardsigmoid", [](const Tensor& x) { return torch::hardsigmoid(x); }},
    {"hardswish", [](const Tensor& x) { return torch::hardswish(x); }},
    {"clamp", [](const Tensor& x) { return torch::clamp(x, -1, 1); }},
    {"exp", [](const Tensor& x) { return torch::exp(x); }},
    {"expm1", [](const Tensor& x) { return torch::expm1(x); }},
    {"log", [](const Tensor& x) { return torch::log(x); }, Inputs::positive},
    {"log2", [](const Tensor& x) { return torch::log2(x); }, Inputs::positive},
    {"log10", [](const Tensor& x) { return torch::log10(x); }, Inputs::positive},
    {"log1p", [](const Tensor& x) { return torch::log1p(x); }, Inputs::positive},
    {"sqrt", [](const Tensor& x) { return torch::sqrt(x); }, Inputs::positive},
    {"rsqrt", [](const Tensor& x) { return torch::rsqrt(x); }, Inputs::positive},
    {"square", [](const Tensor& x) { return torch::square(x); }},
    {"reciprocal", [](const Tensor& x) { return torch::reciprocal(x); }, Inputs::positive},
    {"pow_scalar", [](const Tensor& x) { return torch::pow(x, 2.5); }, Inputs::positive},
    {"erf", [](const Tensor& x) { return torch::erf(x); }},
    {"sin", [](const Tensor& x) { return torch::sin(x); }},
    {"cos", [](const Tensor& x) { return torch::cos(x); }},
    {"tan", [](const Tensor& x) { return torch::tan(x); }},
    {"sinh", [](const Tensor& x) { return torch::sinh(x); }},
    {"cosh", [](const Tensor& x) { return torch::cosh(x); }},
    {"neg", [](const Tensor& x) { return torch::neg(x); }},
    {"abs", [](const Tensor& x) { return torch::abs(x); }},
    {"sign", [](const Tensor& x) { return torch::sign(x); }},
    {"floor", [](const Tensor& x) { return torch::floor(x); }},
    {"ceil", [](const Tensor& x) { return torch::ceil(x); }},
    {"trunc", [](const Tensor& x) { return torch::trunc(x); }},
    {"round", [](const Tensor& x) { return torch::round(x); }},
    {"isnan", [](const Tensor& x) { return torch::isnan(x); }},
    {"isinf", [](const Tensor& x) { return torch::isinf(x); }},
    {"isfinite", [](const Tensor& x) { return torch::isfinite(x); }},
    {"logical_not", [](const Tensor& x) { return torch::logical_not(x); }},
};

constexpr BinaryRow binary_ops[] = {
    {"add", [](const Tensor& a, const Tensor& b) { return a + b; }},
    {"sub", [](const Tensor& a, const Tensor& b) { return a - b; }},
    {"mul", [](const Tensor& a, const Tensor& b) { return a * b; }},
    {"div", [](const Tensor& a, const Tensor& b) { return a / b; }, Inputs::positive},
    {"pow", [](const Tensor& a, const Tensor& b) { return torch::pow(a, b); }, Inputs::positive},
    {"maximum", [](const Tensor& a, const Tensor& b) { return torch::maximum(a, b); }},
    {"minimum", [](const Tensor& a, const Tensor& b) { return torch::minimum(a, b); }},
    {"remainder", [](const Tensor& a, const Tensor& b) { return torch::remainder(a, b); },
     Inputs::positive},
    {"hypot", [](const Tensor& a, const Tensor& b) { return torch::hypot(a, b); }},
    {"eq", [](const Tensor& a, const Tensor& b) { return torch::eq(a, b); }},
    {"lt", [](const Tensor& a, const Tensor& b) { return torch::lt(a, b); }},
    {"logical_and", [](const Tensor& a, const Tensor& b) { return torch::logical_and(a, b); }},
};

}  // namespace

std::span<const UnaryRow> unary_rows() { return unary_ops; }
std::span<const BinaryRow> binary_rows() { return binary_ops; }

const Tensor& input(std::int64_t n, Inputs kind, int which) {
  static std::map<std::tuple<std::int64_t, Inputs, int>, Tensor> made;
  Tensor& x = made[{n, kind, which}];
  if (!x.defined()) x = kind == Inputs::real ? torch::randn({n}) : torch::rand({n}) * 0.9 + 0.05;
  return x;
}

}  // namespace bench
