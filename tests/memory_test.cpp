// Memory: aligned, given back, and none asked of the system once a loop is warm.
#include <thread>

#include "core/backend/backend.h"
#include "core/backend/registry.h"
#include "core/base/macros.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

TEST(Memory, EveryAllocationIsAligned) {
  for (std::int64_t bytes : {1, 3, 63, 64, 65, 4095, 100'000, 5'000'000}) {
    const Tensor x = empty({bytes}, kUInt8), y = empty({bytes}, kUInt8);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(x.raw_data()) % 64, 0u) << bytes;
    EXPECT_NE(x.raw_data(), y.raw_data());
  }
}

template <class Body> std::size_t growth_of(const Body& body) {
  const std::size_t before = backend_of(kCPU).system_bytes();
  body();
  return backend_of(kCPU).system_bytes() - before;
}

struct KeptMemory : ::testing::Test {
  void SetUp() override {
    if (!TANDEM_KEEP_MEMORY) GTEST_SKIP() << "for the sanitizers, no memory is kept";
  }
};

TEST_F(KeptMemory, AWarmTrainingStepAsksForNothing) {
  manual_seed(1);
  nn::Sequential model(nn::Linear(64, 128), nn::Tanh(), nn::Dropout(0.1), nn::Linear(128, 10));
  optim::AdamW adam(model->parameters(), optim::AdamWOptions(1e-3));
  const Tensor x = randn({200, 64}), labels = randint(0, 10, {200});
  const auto step = [&] {
    adam.zero_grad();
    nn::functional::cross_entropy(model->forward(x), labels).backward();
    nn::utils::clip_grad_norm_(model->parameters(), 1);
    adam.step();
  };
  EXPECT_GT(growth_of([&] { empty({3'000'001}); }), 0u);  // or the count would mean nothing
  for (int i = 0; i < 3; ++i) step();
  EXPECT_EQ(growth_of([&] {
              for (int i = 0; i < 50; ++i) step();
            }),
            0u);
}

TEST_F(KeptMemory, ReleasedMemoryIsUsedAgain) {
  const auto work = [] {
    for (int i = 0; i < 20; ++i) {
      Tensor x = ones({1 << 18});
      for (int k = 0; k < 10; ++k) x = x * 1.5 + 1;
    }
  };
  work();
  EXPECT_EQ(growth_of(work), 0u);
}

TEST_F(KeptMemory, GraphsAreFreedWithTheirLastTensor) {
  const auto work = [] {
    const Tensor x = ones({1 << 16}).requires_grad_(true);
    Tensor y = x;
    for (int i = 0; i < 20; ++i) y = tanh(y) * y;
    y.sum().backward({}, true);  // keeps the graph until y goes
    const Tensor first = autograd::grad({tanh(x).sum()}, {x}, {}, true, true)[0];
    autograd::grad({first.sum()}, {x});
  };
  work();
  EXPECT_EQ(growth_of([&] {
              for (int i = 0; i < 10; ++i) work();
            }),
            0u);
}

TEST(Memory, TensorsOutliveTheirThread) {
  Tensor kept, view;
  std::thread([&] {
    kept = arange(1000) * 2;
    view = arange(10).slice(0, 5);
    const Tensor x = ones({3}).requires_grad_(true);
    kept = kept + (x * x).sum().detach().to(kInt64);
  }).join();
  EXPECT_EQ(kept[999].item(), 2001);
  EXPECT_TRUE(is_close(view, {5, 6, 7, 8, 9}));
}

TEST(Memory, ThreadsPassTensorsAround) {
  std::vector<Tensor> made(8);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < made.size(); ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 300; ++i) made[t] = full({i + 1}, static_cast<double>(t));
    });
  for (std::thread& thread : threads) thread.join();
  for (std::size_t t = 0; t < made.size(); ++t)
    EXPECT_EQ(made[t].sum().item(), 300.0 * static_cast<double>(t));
}

}  // namespace
}  // namespace tandem::testing
