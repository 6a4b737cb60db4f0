// The contract itself: a backend of one's own, registered from outside, runs every kind of call,
// records steps, and is named in errors.
#include "core/backend/backend.h"

#include <gtest/gtest.h>

#include "core/backend/registry.h"
#include "tandem/tandem.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

/// Runs everything on the CPU's memory and counts the calls.
class ToyBackend final : public RunsAny<ToyBackend, Backend> {
 public:
  static inline int calls = 0, blocks = 0;

  template <class Call> void run_any(const Call& call) {
    ++calls;
    cpu_.run(call);
  }
  void* allocate(std::size_t bytes) override {
    ++blocks;
    return cpu_.allocate(bytes);
  }
  void release(void* data, std::size_t bytes) noexcept override {
    --blocks;
    cpu_.release(data, bytes);
  }
  std::size_t system_bytes() const override { return cpu_.system_bytes(); }
  void copy_from_host(void* to, const void* from, std::size_t bytes) override {
    cpu_.copy_from_host(to, from, bytes);
  }
  void copy_to_host(void* to, const void* from, std::size_t bytes) override {
    cpu_.copy_to_host(to, from, bytes);
  }
  void synchronize() override {}

 private:
  Backend& cpu_ = backend_of(kCPU);
};

const Device toy(kPrivateUse1, 0);

/// The one test that must run before a backend is registered, so the order is inside it.
TEST(Backend, OneFromOutsideRunsOpsAndBackward) {
  EXPECT_TRUE(throws([] { zeros({2}, toy); }, {"privateuseone:0", "no backend is registered"}));
  register_private_use_backend([](int index) -> std::unique_ptr<Backend> {
    check(index == 0, "toy: there is one");
    return std::make_unique<ToyBackend>();
  });
  EXPECT_TRUE(throws([] { zeros({2}, Device("privateuseone:1")); }, {"toy: there is one"}));
  const Tensor host = randn({3, 4});
  const Tensor x = host.to(toy).requires_grad_(), y = host.clone().requires_grad_();
  EXPECT_EQ(x.device().str(), "privateuseone:0");
  const int before = ToyBackend::calls;
  const Tensor loss = (x.tanh() * 2).sum();
  EXPECT_EQ(ToyBackend::calls, before + 3);
  loss.backward();
  (y.tanh() * 2).sum().backward();
  EXPECT_TRUE(same_bits(x.grad().cpu(), y.grad()));
  EXPECT_TRUE(throws([&] { x + y; }, {"privateuseone:0", "cpu"}));
}

TEST(Backend, OneFromOutsideTrainsAndRecords) {
  register_private_use_backend([](int) { return std::make_unique<ToyBackend>(); });
  const auto train = [](const Device& device) {
    manual_seed(1);
    nn::Sequential model(nn::Linear(4, 8), nn::Tanh(), nn::Linear(8, 3));
    const Tensor x = randn({5, 4}).to(device), labels = randint(0, 3, {5}).to(device);
    model->to(device);
    optim::Adam optimizer(model->parameters(), optim::AdamOptions(0.1));
    Tensor loss;
    auto step = record([&] {
      optimizer.zero_grad();
      loss = nn::functional::cross_entropy(model->forward(x), labels);
      loss.backward();
      optimizer.step();
    });
    for (int i = 0; i < 5; ++i) step();
    return loss.cpu();
  };
  const Tensor expected = train(kCPU);
  const int blocks = ToyBackend::blocks;
  EXPECT_TRUE(same_bits(train(toy), expected));
  EXPECT_EQ(ToyBackend::blocks, blocks);  // all memory came back, the recording's too
}

/// How many calls `body` makes of the toy.
template <class Body> int calls_of(const Body& body) {
  const int before = ToyBackend::calls;
  body();
  return ToyBackend::calls - before;
}

TEST(Backend, ALossIsOneCallEachWay) {
  namespace F = nn::functional;
  register_private_use_backend([](int) { return std::make_unique<ToyBackend>(); });
  const Tensor x = randn({6, 3}).to(toy).requires_grad_(), t = rand({6, 3}).to(toy),
               labels = tensor({0, 1, 2, -100, 1, 0}).to(kInt64).to(toy),
               weight = rand({3}).to(toy);
  const auto both = [&](const std::function<Tensor()>& loss) {
    Tensor result;
    EXPECT_EQ(calls_of([&] { result = loss(); }), 1);
    EXPECT_EQ(calls_of([&] { result.backward(); }), 1);
    x.mutable_grad() = Tensor();
  };
  for (const Reduction reduction : {kMean, kSum}) {
    both([&] { return F::mse_loss(x, t, reduction); });
    both([&] { return F::smooth_l1_loss(x, t, reduction); });
    both([&] { return F::binary_cross_entropy_with_logits(x, t, {}, reduction); });
    both([&] { return F::cross_entropy(x, labels, {.reduction = reduction}); });
    both([&] {
      return F::cross_entropy(x, labels,
                              {.weight = weight, .reduction = reduction, .label_smoothing = 0.1});
    });
    both([&] { return F::nll_loss(x, labels, {.weight = weight, .reduction = reduction}); });
  }
}

TEST(Backend, DeviceNamesAreTheListOfTypes) {
  EXPECT_EQ(Device("privateuseone:3"), Device(kPrivateUse1, 3));
  EXPECT_EQ(Device("cuda"), Device(kCUDA, 0));
  EXPECT_TRUE(throws([] { Device("cpu:1"); }, {"'cpu'", "'cuda:N'", "'cpu:1'"}));
  EXPECT_TRUE(throws([] { Device("hip"); }, {"'hip'", "'privateuseone:N'"}));
}

}  // namespace
}  // namespace tandem::testing
