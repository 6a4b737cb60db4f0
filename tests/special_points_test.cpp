// Gradients where formulas are easily wrong: nan, infinity, ties, kinks, overflow in a branch that
// is not taken. The numbers are PyTorch's (2.15, CPU) unless a comment says otherwise.
#include <limits>

#include "tests/devices.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

namespace F = nn::functional;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

class SpecialPoints : public OnDevice {
 protected:
  Tensor leaf_of(std::initializer_list<TensorData> data) const {
    return tensor(data, on(kFloat32)).requires_grad_();
  }
};
INSTANTIATE_TEST_SUITE_P(Devices, SpecialPoints, every_device(), device_name);

/// The gradient of the sum of `y` in x, from kernels and, with create_graph, from ops.
std::vector<Tensor> both_slopes(const Tensor& y, const Tensor& x) {
  return {autograd::grad({y.sum()}, {x}, {}, true)[0],
          autograd::grad({y.sum()}, {x}, {}, true, true)[0].detach()};
}

TEST_P(SpecialPoints, SlopesOfUnaryOps) {
  struct Case {
    const char* name;
    Tensor (*op)(const Tensor&);
    std::vector<double> slopes;  ///< at nan, -0, 0, inf, -inf
  };
  const double scale = 1.0507009873554805, alpha = 1.6732632423543772;
  const Case cases[] = {
      {"relu", [](const Tensor& x) { return relu(x); }, {1, 0, 0, 1, 0}},
      {"relu6", [](const Tensor& x) { return relu6(x); }, {1, 0, 0, 0, 0}},
      {"hardtanh", [](const Tensor& x) { return hardtanh(x); }, {1, 1, 1, 0, 0}},
      {"leaky_relu", [](const Tensor& x) { return leaky_relu(x); }, {0.01, 0.01, 0.01, 1, 0.01}},
      {"elu", [](const Tensor& x) { return elu(x); }, {1, 1, 1, 1, 0}},
      {"selu",
       [](const Tensor& x) { return selu(x); },
       {scale, scale * alpha, scale * alpha, scale, 0}},
      {"hardsigmoid", [](const Tensor& x) { return hardsigmoid(x); }, {0, 1.0 / 6, 1.0 / 6, 0, 0}},
      {"hardswish", [](const Tensor& x) { return hardswish(x); }, {1, 0.5, 0.5, 1, 0}},
      {"clamp", [](const Tensor& x) { return clamp(x, -1, 1); }, {0, 1, 1, 0, 0}},
      {"abs", [](const Tensor& x) { return abs(x); }, {0, 0, 0, 1, -1}},
      {"sign", [](const Tensor& x) { return sign(x); }, {0, 0, 0, 0, 0}},
      {"softplus", [](const Tensor& x) { return softplus(x); }, {nan, 0.5, 0.5, 1, 0}}};
  for (const Case& c : cases)
    for (const DType dtype : {kFloat32, kFloat64, kFloat16}) {
      const Tensor x = tensor({nan, -0.0, 0.0, infinity, -infinity}, on(dtype)).requires_grad_();
      for (const Tensor& slope : both_slopes(c.op(x), x))
        EXPECT_TRUE(is_close(slope, c.slopes, 1e-3)) << c.name << " " << name_of(dtype);
    }
  EXPECT_EQ(sign(leaf_of({nan})).item(), 0);
}

TEST_P(SpecialPoints, SlopesOfBinaryOps) {
  struct Case {
    const char* name;
    Tensor (*op)(const Tensor&, const Tensor&);
    std::vector<double> a, b, slope_a, slope_b;
  };
  const Case cases[] = {
      {"maximum",
       [](const Tensor& a, const Tensor& b) { return maximum(a, b); },
       {nan, 1, 2, 1, infinity},
       {1, nan, 2, 2, infinity},
       {1, 1, 0.5, 0, 0.5},
       {1, 1, 0.5, 1, 0.5}},
      {"minimum",
       [](const Tensor& a, const Tensor& b) { return minimum(a, b); },
       {nan, 1, 2, 1, infinity},
       {1, nan, 2, 2, infinity},
       {1, 1, 0.5, 1, 0.5},
       {1, 1, 0.5, 0, 0.5}},
      {"remainder",
       [](const Tensor& a, const Tensor& b) { return remainder(a, b); },
       {1, 7, -7, 1},
       {0.1, 2, 2, -0.3},
       {1, 1, 1, 1},
       {-9, -3, 4, 4}},
      {"smooth_l1, beta 0",
       [](const Tensor& a, const Tensor& b) { return F::smooth_l1_loss(a, b, kNone, 0); },
       {1, 2, 0},
       {1, 1, 1},
       {0, 1, -1},
       {0, -1, 1}},
      {"pow",
       [](const Tensor& a, const Tensor& b) { return pow(a, b); },
       {0, 0, 2},
       {0, 2, 3},
       {0, 0, 12},
       {0, 0, 8 * std::log(2)}}};
  for (const Case& c : cases) {
    const auto n = static_cast<std::int64_t>(c.a.size());
    const auto leaf_from = [&](const std::vector<double>& values) {
      return from_blob(const_cast<double*>(values.data()), {n}, kFloat64)
          .clone()
          .to(kFloat32)
          .to(device())
          .requires_grad_();
    };
    const Tensor a = leaf_from(c.a), b = leaf_from(c.b), y = c.op(a, b);
    for (const Tensor& slope : both_slopes(y, a))
      EXPECT_TRUE(is_close(slope, c.slope_a, 1e-5)) << c.name << " a";
    for (const Tensor& slope : both_slopes(y, b))
      EXPECT_TRUE(is_close(slope, c.slope_b, 1e-5)) << c.name << " b";
  }
  const Tensor inf = full({}, infinity, on()), not_a_number = full({}, nan, on());
  for (const DType dtype : {kFloat32, kFloat64, kFloat16}) {
    EXPECT_EQ(hypot(inf.to(dtype), not_a_number.to(dtype)).item(), infinity);
    EXPECT_EQ(hypot(not_a_number.to(dtype), -inf.to(dtype)).item(), infinity);
  }
}

/// Where a mask or a step has slope 0, nothing passes: not even a gradient that is infinite or nan.
TEST_P(SpecialPoints, MasksStopEveryGradient) {
  struct Case {
    const char* name;
    std::function<Tensor(const Tensor&)> op;
    std::vector<bool> passes;  ///< at -4, 0, 4
  };
  const Tensor zero = zeros({3}, on());
  const Case cases[] = {
      {"relu", [](const Tensor& x) { return relu(x); }, {false, false, true}},
      {"relu6", [](const Tensor& x) { return relu6(x); }, {false, false, true}},
      {"hardtanh", [](const Tensor& x) { return hardtanh(x); }, {false, true, false}},
      {"clamp", [](const Tensor& x) { return clamp(x, -1, 1); }, {false, true, false}},
      {"hardsigmoid", [](const Tensor& x) { return hardsigmoid(x); }, {false, true, false}},
      {"sign", [](const Tensor& x) { return sign(x); }, {false, false, false}},
      {"floor", [](const Tensor& x) { return floor(x); }, {false, false, false}},
      {"maximum", [&](const Tensor& x) { return maximum(x, zero); }, {false, true, true}},
      {"minimum", [&](const Tensor& x) { return minimum(x, zero); }, {true, true, false}},
      {"masked_fill", [](const Tensor& x) { return x.masked_fill(x < 0, 0); }, {false, true, true}},
      {"max", [](const Tensor& x) { return x.max(); }, {false, false, true}}};
  for (const Case& c : cases)
    for (const double gradient : {infinity, nan})
      for (const bool create_graph : {false, true}) {
        const Tensor x = leaf_of({-4, 0, 4}), y = c.op(x);
        const Tensor slope =
            autograd::grad({y}, {x}, {full(y.sizes(), gradient, on())}, true, create_graph)[0];
        for (std::int64_t i = 0; i < 3; ++i)
          EXPECT_EQ(slope.detach()[i].item() != 0, c.passes[static_cast<std::size_t>(i)])
              << c.name << " " << gradient << " " << i << " " << create_graph;
      }
  // As one op with a linear layer.
  nn::Sequential net(nn::Linear(1, 2), nn::ReLU());
  net->to(device());
  nn::init::constant_(net->parameters()[0], -1);
  nn::init::constant_(net->parameters()[1], 0);
  const Tensor x = ones({1, 1}, on()).requires_grad_(), y = net->forward(x);
  EXPECT_EQ(autograd::grad({y}, {x}, {full({1, 2}, infinity, on())})[0].item(), 0);
}

/// A slope that crosses 0 is no mask: its own slope there counts.
TEST_P(SpecialPoints, SecondSlopesWhereTheFirstIsZero) {
  UnaryOps::for_each([&]<class Rule>() {
    if constexpr (std::is_empty_v<Rule> && slope_form<Rule>() != SlopeForm::none) {
      // Around each zero of the slope on a grid that holds -1.5 and 0, the second slope is close to
      // what it is nearby.
      for (const double at : {-1.5, 0.0}) {
        const Tensor x = tensor({at, at + 1e-7}, on(kFloat64)).requires_grad_();
        const Tensor slope = autograd::grad({elementwise(Rule{}, x).sum()}, {x}, {}, true, true)[0];
        if (slope.detach()[0].item<double>() != 0 || !slope.requires_grad()) continue;
        const Tensor given = autograd::grad({slope.sum()}, {x}, {}, {}, false, true)[0];
        if (!given.defined()) continue;
        const std::vector<double> second = values(given);
        if (std::isfinite(second[0]) && std::isfinite(second[1])) {
          EXPECT_NEAR(second[0], second[1], 1e-5) << Rule::name << " at " << at;
        }
      }
    }
  });
}

/// The branch of a where() that is not taken overflows; its slope must not reach the gradient.
TEST_P(SpecialPoints, SecondSlopesPassOverflowingBranches) {
  const std::pair<const char*, Tensor (*)(const Tensor&)> ops[] = {
      {"elu", [](const Tensor& x) { return elu(x); }},
      {"selu", [](const Tensor& x) { return selu(x); }},
      {"softplus", [](const Tensor& x) { return softplus(x); }},
      {"gelu", [](const Tensor& x) { return gelu(x); }},
      {"silu", [](const Tensor& x) { return silu(x); }},
      {"mish", [](const Tensor& x) { return mish(x); }},
      {"hardswish", [](const Tensor& x) { return hardswish(x); }},
      {"softsign", [](const Tensor& x) { return softsign(x); }},
      {"tanhshrink", [](const Tensor& x) { return tanhshrink(x); }},
      {"logsigmoid", [](const Tensor& x) { return logsigmoid(x); }}};
  for (const auto& [name, op] : ops)
    for (const DType dtype : {kFloat16, kFloat32, kFloat64}) {
      const double far = dtype == kFloat16 ? 100 : 1000;
      const Tensor x = tensor({far, 12, -far}, on(dtype)).requires_grad_();
      const Tensor slope = autograd::grad({op(x).sum()}, {x}, {}, true, true)[0];
      const Tensor second = autograd::grad({slope.sum()}, {x})[0];
      EXPECT_TRUE(all(isfinite(second)).item<bool>()) << name << " " << name_of(dtype);
    }
  const Tensor a = leaf_of({0, 0, 2}), b = leaf_of({0, 2, 3});
  const TensorList slopes = autograd::grad({pow(a, b).sum()}, {a, b}, {}, true, true);
  for (const Tensor& second : autograd::grad({slopes[0].sum() + slopes[1].sum()}, {a, b}))
    EXPECT_TRUE(all(isfinite(second)).item<bool>());
  // A gradient penalty through nn::ELU leaves parameters finite.
  nn::Sequential net(nn::Linear(1, 4), nn::ELU(), nn::Linear(4, 1));
  net->to(device());
  const Tensor x = full({3, 1}, 1000, on()).requires_grad_();
  const Tensor slope = autograd::grad({net->forward(x).sum()}, {x}, {}, true, true)[0];
  square(slope).sum().backward();
  for (const Tensor& parameter : net->parameters())
    EXPECT_TRUE(!parameter.grad().defined() || all(isfinite(parameter.grad())).item<bool>());
}

/// With create_graph, too, 16-bit slopes are computed in float32 and rounded once.
TEST_P(SpecialPoints, SixteenBitSlopesAreAsExactAsOps) {
  const std::pair<const char*, Tensor (*)(const Tensor&)> ops[] = {
      {"silu", [](const Tensor& x) { return silu(x); }},
      {"gelu", [](const Tensor& x) { return gelu(x); }},
      {"mish", [](const Tensor& x) { return mish(x); }},
      {"tanh", [](const Tensor& x) { return tanh(x); }},
      {"log", [](const Tensor& x) { return log(abs(x) + 1); }}};
  for (const auto& [name, op] : ops)
    for (const DType dtype : {kFloat16, kBFloat16}) {
      const Tensor x = linspace(-3, 3, 997, kFloat64).to(dtype).to(device()).requires_grad_();
      const std::vector<Tensor> slopes = both_slopes(op(x), x);
      const Tensor difference = (slopes[0] - slopes[1]).to(kFloat64).abs();
      const double unit = dtype == kFloat16 ? 0x1p-10 : 0x1p-7;
      EXPECT_TRUE(all(difference <= slopes[0].to(kFloat64).abs() * (2 * unit) + 1e-6).item<bool>())
          << name << " " << name_of(dtype);
    }
}

TEST_P(SpecialPoints, CentredRmspropStaysFinite) {
  const Tensor w = leaf_of({1.0});
  optim::RMSprop optimizer({w}, optim::RMSpropOptions(0.01).centered(true));
  for (int i = 0; i < 3000; ++i) {
    w.mutable_grad() = full({1}, 0.1, on());
    optimizer.step();
  }
  EXPECT_TRUE(std::isfinite(w.item()));
}

}  // namespace
}  // namespace tandem::testing
