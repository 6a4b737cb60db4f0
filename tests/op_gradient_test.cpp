// First and second gradients of every op that is not elementwise, by finite differences.
#include "tests/devices.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

namespace F = nn::functional;

struct GradientCase {
  const char* name;
  std::vector<Shape> inputs;
  autograd::DifferentiableFunction f;
  std::vector<double> zeros_at = {};  ///< positions of the first input that are set to 0
};

Tensor labels(const Tensor& like, std::initializer_list<TensorData> data) {
  return tensor(data, like.options().dtype(kInt64));
}

// A square or tanh around a linear op makes its second gradient something to check.
const std::vector<GradientCase>& reduction_cases() {
  static const double infinite = std::numeric_limits<double>::infinity();
  using L = const TensorList&;
  static const std::vector<GradientCase> cases = {
      {"sum",
       {{3, 4}},
       [](L x) {
         return TensorList{square(x[0].sum()), square(x[0].sum({0})), square(x[0].sum({-1}, true))};
       }},
      {"mean",
       {{3, 4}},
       [](L x) {
         return TensorList{square(x[0].mean()), square(x[0].mean({1}))};
       }},
      {"sum of transposed",
       {{3, 4, 2}},
       [](L x) {
         return TensorList{square(x[0].permute({2, 0, 1}).sum({0, 2}))};
       }},
      {"prod",
       {{2, 3}},
       [](L x) {
         return TensorList{x[0].prod(), x[0].prod(1), x[0].prod(0, true)};
       }},
      {"prod with a zero",
       {{2, 3}},
       [](L x) {
         return TensorList{x[0].prod(), x[0].prod(1)};
       },
       {1}},
      {"prod with two zeros",
       {{2, 3}},
       [](L x) {
         return TensorList{x[0].prod(), x[0].prod(1), x[0].prod(0)};
       },
       {1, 2}},
      {"var",
       {{3, 4}},
       [](L x) {
         return TensorList{x[0].var(), x[0].var({1}, false), x[0].var({0}, true, true)};
       }},
      {"std",
       {{3, 4}},
       [](L x) {
         return TensorList{x[0].std(), x[0].std({1}, false)};
       }},
      {"norm",
       {{3, 4}},
       [](L x) {
         return TensorList{x[0].norm(), x[0].norm(2, {1}), x[0].norm(1, {0}),
                           x[0].norm(3, {1}, true)};
       }},
      {"norm inf", {{3, 4}}, [](L x) { return TensorList{square(x[0].norm(infinite, {1}))}; }},
      {"max",
       {{3, 4}},
       [](L x) {
         return TensorList{square(x[0].max()), square(x[0].min()), square(std::get<0>(x[0].max(1))),
                           square(std::get<0>(x[0].min(0, true)))};
       }},
      {"amax",
       {{3, 4}},
       [](L x) {
         return TensorList{square(x[0].amax()), square(x[0].amax({1})),
                           square(x[0].amin({0, 1}, true))};
       }},
      {"cumsum",
       {{3, 4}},
       [](L x) {
         return TensorList{square(x[0].cumsum(0)), square(x[0].cumsum(-1))};
       }},
      {"softmax",
       {{3, 4}},
       [](L x) {
         return TensorList{softmax(x[0], 1), softmax(x[0], 0)};
       }},
      {"log_softmax",
       {{3, 4}},
       [](L x) {
         return TensorList{log_softmax(x[0], 1), log_softmax(x[0], 0)};
       }},
      {"logsumexp",
       {{3, 4}},
       [](L x) {
         return TensorList{logsumexp(x[0], 1), logsumexp(x[0], 0, true)};
       }},
      {"clone, contiguous, to", {{3, 4}}, [](L x) {
         return TensorList{square(x[0].t().contiguous()), square(x[0].clone())};
       }}};
  return cases;
}

const std::vector<GradientCase>& product_cases() {
  using L = const TensorList&;
  static const auto product = [](L x) { return TensorList{tanh(matmul(x[0], x[1]))}; };
  static const std::vector<GradientCase> cases = {
      {"[n] [n]", {{4}, {4}}, product},
      {"[m, n] [n]", {{3, 4}, {4}}, product},
      {"[n] [n, k]", {{4}, {4, 2}}, product},
      {"[m, n] [n, k]", {{3, 4}, {4, 2}}, product},
      {"[b, m, n] [b, n, k]", {{2, 3, 4}, {2, 4, 2}}, product},
      {"[b, m, n] [n, k]", {{2, 3, 4}, {4, 2}}, product},
      {"[m, n] [b, n, k]", {{3, 4}, {2, 4, 2}}, product},
      {"[b, m, n] [n]", {{2, 3, 4}, {4}}, product},
      {"[n] [b, n, k]", {{4}, {2, 4, 3}}, product},
      {"[a, 1, m, n] [b, n, k]", {{2, 1, 2, 3}, {3, 3, 2}}, product},
      {"both transposed",
       {{4, 3}, {2, 4}},
       [](L x) { return TensorList{tanh(matmul(x[0].t(), x[1].t()))}; }},
      {"a square",
       {{3, 3}},
       [](L x) {
         return TensorList{matmul(x[0], x[0].t()), matmul(x[0], x[0])};
       }},
      {"bmm, mm, mv, dot",
       {{2, 2, 2}},
       [](L x) {
         return TensorList{bmm(x[0], x[0]), mm(x[0][0], x[0][1]), mv(x[0][0], x[0][1][0]),
                           dot(x[0][0][0], x[0][1][1])};
       }},
      {"addmm",
       {{3, 2}, {3, 4}, {4, 2}},
       [](L x) { return TensorList{tanh(addmm(x[0], x[1], x[2], 0.5, 2))}; }},
      {"addmm broadcast",
       {{2}, {3, 4}, {4, 2}},
       [](L x) { return TensorList{tanh(addmm(x[0], x[1], x[2]))}; }},
      {"linear",
       {{3, 4}, {2, 4}, {2}},
       [](L x) { return TensorList{tanh(linear(x[0], x[1], x[2]))}; }},
      {"linear without bias",
       {{3, 4}, {2, 4}},
       [](L x) { return TensorList{tanh(linear(x[0], x[1]))}; }},
      {"linear of a vector",
       {{4}, {2, 4}, {2}},
       [](L x) { return TensorList{tanh(linear(x[0], x[1], x[2]))}; }},
      {"linear of a batch of rows",
       {{2, 3, 4}, {2, 4}, {2}},
       [](L x) { return TensorList{tanh(linear(x[0], x[1], x[2]))}; }},
      {"linear of strided",
       {{4, 3}, {4, 2}, {2}},
       [](L x) { return TensorList{tanh(linear(x[0].t(), x[1].t(), x[2]))}; }},
      {"two layers", {{3, 4}, {5, 4}, {5}, {2, 5}}, [](L x) {
         return TensorList{linear(tanh(linear(x[0], x[1], x[2])), x[3])};
       }}};
  return cases;
}

const std::vector<GradientCase>& layer_cases() {
  using L = const TensorList&;
  using Options = F::CrossEntropyOptions;
  const auto entropy = [](Options options) {
    return [options](L x) mutable {
      const Tensor target = labels(x[0], {2, 0, 1, 2});
      if (options.weight.defined()) options.weight = options.weight.to(x[0].device());
      return TensorList{F::cross_entropy(x[0], target, options)};
    };
  };
  const Tensor weight = tensor({0.5, 1.0, 2.0}, kFloat64);
  static const std::vector<GradientCase> cases = {
      {"embedding",
       {{5, 3}},
       [](L x) {
         return TensorList{square(F::embedding(labels(x[0], {{1, 4}, {1, 0}}), x[0]))};
       }},
      {"layer_norm",
       {{3, 4}, {4}, {4}},
       [](L x) { return TensorList{F::layer_norm(x[0], {4}, x[1], x[2])}; }},
      {"layer_norm plain",
       {{2, 3, 4}},
       [](L x) {
         return TensorList{F::layer_norm(x[0], {3, 4})};
       }},
      {"cross_entropy", {{4, 3}}, entropy({})},
      {"cross_entropy sum", {{4, 3}}, entropy({.weight = {}, .reduction = kSum})},
      {"cross_entropy none", {{4, 3}}, entropy({.weight = {}, .reduction = kNone})},
      {"cross_entropy weighted", {{4, 3}}, entropy({.weight = weight})},
      {"cross_entropy weighted none", {{4, 3}}, entropy({.weight = weight, .reduction = kNone})},
      {"cross_entropy ignoring", {{4, 3}}, entropy({.weight = {}, .ignore_index = 2})},
      {"cross_entropy smoothed", {{4, 3}}, entropy({.weight = {}, .label_smoothing = 0.1})},
      {"cross_entropy with everything",
       {{4, 3}},
       entropy({.weight = weight, .ignore_index = 0, .reduction = kMean, .label_smoothing = 0.2})},
      {"cross_entropy of probabilities",
       {{4, 3}, {4, 3}},
       [](L x) { return TensorList{F::cross_entropy(x[0], softmax(x[1], 1))}; }},
      {"cross_entropy of images",
       {{2, 3, 4}},
       [](L x) {
         return TensorList{F::cross_entropy(x[0], labels(x[0], {{0, 1, 2, 2}, {1, 1, 0, 2}}))};
       }},
      {"cross_entropy of a vector",
       {{3}},
       [](L x) { return TensorList{F::cross_entropy(x[0], labels(x[0], {1}).select(0, 0))}; }},
      {"nll_loss",
       {{4, 3}},
       [](L x) {
         return TensorList{F::nll_loss(log_softmax(x[0], 1), labels(x[0], {2, 0, 1, 2}))};
       }},
      {"mse, l1, huber",
       {{3, 4}, {3, 4}},
       [](L x) {
         return TensorList{F::mse_loss(x[0], x[1]), F::l1_loss(x[0], x[1]),
                           F::huber_loss(x[0], x[1], kNone, 0.5),
                           F::smooth_l1_loss(x[0], x[1], kSum, 0.5)};
       }},
      {"bce",
       {{3, 4}, {3, 4}},
       [](L x) {
         return TensorList{F::binary_cross_entropy(sigmoid(x[0]), sigmoid(x[1])),
                           F::binary_cross_entropy_with_logits(x[0], sigmoid(x[1]), {}, kNone)};
       }},
      {"bce with weights",
       {{3, 4}, {4}},
       [](L x) {
         const Tensor factors = exp(x[1]), target = sigmoid(x[0] * 2);
         return TensorList{
             F::binary_cross_entropy_with_logits(x[0], target, factors, kMean, factors)};
       }},
      {"kl_div", {{3, 4}, {3, 4}}, [](L x) {
         return TensorList{F::kl_div(log_softmax(x[0], 1), softmax(x[1], 1), kSum)};
       }}};
  return cases;
}

class OpGradient : public OnDevice {
 protected:
  void check_all(const std::vector<GradientCase>& cases) const {
    unsigned seed = 100;
    for (const GradientCase& c : cases) {
      manual_seed(seed++);
      TensorList at;
      for (const Shape& shape : c.inputs) at.push_back(leaf(shape));
      {
        const NoGradGuard guard;
        for (double position : c.zeros_at)
          at[0].view({-1}).select(0, static_cast<std::int64_t>(position)).fill_(0);
      }
      EXPECT_NO_THROW(autograd::gradcheck(c.f, at)) << c.name;
      EXPECT_NO_THROW(autograd::gradgradcheck(c.f, at)) << c.name;
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Devices, OpGradient, every_device(), device_name);

TEST_P(OpGradient, Reductions) { check_all(reduction_cases()); }
TEST_P(OpGradient, Products) { check_all(product_cases()); }
TEST_P(OpGradient, Layers) { check_all(layer_cases()); }

TEST_P(OpGradient, BiasKeepsItsShapeUnderCreateGraph) {
  const Tensor x = leaf({5, 4}), w = leaf({3, 4}), b = leaf({3});
  const Tensor loss = square(linear(x, w, b)).sum();
  const TensorList first = autograd::grad({loss}, {x, w, b}, {}, true, true);
  EXPECT_EQ(first[0].sizes(), x.sizes());
  EXPECT_EQ(first[1].sizes(), w.sizes());
  EXPECT_EQ(first[2].sizes(), b.sizes());
  const Tensor second = autograd::grad({square(first[2]).sum()}, {b})[0];
  EXPECT_EQ(second.sizes(), b.sizes());
}

TEST_P(OpGradient, ThirdOrderThroughLinearAndTanh) {
  const auto second = [](const TensorList& x) {
    const Tensor y = linear(tanh(linear(x[0], x[1])), x[2]).sum();
    const Tensor first = autograd::grad({y}, {x[0]}, {}, true, true)[0];
    return TensorList{autograd::grad({square(first).sum()}, {x[0]}, {}, true, true)[0]};
  };
  const TensorList at = {leaf({2, 2}), leaf({3, 2}), leaf({1, 3})};
  EXPECT_NO_THROW(autograd::gradcheck(second, at));
}

}  // namespace
}  // namespace tandem::testing
