// Losses: documented numbers, every option, saturation, and what is refused.
#include "tests/devices.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

namespace F = nn::functional;

class Loss : public OnDevice {
 protected:
  Tensor reals(std::initializer_list<TensorData> data) const { return tensor(data, on(kFloat64)); }
  Tensor ints(std::initializer_list<TensorData> data) const { return tensor(data, on(kInt64)); }
};
INSTANTIATE_TEST_SUITE_P(Devices, Loss, every_device(), device_name);

TEST_P(Loss, DocumentedNumbers) {
  const Tensor x = tensor({2.5, 0.0, 2.1}, on()).requires_grad_(true);
  const Tensor mse = F::mse_loss(x, tensor({3.0, 0.0, 2.0}, on()));
  mse.backward();
  EXPECT_NEAR(mse.item(), 0.0867, 5e-5);
  EXPECT_TRUE(is_close(x.grad(), {-0.33333334, 0, 0.06666661}, 1e-8));
  const Tensor logits = tensor({{2.0, 1.0, 0.1}, {0.0, 5.0, 0.2}}, on()).requires_grad_(true);
  const Tensor entropy = F::cross_entropy(logits, ints({0, 1}));
  entropy.backward();
  EXPECT_NEAR(entropy.item(), 0.2159, 5e-5);
  EXPECT_TRUE(is_close(logits.grad(),
                       {-0.17049944, 0.12121648, 0.04928295, 0.00331929, -0.00737348, 0.00405419},
                       2e-8));
}

TEST_P(Loss, PointwiseLossesAndReductions) {
  const Tensor p = reals({{1.0, -2.0}, {0.5, 3.0}}), t = reals({{0.0, 0.0}, {0.0, 1.0}});
  const auto check_f = [&](const char* name, auto f, std::vector<double> each) {
    EXPECT_TRUE(is_close(f(kNone), each, 1e-14)) << name;
    double sum = 0;
    for (double v : each) sum += v;
    EXPECT_NEAR(f(kSum).item(), sum, 1e-14) << name;
    EXPECT_NEAR(f(kMean).item(), sum / 4, 1e-14) << name;
    EXPECT_EQ(f(kNone).sizes(), p.sizes()) << name;
  };
  check_f("mse", [&](Reduction r) { return F::mse_loss(p, t, r); }, {1, 4, 0.25, 4});
  check_f("l1", [&](Reduction r) { return F::l1_loss(p, t, r); }, {1, 2, 0.5, 2});
  check_f("smooth l1", [&](Reduction r) { return F::smooth_l1_loss(p, t, r, 1); },
          {0.5, 1.5, 0.125, 1.5});
  check_f("smooth l1 beta", [&](Reduction r) { return F::smooth_l1_loss(p, t, r, 4); },
          {0.125, 0.5, 0.03125, 0.5});
  check_f("smooth l1 beta 0", [&](Reduction r) { return F::smooth_l1_loss(p, t, r, 0); },
          {1, 2, 0.5, 2});
  check_f("huber", [&](Reduction r) { return F::huber_loss(p, t, r, 1.5); },
          {0.5, 1.875, 0.125, 1.875});
  const double half = std::log(2);
  check_f("bce", [&](Reduction r) { return F::binary_cross_entropy(p * 0 + 0.5, t, {}, r); },
          {half, half, half, half});
  check_f("bce with logits",
          [&](Reduction r) { return F::binary_cross_entropy_with_logits(p, t, {}, r); },
          {std::log1p(std::exp(1.0)), std::log1p(std::exp(-2.0)), std::log1p(std::exp(0.5)),
           std::log1p(std::exp(-3.0))});
  check_f("kl", [&](Reduction r) { return F::kl_div(p, t + 1, r); },
          {-1, 2, -0.5, 2 * std::log(2) - 6});
  EXPECT_EQ(nn::MSELoss()->forward(p, t).item(), F::mse_loss(p, t).item());
  EXPECT_EQ(nn::L1Loss(kSum)(p, t).item(), 5.5);
  EXPECT_EQ(nn::BCEWithLogitsLoss()(p, t).item(), F::binary_cross_entropy_with_logits(p, t).item());
  EXPECT_EQ(nn::CrossEntropyLoss()(p, ints({0, 1})).item(),
            F::cross_entropy(p, ints({0, 1})).item());
}

TEST_P(Loss, BinaryLossesDoNotSaturateAndAverageOverAll) {
  const Tensor z = reals({-1000.0, 1000.0, 0.0, 50.0}).requires_grad_(true),
               t = reals({1.0, 1.0, 1.0, 0.0});
  F::binary_cross_entropy_with_logits(z, t, {}, kSum).backward();
  EXPECT_TRUE(is_close(F::binary_cross_entropy_with_logits(z, t, {}, kNone),
                       {1000, 0, std::log(2), 50}, 1e-15));
  EXPECT_TRUE(is_close(z.grad(), {-1, 0, -0.5, 1}, 1e-15));
  // Probabilities of exactly 0 and 1 cost at most 100.
  EXPECT_TRUE(
      is_close(F::binary_cross_entropy(reals({0.0, 1.0, 0.0}), reals({1.0, 0.0, 0.0}), {}, kNone),
               {100, 100, 0}));
  // (N, C): the mean is over N C elements.
  const Tensor wide = zeros({5, 7}, on(kFloat64));
  EXPECT_NEAR(F::binary_cross_entropy_with_logits(wide, wide + 1).item(), std::log(2), 1e-15);
  EXPECT_NEAR(F::binary_cross_entropy(wide + 0.5, wide + 1).item(), std::log(2), 1e-15);
  const Tensor weighted = F::binary_cross_entropy_with_logits(
      reals({0.0, 0.0}), reals({1.0, 0.0}), reals({2.0, 3.0}), kNone, reals({5.0, 7.0}));
  EXPECT_TRUE(is_close(weighted, {10 * std::log(2), 3 * std::log(2)}, 1e-15));
}

TEST_P(Loss, CrossEntropyDoesNotSaturate) {
  const Tensor logits = reals({{1000.0, 0.0, -1000.0}}).requires_grad_(true);
  const Tensor loss = F::cross_entropy(logits, ints({2}));
  EXPECT_EQ(loss.item(), 2000);
  loss.backward();
  EXPECT_TRUE(is_close(logits.grad(), {1, 0, -1}));
  EXPECT_NEAR(F::cross_entropy(tensor({{60.0, 0.0}}, on()), ints({1})).item(), 60, 1e-5);
}

/// Cross entropy of one row, from its definition.
double entropy_of(const std::vector<double>& row, std::size_t label) {
  double sum = 0;
  for (double v : row) sum += std::exp(v);
  return std::log(sum) - row[label];
}

TEST_P(Loss, CrossEntropyOptions) {
  const Tensor x = reals({{0.5, -1.0, 2.0}, {1.5, 0.0, -0.5}, {0.1, 0.2, 0.3}});
  const double a = entropy_of({0.5, -1, 2}, 0), b = entropy_of({1.5, 0, -0.5}, 2),
               c = entropy_of({0.1, 0.2, 0.3}, 1);
  const Tensor labels = ints({0, 2, 1}), weight = reals({1.0, 2.0, 4.0});
  using O = F::CrossEntropyOptions;
  const auto loss = [&](const O& options) { return F::cross_entropy(x, labels, options); };
  EXPECT_TRUE(is_close(loss({}), {(a + b + c) / 3}, 1e-14));
  EXPECT_TRUE(is_close(loss({.weight = {}, .reduction = kSum}), {a + b + c}, 1e-14));
  EXPECT_TRUE(is_close(loss({.weight = {}, .reduction = kNone}), {a, b, c}, 1e-14));
  EXPECT_TRUE(is_close(loss({.weight = weight}), {(a + 4 * b + 2 * c) / 7}, 1e-14));
  EXPECT_TRUE(is_close(loss({.weight = weight, .reduction = kNone}), {a, 4 * b, 2 * c}, 1e-14));
  EXPECT_TRUE(is_close(loss({.weight = {}, .ignore_index = 2}), {(a + c) / 2}, 1e-14));
  EXPECT_TRUE(is_close(loss({.weight = weight, .ignore_index = 2, .reduction = kNone}),
                       {a, 0, 2 * c}, 1e-14));
  // Smoothing mixes in the mean over all classes (weighted ones by their weights).
  const double s = 0.3;
  const auto smooth = [&](const std::vector<double>& row) {
    return (entropy_of(row, 0) + entropy_of(row, 1) + entropy_of(row, 2)) / 3;
  };
  const double smooth_sum = smooth({0.5, -1, 2}) + smooth({1.5, 0, -0.5}) + smooth({0.1, 0.2, 0.3});
  EXPECT_TRUE(is_close(loss({.weight = {}, .label_smoothing = s}),
                       {((1 - s) * (a + b + c) + s * smooth_sum) / 3}, 1e-14));
  const auto weighted_smooth = [&](const std::vector<double>& row) {
    return (entropy_of(row, 0) + 2 * entropy_of(row, 1) + 4 * entropy_of(row, 2)) / 3;
  };
  const double weighted_sum = weighted_smooth({0.5, -1, 2}) + weighted_smooth({1.5, 0, -0.5}) +
                              weighted_smooth({0.1, 0.2, 0.3});
  EXPECT_TRUE(is_close(loss({.weight = weight, .label_smoothing = s}),
                       {((1 - s) * (a + 4 * b + 2 * c) + s * weighted_sum) / 7}, 1e-14));
  // Probabilities in place of labels.
  EXPECT_TRUE(
      is_close(F::cross_entropy(x, one_hot(labels).to(kFloat64)), {(a + b + c) / 3}, 1e-14));
  EXPECT_TRUE(is_close(F::nll_loss(log_softmax(x, 1), labels, {.weight = weight}),
                       {(a + 4 * b + 2 * c) / 7}, 1e-14));
  // More dimensions: classes stand second.
  EXPECT_TRUE(is_close(F::cross_entropy(x.t().unsqueeze(0), labels.unsqueeze(0)), {(a + b + c) / 3},
                       1e-14));
  EXPECT_EQ(
      F::cross_entropy(x.t().unsqueeze(0), labels.unsqueeze(0), {.weight = {}, .reduction = kNone})
          .sizes(),
      Shape({1, 3}));
  EXPECT_NEAR(F::cross_entropy(x[0], labels[0]).item(), a, 1e-14);
}

TEST_P(Loss, MeansOverNothingAreNan) {
  const Tensor nothing = zeros({0, 3}, on());
  EXPECT_TRUE(std::isnan(F::mse_loss(nothing, nothing).item()));
  EXPECT_TRUE(std::isnan(F::cross_entropy(nothing, zeros({0}, on(kInt64))).item()));
  EXPECT_TRUE(std::isnan(F::cross_entropy(ones({2, 3}, on()), ints({-100, -100})).item()));
  EXPECT_EQ(F::mse_loss(nothing, nothing, kSum).item(), 0);
}

TEST_P(Loss, IgnoredRowsGiveNoGradient) {
  const Tensor x = randn({4, 3}).to(device()).requires_grad_(true);
  F::cross_entropy(x, ints({0, -100, 2, -100})).backward();
  EXPECT_EQ(x.grad()[1].abs().sum().item(), 0);
  EXPECT_NE(x.grad()[0].abs().sum().item(), 0);
  // A mean over nothing is nan; what it passes on is not.
  for (bool create_graph : {false, true}) {
    const Tensor loss = F::cross_entropy(x, ints({-100, -100, -100, -100}));
    const Tensor slope = autograd::grad({loss}, {x}, {}, {}, create_graph)[0];
    EXPECT_TRUE(equal(slope, zeros({4, 3}, on()))) << create_graph;
  }
}

TEST_P(Loss, ManyRowsAreAsOne) {
  for (const Shape& shape : {Shape{75, 5}, Shape{33, 2}, Shape{16, 32}, Shape{20, 40}}) {
    SCOPED_TRACE(shape.str());
    const Tensor x = randn(shape).to(device()).requires_grad_(true);
    const Tensor labels = randint(0, shape[1], {shape[0]}, kInt64).to(device());
    const Tensor losses = F::cross_entropy(x, labels, {.weight = {}, .reduction = kNone});
    const Tensor slopes = autograd::grad({losses.sum()}, {x})[0], shares = softmax(x, 1);
    for (std::int64_t row = 0; row < shape[0]; ++row) {
      const Tensor one = x.detach().slice(0, row, row + 1).clone().requires_grad_(true);
      const Tensor loss = F::cross_entropy(one, labels.slice(0, row, row + 1));
      EXPECT_TRUE(same_bits(losses.detach()[row], loss.detach())) << row;
      EXPECT_TRUE(same_bits(slopes[row], autograd::grad({loss}, {one})[0][0])) << row;
      EXPECT_TRUE(same_bits(shares.detach()[row], softmax(one, 1).detach()[0])) << row;
    }
  }
}

TEST_P(Loss, CrossEntropysMeanIsItsSumOverTheCount) {
  const Tensor x = leaf({4, 3}), labels = ints({0, -100, 2, 1});
  const auto mean = [&](const TensorList& at) {
    return TensorList{3 * F::cross_entropy(at[0], labels)};
  };
  const Tensor sum = F::cross_entropy(x, labels, {.weight = {}, .reduction = kSum});
  EXPECT_TRUE(is_close(mean({x})[0], sum, 1e-14));
  EXPECT_TRUE(is_close(autograd::grad(mean({x}), {x})[0], autograd::grad({sum}, {x})[0], 1e-14));
  EXPECT_NO_THROW(autograd::gradcheck(mean, {x}));
  EXPECT_NO_THROW(autograd::gradgradcheck(mean, {x}));
}

TEST_P(Loss, GradientsOfEveryCrossEntropy) {
  const Tensor x = leaf({4, 3}), labels = ints({0, 2, 1, 2}), weight = reals({1.0, 0.5, 3.0});
  for (const Reduction reduction : {kNone, kSum, kMean})
    for (const Tensor& weights : {Tensor(), weight})
      for (const double smoothing : {0.0, 0.3})
        for (const std::int64_t ignored : {-100, 2}) {
          const F::CrossEntropyOptions options{weights, ignored, reduction, smoothing};
          const auto entropy = [&](const TensorList& at) {
            return TensorList{F::cross_entropy(at[0], labels, options)};
          };
          const auto likelihood = [&](const TensorList& at) {
            return TensorList{F::nll_loss(at[0], labels, options)};
          };
          EXPECT_NO_THROW(autograd::gradcheck(entropy, {x}));
          EXPECT_NO_THROW(autograd::gradgradcheck(entropy, {x}));
          EXPECT_NO_THROW(autograd::gradcheck(likelihood, {x}));
          // Long rows take another way through the kernels.
          const Tensor wide = leaf({4, 40}), long_weight = leaf({40}).detach().abs();
          const F::CrossEntropyOptions long_options{weights.defined() ? long_weight : Tensor(),
                                                    ignored, reduction, smoothing};
          EXPECT_NO_THROW(autograd::gradcheck(
              [&](const TensorList& at) {
                return TensorList{F::cross_entropy(at[0], labels, long_options)};
              },
              {wide}));
        }
}

TEST_P(Loss, GradientsOfEverySummedLoss) {
  const Tensor p = leaf({5, 2}), t = leaf({2, 5}).t();  // one of them strided
  using Function = std::function<Tensor(const Tensor&, const Tensor&, Reduction)>;
  const std::vector<Function> losses = {
      [](auto& a, auto& b, Reduction r) { return F::mse_loss(a, b, r); },
      [](auto& a, auto& b, Reduction r) { return F::l1_loss(a, b, r); },
      [](auto& a, auto& b, Reduction r) { return F::smooth_l1_loss(a, b, r, 0.7); },
      [](auto& a, auto& b, Reduction r) { return F::huber_loss(a, b, r, 0.7); },
      [](auto& a, auto& b, Reduction r) {
        return F::binary_cross_entropy(a.sigmoid(), b.sigmoid(), {}, r);
      },
      [](auto& a, auto& b, Reduction r) {
        return F::binary_cross_entropy_with_logits(a, b, {}, r);
      },
      [](auto& a, auto& b, Reduction r) { return F::kl_div(a, b.sigmoid(), r); }};
  for (const Function& loss : losses)
    for (const Reduction reduction : {kSum, kMean}) {
      const auto both = [&](const TensorList& at) {
        return TensorList{3 * loss(at[0], at[1], reduction)};
      };
      EXPECT_NO_THROW(autograd::gradcheck(both, {p, t}));
      EXPECT_NO_THROW(autograd::gradgradcheck(both, {p, t}));
      // The same as the elements' losses, reduced.
      const Tensor each = loss(p, t, kNone);
      const Tensor whole = loss(p, t, reduction);
      EXPECT_TRUE(is_close(whole, reduction == kSum ? each.sum() : each.mean(), 1e-14));
    }
  // Longer than a chunk of a sum, 16-bit, 0-d.
  const Tensor a = randn({3, 5000}).to(device()), b = randn({3, 5000}).to(device());
  EXPECT_TRUE(is_close(F::mse_loss(a, b), F::mse_loss(a, b, kNone).mean(), 1e-6));
  EXPECT_TRUE(is_close(F::mse_loss(a, b, kSum), F::mse_loss(a, b, kNone).sum(), 1e-2));
  EXPECT_EQ(F::mse_loss(a.to(kHalf), b.to(kHalf)).dtype(), kHalf);
  EXPECT_NEAR(F::mse_loss(a.to(kHalf), b.to(kHalf)).item(), F::mse_loss(a, b).item(), 2e-3);
  EXPECT_EQ(F::mse_loss(full({}, 2.0, on()), full({}, 5.0, on())).item(), 9);
}

TEST_P(Loss, AnIgnoredRowPassesNothingOn) {
  const double infinity = std::numeric_limits<double>::infinity();
  const Tensor x = leaf({2, 3}), labels = ints({1, -100});
  for (const Reduction reduction : {kNone, kSum, kMean})
    for (const bool create_graph : {false, true}) {
      const Tensor loss = F::cross_entropy(x, labels, {.weight = {}, .reduction = reduction});
      const Tensor grad = full(loss.sizes(), infinity, on(kFloat64));
      const Tensor slope = autograd::grad({loss}, {x}, {grad}, {}, create_graph)[0].detach();
      EXPECT_TRUE(equal(slope[1], zeros({3}, on(kFloat64))));
      EXPECT_FALSE(any(isfinite(slope[0])).item<bool>());
    }
}

TEST_P(Loss, WrongInputThrows) {
  const Tensor x = ones({2, 3}, on()), labels = ints({0, 1});
  EXPECT_TRUE(throws([&] { F::mse_loss(x, ones({3}, on())); }, {"mse_loss", "[2, 3]", "[3]"}));
  EXPECT_TRUE(throws([&] { F::l1_loss(x, ones({2, 1}, on())); }, {"l1_loss", "[2, 1]"}));
  EXPECT_TRUE(throws([&] { F::binary_cross_entropy_with_logits(x, ones({2}, on())); },
                     {"binary_cross_entropy_with_logits", "[2]"}));
  EXPECT_TRUE(throws<IndexError>(waited_for([&] {
                                   F::cross_entropy(x, ints({0, 3}));
                                 }),
                                 {"cross_entropy", "3", "row 1"}));
  EXPECT_TRUE(throws<IndexError>(waited_for([&] {
                                   F::cross_entropy(x, ints({-1, 0}));
                                 }),
                                 {"cross_entropy", "-1"}));
  EXPECT_TRUE(throws<IndexError>(waited_for([&] {
                                   F::nll_loss(x, ints({0, 3}));
                                 }),
                                 {"nll_loss", "3", "row 1"}));
  EXPECT_TRUE(throws([&] { F::mse_loss(x, x, kBatchMean); }, {"mse_loss", "batchmean"}));
  EXPECT_TRUE(throws(
      [&] {
        F::cross_entropy(x, ints({0, 1, 2}));
      },
      {"cross_entropy", "[2, 3]", "[3]"}));
  EXPECT_TRUE(throws([&] { F::cross_entropy(x, labels, {.weight = ones({2}, on())}); },
                     {"cross_entropy", "weight"}));
  EXPECT_TRUE(throws([&] { F::cross_entropy(x, labels, {.weight = {}, .label_smoothing = 1.5}); },
                     {"label_smoothing", "1.5"}));
  EXPECT_TRUE(throws([&] { F::cross_entropy(x.to(kInt64), labels); }, {"cross_entropy", "int64"}));
  EXPECT_TRUE(throws<IndexError>(waited_for([&] {
                                   F::embedding(ints({0, 5}), x);
                                 }),
                                 {"embedding", "5"}));
  EXPECT_TRUE(throws<IndexError>(waited_for([&] {
                                   F::embedding(ints({0, -1}), x);
                                 }),
                                 {"embedding", "-1"}));
  EXPECT_TRUE(throws([&] { F::embedding(x, x); }, {"embedding", "float32"}));
  EXPECT_TRUE(throws([&] { F::layer_norm(x, {2}); }, {"layer_norm", "[2]", "[2, 3]"}));
  EXPECT_TRUE(throws([&] { F::dropout(x, 1.5); }, {"dropout", "1.5"}));
}

TEST_P(Loss, LayerNormAndEmbedding) {
  const Tensor x = reals({{1.0, 2.0, 3.0, 4.0}, {5.0, 5.0, 5.0, 5.0}});
  const double d = 1 / std::sqrt(1.25 + 1e-5);
  EXPECT_TRUE(
      is_close(F::layer_norm(x, {4}), {-1.5 * d, -0.5 * d, 0.5 * d, 1.5 * d, 0, 0, 0, 0}, 1e-14));
  EXPECT_TRUE(
      is_close(F::layer_norm(x, {4}, full({4}, 2.0, on(kFloat64)), full({4}, 1.0, on(kFloat64))),
               {1 - 3 * d, 1 - d, 1 + d, 1 + 3 * d, 1, 1, 1, 1}, 1e-14));
  // Offsets far beyond the spread cost nothing.
  const Tensor far = tensor({1e8, 1e8 + 8, 1e8 + 16, 1e8 + 24}, on(kFloat32));
  EXPECT_TRUE(is_close(F::layer_norm(far, {4}, {}, {}, 0),
                       F::layer_norm(tensor({0.0, 8.0, 16.0, 24.0}, on(kFloat32)), {4}, {}, {}, 0),
                       1e-6));
  nn::LayerNorm layer(nn::LayerNormOptions(4).eps(0));
  layer->to(device(), kFloat64);
  EXPECT_EQ(layer->named_parameters()[1].key(), "bias");
  const Tensor lines = leaf({3, 4});
  EXPECT_TRUE(is_close(layer(lines), F::layer_norm(lines, {4}, {}, {}, 0), 1e-14));
  EXPECT_NO_THROW(autograd::gradcheck(
      [&](const TensorList& at) { return TensorList{F::layer_norm(at[0], {4}, at[1], at[2])}; },
      {lines, layer->weight, layer->bias}));
  EXPECT_TRUE(
      nn::LayerNorm(nn::LayerNormOptions({2, 2}).elementwise_affine(false))->parameters().empty());
  EXPECT_TRUE(throws([] { nn::LayerNorm(Shape{}); }, {"LayerNorm", "dimension"}));
  EXPECT_TRUE(is_close(F::embedding(ints({{1, 0}}), x), {5, 5, 5, 5, 1, 2, 3, 4}));
}

TEST_P(Loss, IgnoredRowsHaveNoSecondDerivativesEither) {
  const Tensor x = leaf({2, 3}), labels = full({2}, -100, on(kInt64));
  const Tensor loss = nn::functional::cross_entropy(x, labels);
  EXPECT_TRUE(std::isnan(loss.item<double>()));
  const Tensor slope = autograd::grad({loss}, {x}, {}, true, true)[0];
  EXPECT_TRUE(equal(slope.detach(), zeros({2, 3}, on(kFloat64))));
  const Tensor second = autograd::grad({slope.sum()}, {x}, {}, {}, false, true)[0];
  EXPECT_TRUE(!second.defined() || equal(second, zeros({2, 3}, on(kFloat64))));
}

}  // namespace
}  // namespace tandem::testing
