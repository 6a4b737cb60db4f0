// Layers and what they refuse, where random programs against PyTorch (tests/differential) do not
// go. The numbers are PyTorch's.
#include <gtest/gtest.h>

#include <numeric>

#include "tests/devices.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

namespace F = nn::functional;
namespace rnn = nn::utils::rnn;

class LayerSet : public OnDevice {};
INSTANTIATE_TEST_SUITE_P(Devices, LayerSet, every_device(), device_name);

// ---- in place ----

template <class Function> void expect_in_place(const Tensor& x, const Function& function) {
  const Tensor expected = function(x, false), own = x.clone();
  const Tensor result = function(own, true);
  EXPECT_TRUE(same_bits(own, expected));
  EXPECT_TRUE(result.is_alias_of(own));
  EXPECT_FALSE(same_bits(x, expected));
}

TEST_P(LayerSet, InplaceWritesIntoTheInput) {
  const Tensor x = tensor({-2.0, -0.5, 0.25, 7.5}, on(kFloat32));
  expect_in_place(x, [](const Tensor& y, bool inplace) { return F::relu(y, inplace); });
  expect_in_place(x, [](const Tensor& y, bool inplace) { return F::relu6(y, inplace); });
  expect_in_place(x, [](const Tensor& y, bool inplace) { return F::selu(y, inplace); });
  expect_in_place(x, [](const Tensor& y, bool inplace) {
    return F::elu(y, F::ELUFuncOptions(0.5).inplace(inplace));
  });
  expect_in_place(x, [](const Tensor& y, bool inplace) {
    return F::celu(y, F::CELUFuncOptions(0.5).inplace(inplace));
  });
  expect_in_place(x, [](const Tensor& y, bool inplace) {
    return F::rrelu(y, F::RReLUFuncOptions().inplace(inplace));
  });
  expect_in_place(x, [](const Tensor& y, bool inplace) {
    return nn::LeakyReLU(nn::LeakyReLUOptions(0.2).inplace(inplace))(y);
  });
  expect_in_place(x, [](const Tensor& y, bool inplace) {
    return nn::Threshold(nn::ThresholdOptions(0, 9).inplace(inplace))(y);
  });
  expect_in_place(x, [](const Tensor& y, bool inplace) {
    return nn::Hardtanh(nn::HardtanhOptions().inplace(inplace))(y);
  });
  expect_in_place(x, [&](const Tensor& y, bool inplace) {
    manual_seed(1);
    return F::dropout(y, F::DropoutFuncOptions().p(0.5).training(true).inplace(inplace));
  });
  // On the tape, too; not into a leaf.
  const Tensor leaf = x.clone().requires_grad_(), twice = leaf * 2;
  nn::ReLU(nn::ReLUOptions(true))(twice).sum().backward();
  EXPECT_TRUE(is_close(twice, {0, 0, 0.5, 15}, 0));
  EXPECT_TRUE(is_close(leaf.grad(), {0, 0, 2, 2}, 0));
  EXPECT_TRUE(throws([&] { F::relu(leaf, true); }, {"relu", "leaf"}));
}

TEST_P(LayerSet, DropoutsOfChannelsDropThemWhole) {
  const Tensor x = ones({2, 3, 2}, on(kFloat32));
  manual_seed(3);
  nn::Dropout2d dropout(0.5);
  const Tensor y = dropout(x);
  EXPECT_TRUE(same_bits(y.select(2, 0), y.select(2, 1)));
  if (device().is_cpu()) {
    EXPECT_TRUE(is_close(y, {2, 2, 2, 2, 0, 0, 2, 2, 0, 0, 0, 0}, 0));
    manual_seed(3);
    const double kept = 1.6655988693237305, gone = -0.7791939377784729;
    EXPECT_TRUE(is_close(nn::FeatureAlphaDropout(0.5)(x),
                         {kept, kept, kept, kept, gone, gone, kept, kept, gone, gone, gone, gone},
                         1e-6));
  }
  dropout->eval();
  EXPECT_TRUE(dropout(x).is_same(x));
  EXPECT_TRUE(is_close(F::dropout2d(x, F::DropoutFuncOptions().p(1).training(true)),
                       std::vector<double>(12, 0), 0));
  EXPECT_TRUE(throws([&] { F::feature_dropout(ones({3}, on()), 0.5); },
                     {"feature_dropout", "two dimensions", "[3]"}));
  EXPECT_TRUE(throws([] { F::feature_dropout(Tensor(), 0.5); }, {"feature_dropout", "undefined"}));
  EXPECT_TRUE(throws([] { nn::Dropout3d(1.5); }, {"between 0 and 1", "1.5"}));
}

// ---- sequences of different lengths ----

/// A net over a packed batch makes of each sequence what it makes of that alone.
template <class Net>
void expect_sequences_apart(Net& net, const Tensor& x, const std::vector<std::int64_t>& lengths) {
  const auto packed = rnn::pack_padded_sequence(x, tensor(lengths), false, false);
  const auto [output, states] = net.forward_with_packed_input(packed);
  const auto [padded, lengths_after] = rnn::pad_packed_sequence(output);
  EXPECT_EQ(elements<std::int64_t>(lengths_after), lengths);
  for (std::size_t b = 0; b < lengths.size(); ++b) {
    const auto at = static_cast<std::int64_t>(b);
    const Tensor alone = x.select(1, at).narrow(0, 0, lengths[b]);
    const auto [expected, last] = net.forward(alone);
    EXPECT_TRUE(is_close(padded.select(1, at).narrow(0, 0, lengths[b]), values(expected), 1e-6));
    if constexpr (std::is_same_v<Net, nn::LSTMImpl>) {
      EXPECT_TRUE(is_close(std::get<0>(states).select(1, at), values(std::get<0>(last)), 1e-6));
      EXPECT_TRUE(is_close(std::get<1>(states).select(1, at), values(std::get<1>(last)), 1e-6));
    } else {
      EXPECT_TRUE(is_close(states.select(1, at), values(last), 1e-6));
    }
  }
}

TEST_P(LayerSet, PackedSequencesAreRunApart) {
  manual_seed(2);
  const Tensor x = randn({5, 4, 3}, on(kFloat64));
  const auto run = [&](auto net) {
    net->to(kFloat64);
    net->to(device());
    expect_sequences_apart(*net, x, {2, 5, 1, 5});
  };
  run(nn::RNN(nn::RNNOptions(3, 2).num_layers(2).nonlinearity("relu")));
  run(nn::GRU(nn::GRUOptions(3, 2).bidirectional(true)));
  run(nn::LSTM(nn::LSTMOptions(3, 4).num_layers(2).bidirectional(true).proj_size(2)));
}

TEST_P(LayerSet, PaddingAndPackingGoBothWays) {
  const Tensor a = tensor({1.0, 2.0, 3.0}, on()), b = tensor({4.0}, on()),
               c = tensor({5.0, 6.0}, on());
  const Tensor padded = rnn::pad_sequence({a, b, c}, true, -1);
  EXPECT_TRUE(is_close(padded, {1, 2, 3, 4, -1, -1, 5, 6, -1}, 0));
  EXPECT_TRUE(
      is_close(rnn::pad_sequence({a, b, c}, true, 0, "left"), {1, 2, 3, 0, 0, 4, 0, 5, 6}, 0));
  const auto packed = rnn::pack_sequence({a, b, c}, false);
  EXPECT_TRUE(is_close(packed.data(), {1, 5, 4, 2, 6, 3}, 0));
  EXPECT_EQ(elements<std::int64_t>(packed.batch_sizes()), (std::vector<std::int64_t>{3, 2, 1}));
  const auto [again, lengths] = rnn::pad_packed_sequence(packed, true, -1, 4);
  EXPECT_TRUE(is_close(again, {1, 2, 3, -1, 4, -1, -1, -1, 5, 6, -1, -1}, 0));
  EXPECT_EQ(elements<std::int64_t>(lengths), (std::vector<std::int64_t>{3, 1, 2}));
  EXPECT_EQ(packed.to(TensorOptions(kFloat64)).data().dtype(), kFloat64);
  // Batch sizes that do not lie side by side.
  manual_seed(5);
  nn::GRU net(1, 2);
  net->to(device());
  const Tensor rows = packed.data().unsqueeze(1), sizes = tensor({3, 9, 2, 9, 1, 9});
  EXPECT_TRUE(same_bits(
      std::get<0>(
          net->forward_with_packed_input(rnn::PackedSequence(rows, sizes.slice(0, {}, {}, 2))))
          .data(),
      std::get<0>(net->forward_with_packed_input(packed.with_data(rows))).data()));

  EXPECT_TRUE(throws([&] { rnn::pack_sequence({b, a}); }, {"decreasing", "enforce_sorted"}));
  EXPECT_TRUE(throws([&] { rnn::pad_sequence({}); }, {"empty list"}));
  EXPECT_TRUE(throws([&] { rnn::pad_sequence({a, Tensor()}); }, {"pad_sequence", "undefined"}));
  EXPECT_TRUE(throws([&] { rnn::pad_sequence({a}, false, 0, "up"); }, {"padding_side", "up"}));
  EXPECT_TRUE(
      throws([&] { rnn::pad_packed_sequence(packed, false, 0, 2); }, {"total_length", "3"}));
  const Tensor x = ones({2, 2, 1}, on());
  for (const std::vector<std::int64_t>& wrong : {std::vector<std::int64_t>{2}, {3, 1}, {2, 0}})
    EXPECT_TRUE(throws([&] { rnn::pack_padded_sequence(x, tensor(wrong)); }, {"lengths"}));
  EXPECT_TRUE(throws([&] { rnn::PackedSequence(ones({3}, on()), tensor({1, 2})); }, {"grow"}));
  EXPECT_TRUE(throws(
      [&] {
        rnn::PackedSequence(ones({3}, on()), tensor({1, 1}));
      },
      {"add up to 2"}));
  EXPECT_TRUE(throws([] { nn::GRU(nn::GRUOptions(3, 4).proj_size(2)); }, {"GRU", "proj_size"}));
  EXPECT_TRUE(throws([] { nn::LSTM(nn::LSTMOptions(3, 4).proj_size(4)); }, {"smaller"}));
}

// ---- attention and lookups ----

TEST_P(LayerSet, AttentionRefusesWhatDoesNotGoTogether) {
  nn::MultiheadAttention attention(nn::MultiheadAttentionOptions(4, 2).kdim(3));
  attention->to(device());
  const Tensor q = ones({2, 1, 4}, on(kFloat32)), k = ones({5, 1, 3}, on(kFloat32)),
               v = ones({5, 1, 4}, on(kFloat32));
  const auto [output, weights] = attention->forward(q, k, v);
  EXPECT_EQ(output.sizes(), Shape({2, 1, 4}));
  EXPECT_TRUE(is_close(weights, std::vector<double>(10, 0.2), 1e-6));
  EXPECT_FALSE(std::get<1>(attention->forward(q, k, v, {}, false)).defined());
  EXPECT_TRUE(throws([&] { attention->forward(k, k, v); }, {"query", "[5, 1, 3]"}));
  EXPECT_TRUE(throws([&] { attention->forward(q, k, q); }, {"key", "[2, 1, 4]"}));
  EXPECT_TRUE(throws(
      [&] {
        attention->forward(q, k, v, ones({1, 4}, on(kBool)));
      },
      {"key_padding_mask [1, 5]", "[1, 4]"}));
  EXPECT_TRUE(throws([&] { attention->forward(Tensor(), k, v); }, {"query", "undefined"}));
  EXPECT_TRUE(throws([&] { attention->forward(q, k, Tensor()); }, {"value", "undefined"}));
  EXPECT_TRUE(throws([] { nn::MultiheadAttention(5, 2); }, {"5", "divisible", "2"}));
  // As part of a Sequential it is called with its defaults, and a clone has its weights.
  const auto copy = std::dynamic_pointer_cast<nn::MultiheadAttentionImpl>(attention->clone());
  EXPECT_TRUE(same_bits(std::get<0>(copy->forward(q, k, v)), output));
  const auto any = nn::AnyModule(attention).forward<std::tuple<Tensor, Tensor>>(q, k, v);
  EXPECT_TRUE(same_bits(std::get<0>(any), output));
}

TEST_P(LayerSet, LookupsFromWeightsThatAreThere) {
  const Tensor weight = tensor({{3.0, 4.0}, {0.0, 1.0}, {2.0, 0.0}}, on(kFloat32));
  nn::Embedding frozen = nn::Embedding::from_pretrained(weight);
  EXPECT_FALSE(frozen->weight.requires_grad());
  EXPECT_TRUE(frozen->weight.is_same(weight));
  const Tensor indices = tensor({0, 2}, on(kInt64));
  nn::Embedding free = nn::Embedding::from_pretrained(
      weight.clone(), nn::EmbeddingFromPretrainedOptions().freeze(false).max_norm(1.0));
  EXPECT_TRUE(is_close(free(indices).detach(), {0.6, 0.8, 1, 0}, 1e-6));
  EXPECT_TRUE(is_close(free->weight.detach(), {0.6, 0.8, 0, 1, 1, 0}, 1e-6));
  const Tensor untouched = tensor({{3.0, 4.0}}, on(kFloat32));
  EXPECT_TRUE(throws<IndexError>(
      [&] {
        F::embedding(tensor({0, -1}, on(kInt64)), untouched, F::EmbeddingFuncOptions().max_norm(1));
      },
      {"embedding", "-1"}));
  EXPECT_TRUE(is_close(untouched, {3, 4}, 0));
  nn::EmbeddingBag bag =
      nn::EmbeddingBag::from_pretrained(weight, nn::EmbeddingBagFromPretrainedOptions().mode(kMax));
  EXPECT_TRUE(is_close(bag(indices, tensor({0, 2}, on(kInt64))), {3, 4, 0, 0}, 0));
  nn::EmbeddingBag sums(nn::EmbeddingBagOptions(3, 2).mode(kSum)._weight(weight.clone()));
  EXPECT_TRUE(is_close(
      sums->forward(indices, tensor({0}, on(kInt64)), tensor({2.0, 0.5}, on(kFloat32))).detach(),
      {7, 8}, 1e-6));
  const Tensor learned = weight.clone().requires_grad_();
  const Tensor nothing =
      F::embedding_bag(empty({0}, on(kInt64)), learned,
                       F::EmbeddingBagFuncOptions().offsets(zeros({2}, on(kInt64))));
  EXPECT_TRUE(is_close(nothing.detach(), {0, 0, 0, 0}, 0));
  nothing.sum().backward();
  EXPECT_TRUE(is_close(learned.grad(), std::vector<double>(6, 0), 0));
  EXPECT_TRUE(throws([&] { F::embedding_bag(empty({0}, on(kInt64)), weight); },
                     {"embedding_bag", "offsets"}));
  EXPECT_TRUE(throws([&] { F::embedding_bag(indices, Tensor()); }, {"embedding_bag", "weight"}));
  EXPECT_TRUE(throws([&] { sums(indices); }, {"embedding_bag", "offsets"}));
  EXPECT_TRUE(throws([&] { sums(indices, tensor({1}, on(kInt64))); }, {"offsets[0]", "1"}));
  EXPECT_TRUE(throws([&] { sums(indices, tensor({0, 3}, on(kInt64))); }, {"offsets", "2 indices"}));
  EXPECT_TRUE(throws([&] { bag->forward(indices, tensor({0}, on(kInt64)), ones({2}, on())); },
                     {"per_sample_weights", "kSum"}));
  EXPECT_TRUE(
      throws([&] { F::embedding_bag(indices, weight, F::EmbeddingBagFuncOptions().mode(kNone)); },
             {"mode"}));
}

TEST_P(LayerSet, AdaptiveSoftmaxGivesPyTorchsNumbers) {
  manual_seed(0);
  nn::AdaptiveLogSoftmaxWithLoss softmax(
      nn::AdaptiveLogSoftmaxWithLossOptions(4, 6, {2, 4}).div_value(2).head_bias(true));
  softmax->to(kFloat64);
  softmax->to(device());
  const Tensor x = linspace(-1, 1, 12, on(kFloat64)).reshape({3, 4}),
               y = tensor({0, 3, 5}, on(kInt64));
  const auto [output, loss] = softmax(x, y);
  EXPECT_TRUE(is_close(output.detach(),
                       {-1.2813764187243084, -2.5386180774789904, -3.8314180283642703}, 1e-7));
  EXPECT_NEAR(loss, 2.550470841522523, 1e-6);
  EXPECT_EQ(elements<std::int64_t>(softmax->predict(x)), (std::vector<std::int64_t>{5, 1, 1}));
  EXPECT_TRUE(is_close(softmax->log_prob(x).exp().sum(1).detach(), {1, 1, 1}, 1e-12));
  EXPECT_TRUE(is_close(softmax(x[1], y[1]).output.detach(), {-2.5386180774789904}, 1e-7));
  EXPECT_TRUE(throws(
      [&] {
        softmax(x, tensor({0, 1}, on(kInt64)));
      },
      {"same size", "[3, 4]", "[2]"}));
  for (const std::int64_t wrong : {-1, 6})
    EXPECT_TRUE(throws<IndexError>([&] { softmax(x, full({3}, wrong, on(kInt64))); },
                                   {"AdaptiveLogSoftmaxWithLoss", "[0, 6)"}));
  EXPECT_TRUE(throws(
      [] {
        nn::AdaptiveLogSoftmaxWithLoss(4, 6, std::vector<std::int64_t>{4, 2});
      },
      {"cutoffs", "2 after 4"}));
}

// ---- indices ----

TEST_P(LayerSet, IndicesOfNoDimensionAreIntegers) {
  const Tensor x = arange(6, on(kFloat32)).reshape({2, 3});
  const Tensor one = tensor(1, on(kInt64));
  EXPECT_TRUE(x.index({one}).is_alias_of(x));
  EXPECT_EQ(x.index({one, 2}).item(), 5);
  x.index({one, one}).fill_(9);
  EXPECT_TRUE(is_close(x, {0, 1, 2, 3, 9, 5}, 0));
  // Added where they meet, with gradients.
  const Tensor base = zeros({3}, on(kFloat32)).requires_grad_(), added = base * 1;
  const Tensor values = tensor({1.0, 2.0, 4.0}, on(kFloat32)).requires_grad_();
  added.index_put_({tensor({0, 2, 0}, on(kInt64))}, values, true);
  EXPECT_TRUE(is_close(added.detach(), {5, 0, 2}, 0));
  (added * tensor({3.0, 5.0, 7.0}, on(kFloat32))).sum().backward();
  EXPECT_TRUE(is_close(values.grad(), {3, 7, 3}, 0));
  EXPECT_TRUE(is_close(base.grad(), {3, 5, 7}, 0));
  EXPECT_TRUE(throws([&] { x.index_put_({0}, ones({2}, on())); }, {"shape mismatch", "[3]"}));
  EXPECT_TRUE(throws([&] { x.index({Tensor()}); }, {"index", "undefined"}));
}

// ---- warnings ----

struct Collector : WarningHandler {
  void process(const Warning& warning) override { texts.push_back(warning.msg()); }
  std::vector<std::string> texts;
};

TEST(Warnings, GoToTheHandlerOfTheThread) {
  TANDEM_WARN("nobody listens");
  Collector collector;
  {
    const WarningUtils::WarningHandlerGuard guard(&collector);
    TANDEM_WARN("one ", 1);
    for (int i = 0; i < 3; ++i) TANDEM_WARN_ONCE("once");
    {
      const WarningUtils::WarnAlways always;
      for (int i = 0; i < 2; ++i) TANDEM_WARN_ONCE("always");
    }
    ones({2}).index({tensor({1, 0}, kUInt8)});
  }
  TANDEM_WARN("nobody listens again");
  ASSERT_EQ(collector.texts.size(), 5U);
  EXPECT_EQ(collector.texts[0], "one 1");
  EXPECT_EQ(collector.texts[1], "once");
  EXPECT_EQ(collector.texts[3], "always");
  EXPECT_NE(collector.texts[4].find("uint8"), std::string::npos);
}

}  // namespace
}  // namespace tandem::testing
