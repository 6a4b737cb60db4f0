// Recorded steps: the bits of plain ones, what advances between replays, and misuse.
#include "core/backend/backend.h"
#include "core/backend/recording.h"
#include "core/backend/registry.h"
#include "core/base/macros.h"
#include "core/ops/on_replay.h"
#include "tests/devices.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

namespace F = nn::functional;

class Record : public OnDevice {};
INSTANTIATE_TEST_SUITE_P(Devices, Record, every_device(), device_name);

/// A net with its data and optimizer; every copy starts from the same numbers.
template <class Optimizer, class Options> struct Training {
  nn::Sequential model;
  Tensor x, y, loss;
  Optimizer optimizer;
  double dropout;

  Training(const Device& device, Options options, double probability = 0)
      : model(nn::Linear(6, 16), nn::Tanh(), nn::Linear(16, 8), nn::Sigmoid(), nn::Linear(8, 3)),
        x(randn({20, 6}, kFloat32, Generator(1)).to(device)),
        y(randint(0, 3, {20}, kInt64, Generator(2)).to(device)),
        optimizer((set_up(device), model->parameters()), options),
        dropout(probability) {}

  void step() {
    optimizer.zero_grad();
    loss = F::cross_entropy(F::dropout(model->forward(x), dropout, true), y);
    loss.backward();
    optimizer.step();
  }

  void expect_same_parameters(const Training& other) const {
    const auto mine = model->parameters(), theirs = other.model->parameters();
    for (std::size_t i = 0; i < mine.size(); ++i)
      EXPECT_TRUE(same_bits(mine[i], theirs[i])) << "parameter " << i;
  }
  void expect_same_bits(const Training& other) const {
    expect_same_parameters(other);
    const auto mine = model->parameters(), theirs = other.model->parameters();
    for (std::size_t i = 0; i < mine.size(); ++i)
      EXPECT_TRUE(same_bits(mine[i].grad(), theirs[i].grad())) << "gradient " << i;
    EXPECT_TRUE(same_bits(loss, other.loss));
  }

 private:
  void set_up(const Device& device) {
    manual_seed(5);
    for (const Tensor& parameter : model->parameters()) {
      const NoGradGuard guard;
      parameter.copy_(randn(parameter.sizes()) * 0.3);
    }
    model->to(device);
  }
};

template <class Optimizer, class Options>
void expect_replays_equal_plain_steps(const Device& device, const Options& options) {
  Training<Optimizer, Options> plain(device, options), recorded(device, options);
  auto step = record([&] { recorded.step(); });
  for (int i = 0; i < 20; ++i) {
    plain.step();
    step();
    plain.expect_same_bits(recorded);
  }
  EXPECT_EQ(step.calls(), 20u);
}

TEST_P(Record, TwentyReplaysEqualTwentyPlainSteps) {
  expect_replays_equal_plain_steps<optim::SGD>(device(), optim::SGDOptions(0.1).momentum(0.9));
  expect_replays_equal_plain_steps<optim::Adam>(device(), optim::AdamOptions(0.01));
  expect_replays_equal_plain_steps<optim::AdamW>(device(), optim::AdamWOptions(0.01));
  expect_replays_equal_plain_steps<optim::RMSprop>(device(), optim::RMSpropOptions(0.01));
  expect_replays_equal_plain_steps<optim::Adagrad>(device(), optim::AdagradOptions(0.01));
  expect_replays_equal_plain_steps<optim::Adamax>(device(), optim::AdamaxOptions(0.01));
  expect_replays_equal_plain_steps<optim::NAdam>(device(), optim::NAdamOptions(0.01));
  expect_replays_equal_plain_steps<optim::RAdam>(device(), optim::RAdamOptions(0.01));
  expect_replays_equal_plain_steps<optim::Adadelta>(device(), optim::AdadeltaOptions(0.5));
  expect_replays_equal_plain_steps<optim::Rprop>(device(), optim::RpropOptions(0.01));
}

TEST_P(Record, TheLearningRateMayChangeBetweenSteps) {
  const optim::AdamOptions options(0.01);
  Training<optim::Adam, optim::AdamOptions> plain(device(), options), recorded(device(), options);
  auto step = record([&] { recorded.step(); });
  for (int i = 0; i < 12; ++i) {
    for (auto* optimizer : {&plain.optimizer, &recorded.optimizer})
      optimizer->set_lr(0.01 / (1 + i / 3));
    plain.step();
    step();
    plain.expect_same_bits(recorded);
  }
}

TEST_P(Record, PlainStepsMayComeBetween) {
  const optim::AdamOptions options(0.01);
  Training<optim::Adam, optim::AdamOptions> plain(device(), options), recorded(device(), options);
  auto step = record([&] { recorded.step(); });
  for (int i = 0; i < 12; ++i) {
    plain.step();
    if (i % 4 == 3)
      recorded.step();
    else
      step();
    plain.expect_same_parameters(recorded);
  }
}

TEST_P(Record, RandomNumbersGoOnFromStepToStep) {
  const optim::SGDOptions options(0.1);
  Training<optim::SGD, optim::SGDOptions> plain(device(), options, 0.5),
      recorded(device(), options, 0.5);
  auto step = record([&] { recorded.step(); });
  std::vector<Tensor> losses;
  manual_seed(11);
  for (int i = 0; i < 8; ++i) {
    plain.step();
    losses.push_back(plain.loss.clone());
  }
  manual_seed(11);
  for (int i = 0; i < 8; ++i) {
    step();
    EXPECT_TRUE(same_bits(recorded.loss, losses[static_cast<std::size_t>(i)])) << i;
  }
  plain.expect_same_bits(recorded);
}

TEST_P(Record, InputsAreCopiedIn) {
  const Tensor w = zeros({4}, on()).requires_grad_(true);
  Tensor y;
  auto step = record([&](const Tensor& x, const Tensor& scale) { y = (x * scale + w).sum(); });
  for (int i = 1; i <= 5; ++i) {
    step(full({4}, i, on()), full({}, 2.0f, on()));
    EXPECT_EQ(y.item<float>(), 8.0f * i);
  }
  EXPECT_TRUE(throws([&] { step(zeros({5}, on()), full({}, 2.0f, on())); }, {"record", "[5]"}));
  EXPECT_TRUE(throws([&] { step(zeros({4}, on(kFloat64)), full({}, 2.0f, on())); }, {"float64"}));
  step(full({4}, 7, on()), full({}, 1.0f, on()));
  EXPECT_EQ(y.item<float>(), 28.0f);
}

/// Nodes of a recorded step of a tanh net with cross-entropy and Adam.
std::size_t nodes_of_step(const Device& device, std::int64_t rows,
                          const std::vector<std::int64_t>& widths) {
  nn::Sequential model;
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
    if (i > 0) model->push_back(nn::Tanh());
    model->push_back(nn::Linear(widths[i], widths[i + 1]));
  }
  model->to(device);
  optim::Adam optimizer(model->parameters(), optim::AdamOptions(1e-3));
  const Tensor x = randn({rows, widths.front()}).to(device), y = zeros({rows}, kInt64).to(device);
  auto step = record([&] {
    optimizer.zero_grad();
    F::cross_entropy(model->forward(x), y).backward();
    optimizer.step();
  });
  step();
  step();
  return step.nodes();
}

TEST_P(Record, SmallStepsHaveFewNodes) {
  // Forward two products, an activation and the loss; backward the loss, four products, a slope and
  // a bias; the update. The CPU's linear layers are one call each way.
  const std::size_t most = device().is_cpu() ? 7 : 11;
  EXPECT_LE(nodes_of_step(device(), 512, {10, 64, 2}), most);
  EXPECT_LE(nodes_of_step(device(), 64, {64, 32, 10}), most);
  EXPECT_LE(nodes_of_step(device(), 64, {784, 128, 10}), most);
}

TEST_P(Record, ReplaysTakeNoMemory) {
  if (device().is_cpu() && !TANDEM_KEEP_MEMORY) GTEST_SKIP() << "no memory is kept";
  const optim::AdamOptions options(0.01);
  Training<optim::Adam, optim::AdamOptions> training(device(), options);
  auto step = record([&] { training.step(); });
  for (int i = 0; i < 3; ++i) step();
  const std::size_t before = backend_of(device()).system_bytes();
  for (int i = 0; i < 50; ++i) step();
  EXPECT_EQ(backend_of(device()).system_bytes(), before);
}

TEST_P(Record, MemoryOutlivesTheRecordingWhereTensorsUseIt) {
  Tensor y;
  const Tensor x = full({1000}, 3, on());
  {
    auto step = record([&] { y = x * 2 + 1; });
    for (int i = 0; i < 3; ++i) step();
  }
  for (int i = 0; i < 10; ++i) full({1000}, -1, on());
  EXPECT_EQ(y.sum().item<float>(), 7000.0f);
}

TEST_P(Record, MisuseThrowsAndLeavesNothingOpen) {
  const Tensor x = full({3}, 2, on());
  const auto second_call = [&](auto function) {
    auto step = record(function);
    step();  // runs as it is
    step();
  };
  EXPECT_TRUE(throws([&] { second_call([&] { (x * 2).sum().item(); }); }, {"item", "recorded"}));
  EXPECT_TRUE(throws([&] { second_call([&] { (x * 2).cpu().data_ptr<float>(); }); }));
  EXPECT_TRUE(throws([&] { second_call([&] { std::ostringstream() << x * 2; }); }));
  EXPECT_TRUE(throws([&] { second_call([&] { x + tensor({1.0, 2.0, 3.0}, on(kFloat32)); }); }));
  EXPECT_TRUE(throws([&] { second_call([] {}); }, {"ran no ops"}));
  EXPECT_TRUE(throws([&] { on_replay(device(), [] { return OptimizerStep(); }); },
                     {"on_replay", "not recording"}));
  EXPECT_TRUE(throws(
      [&] {
        auto inner = record([&] { x * 2; });
        second_call([&] { inner(); });
      },
      {"nest"}));
  EXPECT_TRUE(throws([&] { second_call([&] { x.reshape({7}); }); }));
  EXPECT_FALSE(recording_open());
  Tensor y;
  auto step = record([&] { y = x * 3; });
  for (int i = 0; i < 3; ++i) step();
  EXPECT_EQ(y.sum().item<float>(), 18.0f);
}

TEST_P(Record, AnOptimizerStateMadeInsideIsRefused) {
  nn::Linear layer(2, 2);
  layer->to(device());
  optim::Adam optimizer(layer->parameters(), optim::AdamOptions(0.1));
  const Tensor x = ones({1, 2}, on());
  bool updates = false;
  auto step = record([&] {
    layer->forward(x).sum().backward();
    if (updates) optimizer.step();
  });
  step();
  updates = true;
  EXPECT_TRUE(throws([&] { step(); }, {"optim"}));
}

TEST_P(Record, ADeadRecordingGivesItsMemoryBack) {
  if (device().is_cpu()) GTEST_SKIP() << "the CPU keeps blocks of its threads";
  const Tensor x = ones({1 << 20}, on());
  cuda::empty_cache();
  const std::size_t before = cuda::memory_reserved();
  {
    Tensor y;
    auto step = record([&] { y = tanh(x * 2).cumsum(0) + sin(x); });
    for (int i = 0; i < 3; ++i) step();
    EXPECT_GT(cuda::memory_reserved(), before);
  }
  cuda::empty_cache();
  EXPECT_EQ(cuda::memory_reserved(), before);
}

}  // namespace
}  // namespace tandem::testing
