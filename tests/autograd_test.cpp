// The tape: what backward and grad accumulate, keep, release and refuse.
#include <atomic>
#include <thread>

#include "tests/devices.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

class Autograd : public OnDevice {
 protected:
  Tensor leaf_of(std::initializer_list<TensorData> numbers) const {
    return tensor(numbers, on(kFloat64)).requires_grad_(true);
  }
};

INSTANTIATE_TEST_SUITE_P(Devices, Autograd, every_device(), device_name);

TEST_P(Autograd, SharedNodesAreVisitedOnce) {
  const Tensor x = leaf_of({1.0});
  const Tensor h = x * x;
  (h + 3 * h).backward();
  EXPECT_TRUE(is_close(x.grad(), {8}));
}

TEST_P(Autograd, GradientsAccumulateUntilZeroed) {
  const Tensor x = leaf_of({2.0});
  const Tensor y = x * x;
  y.backward({}, true);
  y.backward({}, true);
  EXPECT_TRUE(is_close(x.grad(), {8}));
  x.mutable_grad() = Tensor();
  y.backward();
  EXPECT_TRUE(is_close(x.grad(), {4}));
}

TEST_P(Autograd, SecondBackwardThrowsAndNamesTheOp) {
  const Tensor x = leaf_of({2.0, 3.0});
  const std::vector<std::pair<std::string, std::function<Tensor()>>> cases = {
      {"mul", [&] { return x * x; }},
      {"tanh", [&] { return tanh(x); }},
      {"exp", [&] { return exp(x); }},
      {"norm", [&] { return norm(x); }},
      {"softmax", [&] { return softmax(x, 0); }},
      {"matmul", [&] {
         return matmul(x, x.reshape({2, 1}));
       }}};
  for (const auto& [name, op] : cases) {
    const Tensor y = op().sum();
    y.backward();
    EXPECT_TRUE(throws([&] { y.backward(); }, {name, "second time", "retain_graph"})) << name;
  }
}

TEST_P(Autograd, GradientOfTheResultIsNeededUnlessItIsOneElement) {
  const Tensor x = leaf_of({1.0, 2.0});
  EXPECT_TRUE(throws([&] { (x * 2).backward(); }, {"backward", "one element", "float64[2]"}));
  EXPECT_TRUE(
      throws([&] { (x * 2).backward(ones({3}, on(kFloat64))); }, {"backward", "[3]", "[2]"}));
  EXPECT_TRUE(throws([&] { (x * 2).backward(ones({2}, on(kFloat32))); },
                     {"backward", "float32", "float64"}));
  EXPECT_FALSE(x.grad().defined());
  (x * 2).backward(tensor({1.0, 10.0}, on(kFloat64)));
  EXPECT_TRUE(is_close(x.grad(), {2, 20}));
}

TEST_P(Autograd, BackwardNeedsATape) {
  const Tensor x = ones({1}, on());
  EXPECT_TRUE(throws([&] { (x * 2).backward(); }, {"backward", "does not require a gradient"}));
  EXPECT_TRUE(throws([&] { Tensor().backward(); }, {"undefined"}));
}

TEST_P(Autograd, GradReturnsAndDoesNotAccumulate) {
  const Tensor x = leaf_of({1.0, 2.0}), unused = leaf_of({1.0}), h = x * 3, y = (h * h).sum();
  const TensorList found = autograd::grad({y}, {h, x}, {}, true);
  EXPECT_TRUE(is_close(found[0], {6, 12}));
  EXPECT_TRUE(is_close(found[1], {18, 36}));
  EXPECT_FALSE(x.grad().defined());
  EXPECT_TRUE(throws(
      [&] {
        autograd::grad({y}, {x, unused}, {}, true);
      },
      {"autograd::grad", "input 1", "allow_unused"}));
  const TensorList some = autograd::grad({y}, {unused, x}, {}, true, false, true);
  EXPECT_FALSE(some[0].defined());
  EXPECT_TRUE(is_close(some[1], {18, 36}));
  EXPECT_TRUE(throws([&] { autograd::grad({y}, {}); }, {"autograd::grad", "input"}));
  EXPECT_TRUE(throws([&] { autograd::grad({y}, {y.detach()}); }, {"autograd::grad", "input 0"}));
}

TEST_P(Autograd, GradOfSeveralOutputsAddsUp) {
  const Tensor x = leaf_of({2.0});
  const TensorList found = autograd::grad(
      {x * x, exp(x) * 0 + x}, {x}, {tensor({1.0}, on(kFloat64)), tensor({5.0}, on(kFloat64))});
  EXPECT_TRUE(is_close(found[0], {9}));
  EXPECT_TRUE(throws(
      [&] {
        autograd::grad({x * x}, {x}, {ones({1}), ones({1})});
      },
      {"1 outputs", "2 gradients"}));
}

TEST_P(Autograd, GradWithRespectToAnOutputItself) {
  const Tensor x = leaf_of({2.0}), y = x * x;
  EXPECT_TRUE(is_close(autograd::grad({y}, {y}, {}, true)[0], {1}));
  EXPECT_TRUE(is_close(autograd::grad({y}, {x, y}, {}, true)[0], {4}));
}

TEST_P(Autograd, BackwardToGivenInputsLeavesOthersAlone) {
  const Tensor a = leaf_of({2.0}), b = leaf_of({3.0});
  autograd::backward({a * b}, {}, {}, false, {a});
  EXPECT_TRUE(is_close(a.grad(), {3}));
  EXPECT_FALSE(b.grad().defined());
}

TEST_P(Autograd, CreateGraphToTheFourthOrder) {
  const Tensor x = leaf_of({1.5});
  Tensor y = x * x * x * x;
  const double expected[] = {4 * 3.375, 12 * 2.25, 24 * 1.5, 24};
  for (double value : expected) {
    y = autograd::grad({y}, {x}, {}, true, true)[0];
    EXPECT_NEAR(y.item(), value, 1e-12);
  }
}

TEST_P(Autograd, BackwardWithCreateGraphLeavesADifferentiableGradient) {
  const Tensor x = leaf_of({2.0});
  (x * x * x).backward({}, true, true);
  const Tensor first = x.grad();
  ASSERT_TRUE(first.requires_grad());
  EXPECT_TRUE(is_close(autograd::grad({first}, {x})[0], {12}));
  // The gradient's history leads back to x, which holds the gradient: a cycle to be cut by hand.
  x.mutable_grad() = Tensor();
}

TEST_P(Autograd, HessianThroughAMatrixProduct) {
  // The gradient of the gradient's sum of (sum x w)^2 + sum x^2 is 2 w (sum w) + 2: [44, 58] for w
  // = [3, 4].
  const Tensor x = tensor({{1.0, 2.0}}, on(kFloat64)).requires_grad_(true);
  const Tensor w = tensor({{3.0}, {4.0}}, on(kFloat64));
  const Tensor loss = square(matmul(x, w)).sum() + square(x).sum();
  const Tensor first = autograd::grad({loss}, {x}, {}, true, true)[0];
  EXPECT_TRUE(is_close(autograd::grad({first.sum()}, {x})[0], {44, 58}));
}

TEST_P(Autograd, HessianRowByRow) {
  const Tensor x = leaf_of({1.0, 2.0});
  const Tensor first = autograd::grad({(x * x * x).sum()}, {x}, {}, true, true)[0];
  EXPECT_TRUE(is_close(autograd::grad({first[0]}, {x}, {}, true)[0], {6, 0}));
  EXPECT_TRUE(is_close(autograd::grad({first[1]}, {x}, {}, true)[0], {0, 12}));
}

TEST_P(Autograd, LeafHooksSeeTheWholeGradientOnce) {
  const Tensor x = leaf_of({1.0});
  int calls = 0;
  double seen = 0;
  const unsigned id = x.register_hook([&](const Tensor& grad) {
    ++calls;
    seen = grad.item();
    return Tensor();
  });
  (x * 2 + x * 5).backward();
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(seen, 7);
  EXPECT_TRUE(is_close(x.grad(), {7}));
  x.remove_hook(id);
  (x * 2).backward();
  EXPECT_EQ(calls, 1);
  EXPECT_TRUE(is_close(x.grad(), {9}));
}

TEST_P(Autograd, HooksReplaceGradientsInTheirOrder) {
  const Tensor x = leaf_of({1.0}), h = x * 3;
  h.register_hook([](const Tensor& grad) { return grad + 1; });
  h.register_hook([](const Tensor& grad) { return grad * 10; });
  x.register_hook([](const Tensor& grad) { return -grad; });
  (h * 2).backward();
  EXPECT_TRUE(is_close(x.grad(), {-90}));  // ((2 + 1) * 10) * 3
}

TEST_P(Autograd, HooksRunInGradToo) {
  const Tensor x = leaf_of({1.0}), h = x * 3;
  const unsigned id = h.register_hook([](const Tensor& grad) { return grad * 100; });
  EXPECT_TRUE(is_close(autograd::grad({h * 2}, {x}, {}, true)[0], {600}));
  h.remove_hook(id);
  EXPECT_TRUE(is_close(autograd::grad({h * 2}, {x})[0], {6}));
  EXPECT_TRUE(throws([&] { ones({1}).register_hook([](const Tensor&) { return Tensor(); }); },
                     {"register_hook"}));
}

TEST_P(Autograd, RetainGradKeepsInnerGradients) {
  const Tensor x = leaf_of({2.0}), h = x * x, y = h * 3;
  EXPECT_FALSE(h.retains_grad());
  h.retain_grad();
  EXPECT_TRUE(h.retains_grad());
  y.backward();
  EXPECT_TRUE(is_close(h.grad(), {3}));
  EXPECT_FALSE(y.grad().defined());
  EXPECT_TRUE(throws([&] { ones({1}).retain_grad(); }, {"retain_grad"}));
}

TEST_P(Autograd, RetainedTensorsMayDieBeforeBackward) {
  const Tensor x = leaf_of({2.0});
  Tensor y;
  {
    const Tensor h = x * x;
    h.retain_grad();
    y = h * 3;
  }
  y.backward();
  EXPECT_TRUE(is_close(x.grad(), {12}));
  {
    // An in-place op gives the tensor another node; the old one must forget it.
    Tensor h = x * x;
    h.retain_grad();
    h.add_(1);
    y = h * 3;
  }
  const std::vector<Tensor> others(64, x * 5);  // likely to reuse the memory of h
  y.backward();
  EXPECT_TRUE(is_close(x.grad(), {24}));
}

TEST_P(Autograd, DetachAndNoGradGuardLeaveTheTape) {
  const Tensor x = leaf_of({2.0}), d = (x * 3).detach();
  EXPECT_FALSE(d.requires_grad());
  EXPECT_TRUE(x.detach().is_alias_of(x));
  (x * d).backward();
  EXPECT_TRUE(is_close(x.grad(), {6}));
  {
    const NoGradGuard guard;
    EXPECT_FALSE(is_grad_enabled());
    const Tensor y = x * 2;
    EXPECT_FALSE(y.requires_grad());
    EXPECT_FALSE(y.grad_fn());
    {
      const AutoGradMode mode(true);
      EXPECT_TRUE((x * 2).requires_grad());
    }
    EXPECT_FALSE(is_grad_enabled());
    std::thread([] { EXPECT_TRUE(is_grad_enabled()); }).join();
  }
  EXPECT_TRUE(is_grad_enabled());
}

TEST_P(Autograd, OnlyRealTensorsRequireGradients) {
  EXPECT_TRUE(
      throws([&] { ones({2}, on(kInt64)).requires_grad_(true); }, {"requires_grad_", "int64"}));
  const Tensor x = leaf_of({1.0});
  EXPECT_TRUE(throws([&] { (x * 2).requires_grad_(false); }, {"requires_grad_", "leaf"}));
  EXPECT_FALSE((x > 0).requires_grad());
  EXPECT_FALSE(x.to(kInt64).requires_grad());
}

TEST_P(Autograd, DtypeConversionsPassGradients) {
  const Tensor x = tensor({1.0, 2.0}, on(kFloat32)).requires_grad_(true);
  (x.to(kFloat64) * 3).sum().backward();
  EXPECT_EQ(x.grad().dtype(), kFloat32);
  EXPECT_TRUE(is_close(x.grad(), {3, 3}));
  const Tensor mixed = x * tensor({2.0, 5.0}, on(kFloat64));
  EXPECT_EQ(mixed.dtype(), kFloat64);
  EXPECT_TRUE(is_close(autograd::grad({mixed.sum()}, {x})[0], {2, 5}));
}

TEST_P(Autograd, AFailedBackwardCanBeRepeated) {
  const Tensor x = leaf_of({2.0}), h = x * x, y = h * 3;
  const unsigned id = h.register_hook([](const Tensor&) -> Tensor { throw Error("hook"); });
  EXPECT_TRUE(throws([&] { y.backward({}, true); }, {"hook"}));
  EXPECT_FALSE(x.grad().defined());
  h.remove_hook(id);
  y.backward();
  EXPECT_TRUE(is_close(x.grad(), {12}));
}

TEST_P(Autograd, AMillionOpsInConstantStack) {
  const Tensor x = leaf_of({1.0});
  Tensor y = x;
  for (int i = 0; i < 1'000'000; ++i) y = y + 1e-6;
  EXPECT_NEAR(y.item(), 2, 1e-6);
  y.backward({}, true);
  EXPECT_TRUE(is_close(x.grad(), {1}));
  EXPECT_TRUE(is_close(autograd::grad({y}, {x}, {}, true)[0], {1}));
  y = Tensor();  // destroys the chain
  // Every node twice as reachable as the one before it: 2^64 paths, each node once.
  Tensor z = x;
  for (int i = 0; i < 64; ++i) z = z * 0.5 + z * 0.5;
  z.backward();
  EXPECT_TRUE(is_close(x.grad(), {2}));
}

TEST_P(Autograd, UnusedChainsAreDestroyedInConstantStack) {
  // Each keeps something else alive: the input, the output, both, a view's base, its own past.
  const std::vector<std::function<void(Tensor&)>> links = {
      [](Tensor& y) { y = tanh(y); },
      [](Tensor& y) { y = exp(-y); },
      [](Tensor& y) { y = y * y; },
      [](Tensor& y) { y = softmax(y, 0); },
      [](Tensor& y) {
        y = y.reshape({1, 1}).select(0, 0);
      },
      [](Tensor& y) { y = y.clone().mul_(0.5); },
      [](Tensor& y) {
        y = cat({y, y}).slice(0, 0, 1);
      }};
  for (const auto& link : links) {
    Tensor y = leaf_of({1.0});
    const Tensor x = y;
    for (int i = 0; i < 100'000; ++i) link(y);
    ASSERT_TRUE(y.requires_grad());
    y = Tensor();
  }
}

TEST_P(Autograd, LongChainsOfInPlaceWrites) {
  const Tensor x = leaf_of({1.0});
  Tensor y = x * 1;
  for (int i = 0; i < 100'000; ++i) y.add_(1e-5);
  y.backward();
  EXPECT_TRUE(is_close(x.grad(), {1}));
  EXPECT_NEAR(y.item(), 2, 1e-9);
}

TEST_P(Autograd, ThreadsRunBackwardAtOnce) {
  const Tensor shared = leaf_of({2.0});
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        const Tensor own = tensor({1.0 + t}, on(kFloat64)).requires_grad_(true);
        (shared * own * own).backward();
        if (own.grad().item() != 4.0 * (1 + t)) ++wrong;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_TRUE(is_close(shared.grad(), {200.0 * (1 + 4 + 9 + 16)}));
}

TEST_P(Autograd, AGraphBuiltInOneThreadRunsInAnother) {
  const Tensor x = leaf_of({3.0});
  Tensor y;
  std::thread([&] {
    y = x;
    for (int i = 0; i < 100; ++i) y = y * 1.0;
  }).join();
  (y * y).backward();
  EXPECT_TRUE(is_close(x.grad(), {6}));
}

}  // namespace
}  // namespace tandem::testing
