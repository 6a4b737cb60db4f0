// Random numbers: PyTorch's stream, independent generators, layouts and distributions.
#include "tests/devices.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

TEST(Random, PyTorchsFirstNumbers) {
  manual_seed(0);
  EXPECT_TRUE(is_close(rand({3}), {0.4962565899, 0.7682217956, 0.0884774327}, 1e-9));
  manual_seed(0);
  EXPECT_TRUE(is_close(randn({3}), {1.5409960747, -0.2934289277, -2.1787893772}, 1e-7));
  manual_seed(0);
  EXPECT_TRUE(is_close(randn({512, 20})[0].slice(0, 0, 5),
                       {-1.1258398, -1.1523602, -0.2505786, -0.4338788, 0.8487104}, 1e-7));
}

TEST(Random, SeedsRepeatAndDiffer) {
  const auto draw = [](std::uint64_t seed) {
    manual_seed(seed);
    return TensorList{rand({33}), randn({40}), randint(0, 100, {9}), randperm(12),
                      bernoulli(full({8}, 0.5))};
  };
  const TensorList once = draw(7), again = draw(7), other = draw(8);
  for (std::size_t i = 0; i < once.size(); ++i) {
    EXPECT_TRUE(same_bits(once[i], again[i])) << i;
    if (i < 4) {
      EXPECT_FALSE(same_bits(once[i], other[i])) << i;
    }
  }
  EXPECT_FALSE(same_bits(rand({33}), rand({33})));
}

TEST(Random, GeneratorsAreIndependent) {
  manual_seed(1);
  const Tensor expected = rand({10});
  manual_seed(1);
  Generator own(5);
  const Tensor first = rand({10}, {}, own), second = rand({10}, {}, own);
  EXPECT_FALSE(same_bits(first, second));
  EXPECT_TRUE(same_bits(rand({10}), expected));
  own.manual_seed(5);
  EXPECT_EQ(own.initial_seed(), 5u);
  EXPECT_TRUE(same_bits(rand({10}, {}, own), first));
  const Generator copy = own;  // copies share the state
  EXPECT_TRUE(same_bits(rand({10}, {}, copy), second));
  EXPECT_TRUE(same_bits(rand({10}, {}, Generator(5)), first));
}

class RandomFill : public OnDevice {};
INSTANTIATE_TEST_SUITE_P(Devices, RandomFill, every_device(), device_name);

TEST_P(RandomFill, OnlyTheViewIsFilled) {
  manual_seed(3);
  Tensor whole = full({6, 8}, -5, on());
  whole.slice(0, 1, 5, 2).slice(1, 2, 7, 2).uniform_(1, 2);
  EXPECT_EQ((whole >= 1).sum().item(), 6);
  EXPECT_EQ((whole == -5).sum().item(), 42);
  Tensor columns = zeros({4, 5}, on());
  columns.t().normal_();
  EXPECT_EQ((columns != 0).sum().item(), 20);
  // Small views draw element by element, in row-major order of the view.
  manual_seed(4);
  Tensor strided = zeros({3, 2}, on()).t();
  strided.uniform_();
  manual_seed(4);
  EXPECT_TRUE(same_bits(strided.contiguous(), rand({2, 3}, on())) || !on_cpu());
}

TEST_P(RandomFill, Distributions) {
  manual_seed(11);
  const auto moments = [](const Tensor& x) { return std::pair(x.mean().item(), x.std().item()); };
  for (DType dtype : {kFloat32, kFloat64}) {
    const Tensor u = rand({100'000}, on(dtype)), n = randn({100'000}, on(dtype));
    EXPECT_GE(u.min().item(), 0);
    EXPECT_LT(u.max().item(), 1);
    EXPECT_NEAR(moments(u).first, 0.5, 0.005);
    EXPECT_NEAR(moments(u).second, std::sqrt(1.0 / 12), 0.003);
    EXPECT_NEAR(moments(n).first, 0, 0.015);
    EXPECT_NEAR(moments(n).second, 1, 0.01);
    EXPECT_NEAR((n.abs() < 1.959964).to(kFloat64).mean().item(), 0.95, 0.004);
    const Tensor e = empty({100'000}, on(dtype)).exponential_(2);
    EXPECT_GE(e.min().item(), 0);
    EXPECT_NEAR(moments(e).first, 0.5, 0.01);
    EXPECT_NEAR(moments(e).second, 0.5, 0.01);
    const Tensor shifted = empty({100'000}, on(dtype)).uniform_(-3, 5);
    EXPECT_NEAR(moments(shifted).first, 1, 0.04);
  }
  const Tensor i = randint(-3, 4, {70'000}, on(kInt64));
  EXPECT_EQ(i.dtype(), kInt64);
  for (int value = -3; value < 4; ++value)
    EXPECT_NEAR((i == value).sum().item(), 10'000, 500) << value;
  EXPECT_EQ(randint(0, 2, {5}, on(kFloat32)).dtype(), kFloat32);
  const Tensor p = randperm(1000, on(kInt64));
  EXPECT_TRUE(same_bits(std::get<0>(p.sort()), arange(1000, on(kInt64))));
  EXPECT_EQ(randperm(0).numel(), 0);
  EXPECT_EQ(rand({0, 3}, on()).numel(), 0);
  const Tensor b = bernoulli(tensor({0.0, 1.0, 0.25}, on()).unsqueeze(1).expand({3, 40'000}));
  EXPECT_EQ(b[0].sum().item(), 0);
  EXPECT_EQ(b[1].sum().item(), 40'000);
  EXPECT_NEAR(b[2].mean().item(), 0.25, 0.01);
}

TEST_P(RandomFill, Dropout) {
  manual_seed(12);
  const Tensor x = ones({50'000}, on()).requires_grad_(true), y = dropout(x, 0.3, true);
  EXPECT_NEAR((y == 0).to(kFloat64).mean().item(), 0.3, 0.01);
  EXPECT_TRUE(((y == 0) == (y != 1 / 0.7f)).all().item<bool>());
  y.sum().backward();
  EXPECT_TRUE(same_bits(x.grad(), y.detach()));
  EXPECT_EQ(dropout(x, 1, true).abs().sum().item(), 0);
}

TEST_P(RandomFill, DropoutThatKeepsEverythingDrawsNothing) {
  const Tensor x = randn({100}, on());
  manual_seed(13);
  const Tensor expected = rand({4});
  manual_seed(13);
  EXPECT_TRUE(same_bits(dropout(x, 0.5, false), x));
  nn::Dropout layer(0.5);
  layer->eval();
  EXPECT_TRUE(same_bits(layer(x), x));
  EXPECT_TRUE(same_bits(rand({4}), expected));
  EXPECT_TRUE(same_bits(dropout(x, 0, true), x));
}

TEST_P(RandomFill, DropoutBackwardUsesTheSameMaskTwice) {
  const Tensor x = leaf({200});
  const Tensor y = dropout(x * x, 0.5, true);
  const Tensor first = autograd::grad({y.sum()}, {x}, {}, true, true)[0];
  EXPECT_TRUE(is_close(autograd::grad({first.sum()}, {x})[0], (y != 0).to(kFloat64) * 4, 1e-12));
}

}  // namespace
}  // namespace tandem::testing
