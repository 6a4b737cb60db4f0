// Many threads on one library: each result is what one thread alone gets, bit for bit.
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "core/core.h"
#include "nn/nn.h"
#include "tests/stress/stress.h"

namespace tandem::testing {
namespace {

template <class Body> void on_threads(int count, const Body& body) {
  std::vector<std::thread> threads;
  for (int t = 0; t < count; ++t) threads.emplace_back([&body, t] { body(t); });
  for (std::thread& thread : threads) thread.join();
}

/// A net whose weights are a function of `seed`, trained for some steps: its parameters.
TensorList trained(std::uint64_t seed) {
  Generator generator(seed);
  nn::Sequential net(nn::Linear(6, 12), nn::Tanh(), nn::LayerNorm(nn::LayerNormOptions({12})),
                     nn::Linear(12, 3));
  {
    const NoGradGuard guard;
    for (Tensor& parameter : net->parameters())
      parameter.copy_(randn(parameter.sizes(), kFloat32, generator) / 2);
  }
  const Tensor x = randn({16, 6}, kFloat32, generator), y = arange(16).remainder(3);
  optim::AdamW optimizer(net->parameters(), optim::AdamWOptions(0.02));
  for (int i = 0; i < 20; ++i) {
    optimizer.zero_grad();
    nn::functional::cross_entropy(net->forward(x), y).backward();
    nn::utils::clip_grad_norm_(net->parameters(), 1);
    optimizer.step();
  }
  return net->parameters();
}

void expect_equal(const TensorList& a, const TensorList& b) {
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(equal(a[i].detach(), b[i].detach()));
}

TEST(StressThreads, EachThreadTrainsItsOwnNet) {
  TensorList expected[3];
  for (int t = 0; t < 3; ++t) expected[t] = trained(static_cast<std::uint64_t>(t));
  for (int i = 0; i < rounds(); ++i)
    on_threads(6, [&](int t) {
      expect_equal(trained(static_cast<std::uint64_t>(t % 3)), expected[t % 3]);
    });
}

TEST(StressThreads, ThreadsShareANet) {
  const nn::Sequential net(nn::Linear(4, 8), nn::ReLU(), nn::Linear(8, 2));
  {
    const NoGradGuard guard;  // whole numbers, whose sums do not depend on the order
    for (Tensor& parameter : net->parameters())
      parameter.copy_(arange(parameter.numel()).remainder(3).reshape(parameter.sizes()) - 1);
  }
  const Tensor x = arange(40).reshape({10, 4}).remainder(5).to(kFloat32);
  const Tensor expected = net->forward(x).detach();
  const int count = 4, passes = 20 * rounds();
  on_threads(count, [&](int) {
    for (int i = 0; i < passes; ++i) {
      {
        const NoGradGuard guard;
        EXPECT_TRUE(equal(net->forward(x), expected));
      }
      net->forward(x).sum().backward();  // into the same leaves
    }
  });
  const TensorList once = autograd::grad({net->forward(x).sum()}, net->parameters());
  for (std::size_t i = 0; i < once.size(); ++i)
    EXPECT_TRUE(equal(net->parameters()[i].grad(), once[i] * (count * passes)));
}

/// A queue of tensors between threads.
class Channel {
 public:
  void send(Tensor tensor) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(tensor));
    ready_.notify_one();
  }
  Tensor receive() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return !waiting_.empty(); });
    Tensor tensor = std::move(waiting_.front());
    waiting_.pop_front();
    return tensor;
  }

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Tensor> waiting_;
};

TEST(StressThreads, TensorsAndGraphsAreFreedElsewhere) {
  Channel channel;
  const int count = 200 * rounds();
  std::atomic<int> received = 0;
  on_threads(4, [&](int t) {
    for (int i = 0; i < count; ++i) {
      if (t % 2 == 0) {
        const Tensor x = full({1 + i % 50}, 0.5 + t).requires_grad_();
        channel.send((tanh(x) * x).sum());  // its whole graph with it
        continue;
      }
      const Tensor loss = channel.receive();
      loss.backward();
      ++received;
    }
  });
  EXPECT_EQ(received, 2 * count);
}

TEST(StressThreads, TheNumberOfThreadsChangesWhileTheyWork) {
  const int before = get_num_threads();
  const Tensor x = arange(300'000).remainder(1001).to(kFloat32) / 300;
  const Tensor a = x.slice(0, 0, 40'000).reshape({200, 200});
  const auto work = [&] {
    return TensorList{tanh(x).sum(), x.reshape({600, 500}).softmax(0), matmul(a, a), x.cumsum(0),
                      std::get<0>(x.sort())};
  };
  const TensorList expected = work();
  std::atomic<bool> stop = false;
  std::thread setter([&] {
    for (int i = 0; !stop; ++i) set_num_threads(1 + i % 5);
  });
  on_threads(3, [&](int) {
    for (int i = 0; i < 3 * rounds(); ++i) expect_equal(work(), expected);
  });
  stop = true;
  setter.join();
  set_num_threads(before);
}

TEST(StressThreads, GeneratorsAreDrawnFromAndSet) {
  Generator generator(3);
  const Tensor state = generator.get_state();
  on_threads(4, [&](int t) {
    for (int i = 0; i < 50 * rounds(); ++i) {
      Generator own = generator;  // shares the state
      if (t == 0) own.set_state(state);
      const Tensor numbers = rand({33}, kFloat32, own);
      EXPECT_TRUE(all(numbers.lt(1)).item<bool>());
      EXPECT_EQ(own.get_state().numel(), state.numel());
    }
  });
}

TEST(StressThreads, EachThreadReplaysItsOwnRecording) {
  on_threads(4, [&](int t) {
    const Tensor x = full({5}, t + 0.5), total = zeros({5});
    auto step = record([&] { total.add_(tanh(x) * 2); });
    for (int i = 0; i < 20 * rounds(); ++i) step();
    Tensor expected = zeros({5});
    for (int i = 0; i < 20 * rounds(); ++i) expected.add_(tanh(x) * 2);
    EXPECT_TRUE(equal(total, expected));
  });
}

}  // namespace
}  // namespace tandem::testing
