// What optimizers and schedules carry from step to step: saved, loaded and refused.
#include <cstdio>

#include "tests/devices.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

using namespace optim;

class OptimizerState : public OnDevice {
 protected:
  Tensor parameter() const { return ones({1}, on(kFloat64)).requires_grad_(true); }
};
INSTANTIATE_TEST_SUITE_P(Devices, OptimizerState, every_device(), device_name);

TEST_P(OptimizerState, ALoadedScheduleContinues) {
  const auto expect_continues = [&](const auto& make, const auto& advance) {
    SGD sgd({parameter()}, 0.1), fresh({parameter()}, 0.1);
    const auto schedule = make(sgd), loaded = make(fresh);
    for (int i = 0; i < 7; ++i) advance(*schedule, i);
    load_state_dict(fresh, state_dict(sgd));
    loaded->load_state_dict(schedule->state_dict());
    EXPECT_EQ(loaded->last_epoch(), 7);
    for (int i = 7; i < 20; ++i) {
      EXPECT_EQ(fresh.get_lr(), sgd.get_lr()) << i;
      EXPECT_EQ(fresh.get_momentum(), sgd.get_momentum()) << i;
      advance(*schedule, i);
      advance(*loaded, i);
    }
    SchedulerState wrong = schedule->state_dict();
    wrong["T_up"] = 1;
    EXPECT_TRUE(throws([&] { loaded->load_state_dict(wrong); }, {"T_up"}));
    for (const auto& [name, value] : schedule->state_dict()) {
      wrong = schedule->state_dict();
      wrong[name] = NAN;
      EXPECT_TRUE(throws([&] { loaded->load_state_dict(wrong); }, {name, "nan"}));
      if (name == "best") continue;
      wrong[name] = -1;
      EXPECT_TRUE(throws([&] { loaded->load_state_dict(wrong); }, {name, "-1"}));
    }
    wrong = schedule->state_dict();
    wrong["last_epoch"] = 2.5;
    EXPECT_TRUE(throws([&] { loaded->load_state_dict(wrong); }, {"last_epoch", "2.5"}));
    EXPECT_EQ(loaded->state_dict(), schedule->state_dict());
    EXPECT_EQ(loaded->last_epoch(), schedule->last_epoch());
    EXPECT_TRUE(throws([&] { loaded->load_state_dict({}); }, {"lacks"}));
  };
  const auto next = [](LRScheduler& schedule, int) { schedule.step(); };
  const auto chained = [](auto... arguments) {
    return [=](SGD& sgd) { return std::make_unique<CosineAnnealingLR>(sgd, arguments...); };
  };
  expect_continues(chained(5, 0.001), next);
  expect_continues(
      [](SGD& sgd) { return std::make_unique<CosineAnnealingWarmRestarts>(sgd, 3, 2); }, next);
  expect_continues(
      [](SGD& sgd) {
        return std::make_unique<OneCycleLR>(sgd, OneCycleOptions{.max_lr = 1, .total_steps = 21});
      },
      next);
  expect_continues(
      [](SGD& sgd) {
        return std::make_unique<ReduceLROnPlateau>(
            sgd, ReduceLROnPlateauOptions{.factor = 0.5, .patience = 1, .cooldown = 1});
      },
      [](ReduceLROnPlateau& schedule, int i) { schedule.step(i < 4 ? 4 - i : 1); });
}

TEST_P(OptimizerState, ALoadedOptimizerContinuesWithTheSameBits) {
  const auto train = [&](Optimizer& optimizer, const Tensor& w, int steps) {
    for (int i = 0; i < steps; ++i) {
      optimizer.zero_grad();
      (square(w) * square(w)).sum().backward();
      optimizer.step();
    }
  };
  const auto expect_continues = [&](const auto& options) {
    using Kind = RuleOptimizer<std::decay_t<decltype(options)>>;
    const Tensor w = linspace(-2, 2, 9, on()).requires_grad_(true);
    Kind first({w}, options);
    train(first, w, 5);
    first.set_lr(0.02);
    const std::string path = ::testing::TempDir() + "tandem_optimizer_" +
                             std::to_string(static_cast<int>(GetParam())) + ".safetensors";
    save(first, path);
    const Tensor copy = w.detach().clone().requires_grad_(true);
    Kind second({copy}, options);
    load(second, path);
    std::remove(path.c_str());
    EXPECT_EQ(second.get_lr(), 0.02);
    EXPECT_EQ(second.state_of(copy).step(), 5);
    train(first, w, 5);
    train(second, copy, 5);
    EXPECT_TRUE(same_bits(w, copy));
  };
  expect_continues(SGDOptions(0.01).momentum(0.9));
  expect_continues(AdamOptions(0.01).amsgrad(true));
  expect_continues(AdamWOptions(0.01));
  expect_continues(RMSpropOptions(0.01).centered(true));
  expect_continues(AdagradOptions(0.01));
  expect_continues(AdamaxOptions(0.01));
  expect_continues(NAdamOptions(0.01));
  expect_continues(RAdamOptions(0.1));
  expect_continues(AdadeltaOptions(0.5));
  expect_continues(RpropOptions(0.01));
}

TEST_P(OptimizerState, AnotherOptimizersStateIsRefused) {
  const Tensor w = ones({3}, on()).requires_grad_(true);
  Adam adam({w}, 0.1);
  w.sum().backward();
  adam.step();
  const NamedTensors good = state_dict(adam);
  const auto changed = [&](const std::string& name, const Tensor& value) {
    NamedTensors copy = good;
    std::erase_if(copy, [&](const auto& entry) { return entry.first == name; });
    if (value.defined()) copy.emplace_back(name, value);
    return copy;
  };
  EXPECT_TRUE(throws([&] { load_state_dict(adam, changed("0.lr", {})); }, {"0.lr", "missing"}));
  EXPECT_TRUE(throws([&] { load_state_dict(adam, changed("0.0.state.1", {})); }, {"0.0.state.1"}));
  EXPECT_TRUE(throws([&] { load_state_dict(adam, changed("0.0.state.1", ones({4}))); },
                     {"0.0.state.1", "[4]", "[3]"}));
  EXPECT_TRUE(throws([&] { load_state_dict(adam, changed("1.lr", ones({}))); }, {"1.lr"}));
  EXPECT_TRUE(throws([&] { load_state_dict(adam, changed("0.lr", full({}, -1.0))); }, {"-1"}));
  EXPECT_TRUE(
      throws([&] { load_state_dict(adam, changed("0.initial_lr", full({}, NAN))); }, {"nan"}));
  SGD sgd({w}, 0.1);
  EXPECT_TRUE(throws([&] { load_state_dict(sgd, state_dict(adam)); }));
  EXPECT_TRUE(sgd.state().empty());
  EXPECT_EQ(adam.get_lr(), 0.1);
  // What was loaded is no alias of the source.
  load_state_dict(adam, good);
  const Tensor before = good.back().second.clone();
  adam.step();
  EXPECT_TRUE(same_bits(good.back().second, before));
}

TEST(GeneratorState, ASavedStateContinues) {
  Generator generator(7), other(1);
  randn({3}, {}, generator);  // leaves a second normal in store
  const Tensor state = generator.get_state();
  other.set_state(state);
  EXPECT_EQ(other.initial_seed(), 7u);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(same_bits(randn({5}, {}, generator), randn({5}, {}, other)));
    EXPECT_TRUE(same_bits(randperm(700, {}, generator), randperm(700, {}, other)));
  }
  Tensor wrong = state.clone();
  wrong[10].fill_(-1);
  EXPECT_TRUE(throws([&] { other.set_state(wrong); }, {"-1"}));
  EXPECT_TRUE(throws([&] { other.set_state(ones({3})); }, {"float32[3]"}));
  EXPECT_TRUE(throws([&] { other.set_state(Tensor()); }, {"undefined"}));
  EXPECT_TRUE(same_bits(rand({5}, {}, generator), rand({5}, {}, other)));
}

}  // namespace
}  // namespace tandem::testing
