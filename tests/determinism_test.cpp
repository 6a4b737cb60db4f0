// The same bits at any number of threads, and every time.
#include "tests/expect.h"

namespace tandem::testing {
namespace {

struct Computation {
  const char* name;
  std::function<TensorList()> run;
};

Tensor big(const Shape& shape, std::uint64_t seed, DType dtype = kFloat32) {
  return randn(shape, dtype, Generator(seed));
}

TensorList backward_of(const TensorList& leaves,
                       const std::function<Tensor(const TensorList&)>& f) {
  TensorList own;
  for (const Tensor& leaf : leaves) own.push_back(leaf.detach().requires_grad_(true));
  const Tensor y = f(own);
  y.backward(ones_like(y));
  TensorList results = {y.detach()};
  for (const Tensor& leaf : own) results.push_back(leaf.grad());
  return results;
}

const std::vector<Computation>& computations() {
  using L = const TensorList&;
  static const std::vector<Computation> all = {
      {"sum",
       [] {
         const Tensor x = big({1000, 1003}, 1);
         return TensorList{x.sum(), x.sum({0}), x.sum({1}), x.t().sum({0})};
       }},
      {"mean, var, norm",
       [] {
         const Tensor x = big({700, 901}, 2);
         return TensorList{x.mean(), x.var(), x.norm(), x.var(Shape{0}), x.norm(2, {1})};
       }},
      {"float64 sum",
       [] {
         const Tensor x = big({300'001}, 3, kFloat64);
         return TensorList{x.sum(), x.prod()};
       }},
      {"max",
       [] {
         const Tensor x = big({500, 777}, 4);
         return TensorList{x.max(), x.argmax(), x.argmax(0), x.amin({1})};
       }},
      {"softmax",
       [] {
         const Tensor x = big({600, 501}, 5);
         return TensorList{softmax(x, 1), softmax(x, 0), log_softmax(x, 1), logsumexp(x, 1)};
       }},
      {"cumsum",
       [] {
         const Tensor x = big({50, 5001}, 6);
         return TensorList{x.cumsum(0), x.cumsum(1)};
       }},
      {"elementwise",
       [] {
         const Tensor x = big({1001, 513}, 7);
         return TensorList{tanh(x), x * x.select(0, 3), exp(x.t())};
       }},
      {"matmul",
       [] {
         return TensorList{matmul(big({517, 301}, 8), big({301, 255}, 9)),
                           matmul(big({3, 5001}, 10), big({5001, 2}, 11))};
       }},
      {"float64 matmul",
       [] {
         return TensorList{matmul(big({257, 130}, 12, kFloat64), big({130, 199}, 13, kFloat64))};
       }},
      {"batched matmul",
       [] {
         return TensorList{matmul(big({9, 65, 70}, 14), big({9, 70, 33}, 15))};
       }},
      {"mv, dot",
       [] {
         return TensorList{mv(big({800, 900}, 16), big({900}, 17)),
                           dot(big({100'003}, 18), big({100'003}, 19))};
       }},
      {"linear",
       [] {
         return backward_of({big({1027, 67}, 20), big({130, 67}, 21), big({130}, 22)},
                            [](L x) { return linear(x[0], x[1], x[2]); });
       }},
      {"long sums",
       [] {
         return backward_of({big({9001, 48}, 33), big({40, 48}, 34), big({40}, 35)},
                            [](L x) { return linear(x[0], x[1], x[2]); });
       }},
      {"tall linear",
       [] {
         return backward_of({big({20'000, 2}, 23), big({64, 2}, 24), big({64}, 25)},
                            [](L x) { return tanh(linear(x[0], x[1], x[2])); });
       }},
      {"broadcast gradient",
       [] {
         return backward_of({big({3000, 100}, 26), big({100}, 27)},
                            [](L x) { return x[0] * x[1]; });
       }},
      {"cross entropy",
       [] {
         const Tensor labels = randint(0, 101, {3000}, {}, Generator(28));
         return backward_of({big({3000, 101}, 29)},
                            [&](L x) { return nn::functional::cross_entropy(x[0], labels); });
       }},
      {"scatter",
       [] {
         const Tensor index = randint(0, 50, {40'000}, {}, Generator(30));
         return TensorList{zeros({50, 3}).index_add(0, index, big({40'000, 3}, 31)),
                           big({40'000, 3}, 31).index_select(0, index)};
       }},
      {"sort",
       [] {
         const auto [v, i] = randint(0, 100, {20, 3001}, {}, Generator(32)).sort(1);
         return TensorList{v, i};
       }},
      {"random", [] {
         manual_seed(5);
         return TensorList{rand({100'001}), randn({100'001}),
                           nn::functional::dropout(ones({70'001}), 0.3)};
       }}};
  return all;
}

class Threads : public ::testing::Test {
 protected:
  void TearDown() override { set_num_threads(before_); }
  int before_ = get_num_threads();
};

TEST_F(Threads, AnyNumberGivesTheSameBits) {
  for (const Computation& c : computations()) {
    set_num_threads(1);
    const TensorList expected = c.run();
    for (int threads : {1, 2, 3, 7}) {
      set_num_threads(threads);
      const TensorList found = c.run();
      ASSERT_EQ(found.size(), expected.size());
      for (std::size_t i = 0; i < found.size(); ++i)
        EXPECT_TRUE(same_bits(found[i], expected[i]))
            << c.name << ", result " << i << ", " << threads << " threads";
    }
  }
}

TEST_F(Threads, TheNumberIsKeptAndChecked) {
  set_num_threads(3);
  EXPECT_EQ(get_num_threads(), 3);
  EXPECT_TRUE(throws([] { set_num_threads(0); }, {"set_num_threads", "0"}));
  EXPECT_EQ(get_num_threads(), 3);
}

TEST_F(Threads, TrainingStepsRepeatBitForBit) {
  const auto train = [](int threads) {
    set_num_threads(threads);
    manual_seed(3);
    nn::Sequential model(nn::Linear(20, 64), nn::Tanh(), nn::Dropout(0.1), nn::Linear(64, 5));
    optim::Adam adam(model->parameters(), optim::AdamOptions(1e-2));
    const Tensor x = randn({256, 20}), labels = randint(0, 5, {256});
    Tensor loss;
    for (int step = 0; step < 10; ++step) {
      adam.zero_grad();
      loss = nn::functional::cross_entropy(model->forward(x), labels);
      loss.backward();
      adam.step();
    }
    TensorList state = model->parameters();
    state.push_back(loss.detach());
    return state;
  };
  const TensorList once = train(1), twice = train(1), wide = train(3);
  for (std::size_t i = 0; i < once.size(); ++i) {
    EXPECT_TRUE(same_bits(once[i], twice[i])) << i;
    EXPECT_TRUE(same_bits(once[i], wide[i])) << i;
  }
}

}  // namespace
}  // namespace tandem::testing
