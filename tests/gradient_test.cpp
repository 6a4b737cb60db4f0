// Slopes of every rule: against finite differences, and the fused slope against the differentiable
// one.
#include "tests/devices.h"
#include "tests/expect.h"
#include "tests/rule_inputs.h"

namespace tandem::testing {
namespace {

using autograd::gradcheck;
using autograd::gradgradcheck;

template <class Rule> double slope_at(const Rule& rule, double x) {
  if constexpr (HasSlopeFromInput<Rule>)
    return rule.slope_from_input(x);
  else if constexpr (HasSlopeFromOutput<Rule>)
    return rule.slope_from_output(rule.value(x));
  else
    return rule.slope();
}

/// Whether a finite difference over ±1e-4 means anything: neither the value jumps nor the slope.
template <class Rule> bool is_smooth_at(const Rule& rule, double x) {
  constexpr double h = 1e-4;
  const double slope = slope_at(rule, x);
  const double rise = rule.value(x + h) - rule.value(x - h);
  const double turn = slope_at(rule, x + h) - slope_at(rule, x - h);
  return std::fabs(rise - 2 * h * slope) < 0.01 * h * (1 + std::fabs(slope)) &&
         std::fabs(turn) < 0.02 * (1 + std::fabs(slope));
}

template <class Rule> constexpr bool has_slopes =
    HasBinarySlopes<Rule> || HasConstantBinarySlopes<Rule>;

/// The slope of a binary rule in one operand, as a unary rule, so that is_smooth_at can look at it.
template <class Rule, int side> struct Side {
  Rule rule;
  double other;
  double value(double x) const { return side == 0 ? rule.value(x, other) : rule.value(other, x); }
  double slope_from_input(double x) const {
    if constexpr (HasConstantBinarySlopes<Rule>)
      return side == 0 ? rule.slope_a() : rule.slope_b();
    else
      return side == 0 ? rule.slope_a(x, other) : rule.slope_b(other, x);
  }
};

class Gradient : public OnDevice {
 protected:
  Tensor double_leaf(const std::vector<double>& numbers) const {
    return tensor_of(numbers, {static_cast<std::int64_t>(numbers.size())}, device())
        .requires_grad_(true);
  }

  template <class Rule> Tensor smooth_points(const Rule& rule) const {
    std::vector<double> points;
    for (double x : draws<double>(domain_of<Rule>(), 24, 11))
      if (is_smooth_at(rule, x)) points.push_back(x);
    EXPECT_GE(points.size(), 12u) << Rule::name;
    return double_leaf(points);
  }

  template <class Rule> TensorList smooth_pairs(const Rule& rule) const {
    std::vector<double> first, second;
    const auto a = draws<double>(domain_of<Rule>(), 16, 12),
               b = draws<double>(domain_of<Rule>(), 16, 13);
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (!is_smooth_at(Side<Rule, 0>{rule, b[i]}, a[i]) ||
          !is_smooth_at(Side<Rule, 1>{rule, a[i]}, b[i]))
        continue;
      first.push_back(a[i]);
      second.push_back(b[i]);
    }
    EXPECT_GE(first.size(), 8u) << Rule::name;
    return {double_leaf(first), double_leaf(second)};
  }

  static void check(const char* rule, const TensorList& at,
                    const autograd::DifferentiableFunction& f) {
    SCOPED_TRACE(rule);
    EXPECT_NO_THROW(gradcheck(f, at));
    EXPECT_NO_THROW(gradgradcheck(f, at));
  }

  template <class Rule> void check_unary(const Rule& rule) const {
    check(Rule::name, {smooth_points(rule)},
          [&](const TensorList& x) { return TensorList{elementwise(rule, x[0])}; });
  }

  template <class Rule> void check_binary(const Rule& rule) const {
    check(Rule::name, smooth_pairs(rule),
          [&](const TensorList& x) { return TensorList{elementwise(rule, x[0], x[1])}; });
  }
};

INSTANTIATE_TEST_SUITE_P(Devices, Gradient, every_device(), device_name);

TEST_P(Gradient, UnarySlopesAreFiniteDifferences) {
  UnaryOps::for_each([&]<class Rule>() {
    if constexpr (slope_form<Rule>() != SlopeForm::none) check_unary(Rule{});
  });
}

TEST_P(Gradient, BinarySlopesAreFiniteDifferences) {
  BinaryOps::for_each([&]<class Rule>() {
    if constexpr (has_slopes<Rule>) check_binary(Rule{});
  });
}

TEST_P(Gradient, ParametersReachTheSlopes) {
  check_unary(rules::Softplus{2.5, 3});
  check_unary(rules::LeakyRelu{0.2});
  check_unary(rules::Elu{1.7});
  check_unary(rules::Hardtanh{-2, 0.5});
  check_unary(rules::Clamp{-1, 0.5});
  for (double exponent : {0.0, 1.0, 4.0, -1.0, 2.5}) check_unary(rules::PowScalar{exponent});
  for (double exponent : {1.0, 2.0, 3.0, 0.5, -0.5}) check_unary(rules::PowFormula{exponent});
  check_binary(rules::SmoothL1{0.5});
  check_binary(rules::Huber{0.5});
}

TEST_P(Gradient, WholePowersAtZeroToAnyOrder) {
  double factorial = 1;
  for (int power = 0; power <= 5; ++power) {
    factorial *= std::max(power, 1);
    const Tensor x = zeros({1}, on(kFloat64)).requires_grad_();
    Tensor y = pow(x, power);
    EXPECT_EQ(y.item(), power == 0 ? 1 : 0);
    for (int order = 1; order <= 7; ++order) {
      y = autograd::grad({y.sum()}, {x}, {}, true, true, true)[0];
      if (!y.defined() || !y.requires_grad()) break;
      EXPECT_EQ(y.item(), order == power ? factorial : 0) << power << " " << order;
    }
  }
}

TEST_P(Gradient, APowersSlopeIsTheSameOnTheTape) {
  // On the tape each of its ops rounds to 16 bits.
  const std::pair<DType, double> tolerances[] = {
      {kFloat32, 1e-5}, {kFloat16, 2e-3}, {kBFloat16, 1e-2}};
  for (const auto& [dtype, tolerance] : tolerances) {
    const Tensor x = tensor({100.0, 3.0, 0.7}).to(dtype).to(device()).requires_grad_();
    const auto slope = [&](bool create_graph) {
      return autograd::grad({pow(x, 2.7).sum()}, {x}, {}, {}, create_graph)[0].detach();
    };
    EXPECT_TRUE(is_close(slope(true), slope(false), tolerance)) << dtype;
  }
}

/// The slope is written twice, for loops and as ops on tensors: the two must be one function.
void expect_slopes_agree(const std::string& at, const TensorList& inputs, const Tensor& y,
                         double tolerance) {
  const Tensor ones = ones_like(y);
  const TensorList fused = autograd::grad({y}, inputs, {ones}, true);
  const TensorList ops = autograd::grad({y}, inputs, {ones}, true, true);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    EXPECT_TRUE(is_close(ops[i], fused[i], tolerance)) << at << ", operand " << i;
}

template <class T> void expect_unary_slopes_agree(const Device& device, double tolerance) {
  UnaryOps::for_each([&]<class Rule>() {
    if constexpr (slope_form<Rule>() != SlopeForm::none) {
      for (const Layout& layout : layouts<T>(domain_of<Rule>(), device)) {
        const Tensor x = layout.tensor.detach().requires_grad_(true);
        expect_slopes_agree(Rule::name + (" at " + layout.name), {x}, elementwise(Rule{}, x),
                            tolerance);
      }
    }
  });
}

template <class T> void expect_binary_slopes_agree(const Device& device, double tolerance) {
  BinaryOps::for_each([&]<class Rule>() {
    if constexpr (has_slopes<Rule>) {
      const auto first = layouts<T>(domain_of<Rule>(), device, 1),
                 second = layouts<T>(domain_of<Rule>(), device, 2);
      for (std::size_t i = 0; i < first.size(); ++i) {
        if (first[i].name == "hard numbers") continue;
        const Tensor a = first[i].tensor.detach().requires_grad_(true);
        const Tensor b = second[i].tensor.detach().requires_grad_(true);
        expect_slopes_agree(Rule::name + (" at " + first[i].name), {a, b},
                            elementwise(Rule{}, a, b), tolerance);
      }
    }
  });
}

TEST_P(Gradient, UnarySlopesAreOneFunctionInFloat64) {
  expect_unary_slopes_agree<double>(device(), 1e-13);
}
TEST_P(Gradient, UnarySlopesAreOneFunctionInFloat32) {
  expect_unary_slopes_agree<float>(device(), 2e-6);
}
TEST_P(Gradient, BinarySlopesAreOneFunctionInFloat64) {
  expect_binary_slopes_agree<double>(device(), 1e-13);
}
TEST_P(Gradient, BinarySlopesAreOneFunctionInFloat32) {
  expect_binary_slopes_agree<float>(device(), 2e-6);
}

/// The gradient of a broadcast operand is the sum over where it was used.
void expect_own_shapes(const char* rule, Tensor (*op)(const Tensor&, const Tensor&),
                       const Tensor& a, const Tensor& b) {
  SCOPED_TRACE(std::string(rule) + " of " + a.sizes().str() + " and " + b.sizes().str());
  for (bool create_graph : {false, true}) {
    const Tensor y = op(a, b);
    const TensorList found = autograd::grad({y.sum()}, {a, b}, {}, true, create_graph);
    EXPECT_EQ(found[0].sizes(), a.sizes());
    EXPECT_EQ(found[1].sizes(), b.sizes());
    const Tensor wide_a = a.detach().expand(y.sizes()).clone().requires_grad_(true);
    const Tensor wide_b = b.detach().expand(y.sizes()).clone().requires_grad_(true);
    const TensorList wide = autograd::grad({op(wide_a, wide_b).sum()}, {wide_a, wide_b});
    EXPECT_TRUE(is_close(found[0], sum_to_size(wide[0], a.sizes()), 1e-12));
    EXPECT_TRUE(is_close(found[1], sum_to_size(wide[1], b.sizes()), 1e-12));
  }
}

TEST_P(Gradient, BroadcastOperandsKeepTheirOwnShape) {
  const std::vector<std::pair<Shape, Shape>> shapes = {{{3, 4}, {4}}, {{3, 1}, {1, 4}},
                                                       {{}, {2, 3}},  {{2, 1, 3}, {4, 1}},
                                                       {{1}, {5}},    {{0, 3}, {1, 3}}};
  const auto filled = [&](Domain domain, const Shape& shape, unsigned seed) {
    return tensor_of(draws<double>(domain, shape.numel(), seed), shape, device())
        .requires_grad_(true);
  };
  BinaryOps::for_each([&]<class Rule>() {
    if constexpr (has_slopes<Rule>)
      for (const auto& [a, b] : shapes)
        expect_own_shapes(
            Rule::name, [](const Tensor& x, const Tensor& y) { return elementwise(Rule{}, x, y); },
            filled(domain_of<Rule>(), a, 21), filled(domain_of<Rule>(), b, 22));
  });
}

TEST_P(Gradient, TanhToTheThirdOrder) {
  const Tensor x = tensor({1.0}, on(kFloat64)).requires_grad_(true);
  const Tensor first = autograd::grad({tanh(x)}, {x}, {}, true, true)[0];
  const Tensor second = autograd::grad({first}, {x}, {}, true, true)[0];
  const Tensor third = autograd::grad({second}, {x}, {}, true, true)[0];
  const double t = std::tanh(1.0), s = 1 - t * t;
  EXPECT_NEAR(first.item(), s, 1e-15);
  EXPECT_NEAR(second.item(), -0.6397000084492246, 1e-15);
  EXPECT_NEAR(third.item(), 0.6216266807712962, 1e-15);
  const auto slope = [](const TensorList& at) {
    return TensorList{autograd::grad({tanh(at[0]).sum()}, {at[0]}, {}, true, true)[0]};
  };
  const TensorList points = {leaf({9})};
  EXPECT_NO_THROW(gradcheck(slope, points));
  EXPECT_NO_THROW(gradgradcheck(slope, points));
}

TEST_P(Gradient, TanhSlopeDoesNotCancel) {
  // 1 - y*y is 0 here from 9.02 on; the truth is 4 exp(-2x).
  const Tensor x = tensor({3.0, 6.0, 9.02, 20.0, 40.0, -40.0}, on()).requires_grad_(true);
  tanh(x).sum().backward();
  const auto at = values(x), slope = values(x.grad());
  for (std::size_t i = 0; i < at.size(); ++i) {
    const double truth = 1 / (std::cosh(at[i]) * std::cosh(at[i]));
    EXPECT_LE(std::fabs(slope[i] - truth), 3e-7 * truth) << "x = " << at[i];
  }
}

TEST_P(Gradient, WhereClampAndNumbers) {
  const TensorList at = {leaf({3, 4}), leaf({4})};
  check("where", at,
        [](const TensorList& x) { return TensorList{where(x[0] > 0, x[0] * x[1], x[1])}; });
  check("where with a number", at, [](const TensorList& x) {
    return TensorList{where(x[0] > 0, tanh(x[0]), 2.0), x[1]};
  });
  check("numbers", at,
        [](const TensorList& x) { return TensorList{2 / (3 + exp(x[0] * 2)) - (1 - x[1])}; });
  check("alpha", at, [](const TensorList& x) {
    return TensorList{add(x[0], tanh(x[1]), 3), sub(x[0], exp(x[1]), 0.5)};
  });
  check("a number to a power", at,
        [](const TensorList& x) { return TensorList{pow(2.0, x[0]) * x[1]}; });
}

}  // namespace
}  // namespace tandem::testing
