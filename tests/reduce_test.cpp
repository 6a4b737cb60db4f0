// Every reduction over every choice of dimensions and layout, against a plain loop.
#include <algorithm>

#include "tests/devices.h"
#include "tests/expect.h"
#include "tests/rule_inputs.h"

namespace tandem::testing {
namespace {

using Loop = std::function<double(const std::vector<double>&)>;

double sum_of(const std::vector<double>& x) {
  double sum = 0;
  for (double v : x) sum += v;
  return sum;
}
double variance_of(const std::vector<double>& x, double lost) {
  const double mean = sum_of(x) / static_cast<double>(x.size());
  double sum = 0;
  for (double v : x) sum += (v - mean) * (v - mean);
  return sum / std::max(static_cast<double>(x.size()) - lost, 0.0);
}
double largest_of(const std::vector<double>& x) {
  double best = x[0];
  for (double v : x) best = v > best || std::isnan(v) ? v : best;
  return best;
}
double smallest_of(const std::vector<double>& x) {
  double best = x[0];
  for (double v : x) best = v < best || std::isnan(v) ? v : best;
  return best;
}
double power_sum(const std::vector<double>& x, double p) {
  double sum = 0;
  for (double v : x) sum += std::pow(std::fabs(v), p);
  return std::pow(sum, 1 / p);
}

struct Reduction {
  const char* name;
  std::function<Tensor(const Tensor&, const Shape& dims, bool keepdim)> op;
  Loop loop;
  bool of_nothing = true;  ///< whether an empty reduction has a value
};

const std::vector<Reduction>& reductions() {
  static const double infinite = std::numeric_limits<double>::infinity();
  static const std::vector<Reduction> all = {
      {"sum", [](const Tensor& x, const Shape& d, bool k) { return x.sum(d, k); }, sum_of},
      {"mean", [](const Tensor& x, const Shape& d, bool k) { return x.mean(d, k); },
       [](const auto& x) { return sum_of(x) / static_cast<double>(x.size()); }},
      {"var", [](const Tensor& x, const Shape& d, bool k) { return x.var(d, true, k); },
       [](const auto& x) { return variance_of(x, 1); }},
      {"var biased", [](const Tensor& x, const Shape& d, bool k) { return x.var(d, false, k); },
       [](const auto& x) { return variance_of(x, 0); }},
      {"std", [](const Tensor& x, const Shape& d, bool k) { return x.std(d, true, k); },
       [](const auto& x) { return std::sqrt(variance_of(x, 1)); }},
      {"norm 2", [](const Tensor& x, const Shape& d, bool k) { return x.norm(2, d, k); },
       [](const auto& x) { return power_sum(x, 2); }},
      {"norm 1", [](const Tensor& x, const Shape& d, bool k) { return x.norm(1, d, k); },
       [](const auto& x) { return power_sum(x, 1); }},
      {"norm 3", [](const Tensor& x, const Shape& d, bool k) { return x.norm(3, d, k); },
       [](const auto& x) { return power_sum(x, 3); }},
      {"norm inf", [](const Tensor& x, const Shape& d, bool k) { return x.norm(infinite, d, k); },
       [](const auto& x) { return std::max(largest_of(x), -smallest_of(x)); }, false},
      {"amax", [](const Tensor& x, const Shape& d, bool k) { return x.amax(d, k); }, largest_of,
       false},
      {"amin", [](const Tensor& x, const Shape& d, bool k) { return x.amin(d, k); }, smallest_of,
       false}};
  return all;
}

/// `loop` over the elements of x that share a position in the dimensions not reduced.
std::vector<double> reduce_by_loop(const Tensor& x, const Shape& dims, const Loop& loop) {
  std::vector<bool> reduced(x.sizes().size(), dims.empty());
  for (std::int64_t d : dims) reduced[static_cast<std::size_t>(d < 0 ? d + x.dim() : d)] = true;
  std::int64_t kept = 1;
  for (std::size_t d = 0; d < reduced.size(); ++d) kept *= reduced[d] ? 1 : x.sizes()[d];
  std::vector<std::vector<double>> groups(static_cast<std::size_t>(kept));
  const std::vector<double> all = values(x);
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::int64_t rest = static_cast<std::int64_t>(i), group = 0, step = 1;
    for (std::size_t d = reduced.size(); d-- > 0;) {
      if (!reduced[d]) {
        group += rest % x.sizes()[d] * step;
        step *= x.sizes()[d];
      }
      rest /= x.sizes()[d];
    }
    groups[static_cast<std::size_t>(group)].push_back(all[i]);
  }
  std::vector<double> results;
  for (const auto& group : groups) results.push_back(loop(group));
  return results;
}

class Reduce : public OnDevice {
 protected:
  template <class T> std::vector<Layout> inputs() const {
    const auto filled = [&](const Shape& shape) {
      return tensor_of(draws<T>(Domain::real, shape.numel(), 31), shape, device());
    };
    std::vector<Layout> all = {{"cube", filled({5, 6, 7})},
                               {"permuted", filled({5, 6, 7}).permute({2, 0, 1})},
                               {"sliced", filled({9, 11, 8}).slice(0, 1, 8, 2).slice(2, 3)},
                               {"broadcast", filled({5, 1, 7}).expand({5, 6, 7})},
                               {"long", filled({2, 3, 700})},
                               {"tall", filled({900, 3, 2})}};
    Tensor special = filled({5, 6, 7});
    special.index_put_({1, 2, 3}, NAN);
    special.index_put_({4, 0, 0}, std::numeric_limits<double>::infinity());
    all.push_back({"nan and inf", special});
    return all;
  }

  template <class T> void check_against_loops(double tolerance) const {
    const Shape choices[] = {{}, {0}, {1}, {-1}, {0, 2}, {2, 1}, {0, 1, 2}};
    for (const Layout& x : inputs<T>())
      for (const Reduction& r : reductions())
        for (const Shape& dims : choices)
          for (bool keepdim : {false, true}) {
            const Tensor y = r.op(x.tensor, dims, keepdim);
            SCOPED_TRACE(std::string(r.name) + " of " + x.name + " over " + dims.str());
            if (x.name == "nan and inf" && std::string(r.name).find("norm inf") == 0) continue;
            ASSERT_TRUE(is_close(y, reduce_by_loop(x.tensor, dims, r.loop), tolerance));
            const std::int64_t expected =
                keepdim ? 3 : (dims.empty() ? 0 : 3 - static_cast<std::int64_t>(dims.size()));
            ASSERT_EQ(y.dim(), expected);
            ASSERT_EQ(y.dtype(), dtype_of<T>);
          }
  }
};

INSTANTIATE_TEST_SUITE_P(Devices, Reduce, every_device(), device_name);

TEST_P(Reduce, AgainstLoopsInFloat64) { check_against_loops<double>(1e-12); }
TEST_P(Reduce, AgainstLoopsInFloat32) { check_against_loops<float>(2e-6); }

TEST_P(Reduce, AlongOneDimension) {
  const auto position_of = [](auto better) {
    return [better](const std::vector<double>& x) {
      std::size_t best = 0;
      for (std::size_t i = 1; i < x.size(); ++i)
        if (!std::isnan(x[best]) && (std::isnan(x[i]) || better(x[i], x[best]))) best = i;
      return static_cast<double>(best);
    };
  };
  const auto argmax = position_of([](double a, double b) { return a > b; });
  const auto argmin = position_of([](double a, double b) { return a < b; });
  const auto product = [](const std::vector<double>& x) {
    double result = 1;
    for (double v : x) result *= v;
    return result;
  };
  for (const Layout& x : inputs<double>())
    for (std::int64_t dim : {0, 1, 2, -1, -3}) {
      SCOPED_TRACE(x.name + " along " + std::to_string(dim));
      EXPECT_TRUE(is_close(x.tensor.prod(dim), reduce_by_loop(x.tensor, dim, product), 1e-12));
      EXPECT_TRUE(is_close(x.tensor.argmax(dim), reduce_by_loop(x.tensor, dim, argmax)));
      EXPECT_TRUE(is_close(x.tensor.argmin(dim), reduce_by_loop(x.tensor, dim, argmin)));
      EXPECT_TRUE(
          is_close(std::get<0>(x.tensor.max(dim)), reduce_by_loop(x.tensor, dim, largest_of)));
      EXPECT_TRUE(
          is_close(std::get<0>(x.tensor.min(dim)), reduce_by_loop(x.tensor, dim, smallest_of)));
      // The last running sum is the sum, and each differs from the one before by its element.
      const Tensor running = x.tensor.cumsum(dim);
      const std::int64_t n = x.tensor.size(dim);
      EXPECT_TRUE(
          is_close(running.select(dim, n - 1), reduce_by_loop(x.tensor, dim, sum_of), 1e-12));
      if (x.name == "nan and inf") continue;
      EXPECT_TRUE(is_close(running.slice(dim, 1) - running.slice(dim, 0, n - 1),
                           values(x.tensor.slice(dim, 1)), 1e-11));
    }
}

TEST_P(Reduce, SumsOfFloat32AreRoundedOnce) {
  const Tensor x = rand({1'000'003}).to(device());
  EXPECT_EQ(x.sum().item<float>(), static_cast<float>(sum_of(values(x))));
  // 2^24 + 1 + 1 + ... would stand still in float32.
  Tensor big = ones({1001}, on());
  big.index_put_({0}, 16777216);
  EXPECT_EQ(big.sum().item(), 16778216);
}

TEST_P(Reduce, EmptyReductions) {
  const Tensor x = zeros({2, 0, 3}, on());
  for (const Reduction& r : reductions()) {
    SCOPED_TRACE(r.name);
    EXPECT_EQ(r.op(x, {0}, false).sizes(), Shape({0, 3}));
    if (r.of_nothing) {
      EXPECT_TRUE(is_close(r.op(x, {1}, false), std::vector<double>(6, r.loop({}))));
    } else {
      EXPECT_TRUE(throws([&] { r.op(x, {1}, false); }, {"empty", "[2, 0, 3]"}));
    }
  }
  EXPECT_EQ(x.sum().item(), 0);
  EXPECT_TRUE(std::isnan(x.mean().item()));
  EXPECT_EQ(x.prod().item(), 1);
  EXPECT_TRUE(x.all().item<bool>());
  EXPECT_FALSE(x.any().item<bool>());
  for (const auto& op :
       std::vector<std::function<void()>>{[&] { x.max(); }, [&] { x.min(); }, [&] { x.argmax(); },
                                          [&] { x.max(1); }, [&] { x.argmin(1); }})
    EXPECT_TRUE(throws(op, {"m", "[2, 0, 3]"}));
}

TEST_P(Reduce, IntegersAndBools) {
  const Tensor x = tensor({{1, -2}, {3, 40}}, on(kInt64));
  EXPECT_EQ(x.sum().item<std::int64_t>(), 42);
  EXPECT_TRUE(is_close(x.prod(1), {-2, 120}));
  EXPECT_TRUE(is_close(x.amax(0), {3, 40}));
  EXPECT_EQ(x.max().dtype(), kInt64);
  EXPECT_EQ((x > 0).sum().item<std::int64_t>(), 3);
  EXPECT_EQ(full({300}, 255, on(kUInt8)).sum().item<std::int64_t>(), 76500);
  EXPECT_EQ(full({2}, std::int64_t{1} << 53, on(kInt64)).add_(1).sum().item<std::int64_t>(),
            (std::int64_t{1} << 54) + 2);
  EXPECT_TRUE((x != 0).all().item<bool>());
  EXPECT_FALSE((x > 0).all().item<bool>());
  EXPECT_TRUE((x > 30).any().item<bool>());
  EXPECT_TRUE(is_close(x.cumsum(0), {1, -2, 4, 38}));
  EXPECT_TRUE(throws([&] { x.mean(); }, {"mean", "int64"}));
  EXPECT_TRUE(throws([&] { x.var(); }, {"var", "int64"}));
}

TEST_P(Reduce, NansumLeavesNanOut) {
  const Tensor x = tensor({{1.0, NAN, 2.0}, {NAN, NAN, NAN}}, device()).requires_grad_(true);
  EXPECT_EQ(values(nansum(x)), (std::vector<double>{3}));
  EXPECT_EQ(values(nansum(x, {1})), (std::vector<double>{3, 0}));
  EXPECT_EQ(values(nansum(x, {0}, true)), (std::vector<double>{1, 0, 2}));
  EXPECT_EQ(nansum(tensor({2, 3}, device())).item<std::int64_t>(), 5);
  EXPECT_EQ(nansum(empty({0}, device())).item(), 0);
  nansum(x * 2).backward();
  EXPECT_EQ(values(x.grad()), (std::vector<double>{2, 0, 2, 0, 0, 0}));
  const Tensor y = randn({3, 4}, kFloat64).to(device()).requires_grad_(true);
  const autograd::DifferentiableFunction f = [](const TensorList& in) {
    return TensorList{nansum(in[0] * in[0], {1})};
  };
  EXPECT_TRUE(autograd::gradcheck(f, {y}));
  EXPECT_TRUE(autograd::gradgradcheck(f, {y}));
}

TEST_P(Reduce, PositionsAreTheFirstOfEqualsAndNanWins) {
  const Tensor x = tensor({{1.0, 5.0, 5.0}, {7.0, NAN, NAN}}, device());
  EXPECT_TRUE(is_close(x.argmax(1), {1, 1}));
  EXPECT_TRUE(is_close(x.argmin(1), {0, 1}));
  EXPECT_TRUE(is_close(x.argmax(0), {1, 1, 1}));
  EXPECT_EQ(x.argmax().item<std::int64_t>(), 4);
  EXPECT_EQ(x.t().argmax().item<std::int64_t>(), 3);
  EXPECT_EQ(x.argmax(1, true).sizes(), Shape({2, 1}));
  const auto [best, at] = x.max(1);
  EXPECT_TRUE(is_close(best, {5, NAN}));
  EXPECT_TRUE(is_close(at, {1, 1}));
  EXPECT_TRUE(is_close(std::get<0>(x.min(0, true)), {1, NAN, NAN}));
  EXPECT_TRUE(std::isnan(x.max().item()));
  EXPECT_EQ(scalar_tensor(3.0, device()).argmax().item<std::int64_t>(), 0);
}

TEST_P(Reduce, TiesShareAsPyTorchDoes) {
  const auto gradient = [&](auto f) {
    const Tensor x = tensor({{2.0, 5.0, 5.0}}, on(kFloat64)).requires_grad_(true);
    f(x).sum().backward();
    return x.grad();
  };
  EXPECT_TRUE(is_close(gradient([](const Tensor& x) { return x.max(); }), {0, 0.5, 0.5}));
  EXPECT_TRUE(is_close(gradient([](const Tensor& x) { return x.amax({1}); }), {0, 0.5, 0.5}));
  EXPECT_TRUE(is_close(gradient([](const Tensor& x) { return std::get<0>(x.max(1)); }), {0, 1, 0}));
  EXPECT_TRUE(
      is_close(gradient([](const Tensor& x) { return maximum(x, x.detach()); }), {0.5, 0.5, 0.5}));
  const Tensor zero = zeros({3}, on(kFloat64)).requires_grad_(true);
  zero.norm().backward();
  EXPECT_TRUE(is_close(zero.grad(), {0, 0, 0}));
}

TEST_P(Reduce, SoftmaxFamily) {
  const Tensor x = tensor({{1000.0, 1001.0, 999.0}, {-1000.0, 0.0, 1000.0}}, on(kFloat64));
  const double e = std::exp(1), s = 1 / e + 1 + e;
  EXPECT_TRUE(is_close(softmax(x, 1), {1 / s, e / s, 1 / e / s, 0, 0, 1}, 1e-15));
  EXPECT_TRUE(is_close(log_softmax(x, 1),
                       {-std::log(s), 1 - std::log(s), -1 - std::log(s), -2000, -1000, 0}, 1e-14));
  EXPECT_TRUE(is_close(logsumexp(x, 1), {1000 + std::log(s), 1000}, 1e-15));
  EXPECT_TRUE(same_bits(softmax(x.t(), 0), softmax(x, 1).t()));
  EXPECT_TRUE(same_bits(softmax(x.to(kFloat32), 0).sum({0}), ones({3}, on())));
  const double infinite = std::numeric_limits<double>::infinity();
  EXPECT_EQ(logsumexp(full({3}, -infinite, on(kFloat64)), 0).item(), -infinite);
  EXPECT_TRUE(is_close(softmax(tensor({-infinite, 0.0}, on(kFloat64)), 0), {0, 1}));
  EXPECT_EQ(softmax(zeros({0, 3}, on()), 1).sizes(), Shape({0, 3}));
}

TEST_P(Reduce, SoftmaxOfAConstantGradientIsExactlyZero) {
  for (DType dtype : {kFloat32, kFloat64}) {
    const Tensor x = randn({7, 33}).to(device()).to(dtype).requires_grad_(true);
    softmax(x, 1).backward(ones({7, 33}, on(dtype)));
    EXPECT_EQ(abs(x.grad()).max().item(), 0) << name_of(dtype);
  }
}

TEST_P(Reduce, NumbersAndBracesNameDimensionsNotTheBias) {
  const Tensor x = arange(6, on(kFloat64)).reshape({2, 3});
  EXPECT_EQ(x.var(1).sizes(), Shape({2}));
  EXPECT_EQ(x.std({0}).sizes(), Shape({3}));
  EXPECT_EQ(x.var(false).item(), 35.0 / 12);
}

/// Squares, powers and sums leave the range of float32 long before their results do.
TEST_P(Reduce, NothingOverflowsInside) {
  const auto leaf32 = [&](std::initializer_list<TensorData> data) {
    return tensor(data, on(kFloat32)).requires_grad_();
  };
  const auto slope = [](const Tensor& y, const Tensor& x) { return autograd::grad({y}, {x})[0]; };
  const auto near = [](double expected) { return std::abs(expected) * 1e-6; };
  for (const double size : {1e-30, 1e-20, 1.0, 1e20, 1e30}) {
    SCOPED_TRACE(size);
    const Tensor x = leaf32({3 * size, -4 * size});
    EXPECT_NEAR(x.norm().item(), 5 * size, near(5 * size));
    EXPECT_TRUE(is_close(slope(x.norm(), x), {0.6, -0.8}, 1e-6));
    EXPECT_NEAR(x.norm(3).item(), std::cbrt(91.0) * size, near(5 * size));
    EXPECT_NEAR(x.norm(0.5).item(), std::pow(std::sqrt(3.0) + 2, 2) * size, near(14 * size));
    const Tensor y = leaf32({1 * size, 3 * size});
    EXPECT_NEAR(y.std().item(), std::sqrt(2.0) * size, near(2 * size));
    EXPECT_TRUE(is_close(slope(y.std(), y), {-std::sqrt(0.5), std::sqrt(0.5)}, 1e-6));
  }
  EXPECT_NEAR(leaf32({3e38, 3e38, 3e38}).mean().item(), 3e38, 1e32);
  EXPECT_NEAR(leaf32({1e8, 1e8 + 8}).var().item(), 32, 1e-5);
  const Tensor far = leaf32({1e8, 1e8 + 8});
  EXPECT_TRUE(is_close(slope(far.var(), far), {-8, 8}, 1e-5));
  // float64 as well, by scaling.
  for (const double size : {1e-200, 1e200}) {
    const Tensor x = tensor({3 * size, -4 * size}, on(kFloat64)).requires_grad_();
    EXPECT_NEAR(x.norm().item(), 5 * size, near(size));
    EXPECT_TRUE(is_close(slope(x.norm(), x), {0.6, -0.8}, 1e-12));
    EXPECT_NEAR(x.std().item(), 7 * size / std::sqrt(2.0), near(size));
  }
  const Tensor half = tensor({300, 400}, on(kFloat16));
  EXPECT_EQ(half.norm().item(), 500);
  EXPECT_EQ(full({70000}, 2, on(kFloat16)).mean().item(), 2);
  // The product of all is out of range, those of the others are not.
  const Tensor p = leaf32({1e25, 1e25, 1e-10});
  EXPECT_TRUE(is_close(slope(p.prod(), p).slice(0, 0, 2) * 1e-15, {1, 1}, 1e-6));
  const Tensor z = leaf32({2, 0, 3});
  EXPECT_TRUE(is_close(slope(z.prod(), z), {0, 6, 0}));
}

TEST_P(Reduce, NormsOfEveryOrderPassZeros) {
  const Tensor x = tensor({0, 2, -3}, on(kFloat64)).requires_grad_();
  const auto slope = [&](double p) { return autograd::grad({x.norm(p)}, {x})[0]; };
  EXPECT_TRUE(is_close(slope(0.5), {0, 2.2247448714, -1.8164965809}, 1e-6));
  EXPECT_TRUE(is_close(slope(-1), {0, 0, 0}));
  EXPECT_TRUE(is_close(slope(3), {0, 0.3738361247, -0.8411312806}, 1e-6));
  EXPECT_TRUE(is_close(slope(1.5), {0, 0.7063840786, -0.8651402814}, 1e-6));
  const Tensor zero = zeros({2}, on(kFloat64)).requires_grad_();
  for (const double p : {0.5, -1.0, 1.5, 2.0, 3.0})
    EXPECT_TRUE(is_close(autograd::grad({zero.norm(p)}, {zero})[0], {0, 0})) << p;
  for (const double p : {0.5, -1.0, 1.5, 2.0, 3.0}) {
    const auto f = [&](const TensorList& at) { return TensorList{norm(at[0], p, {1})}; };
    EXPECT_NO_THROW(autograd::gradcheck(f, {leaf({3, 4})})) << p;
    EXPECT_NO_THROW(autograd::gradgradcheck(f, {leaf({3, 4})})) << p;
  }
}

TEST_P(Reduce, TiesAndNansShareAGradient) {
  const Tensor x = ones({70000}, on(kFloat16)).requires_grad_();
  const Tensor slope = autograd::grad({x.max() * 60000}, {x})[0];
  EXPECT_NEAR(slope[69999].item(), 60000.0 / 70000, 1e-3);
  const Tensor y = tensor({1, std::nan(""), 3}, on()).requires_grad_();
  EXPECT_TRUE(is_close(autograd::grad({y.max()}, {y})[0], {0, 1, 0}));
  EXPECT_TRUE(is_close(autograd::grad({y.amin(0)}, {y})[0], {0, 1, 0}));
}

TEST_P(Reduce, AStepFunctionHasTheGradientZero) {
  const Tensor x = tensor({0.0, 3.0, -1.0}, on(kFloat64)).requires_grad_();
  const Tensor count = norm(x, 0);
  EXPECT_EQ(count.item<double>(), 2);
  EXPECT_TRUE(equal(autograd::grad({count}, {x})[0], zeros({3}, on(kFloat64))));
}

TEST_P(Reduce, TheEuclideanNormIsSmoothAtElementsThatAreZero) {
  const Tensor x = tensor({0.0, 3.0, 4.0}, on(kFloat64)).requires_grad_();
  const Tensor slope = autograd::grad({norm(x)}, {x}, {}, true, true)[0];
  // d2|x| / dx0 dx0 = 1 / |x| at x0 = 0
  EXPECT_TRUE(is_close(autograd::grad({slope[0]}, {x})[0], {0.2, 0, 0}, 1e-15));
  const Tensor bad = tensor({0.0, NAN}, on(kFloat64)).requires_grad_();
  EXPECT_TRUE(autograd::grad({norm(bad, 3)}, {bad})[0].isnan().all().item<bool>());
}

TEST_P(Reduce, LogsumexpTakesIntegers) {
  EXPECT_TRUE(
      equal(logsumexp(tensor({1, 2}, on(kInt64)), 0), logsumexp(tensor({1.0, 2.0}, on()), 0)));
}

}  // namespace
}  // namespace tandem::testing
