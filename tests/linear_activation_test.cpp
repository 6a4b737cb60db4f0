// linear with an activation: the two ops' numbers, gradients and their gradients, for every rule.
#include "tests/devices.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

class LinearActivation : public OnDevice {
 protected:
  struct Case {
    Tensor x, weight, bias;
  };
  /// sizes: rows, features in, features out
  Case draw(const Shape& sizes, DType dtype, bool biased) const {
    const std::int64_t rows = sizes[0], in = sizes[1], out = sizes[2];
    manual_seed(static_cast<std::uint64_t>(rows * 100 + in * 10 + out));
    const auto leaf = [&](const Shape& shape) {
      return randn(shape, kFloat64).to(dtype).to(device()).requires_grad_(true);
    };
    return {leaf({rows, in}), leaf({out, in}), biased ? leaf({out}) : Tensor()};
  }
};
INSTANTIATE_TEST_SUITE_P(Devices, LinearActivation, every_device(), device_name);

Tensor fused(int id, const Tensor& x, const Tensor& weight, const Tensor& bias) {
  return detail::linear(x, weight, bias, {id, {}});
}
Tensor one_by_one(int id, const Tensor& x, const Tensor& weight, const Tensor& bias) {
  return detail::unary(id, {}, linear(x, weight, bias));
}

/// Calls body(id) for every activation whose parameters may all be 0.
template <class Body> void for_each_activation(const Body& body) {
  int id = 0;
  ActivationOps::for_each([&]<class Rule>() {
    if (std::is_empty_v<Rule>) body(id, Rule::name);
    ++id;
  });
}

/// The CPU works on 256 columns and at least as many rows at a time.
TEST_P(LinearActivation, WideLayersAddEachColumnsBias) {
  for (const Shape& sizes : {Shape{3, 4, 257}, {2, 4, 600}, {300, 4, 512}, {700, 4, 1}}) {
    const auto [x, weight, bias] = draw(sizes, kFloat64, true);
    const Tensor z = matmul(x, weight.t()) + bias;
    EXPECT_TRUE(is_close(linear(x, weight, bias), z, 1e-13)) << sizes.str();
    EXPECT_TRUE(is_close(fused(UnaryOps::index_of<rules::Tanh>, x, weight, bias), tanh(z), 1e-13))
        << sizes.str();
  }
}

TEST_P(LinearActivation, GivesTheNumbersAndGradientsOfTheTwoOps) {
  for (DType dtype : {kFloat32, kFloat64, kFloat16, kBFloat16})
    for (const Shape& sizes : {Shape{1, 1, 1}, {5, 3, 7}, {130, 9, 33}, {3, 40, 70}})
      for (bool biased : {true, false})
        for_each_activation([&](int id, const char* name) {
          const Case a = draw(sizes, dtype, biased), b = draw(sizes, dtype, biased);
          const Tensor y = fused(id, a.x, a.weight, a.bias),
                       z = one_by_one(id, b.x, b.weight, b.bias);
          const Tensor grad = randn({sizes[0], sizes[2]}, kFloat64).to(dtype).to(device());
          y.backward(grad);
          z.backward(grad);
          const double tolerance =
              on_cpu() ? 0 : (is_half(dtype) ? 0.05 : (dtype == kFloat32 ? 1e-5 : 1e-13));
          EXPECT_TRUE(is_close(y, z, tolerance)) << name << " " << y.describe();
          EXPECT_TRUE(is_close(a.x.grad(), b.x.grad(), tolerance)) << name;
          EXPECT_TRUE(is_close(a.weight.grad(), b.weight.grad(), 10 * tolerance)) << name;
          const bool same_bias = !biased || is_close(a.bias.grad(), b.bias.grad(), 10 * tolerance);
          EXPECT_TRUE(same_bias) << name;
        });
}

TEST_P(LinearActivation, GradientsToSecondOrder) {
  for (bool biased : {true, false})
    for_each_activation([&](int id, const char* name) {
      const Case c = draw({3, 2, 4}, kFloat64, biased);
      TensorList inputs{c.x, c.weight};
      if (biased) inputs.push_back(c.bias);
      const auto f = [&](const TensorList& given) {
        return TensorList{fused(id, given[0], given[1], biased ? given[2] : Tensor())};
      };
      EXPECT_TRUE(autograd::gradcheck(f, inputs)) << name;
      EXPECT_TRUE(autograd::gradgradcheck(f, inputs)) << name;
    });
}

TEST_P(LinearActivation, SequentialRunsALinearAndItsActivationAsOne) {
  manual_seed(4);
  nn::Linear first(5, 6), second(6, 2);
  nn::Sequential model(first, nn::Tanh(), second, nn::LeakyReLU(0.2));
  model->to(device());
  const Tensor x = randn({7, 5}).to(device());
  const Tensor y = model->forward(x);
  EXPECT_TRUE(is_close(y, leaky_relu(second(tanh(first(x))), 0.2), on_cpu() ? 0 : 1e-6));
  EXPECT_TRUE(same_bits(y, linear(linear(x, first->weight, first->bias, rules::Tanh{}),
                                  second->weight, second->bias, rules::LeakyRelu{0.2})));
}

TEST_P(LinearActivation, OtherRulesRunAfterTheLayer) {
  const Case c = draw({3, 2, 4}, kFloat32, true);
  EXPECT_TRUE(
      same_bits(linear(c.x, c.weight, c.bias, rules::Exp{}), exp(linear(c.x, c.weight, c.bias))));
}

TEST_P(LinearActivation, EmptyInputs) {
  const Tensor w = ones({4, 3}, on()), b = ones({4}, on());
  EXPECT_EQ(linear(zeros({0, 3}, on()), w, b, rules::Tanh{}).sizes(), (Shape{0, 4}));
  const Tensor y = linear(zeros({2, 0}, on()), zeros({4, 0}, on()), b, rules::Relu{});
  EXPECT_TRUE(is_close(y, std::vector<double>(8, 1.0)));
}

}  // namespace
}  // namespace tandem::testing
