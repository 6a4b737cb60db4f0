// Optimizers: documented runs, formulas in plain double, groups, and what they leave alone.
#include "tests/devices.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

namespace F = nn::functional;

class Optim : public OnDevice {
 protected:
  Tensor parameter(std::initializer_list<TensorData> data) const {
    return tensor(data, on(kFloat64)).requires_grad_(true);
  }
};
INSTANTIATE_TEST_SUITE_P(Devices, Optim, every_device(), device_name);

/// Runs `steps` of loss(w); returns the last loss.
double minimize(optim::Optimizer& optimizer, const std::function<Tensor()>& loss, int steps) {
  double last = 0;
  for (int i = 0; i < steps; ++i) {
    optimizer.zero_grad();
    const Tensor value = loss();
    value.backward();
    optimizer.step();
    last = value.item();
  }
  return last;
}

TEST_P(Optim, DocumentedQuadratic) {
  struct Case {
    const char* name;
    std::function<std::unique_ptr<optim::Optimizer>(TensorList)> make;
    double x, y, loss;
  };
  using namespace optim;
  const Case cases[] = {
      {"SGD", [](TensorList p) { return std::make_unique<SGD>(p, SGDOptions(0.01)); }, 4.0854,
       0.5369, 21.8820},
      {"momentum",
       [](TensorList p) { return std::make_unique<SGD>(p, SGDOptions(0.01).momentum(0.9)); },
       1.5356, 0.0220, 22.7397},
      {"RMSprop",
       [](TensorList p) { return std::make_unique<RMSprop>(p, RMSpropOptions(0.1).alpha(0.99)); },
       1.1959, 1.1959, 20.0162},
      {"Adam", [](TensorList p) { return std::make_unique<Adam>(p, AdamOptions(0.5)); }, 0.3812,
       0.3812, 6.4868}};
  for (const Case& c : cases) {
    const Tensor w = parameter({5.0, 5.0}), scale = tensor({1.0, 10.0}, on(kFloat64));
    const auto optimizer = c.make({w});
    const double last = minimize(
        *optimizer, [&] { return (scale * square(w)).sum(); }, 10);
    EXPECT_TRUE(is_close(w, {c.x, c.y}, 5e-5 / (1 + c.y))) << c.name;
    EXPECT_NEAR(last, c.loss, 6e-5) << c.name;  // 22.7397 is cut off, not rounded
  }
}

TEST_P(Optim, DocumentedDescent) {
  const Tensor w = parameter({3.0, 4.0});
  optim::SGD sgd({w}, 0.1);
  int done = 0;
  for (const auto& [steps, x, y] : {std::tuple(5, 0.9830, 1.3107),
                                    {10, 0.3221, 0.4295},
                                    {25, 0.0113, 0.0151},
                                    {50, 0.000043, 0.000057}}) {
    minimize(
        sgd, [&] { return square(w).sum(); }, steps - done);
    done = steps;
    EXPECT_NEAR(w[0].item(), x, steps == 50 ? 5e-7 : 5e-5);
    EXPECT_NEAR(w[1].item(), y, steps == 50 ? 5e-7 : 5e-5);
  }
}

TEST_P(Optim, DocumentedLossLoops) {
  const Tensor w = parameter({10.0}), logit = parameter({-5.0});
  const Tensor goal = tensor({42.0}, on(kFloat64)), one = tensor({1.0}, on(kFloat64));
  optim::SGD regression({w}, 0.1), classification({logit}, 0.5);
  const double weights[] = {16.4000, 33.6114, 39.2512, 41.0993, 41.7049},
               losses[] = {1024, 109.9512, 11.8059, 1.2676, 0.1361};
  const double logits[] = {-4.5033, -2.0912, -0.1809, 0.8868, 1.4911},
               entropies[] = {5.0067, 2.6300, 0.9685, 0.3955, 0.2221};
  for (int step = 0; step <= 20; ++step) {
    const double mse = minimize(
        regression, [&] { return F::mse_loss(w, goal); }, 1);
    const double bce = minimize(
        classification, [&] { return F::binary_cross_entropy_with_logits(logit, one); }, 1);
    if (step % 5 != 0) continue;
    EXPECT_NEAR(w.item(), weights[step / 5], 5.1e-5) << step;
    EXPECT_NEAR(mse, losses[step / 5], 5.1e-5) << step;
    EXPECT_NEAR(logit.item(), logits[step / 5], 5.1e-5) << step;
    EXPECT_NEAR(bce, entropies[step / 5], 5.1e-5) << step;
  }
}

TEST_P(Optim, XorWithTanh) {
  const auto run = [&](DType dtype) {
    const auto leaf_of = [&](std::initializer_list<TensorData> data) {
      return tensor(data, on(dtype)).requires_grad_(true);
    };
    const Tensor w1 = leaf_of({{0.5, -0.4}, {0.3, 0.8}, {-0.7, 0.6}}),
                 b1 = leaf_of({0.1, -0.2, 0.3});
    const Tensor w2 = leaf_of({{0.6, -0.5, 0.4}}), b2 = leaf_of({0.05});
    const Tensor x = tensor({{0.0, 0.0}, {0.0, 1.0}, {1.0, 0.0}, {1.0, 1.0}}, on(dtype));
    const Tensor t = tensor({{0.0}, {1.0}, {1.0}, {0.0}}, on(dtype));
    optim::SGD sgd({w1, b1, w2, b2}, 0.1);
    std::vector<double> losses;
    for (int step = 0; step <= 500; ++step) {
      const double loss = minimize(
          sgd, [&] { return F::mse_loss(linear(tanh(linear(x, w1, b1)), w2, b2), t); }, 1);
      if (step == 0 || step == 1 || step == 10 || step == 100 || step == 500)
        losses.push_back(loss);
    }
    return losses;
  };
  EXPECT_TRUE(is_close(run(kFloat64),
                       {0.507776279, 0.380837817, 0.28907519, 0.224883484, 5.64821458e-6}, 5e-10));
  EXPECT_TRUE(is_close(run(kFloat32),
                       {0.507776201, 0.380837798, 0.289075196, 0.224883482, 5.6482e-6}, 2e-7));
}

/// Every option against the textbook update in plain double, for a fixed gradient sequence.
TEST_P(Optim, UpdatesAreTheirFormulas) {
  const double g[] = {0.5, -1.5, 0.25, 2.0, -0.125, 1.0};
  const auto run = [&](const std::function<std::unique_ptr<optim::Optimizer>(TensorList)>& make) {
    const Tensor w = parameter({1.0});
    const auto optimizer = make({w});
    for (double gradient : g) {
      w.mutable_grad() = tensor({gradient}, on(kFloat64));
      optimizer->step();
    }
    return w.item();
  };
  using namespace optim;
  struct Momentum {
    double momentum, dampening, decay;
    bool nesterov;
  };
  for (const Momentum& o :
       {Momentum{0.9, 0, 0, false}, {0.9, 0.3, 0.1, false}, {0.8, 0, 0.05, true}}) {
    double w = 1, v = 0;
    for (int t = 0; t < 6; ++t) {
      double d = g[t] + o.decay * w;
      v = t == 0 ? d : o.momentum * v + (1 - o.dampening) * d;
      w -= 0.1 * (o.nesterov ? d + o.momentum * v : v);
    }
    EXPECT_NEAR(run([&](TensorList p) {
                  return std::make_unique<SGD>(p, SGDOptions(0.1)
                                                      .momentum(o.momentum)
                                                      .dampening(o.dampening)
                                                      .weight_decay(o.decay)
                                                      .nesterov(o.nesterov));
                }),
                w, 1e-14);
  }
  for (bool decoupled : {false, true})
    for (bool amsgrad : {false, true}) {
      double w = 1, m = 0, v = 0, most = 0;
      for (int t = 0; t < 6; ++t) {
        double d = g[t];
        if (decoupled)
          w *= 1 - 0.1 * 0.2;
        else
          d += 0.2 * w;
        m = 0.8 * m + 0.2 * d;
        v = 0.95 * v + 0.05 * d * d;
        most = std::max(most, v);
        const double second = (amsgrad ? most : v) / (1 - std::pow(0.95, t + 1));
        w -= 0.1 * m / (1 - std::pow(0.8, t + 1)) / (std::sqrt(second) + 1e-6);
      }
      const auto set = [&](auto options) {
        return options.betas({0.8, 0.95}).eps(1e-6).weight_decay(0.2).amsgrad(amsgrad);
      };
      EXPECT_NEAR(run([&](TensorList p) -> std::unique_ptr<Optimizer> {
                    if (decoupled) return std::make_unique<AdamW>(p, set(AdamWOptions(0.1)));
                    return std::make_unique<Adam>(p, set(AdamOptions(0.1)));
                  }),
                  w, 1e-13)
          << decoupled << amsgrad;
    }
  for (bool centered : {false, true}) {
    double w = 1, v = 0, mean = 0, b = 0;
    for (int t = 0; t < 6; ++t) {
      const double d = g[t] + 0.1 * w;
      v = 0.9 * v + 0.1 * d * d;
      mean = 0.9 * mean + 0.1 * d;
      b = 0.5 * b + d / (std::sqrt(v - (centered ? mean * mean : 0)) + 1e-5);
      w -= 0.01 * b;
    }
    EXPECT_NEAR(
        run([&](TensorList p) {
          return std::make_unique<RMSprop>(
              p, RMSpropOptions(0.01).alpha(0.9).eps(1e-5).weight_decay(0.1).momentum(0.5).centered(
                     centered));
        }),
        w, 1e-13)
        << centered;
  }
  double w = 1, sum = 0.3;
  for (int t = 0; t < 6; ++t) {
    const double d = g[t] + 0.1 * w;
    sum += d * d;
    w -= 0.1 / (1 + t * 0.2) * d / (std::sqrt(sum) + 1e-6);
  }
  EXPECT_NEAR(
      run([&](TensorList p) {
        return std::make_unique<Adagrad>(
            p,
            AdagradOptions(0.1).lr_decay(0.2).weight_decay(0.1).initial_accumulator_value(0.3).eps(
                1e-6));
      }),
      w, 1e-13);
  double v = 1, m = 0, u = 0;
  for (int t = 0; t < 6; ++t) {
    const double d = g[t] + 0.1 * v;
    m += (d - m) * (1 - 0.8);
    u = std::max(0.9 * u, std::abs(d) + 1e-6);
    v -= 0.1 / (1 - std::pow(0.8, t + 1)) * m / u;
  }
  EXPECT_NEAR(run([&](TensorList p) {
                return std::make_unique<Adamax>(
                    p, AdamaxOptions(0.1).betas({0.8, 0.9}).weight_decay(0.1).eps(1e-6));
              }),
              v, 1e-13);
  const auto up = [&](auto options) {
    return run([&](TensorList p) {
      return std::make_unique<RuleOptimizer<decltype(options)>>(p, options);
    });
  };
  EXPECT_NEAR(up(SGDOptions(0.1).maximize(true)), 1 + 0.1 * (0.5 - 1.5 + 0.25 + 2.0 - 0.125 + 1.0),
              1e-14);
}

TEST_P(Optim, ParametersWithoutGradientStayAsTheyAre) {
  const Tensor used = parameter({1.0}), unused = parameter({1.0});
  optim::Adam adam({used, unused}, optim::AdamOptions(0.1).weight_decay(0.5));
  for (int i = 0; i < 3; ++i)
    minimize(
        adam, [&] { return square(used).sum(); }, 1);
  EXPECT_EQ(unused.item(), 1);
  EXPECT_EQ(unused.version(), 0u);
  EXPECT_NE(used.item(), 1);
  EXPECT_EQ(adam.state_of(used).step(), 3);
  EXPECT_EQ(adam.state().size(), 1u);
  // Later it starts at step 1 of its own.
  minimize(
      adam, [&] { return (unused * 3).sum(); }, 1);
  EXPECT_NEAR(unused.item(), 0.9, 1e-7);
}

TEST_P(Optim, GroupsHaveTheirOwnOptions) {
  const Tensor a = parameter({1.0}), b = parameter({1.0}), c = parameter({1.0});
  using Group = optim::OptimizerParamGroup;
  optim::SGD sgd(std::vector<Group>{{{a}, optim::SGDOptions(0.1)}, {{b}, optim::SGDOptions(0.01)}});
  sgd.add_param_group({{c}, optim::SGDOptions(1)});
  EXPECT_EQ(sgd.group_count(), 3u);
  minimize(
      sgd, [&] { return (a + b + c).sum(); }, 1);
  EXPECT_TRUE(is_close(cat({a, b, c}), {0.9, 0.99, 0}, 1e-15));
  EXPECT_EQ(sgd.get_lr(1), 0.01);
  sgd.set_lr(0.5, 1);
  sgd.options(2).lr(0.25);
  minimize(
      sgd, [&] { return (a + b + c).sum(); }, 1);
  EXPECT_TRUE(is_close(cat({a, b, c}), {0.8, 0.49, -0.25}, 1e-15));
  sgd.set_lr(2);
  EXPECT_EQ(sgd.get_lr(0) + sgd.get_lr(1) + sgd.get_lr(2), 6);
}

TEST_P(Optim, ZeroGradForgetsOrFills) {
  const Tensor w = parameter({1.0});
  optim::SGD sgd({w}, 0.1);
  (w * 3).sum().backward();
  sgd.zero_grad(false);
  EXPECT_EQ(w.grad().item(), 0);
  sgd.zero_grad();
  EXPECT_FALSE(w.grad().defined());
}

TEST_P(Optim, StridedParametersAndGradients) {
  const Tensor whole = ones({3, 4}, on(kFloat64));
  const Tensor w = whole.t().requires_grad_(true);
  optim::SGD sgd({w}, 0.5);
  minimize(
      sgd,
      [&] {
        return (w * arange(12, on(kFloat64)).reshape({4, 3})).sum();
      },
      1);
  EXPECT_TRUE(is_close(w, 1 - 0.5 * arange(12, on(kFloat64)).reshape({4, 3}), 0));
  EXPECT_TRUE(is_close(whole[0], {1, -0.5, -2, -3.5}));
}

TEST_P(Optim, WrongOptionsAndParametersThrow) {
  const Tensor w = parameter({1.0});
  using namespace optim;
  EXPECT_TRUE(throws([&] { SGD({w}, SGDOptions(-1)); }, {"SGD", "lr", "-1"}));
  EXPECT_TRUE(throws([&] { SGD({w}, SGDOptions(1).momentum(-0.1)); }, {"SGD", "momentum"}));
  EXPECT_TRUE(throws([&] { SGD({w}, SGDOptions(1).nesterov(true)); }, {"SGD", "nesterov"}));
  EXPECT_TRUE(throws([&] { SGD({w}, SGDOptions(NAN)); }, {"SGD", "lr"}));
  EXPECT_TRUE(throws([&] { Adam({w}, AdamOptions(1).betas({1.0, 0.9})); }, {"Adam", "beta1"}));
  EXPECT_TRUE(throws([&] { Adam({w}, AdamOptions(1).eps(-1)); }, {"Adam", "eps"}));
  EXPECT_TRUE(
      throws([&] { AdamW({w}, AdamWOptions(1).weight_decay(-1)); }, {"AdamW", "weight_decay"}));
  EXPECT_TRUE(throws([&] { RMSprop({w}, RMSpropOptions(1).alpha(-1)); }, {"RMSprop", "alpha"}));
  EXPECT_TRUE(
      throws([&] { Adagrad({w}, AdagradOptions(1).lr_decay(-1)); }, {"Adagrad", "lr_decay"}));
  EXPECT_TRUE(throws([&] { Adamax({w}, AdamaxOptions(1).betas({0.5, 1})); }, {"Adamax", "beta2"}));
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(throws([&] { SGD({w}, infinity); }, {"SGD", "lr", "inf"}));
  EXPECT_TRUE(throws([&] { Adam({w}, AdamOptions(std::nan(""))); }, {"Adam", "lr", "nan"}));
  EXPECT_TRUE(throws([&] { RMSprop({w}, RMSpropOptions(1).alpha(2)); }, {"RMSprop", "alpha"}));
  const Tensor steep = ones({2}, on()).requires_grad_();
  steep.mutable_grad() = full({2}, 1e20, on());  // whose square is no float
  EXPECT_NEAR(nn::utils::clip_grad_norm_({steep}, 1) / 1e20, std::sqrt(2.0), 1e-6);
  EXPECT_NEAR(steep.grad().norm().item(), 1, 1e-6);
  for (const double limit : {-1.0, std::nan("")})
    EXPECT_TRUE(throws([&] { nn::utils::clip_grad_norm_({w}, limit); }, {"clip_grad_norm_"}));
  EXPECT_TRUE(throws([&] { SGD(TensorList{}, 0.1).step(); }, {"no parameter"}));
  EXPECT_TRUE(throws([&] { SGD({w, w}, 0.1); }, {"twice"}));
  EXPECT_TRUE(throws([&] { SGD({w * 2}, 0.1); }, {"leaves"}));
  EXPECT_TRUE(throws([&] { SGD({ones({1}, on(kInt64))}, 0.1); }, {"int64"}));
  SGD sgd({w}, 0.1);
  w.mutable_grad() = ones({2}, on(kFloat64));
  EXPECT_TRUE(throws([&] { sgd.step(); }, {"[2]", "[1]"}));
  EXPECT_EQ(w.item(), 1);
}

}  // namespace
}  // namespace tandem::testing
