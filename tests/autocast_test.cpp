// Mixed precision: what AutocastGuard changes, and training under it with a GradScaler.
#include <thread>

#include "tests/devices.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

namespace F = nn::functional;

class Autocast : public OnDevice {};
INSTANTIATE_TEST_SUITE_P(Devices, Autocast, every_device(), device_name);

TEST_P(Autocast, ProductsRunInItsDtype) {
  const Tensor x = randn({4, 3}, on()), w = randn({5, 3}, on()), b = randn({5}, on()),
               c = randn({2, 4, 3}, on()), d = randn({2, 3, 4}, on());
  for (DType dtype : {kHalf, kBFloat16}) {
    const AutocastGuard guard(dtype);
    EXPECT_TRUE(is_autocast_enabled());
    EXPECT_EQ(autocast_dtype(), dtype);
    for (const Tensor& y : {matmul(x, w.t()), mm(x, w.t()), bmm(c, d), mv(x, w[0]), dot(x[0], w[0]),
                            linear(x, w, b), addmm(b, x, w.t()), matmul(x, w.t().to(dtype))})
      EXPECT_EQ(y.dtype(), dtype);
    EXPECT_TRUE(same_bits(linear(x, w, b), linear(x.to(dtype), w.to(dtype), b.to(dtype))));
    EXPECT_EQ((x + x).dtype(), kFloat32);
    EXPECT_EQ(mm(x.to(kFloat64), w.to(kFloat64).t()).dtype(), kFloat64);
    EXPECT_EQ(tanh(linear(x, w)).dtype(), dtype);
  }
  EXPECT_FALSE(is_autocast_enabled());
  EXPECT_EQ(mm(x, w.t()).dtype(), kFloat32);
}

TEST_P(Autocast, WhatNeedsPrecisionRunsInFloat32) {
  const Tensor h = rand({4, 3}, on(kHalf)) + 0.5;
  const Tensor labels = tensor({0, 2, 1, 1}, device());
  const AutocastGuard guard(kHalf);
  for (const Tensor& y : {softmax(h, 1),
                          log_softmax(h, 1),
                          logsumexp(h, 1, false),
                          norm(h, 2),
                          h.sum(),
                          prod(h),
                          h.cumsum(0),
                          exp(h),
                          log(h),
                          pow(h, 2),
                          pow(h, h),
                          rsqrt(h),
                          softplus(h),
                          F::cross_entropy(h, labels),
                          F::nll_loss(log_softmax(h, 1), labels),
                          F::mse_loss(h, zeros({4, 3}, on())),
                          F::l1_loss(h, h),
                          F::smooth_l1_loss(h, h),
                          F::binary_cross_entropy_with_logits(h, h),
                          F::layer_norm(h, {3})})
    EXPECT_EQ(y.dtype(), kFloat32);
  for (const Tensor& y : {relu(h), tanh(h), h + h, h.mean(), sqrt(h)}) EXPECT_EQ(y.dtype(), kHalf);
  EXPECT_EQ(h.clone().exp_().dtype(), kHalf);
}

TEST_P(Autocast, GradientsArriveInFloat32) {
  const Tensor x = randn({4, 3}, on()), w = randn({5, 3}, on()).requires_grad_(true);
  {
    const AutocastGuard guard;
    const Tensor y = linear(x, w);
    EXPECT_EQ(y.dtype(), kBFloat16);
    F::mse_loss(y, zeros({4, 5}, on())).backward();  // within the guard, as without
  }
  ASSERT_EQ(w.grad().dtype(), kFloat32);
  const Tensor exact = w.detach().clone().requires_grad_(true);
  F::mse_loss(linear(x, exact), zeros({4, 5}, on())).backward();
  EXPECT_TRUE(is_close(w.grad(), exact.grad(), 0.02));
}

TEST_P(Autocast, HigherDerivatives) {
  const Tensor x = randn({4, 3}, on()), w = randn({5, 3}, on()).requires_grad_(true);
  const auto second = [&](const Tensor& weight) {
    const Tensor y = tanh(linear(x, weight)).to(kFloat32).sum();
    const Tensor first = autograd::grad({y}, {weight}, {}, {}, true)[0];
    EXPECT_EQ(first.dtype(), kFloat32);
    return autograd::grad({square(first).sum()}, {weight})[0];
  };
  Tensor mixed;
  {
    const AutocastGuard guard(kHalf);
    mixed = second(w);
  }
  EXPECT_EQ(mixed.dtype(), kFloat32);
  EXPECT_TRUE(is_close(mixed, second(w), 0.02));
}

TEST_P(Autocast, GuardsNestAndBelongToAThread) {
  const AutocastGuard outer(kHalf);
  {
    const AutocastGuard off(kBFloat16, false);
    EXPECT_EQ(mm(ones({2, 2}, on()), ones({2, 2}, on())).dtype(), kFloat32);
  }
  EXPECT_EQ(mm(ones({2, 2}, on()), ones({2, 2}, on())).dtype(), kHalf);
  bool elsewhere = true;
  std::thread([&] { elsewhere = is_autocast_enabled(); }).join();
  EXPECT_FALSE(elsewhere);
  EXPECT_TRUE(throws([] { AutocastGuard guard(kFloat32); }, {"AutocastGuard", "float32"}));
}

TEST_P(Autocast, RecurrentLayersTakeIt) {
  const nn::LSTMCell cell(3, 4);
  cell->to(device());
  const AutocastGuard guard;
  const Tensor x = randn({2, 3}, on());
  const auto state = cell->forward(x);
  std::get<0>(cell->forward(x, state)).sum().backward();
  EXPECT_EQ(cell->parameters()[0].grad().dtype(), kFloat32);
}

TEST_P(Autocast, WholeModelsInBFloat16Train) {
  manual_seed(5);
  const nn::Linear model(3, 1);
  model->to(device());
  model->to(kBFloat16);
  const Tensor x = randn({64, 3}).to(kBFloat16).to(device());
  const Tensor y = x.sum(1, true);
  optim::SGD optimizer(model->parameters(), optim::SGDOptions(0.2));
  double loss_now = 0;
  for (int step = 0; step < 40; ++step) {
    optimizer.zero_grad();
    const Tensor loss = F::mse_loss(model->forward(x), y);
    loss.backward();
    nn::utils::clip_grad_norm_(model->parameters(), 100);
    optimizer.step();
    loss_now = loss.item();
  }
  EXPECT_EQ(model->weight.dtype(), kBFloat16);
  EXPECT_LT(loss_now, 1e-3);
}

class Scaler : public OnDevice {};
INSTANTIATE_TEST_SUITE_P(Devices, Scaler, every_device(), device_name);

TEST_P(Scaler, TrainsAnMlpInFloat16) {
  manual_seed(5);
  nn::Sequential model(nn::Linear(2, 32), nn::Tanh(), nn::Linear(32, 2));
  const Tensor x = randn({256, 2}).to(device());
  const Tensor y = (x.select(1, 0) * x.select(1, 1) > 0).to(kInt64);
  model->to(device());
  optim::Adam optimizer(model->parameters(), optim::AdamOptions(0.02));
  GradScaler scaler;
  double first = 0, last = 0;
  for (int step = 0; step < 150; ++step) {
    Tensor loss;
    {
      const AutocastGuard guard(kHalf);
      const Tensor logits = model->forward(x);
      EXPECT_EQ(logits.dtype(), kHalf);
      loss = F::cross_entropy(logits, y);
      EXPECT_EQ(loss.dtype(), kFloat32);
    }
    optimizer.zero_grad();
    scaler.scale(loss).backward();
    scaler.step(optimizer);
    scaler.update();
    last = loss.item();
    if (step == 0) first = last;
  }
  EXPECT_GT(first, 0.6);
  EXPECT_LT(last, 0.1);
}

TEST_P(Scaler, SmallGradientsSurvive) {
  const Tensor w = ones({1, 1}, on()).requires_grad_(true), x = full({1, 1}, 1e-5, on());
  const auto gradient = [&](GradScaler& scaler) {
    optim::SGD optimizer({w}, optim::SGDOptions(0));
    optimizer.zero_grad();
    Tensor y;
    {
      const AutocastGuard guard(kHalf);
      y = linear(x, w);
    }
    scaler.scale(y.to(kFloat32).sum() * 1e-6).backward();
    scaler.unscale_(optimizer);
    return w.grad().item();
  };
  GradScaler scaler, off(GradScalerOptions().enabled(false));
  EXPECT_NEAR(gradient(scaler), 1e-11, 1e-13);
  EXPECT_EQ(gradient(off), 0);
}

TEST_P(Scaler, OverflowSkipsAStepAndHalvesTheScale) {
  const Tensor w = ones({2}, on()).requires_grad_(true);
  optim::SGD optimizer({w}, optim::SGDOptions(0.5));
  GradScaler scaler(GradScalerOptions().init_scale(1024).growth_interval(2));
  const auto step = [&](double gradient) {
    optimizer.zero_grad();
    scaler.scale((w * gradient).sum()).backward();
    const bool stepped = scaler.step(optimizer);
    scaler.update();
    return stepped;
  };
  EXPECT_FALSE(step(INFINITY));
  EXPECT_EQ(scaler.get_scale(), 512);
  EXPECT_TRUE(is_close(w, {1, 1}));
  EXPECT_FALSE(step(NAN));
  EXPECT_EQ(scaler.get_scale(), 256);
  EXPECT_TRUE(step(1));
  EXPECT_TRUE(is_close(w, {0.5, 0.5}));
  EXPECT_EQ(scaler.get_scale(), 256);
  EXPECT_EQ(scaler.state().growth_tracker, 1);
  EXPECT_TRUE(step(1));
  EXPECT_EQ(scaler.get_scale(), 512);
  const GradScalerState saved = scaler.state();
  GradScaler other;
  other.load_state(saved);
  EXPECT_EQ(other.get_scale(), 512);
  scaler.update(8);
  EXPECT_EQ(scaler.get_scale(), 8);
}

TEST_P(Scaler, SaysWhatIsWrong) {
  const Tensor w = ones({2}, on()).requires_grad_(true),
               h = ones({2}, on(kHalf)).requires_grad_(true);
  optim::SGD optimizer({w}), narrow({h});
  GradScaler scaler;
  EXPECT_TRUE(throws([&] { scaler.update(); }, {"GradScaler", "update"}));
  scaler.scale((w + h).sum()).backward();
  EXPECT_TRUE(throws([&] { scaler.unscale_(narrow); }, {"float16"}));
  scaler.unscale_(optimizer);
  EXPECT_TRUE(throws([&] { scaler.unscale_(optimizer); }, {"unscaled already"}));
  EXPECT_TRUE(scaler.step(optimizer));
  EXPECT_TRUE(throws([&] { scaler.step(optimizer); }, {"twice"}));
  scaler.update();
  EXPECT_TRUE(
      throws([] { GradScaler s(GradScalerOptions().growth_factor(1)); }, {"growth_factor"}));
  EXPECT_TRUE(throws([] { GradScaler s(GradScalerOptions().backoff_factor(1)); }, {"backoff"}));
  EXPECT_TRUE(throws([&] { scaler.load_state({-1, 0}); }, {"scale"}));
}

}  // namespace
}  // namespace tandem::testing
