// Schedules beyond the reference cases: documented rates, chains, momentum, records, misuse.
#include <limits>

#include "tests/devices.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

using namespace optim;

class Schedule : public OnDevice {
 protected:
  Tensor parameter() const { return ones({1}, on(kFloat64)).requires_grad_(true); }
};
INSTANTIATE_TEST_SUITE_P(Devices, Schedule, every_device(), device_name);

/// The first group's rate now and after each of `steps` steps.
std::vector<double> rates(LRScheduler& schedule, int steps) {
  std::vector<double> all = {schedule.get_last_lr()[0]};
  for (int i = 0; i < steps; ++i) {
    schedule.step();
    all.push_back(schedule.get_last_lr()[0]);
  }
  return all;
}

TEST_P(Schedule, DocumentedRates) {
  SGD one({parameter()}, 1.0), two({parameter()}, 0.1), three({parameter()}, 0.1);
  StepLR step(one, 3, 0.1);
  EXPECT_TRUE(is_close(rates(step, 6), {1, 1, 1, 0.1, 0.1, 0.1, 0.01}, 1e-15));
  ExponentialLR exponential(two, 0.95);
  EXPECT_TRUE(
      is_close(rates(exponential, 4), {0.1, 0.095, 0.09025, 0.0857375, 0.081450625}, 1e-15));
  CosineAnnealingLR cosine(three, 50, 1e-6);
  const std::vector<double> annealed = rates(cosine, 100);
  EXPECT_NEAR(annealed[25], 0.0500005, 1e-12);
  EXPECT_NEAR(annealed[50], 0.000001, 1e-12);
  EXPECT_NEAR(annealed[75], 0.0500005, 1e-12);  // and up again
  EXPECT_NEAR(annealed[100], 0.1, 1e-12);
}

TEST_P(Schedule, RecursiveFormulasAreTheirClosedForms) {
  SGD one({parameter()}, 0.3), two({parameter()}, 0.3), three({parameter()}, 0.3);
  LinearLR linear(one, 0.25, 0.75, 8);
  PolynomialLR polynomial(two, 10, 1.5);
  MultiStepLR steps(three, {2, 5, 5}, 0.5);
  const auto a = rates(linear, 12), b = rates(polynomial, 12), c = rates(steps, 12);
  for (int t = 0; t <= 12; ++t) {
    const auto i = static_cast<std::size_t>(t);
    EXPECT_NEAR(a[i], 0.3 * (0.25 + 0.5 * std::min(t, 8) / 8), 1e-15) << t;
    EXPECT_NEAR(b[i], 0.3 * std::pow(1 - std::min(t, 10) / 10.0, 1.5), 1e-15) << t;
    EXPECT_NEAR(c[i], 0.3 * (t < 2 ? 1 : t < 5 ? 0.5 : 0.125), 1e-15) << t;
  }
}

TEST_P(Schedule, RecursiveSchedulesChain) {
  SGD sgd({parameter()}, 1.0);
  ConstantLR warm_up(sgd, 0.1, 3);
  ExponentialLR decay(sgd, 0.9);
  for (int t = 0; t < 8; ++t) {
    EXPECT_NEAR(sgd.get_lr(), (t < 3 ? 0.1 : 1) * std::pow(0.9, t), 1e-15) << t;
    warm_up.step();
    decay.step();
  }
  // The base is the rate before the first of them, also for a schedule made later.
  EXPECT_EQ(sgd.group_at(0).initial_lr, 1.0);
  CosineAnnealingWarmRestarts restarts(sgd, 4);
  EXPECT_EQ(sgd.get_lr(), 1.0);
}

TEST_P(Schedule, CyclesAreTheBaseOfSchedulesChainedToThem) {
  SGD cyclic({parameter()}, SGDOptions(0.3).momentum(0.9)), one({parameter()}, 0.3);
  CyclicLR cycle(cyclic, CyclicOptions{.base_lr = 0.1, .max_lr = 1});
  EXPECT_EQ(cyclic.group_at(0).initial_lr, 0.1);
  StepLR before(one, 2);
  OneCycleLR over(one, OneCycleOptions{.max_lr = 1, .total_steps = 10, .cycle_momentum = false});
  EXPECT_EQ(one.group_at(0).initial_lr, 0.04);
}

TEST_P(Schedule, ARefusedScheduleLeavesTheOptimizerAsItWas) {
  SGD sgd({parameter()}, 0.3);
  EXPECT_TRUE(throws([&] { StepLR(sgd, 0); }, {"step_size"}));
  const CyclicOptions too_much{.base_lr = 0.1, .max_lr = 1, .max_momentum = 1.5};
  EXPECT_TRUE(throws([&] { CyclicLR(sgd, too_much); }, {"momentum", "1.5"}));
  EXPECT_TRUE(throws(
      [&] { CyclicLR(sgd, CyclicOptions{.base_lr = -0.1, .max_lr = 1, .cycle_momentum = false}); },
      {"-0.1"}));
  for (const std::int64_t epochs : {std::int64_t{-3}, std::int64_t{1} << 60})
    EXPECT_TRUE(throws(
        [&] {
          OneCycleLR(sgd, OneCycleOptions{.max_lr = 1, .epochs = epochs, .steps_per_epoch = 100});
        },
        {"epochs", std::to_string(epochs)}));
  EXPECT_EQ(sgd.get_lr(), 0.3);
  EXPECT_FALSE(sgd.group_at(0).initial_lr.has_value());
}

TEST_P(Schedule, GroupsAddedLaterKeepTheirRate) {
  SGD sgd({parameter()}, 1.0);
  ExponentialLR decay(sgd, 0.5);
  sgd.add_param_group({{parameter()}, SGDOptions(0.2)});
  decay.step();
  EXPECT_EQ(sgd.get_lr(0), 0.5);
  EXPECT_EQ(sgd.get_lr(1), 0.2);
}

TEST_P(Schedule, GroupsKeepTheirRatio) {
  const std::vector<OptimizerParamGroup> groups = {{{parameter()}, SGDOptions(0.1)},
                                                   {{parameter()}, SGDOptions(0.01)}};
  SGD sgd(groups), other(groups);
  CosineAnnealingLR cosine(sgd, 7);
  for (int t = 0; t < 20; ++t) {
    EXPECT_NEAR(sgd.get_lr(0), 10 * sgd.get_lr(1), 1e-15);
    cosine.step();
  }
  OneCycleLR cycle(other, {.max_lr = std::vector<double>{1, 0.5}, .total_steps = 11});
  for (int t = 0; t < 10; ++t) {
    EXPECT_NEAR(other.get_lr(0), 2 * other.get_lr(1), 1e-15);
    cycle.step();
  }
  EXPECT_TRUE(throws(
      [&] {
        OneCycleLR(sgd, {.max_lr = std::vector<double>{1, 2, 3}, .epochs = 1});
      },
      {"max_lr", "2", "3"}));
}

TEST_P(Schedule, RestartsTakeFractionsOfEpochs) {
  SGD whole({parameter()}, 0.1), fraction({parameter()}, 0.1);
  CosineAnnealingWarmRestarts by_one(whole, 3, 2, 0.01), at(fraction, 3, 2, 0.01);
  for (int epoch = 0; epoch < 25; ++epoch) {
    at.step(static_cast<double>(epoch));
    EXPECT_NEAR(fraction.get_lr(), whole.get_lr(), 1e-15) << epoch;
    EXPECT_EQ(at.last_epoch(), by_one.last_epoch());
    by_one.step();
  }
  at.step(1.5);
  EXPECT_NEAR(fraction.get_lr(), 0.055, 1e-15);
  EXPECT_TRUE(throws([&] { at.step(-1.0); }, {"CosineAnnealingWarmRestarts", "-1"}));
}

TEST_P(Schedule, TheMomentumCyclesAgainstTheRate) {
  SGD sgd({parameter()}, SGDOptions(0.1).momentum(0.5));
  Adam adam({parameter()}, AdamOptions(0.1).betas({0.8, 0.99}));
  CyclicLR cyclic(sgd, {.base_lr = 0.01, .max_lr = 0.09, .step_size_up = 4});
  CyclicLR range(adam, {.base_lr = 0.01,
                        .max_lr = 0.09,
                        .step_size_up = 2,
                        .step_size_down = 6,
                        .mode = CyclicMode::ExpRange,
                        .gamma = 0.9});
  for (int t = 0; t <= 16; ++t) {
    const double height = 1 - std::fabs(t % 8 - 4) / 4.0;
    EXPECT_NEAR(sgd.get_lr(), 0.01 + 0.08 * height, 1e-15) << t;
    EXPECT_NEAR(sgd.get_momentum().value(), 0.9 - 0.1 * height, 1e-15) << t;
    const double other = (t % 8 <= 2 ? t % 8 / 2.0 : (8 - t % 8) / 6.0) * std::pow(0.9, t);
    EXPECT_NEAR(adam.get_lr(), 0.01 + 0.08 * other, 1e-15) << t;
    EXPECT_NEAR(adam.options().rule.beta1, 0.9 - 0.1 * other, 1e-15) << t;
    EXPECT_EQ(adam.options().rule.beta2, 0.99);
    cyclic.step();
    range.step();
  }
  Adagrad adagrad({parameter()}, 0.1);
  EXPECT_TRUE(throws([&] { OneCycleLR(adagrad, {.max_lr = 1, .total_steps = 9}); }, {"momentum"}));
  EXPECT_EQ(adagrad.get_lr(), 0.1);
  OneCycleLR(adagrad, {.max_lr = 1, .total_steps = 9, .cycle_momentum = false});
  EXPECT_NEAR(adagrad.get_lr(), 0.04, 1e-15);
  EXPECT_TRUE(throws([&] { adagrad.set_momentum(0.5, 0); }, {"momentum"}));
}

TEST_P(Schedule, OneCycleEndsWithItsSteps) {
  SGD sgd({parameter()}, 0.1);
  OneCycleLR cycle(sgd, {.max_lr = 1, .total_steps = 5, .pct_start = 0.4});
  for (int i = 0; i < 5; ++i) cycle.step();
  const double last = sgd.get_lr();
  EXPECT_TRUE(throws([&] { cycle.step(); }, {"OneCycleLR", "6", "5"}));
  EXPECT_EQ(sgd.get_lr(), last);
  EXPECT_EQ(cycle.last_epoch(), 5);
}

TEST_P(Schedule, LinearCycleGoesOnAfterItsLastUsedRate) {
  SGD sgd({parameter()}, 0.1);
  OneCycleLR cycle(sgd, {.max_lr = 0.1, .total_steps = 10, .anneal_strategy = Anneal::Linear});
  const std::vector<double> all = rates(cycle, 10);
  EXPECT_NEAR(all[9], 4e-7, 1e-15);
  EXPECT_EQ(all[10], 0);  // PyTorch's is below 0; a loop of 10 steps uses neither
}

TEST_P(Schedule, ARefusedMomentumChangesNoGroup) {
  const std::vector<OptimizerParamGroup> groups = {{{parameter()}, AdamOptions(0.1)},
                                                   {{parameter()}, AdamOptions(0.1)}};
  Adam adam(groups);
  CyclicOptions options{.base_lr = 0.1, .max_lr = 0.5};
  options.base_momentum = std::vector<double>{0.8, 1.5};
  options.max_momentum = std::vector<double>{0.85, 1.6};
  EXPECT_TRUE(throws([&] { CyclicLR(adam, options); }, {"CyclicLR", "momentum"}));
  EXPECT_EQ(adam.get_momentum(0), 0.9);
  EXPECT_EQ(adam.get_momentum(1), 0.9);
  EXPECT_EQ(adam.get_lr(0), 0.1);
}

TEST_P(Schedule, PlateauCountsBadEpochs) {
  SGD sgd({parameter()}, 1.0);
  ReduceLROnPlateau plateau(sgd, {.factor = 0.5, .patience = 1, .cooldown = 1, .min_lr = 0.2});
  const double metrics[] = {3, 3, 3, 3, 3, 3, 2, NAN, NAN, 2, 2, 2, 2, 2};
  const double expected[] = {1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2};
  for (std::size_t i = 0; i < std::size(metrics); ++i) {
    plateau.step(metrics[i]);
    EXPECT_EQ(sgd.get_lr(), expected[i]) << i;
  }
}

TEST_P(Schedule, ARecordedStepFollowsRateAndMomentum) {
  const auto train = [&](bool recorded) {
    const Tensor w = tensor({5.0, 5.0}, on(kFloat32)).requires_grad_(true);
    const Tensor scale = tensor({1.0, 10.0}, on(kFloat32));
    SGD sgd({w}, SGDOptions(0.01).momentum(0.9));
    OneCycleLR cycle(sgd, {.max_lr = 0.05, .total_steps = 20});
    const auto plain = [&] {
      sgd.zero_grad();
      (scale * square(w)).sum().backward();
      sgd.step();
    };
    auto step = record(plain);
    for (int i = 0; i < 20; ++i) {
      if (recorded)
        step();
      else
        plain();
      cycle.step();
    }
    return w.detach();
  };
  EXPECT_TRUE(same_bits(train(true), train(false)));
}

TEST_P(Schedule, ARecordedStepRefusesAMomentumItHasNoPlaceFor) {
  const Tensor w = parameter();
  SGD sgd({w}, 0.1);
  auto step = record([&] {
    sgd.zero_grad();
    square(w).sum().backward();
    sgd.step();
  });
  for (int i = 0; i < 3; ++i) step();
  sgd.set_momentum(0.9, 0);
  EXPECT_TRUE(throws([&] { step(); }, {"optim", "recorded"}));
}

// ---- misuse ----

TEST_P(Schedule, ArgumentsOutsideTheirRangeThrow) {
  SGD sgd({parameter()}, 0.1);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(throws([&] { StepLR(sgd, 0); }, {"StepLR", "step_size"}));
  EXPECT_TRUE(throws([&] { StepLR(sgd, 3, -0.1); }, {"StepLR", "gamma"}));
  EXPECT_TRUE(throws([&] { StepLR(sgd, 3, nan); }, {"StepLR", "nan"}));
  EXPECT_TRUE(throws([&] { MultiStepLR(sgd, {3, -1}); }, {"MultiStepLR", "-1"}));
  EXPECT_TRUE(throws([&] { ConstantLR(sgd, 0); }, {"ConstantLR", "factor"}));
  EXPECT_TRUE(throws([&] { ConstantLR(sgd, 1.5); }, {"ConstantLR", "1.5"}));
  EXPECT_TRUE(throws([&] { ConstantLR(sgd, 0.5, -1); }, {"ConstantLR", "total_iters"}));
  EXPECT_TRUE(throws([&] { LinearLR(sgd, 0); }, {"LinearLR", "start_factor"}));
  EXPECT_TRUE(throws([&] { LinearLR(sgd, 0.5, 1.1); }, {"LinearLR", "end_factor"}));
  EXPECT_TRUE(throws([&] { LinearLR(sgd, 0.5, 1, -1); }, {"LinearLR", "total_iters"}));
  EXPECT_TRUE(throws([&] { ExponentialLR(sgd, -0.5); }, {"ExponentialLR", "gamma"}));
  EXPECT_TRUE(throws([&] { PolynomialLR(sgd, 0); }, {"PolynomialLR", "total_iters"}));
  EXPECT_TRUE(throws([&] { PolynomialLR(sgd, 5, -1); }, {"PolynomialLR", "power"}));
  EXPECT_TRUE(throws([&] { CosineAnnealingLR(sgd, 0); }, {"CosineAnnealingLR", "T_max"}));
  EXPECT_TRUE(throws([&] { CosineAnnealingLR(sgd, 5, -1); }, {"CosineAnnealingLR", "eta_min"}));
  EXPECT_TRUE(throws([&] { CosineAnnealingWarmRestarts(sgd, 0); }, {"WarmRestarts", "T_0"}));
  EXPECT_TRUE(throws([&] { CosineAnnealingWarmRestarts(sgd, 5, 0); }, {"WarmRestarts", "T_mult"}));
  const auto cyclic = [&](CyclicOptions options) { CyclicLR(sgd, options); };
  EXPECT_TRUE(throws([&] { cyclic({.base_lr = 1, .max_lr = 2, .step_size_up = 0}); },
                     {"CyclicLR", "step_size_up"}));
  EXPECT_TRUE(throws([&] { cyclic({.base_lr = 1, .max_lr = 2, .step_size_down = -1}); },
                     {"CyclicLR", "step_size_down"}));
  EXPECT_TRUE(throws([&] { cyclic({.base_lr = 1, .max_lr = 2, .max_momentum = 1}); },
                     {"CyclicLR", "momentum"}));
  EXPECT_TRUE(throws([&] { cyclic({.base_lr = -1, .max_lr = 2}); }, {"-1"}));
  const auto cycle = [&](OneCycleOptions options) { OneCycleLR(sgd, options); };
  EXPECT_TRUE(throws([&] { cycle({.max_lr = 1}); }, {"OneCycleLR", "total_steps"}));
  EXPECT_TRUE(throws([&] { cycle({.max_lr = 1, .total_steps = 5, .pct_start = 1.1}); },
                     {"OneCycleLR", "pct_start"}));
  EXPECT_TRUE(throws([&] { cycle({.max_lr = 1, .total_steps = 5, .div_factor = 0}); },
                     {"OneCycleLR", "div_factor"}));
  const auto plateau = [&](ReduceLROnPlateauOptions options) { ReduceLROnPlateau(sgd, options); };
  EXPECT_TRUE(throws([&] { plateau({.factor = 1}); }, {"ReduceLROnPlateau", "factor"}));
  EXPECT_TRUE(throws([&] { plateau({.patience = -1}); }, {"ReduceLROnPlateau", "patience"}));
  EXPECT_TRUE(throws([&] { plateau({.min_lr = std::vector<double>{0, 0}}); }, {"min_lr", "2"}));
  EXPECT_EQ(sgd.get_lr(), 0.1);
  EXPECT_EQ(sgd.get_momentum(), 0.0);
}

}  // namespace
}  // namespace tandem::testing
