// What the ops mean: each against its definition written with std:: functions in double.
#include "tests/devices.h"
#include "tests/expect.h"
#include "tests/rule_inputs.h"

namespace tandem::testing {
namespace {

class RuleValues : public OnDevice {};
INSTANTIATE_TEST_SUITE_P(Devices, RuleValues, every_device(), device_name);

struct Unary {
  const char* name;
  std::function<Tensor(const Tensor&)> op;
  double (*truth)(double);
  Domain domain = Domain::real;
};

double logistic(double x) { return 1 / (1 + std::exp(-x)); }
double cdf(double x) { return 0.5 * std::erfc(-x * std::sqrt(0.5)); }

const std::vector<Unary>& unary_ops() {
  using T = const Tensor&;
  constexpr Domain positive = Domain::positive;
  static const std::vector<Unary> all = {
      {"tanh", [](T x) { return tanh(x); }, [](double x) { return std::tanh(x); }},
      {"sech_squared", [](T x) { return sech_squared(x); },
       [](double x) { return 1 / (std::cosh(x) * std::cosh(x)); }},
      {"sigmoid", [](T x) { return sigmoid(x); }, logistic},
      {"logsigmoid", [](T x) { return logsigmoid(x); },
       [](double x) { return std::log(logistic(x)); }},
      {"softplus", [](T x) { return softplus(x); },
       [](double x) { return std::log1p(std::exp(x)); }},
      {"softplus beta", [](T x) { return softplus(x, 2, 3); },
       [](double x) { return 2 * x > 3 ? x : std::log1p(std::exp(2 * x)) / 2; }},
      {"relu", [](T x) { return relu(x); }, [](double x) { return std::max(x, 0.0); }},
      {"relu6", [](T x) { return relu6(x * 3); },
       [](double x) { return std::min(std::max(3 * x, 0.0), 6.0); }},
      {"leaky_relu", [](T x) { return leaky_relu(x, 0.2); },
       [](double x) { return x > 0 ? x : 0.2 * x; }},
      {"elu", [](T x) { return elu(x, 1.5); },
       [](double x) { return x > 0 ? x : 1.5 * (std::exp(x) - 1); }},
      {"selu", [](T x) { return selu(x); },
       [](double x) {
         return 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (std::exp(x) - 1));
       }},
      {"gelu", [](T x) { return gelu(x); }, [](double x) { return x * cdf(x); }},
      {"gelu tanh", [](T x) { return gelu(x, "tanh"); },
       [](double x) {
         return 0.5 * x * (1 + std::tanh(std::sqrt(2 / math::pi) * (x + 0.044715 * x * x * x)));
       }},
      {"silu", [](T x) { return silu(x); }, [](double x) { return x * logistic(x); }},
      {"mish", [](T x) { return mish(x); },
       [](double x) { return x * std::tanh(std::log1p(std::exp(x))); }},
      {"softsign", [](T x) { return softsign(x); },
       [](double x) { return x / (1 + std::fabs(x)); }},
      {"tanhshrink", [](T x) { return tanhshrink(x); }, [](double x) { return x - std::tanh(x); }},
      {"hardtanh", [](T x) { return hardtanh(x, -0.5, 2); },
       [](double x) { return std::min(std::max(x, -0.5), 2.0); }},
      {"hardsigmoid", [](T x) { return hardsigmoid(x); },
       [](double x) { return std::min(std::max(x / 6 + 0.5, 0.0), 1.0); }},
      {"clamp", [](T x) { return clamp(x, -1, 1.5); },
       [](double x) { return std::min(std::max(x, -1.0), 1.5); }},
      {"clamp below", [](T x) { return x.clamp_min(0.5); },
       [](double x) { return std::max(x, 0.5); }},
      {"clamp above", [](T x) { return x.clamp_max(0.5); },
       [](double x) { return std::min(x, 0.5); }},
      {"exp", [](T x) { return exp(x); }, [](double x) { return std::exp(x); }},
      {"expm1", [](T x) { return expm1(x); }, [](double x) { return std::expm1(x); }},
      {"log", [](T x) { return log(x); }, [](double x) { return std::log(x); }, positive},
      {"log2", [](T x) { return log2(x); }, [](double x) { return std::log2(x); }, positive},
      {"log10", [](T x) { return log10(x); }, [](double x) { return std::log10(x); }, positive},
      {"log1p", [](T x) { return log1p(x); }, [](double x) { return std::log1p(x); },
       Domain::above_minus_one},
      {"sqrt", [](T x) { return sqrt(x); }, [](double x) { return std::sqrt(x); }, positive},
      {"rsqrt", [](T x) { return rsqrt(x); }, [](double x) { return 1 / std::sqrt(x); }, positive},
      {"square", [](T x) { return square(x); }, [](double x) { return x * x; }},
      {"reciprocal", [](T x) { return reciprocal(x); }, [](double x) { return 1 / x; }, positive},
      {"pow 2", [](T x) { return pow(x, 2); }, [](double x) { return x * x; }},
      {"pow 3", [](T x) { return x.pow(3); }, [](double x) { return x * x * x; }},
      {"pow -1.5", [](T x) { return pow(x, -1.5); }, [](double x) { return std::pow(x, -1.5); },
       positive},
      {"2 pow", [](T x) { return pow(2, x); }, [](double x) { return std::exp2(x); }},
      {"erf", [](T x) { return erf(x); }, [](double x) { return std::erf(x); }},
      {"normal_cdf", [](T x) { return normal_cdf(x); }, cdf},
      {"sin", [](T x) { return sin(x); }, [](double x) { return std::sin(x); }},
      {"cos", [](T x) { return cos(x); }, [](double x) { return std::cos(x); }},
      {"tan", [](T x) { return tan(x); }, [](double x) { return std::tan(x); }},
      {"sinh", [](T x) { return sinh(x); }, [](double x) { return std::sinh(x); }},
      {"cosh", [](T x) { return cosh(x); }, [](double x) { return std::cosh(x); }},
      {"asin", [](T x) { return asin(x); }, [](double x) { return std::asin(x); },
       Domain::unit_interval},
      {"acos", [](T x) { return acos(x); }, [](double x) { return std::acos(x); },
       Domain::unit_interval},
      {"atan", [](T x) { return atan(x); }, [](double x) { return std::atan(x); }},
      {"asinh", [](T x) { return asinh(x); }, [](double x) { return std::asinh(x); }},
      {"acosh", [](T x) { return acosh(x); }, [](double x) { return std::acosh(x); },
       Domain::above_one},
      {"atanh", [](T x) { return atanh(x); }, [](double x) { return std::atanh(x); },
       Domain::unit_interval},
      {"fmod", [](T x) { return fmod(x, 0.75); }, [](double x) { return std::fmod(x, 0.75); }},
      {"floor_divide", [](T x) { return floor_divide(x, 0.75); },
       [](double x) { return std::floor(x / 0.75); }},
      {"neg", [](T x) { return -x; }, [](double x) { return -x; }},
      {"abs", [](T x) { return abs(x); }, [](double x) { return std::fabs(x); }},
      {"sign", [](T x) { return sign(x); }, [](double x) { return x > 0 ? 1.0 : -1.0; }},
      {"floor", [](T x) { return floor(x); }, [](double x) { return std::floor(x); }},
      {"ceil", [](T x) { return ceil(x); }, [](double x) { return std::ceil(x); }},
      {"trunc", [](T x) { return trunc(x); }, [](double x) { return std::trunc(x); }},
      {"round", [](T x) { return round(x); }, [](double x) { return std::nearbyint(x); }},
      {"number - x", [](T x) { return 1 - x; }, [](double x) { return 1 - x; }},
      {"number / x", [](T x) { return 2 / x; }, [](double x) { return 2 / x; }, positive},
      {"remainder", [](T x) { return remainder(x, 0.75); },
       [](double x) { return x - 0.75 * std::floor(x / 0.75); }}};
  return all;
}

struct Binary {
  const char* name;
  std::function<Tensor(const Tensor&, const Tensor&)> op;
  double (*truth)(double, double);
  Domain domain = Domain::real;
};

const std::vector<Binary>& binary_ops() {
  using T = const Tensor&;
  using D = double;
  constexpr Domain positive = Domain::positive;
  static const std::vector<Binary> all = {
      {"add", [](T a, T b) { return a + b; }, [](D a, D b) { return a + b; }},
      {"add alpha", [](T a, T b) { return add(a, b, 3); }, [](D a, D b) { return a + 3 * b; }},
      {"sub", [](T a, T b) { return a - b; }, [](D a, D b) { return a - b; }},
      {"sub alpha", [](T a, T b) { return a.sub(b, 0.5); }, [](D a, D b) { return a - 0.5 * b; }},
      {"mul", [](T a, T b) { return a * b; }, [](D a, D b) { return a * b; }},
      {"div", [](T a, T b) { return a / b; }, [](D a, D b) { return a / b; }, positive},
      {"pow", [](T a, T b) { return pow(a, b); }, [](D a, D b) { return std::pow(a, b); },
       positive},
      {"maximum", [](T a, T b) { return maximum(a, b); }, [](D a, D b) { return std::max(a, b); }},
      {"minimum", [](T a, T b) { return minimum(a, b); }, [](D a, D b) { return std::min(a, b); }},
      {"hypot", [](T a, T b) { return hypot(a, b); }, [](D a, D b) { return std::hypot(a, b); }},
      {"atan2", [](T a, T b) { return atan2(a, b); }, [](D a, D b) { return std::atan2(a, b); }},
      {"copysign", [](T a, T b) { return copysign(a, b); },
       [](D a, D b) { return std::copysign(a, b); }},
      {"lt", [](T a, T b) { return a < b; }, [](D a, D b) { return D(a < b); }},
      {"le", [](T a, T b) { return a <= b; }, [](D a, D b) { return D(a <= b); }},
      {"gt", [](T a, T b) { return a > b; }, [](D a, D b) { return D(a > b); }},
      {"ge", [](T a, T b) { return a >= b; }, [](D a, D b) { return D(a >= b); }},
      {"eq", [](T a, T) { return a == a; }, [](D, D) { return 1.0; }},
      {"ne", [](T a, T b) { return a != b; }, [](D a, D b) { return D(a != b); }},
      {"logical",
       [](T a, T b) { return logical_xor(logical_and(a > 0, b > 0), logical_or(a > 1, b > 1)); },
       [](D a, D b) { return D((a > 0 && b > 0) != (a > 1 || b > 1)); }}};
  return all;
}

TEST_P(RuleValues, UnaryOpsAreTheirDefinitions) {
  for (const Unary& c : unary_ops()) {
    const Tensor x = tensor_of(draws<double>(c.domain, 400, 41), {400}, device());
    std::vector<double> expected, rounded;
    for (double v : values(x)) expected.push_back(c.truth(v));
    for (double v : values(x.to(kFloat32))) rounded.push_back(c.truth(v));
    EXPECT_TRUE(is_close(c.op(x), expected, 1e-14)) << c.name;
    EXPECT_TRUE(is_close(c.op(x.to(kFloat32)), rounded, 5e-7)) << c.name << " in float32";
  }
}

TEST_P(RuleValues, BinaryOpsAreTheirDefinitions) {
  for (const Binary& c : binary_ops()) {
    const Tensor a = tensor_of(draws<double>(c.domain, 400, 42), {400}, device());
    const Tensor b = tensor_of(draws<double>(c.domain, 400, 43), {400}, device());
    const auto x = values(a), y = values(b);
    std::vector<double> expected;
    for (std::size_t i = 0; i < x.size(); ++i) expected.push_back(c.truth(x[i], y[i]));
    EXPECT_TRUE(is_close(c.op(a, b), expected, 1e-14)) << c.name;
  }
}

TEST_P(RuleValues, AtInfinity) {
  const double inf = std::numeric_limits<double>::infinity();
  struct Case {
    const char* name;
    Tensor (*op)(const Tensor&);
    double below, above, slope_below, slope_above;
  };
  using T = const Tensor&;
  const Case cases[] = {{"tanh", [](T x) { return tanh(x); }, -1, 1, 0, 0},
                        {"sigmoid", [](T x) { return sigmoid(x); }, 0, 1, 0, 0},
                        {"logsigmoid", [](T x) { return logsigmoid(x); }, -inf, 0, 1, 0},
                        {"softplus", [](T x) { return softplus(x); }, 0, inf, 0, 1},
                        {"relu", [](T x) { return relu(x); }, 0, inf, 0, 1},
                        {"elu", [](T x) { return elu(x); }, -1, inf, 0, 1},
                        {"gelu", [](T x) { return gelu(x); }, 0, inf, 0, 1},
                        {"gelu tanh", [](T x) { return gelu(x, "tanh"); }, 0, inf, 0, 1},
                        {"silu", [](T x) { return silu(x); }, 0, inf, 0, 1},
                        {"mish", [](T x) { return mish(x); }, 0, inf, 0, 1},
                        {"softsign", [](T x) { return softsign(x); }, -1, 1, 0, 0},
                        {"tanhshrink", [](T x) { return tanhshrink(x); }, -inf, inf, 1, 1},
                        {"exp", [](T x) { return exp(x); }, 0, inf, 0, inf},
                        {"expm1", [](T x) { return expm1(x); }, -1, inf, 0, inf},
                        {"erf", [](T x) { return erf(x); }, -1, 1, 0, 0},
                        {"abs", [](T x) { return abs(x); }, inf, inf, -1, 1}};
  for (const Case& c : cases)
    for (DType dtype : {kFloat32, kFloat64}) {
      const Tensor x = tensor({-inf, inf, NAN}, on(dtype)).requires_grad_(true);
      const Tensor y = c.op(x);
      EXPECT_TRUE(is_close(y, {c.below, c.above, NAN})) << c.name << ' ' << name_of(dtype);
      y.sum().backward();
      EXPECT_TRUE(is_close(x.grad().slice(0, 0, 2), {c.slope_below, c.slope_above}, 1e-40))
          << c.name << ' ' << name_of(dtype);
    }
}

TEST_P(RuleValues, DocumentedActivations) {
  const auto run = [&](Tensor (*op)(const Tensor&), std::initializer_list<TensorData> at) {
    const Tensor x = tensor(at, on()).requires_grad_(true);
    const Tensor y = op(x);
    y.backward(ones_like(y));
    return std::pair(values(y), values(x.grad()));
  };
  const auto tanh_at = run([](const Tensor& x) { return tanh(x); }, {-3.0, -1.0, 0.0, 1.0, 3.0});
  EXPECT_TRUE(is_close(tanh_at.first, {-0.9950548, -0.7615942, 0, 0.7615942, 0.9950548}, 5e-8));
  EXPECT_TRUE(
      is_close(tanh_at.second, {0.0098660372, 0.4199743416, 1, 0.4199743416, 0.0098660372}, 3e-8));
  const auto sigmoid_at = run([](const Tensor& x) { return sigmoid(x); }, {-1.0, 0.0, 1.0, 2.0});
  EXPECT_TRUE(is_close(sigmoid_at.first, {0.2689, 0.5, 0.7311, 0.8808}, 5e-5));
  EXPECT_TRUE(is_close(sigmoid_at.second, {0.1966, 0.25, 0.1966, 0.1050}, 5e-5));
  const auto relu_at = run([](const Tensor& x) { return relu(x); }, {-2.0, -1.0, 0.0, 1.0, 2.0});
  EXPECT_TRUE(is_close(relu_at.first, {0, 0, 0, 1, 2}, 0));
  EXPECT_TRUE(is_close(relu_at.second, {0, 0, 0, 1, 1}, 0));
  const auto leaky_at =
      run([](const Tensor& x) { return leaky_relu(x); }, {-2.0, -1.0, 0.0, 1.0, 2.0});
  EXPECT_TRUE(is_close(leaky_at.first, {-0.02, -0.01, 0, 1, 2}, 1e-9));
  EXPECT_TRUE(is_close(leaky_at.second, {0.01, 0.01, 0.01, 1, 1}, 1e-9));
  const Tensor z = arange(-4.0, 4.0, 0.01, on(kFloat64));
  EXPECT_NEAR(tanh(z)[0].item(), -0.999329299739, 1e-12);
  EXPECT_NEAR(sech_squared(z)[0].item(), 0.00134095068, 1e-11);
  EXPECT_EQ(sech_squared(z).max().item(), 1);
}

TEST(ValueAndSlope, HaveTheBitsOfEach) {
  int rules = 0;
  UnaryOps::for_each([&]<class Rule>() {
    if constexpr (HasValueAndSlope<Rule>) {
      ++rules;
      const Rule rule{};
      for (std::uint64_t bits = 0; bits <= 0xffffffffu; bits += 9973) {
        const float x = math::bits<float>(static_cast<std::uint32_t>(bits));
        float slope = 0;
        ASSERT_TRUE(same_bits(rule.value_and_slope(x, slope), rule.value(x))) << Rule::name << x;
        ASSERT_TRUE(same_bits(slope, rule.slope_from_input(x))) << Rule::name << x;
      }
    }
  });
  EXPECT_GE(rules, 2);
}

}  // namespace
}  // namespace tandem::testing
