// The text of modules is PyTorch's: written by libtorch 2.15 for the same layers.
#include <sstream>

#include "tests/expect.h"

namespace tandem::testing {
namespace {

using namespace nn;

template <class ModuleType> std::string text(const ModuleType& module) {
  std::ostringstream stream;
  stream << module;
  return stream.str();
}

struct TextNetImpl : Module {
  TextNetImpl() {
    register_module("fc1", Linear(3, 4));
    register_module("seq", Sequential(Linear(LinearOptions(4, 5).bias(false)), ReLU(),
                                      Dropout(DropoutOptions(0.25))));
    register_module("list", ModuleList(Linear(1, 2), Tanh()));
    register_parameter("p", ones({2}));
  }
};
TANDEM_MODULE(TextNet);

TEST(ModuleText, NestedModules) {
  const std::string expected = R"((
  (fc1): torch::nn::Linear(in_features=3, out_features=4, bias=true)
  (seq): torch::nn::Sequential(
    (0): torch::nn::Linear(in_features=4, out_features=5, bias=false)
    (1): torch::nn::ReLU()
    (2): torch::nn::Dropout(p=0.25, inplace=false)
  )
  (list): torch::nn::ModuleList(
    (0): torch::nn::Linear(in_features=1, out_features=2, bias=true)
    (1): torch::nn::Tanh()
  )
))";
  const TextNet net;
  EXPECT_EQ(text(net), net->name() + expected);
  EXPECT_EQ(text(*net), net->name() + expected);
  EXPECT_NE(net->name().find("TextNetImpl"), std::string::npos);
  EXPECT_EQ(Linear(1, 2)->name(), "torch::nn::LinearImpl");
  EXPECT_EQ(Sequential()->name(), "torch::nn::SequentialImpl");
  EXPECT_EQ(Module("mine").name(), "mine");
}

TEST(ModuleText, Layers) {
  const std::vector<std::pair<std::string, std::string>> texts = {
      {text(Identity()), "Identity()"},
      {text(Flatten()), "Flatten(start_dim=1, end_dim=-1)"},
      {text(Unflatten(UnflattenOptions(1, {2, 3}))), "Unflatten(dim=1, unflattened_size={2, 3})"},
      {text(Bilinear(2, 3, 4)),
       "Bilinear(in1_features=2, in2_features=3, out_features=4, bias=true)"},
      {text(Embedding(10, 3)), "Embedding(num_embeddings=10, embedding_dim=3)"},
      {text(Embedding(EmbeddingOptions(10, 3).padding_idx(2))),
       "Embedding(num_embeddings=10, embedding_dim=3, padding_idx=2)"},
      {text(LayerNorm(LayerNormOptions({3, 4}))),
       "LayerNorm([3, 4], eps=1e-05, elementwise_affine=true)"},
      {text(GroupNorm(2, 4)), "GroupNorm(2, 4, eps=1e-05, affine=true)"},
      {text(BatchNorm1d(4)),
       "BatchNorm1d(4, eps=1e-05, momentum=0.1, affine=true, track_running_stats=true)"},
      {text(BatchNorm1d(BatchNormOptions(4).momentum(std::nullopt).affine(false))),
       "BatchNorm1d(4, eps=1e-05, momentum=None, affine=false, track_running_stats=true)"},
      {text(Dropout(DropoutOptions(0.1).inplace(true))), "Dropout(p=0.1, inplace=true)"},
      {text(AlphaDropout(0.3)), "AlphaDropout(p=0.3, inplace=false)"},
      {text(ReLU(ReLUOptions(true))), "ReLU(inplace=true)"},
      {text(SELU()), "SELU()"},
      {text(LogSigmoid()), "LogSigmoid()"},
      {text(LeakyReLU(LeakyReLUOptions().negative_slope(0.2).inplace(true))),
       "LeakyReLU(negative_slope=0.2, inplace=true)"},
      {text(ELU()), "ELU(alpha=1)"},
      {text(CELU()), "CELU(alpha=1)"},
      {text(Softplus()), "Softplus(beta=1, threshold=20)"},
      {text(Hardtanh()), "Hardtanh(min_val=-1, max_val=1)"},
      {text(GELU()), "GELU()"},
      {text(Softmax(1)), "Softmax(dim=1)"},
      {text(LogSoftmax(-1)), "LogSoftmax(dim=-1)"},
      {text(Softmin(0)), "Softmin(dim=0)"},
      {text(GLU()), "GLU(dim=-1)"},
      {text(Hardshrink()), "Hardshrink(0.5)"},
      {text(Softshrink(0.2)), "Softshrink(0.2)"},
      {text(Threshold(ThresholdOptions(1, 2))), "Threshold(threshold=1, value=2)"},
      {text(PReLU()), "PReLU(num_parameters=1)"},
      {text(RReLU()), "RReLU(lower=0.125, upper=0.333333)"},
      {text(CosineSimilarity()), "CosineSimilarity(dim=1, eps=1e-08)"},
      {text(PairwiseDistance()), "PairwiseDistance(p=2, eps=1e-06, keepdim=false)"},
      {text(LSTM(LSTMOptions(3, 4).bidirectional(true).dropout(0.5).batch_first(true))),
       "LSTM(input_size=3, hidden_size=4, num_layers=1, bias=true, batch_first=true, dropout=0.5, "
       "bidirectional=true)"},
      {text(RNNCell(3, 4, "relu")), "RNNCell(3, 4, nonlinearity=kReLU)"},
      {text(GRUCell(3, 4)), "GRUCell(3, 4)"},
      {text(MSELoss()), "MSELoss()"},
      {text(HingeEmbeddingLoss()), "HingeEmbeddingLoss(margin=1)"},
      {text(TripletMarginLoss()), "TripletMarginLoss(margin=1, p=2, eps=1e-06, swap=false)"},
      {text(Functional(tandem::relu)), "Functional()"},
      {text(Sequential()), "Sequential"},
      {text(ParameterList(ones({2}), zeros({1, 2}))),
       "ParameterList(\n(0): Parameter containing: [Float of size [2]]\n(1): Parameter containing: "
       "[Float of size [1, 2]]\n)"},
  };
  for (const auto& [got, expected] : texts) EXPECT_EQ(got, "torch::nn::" + expected);
}

/// Two inputs, one with a default, and a pair out.
struct MixerImpl : Module {
  std::tuple<Tensor, std::int64_t> forward(const Tensor& x, double factor, const Tensor& y = {}) {
    return {y.defined() ? x * factor + y : x * factor, x.numel()};
  }
};
TANDEM_MODULE(Mixer);
struct FirstImpl : Module {
  Tensor forward(std::tuple<Tensor, std::int64_t> pair) { return std::get<0>(pair); }
};
TANDEM_MODULE(First);

TEST(AnyModules, CallWhateverForwardTakes) {
  AnyModule any(Linear(2, 3));
  EXPECT_EQ(any.forward(ones({1, 2})).sizes(), Shape({1, 3}));
  EXPECT_EQ(any.get<Linear>()->weight.sizes(), Shape({3, 2}));
  EXPECT_EQ(any.ptr<LinearImpl>()->bias.sizes(), Shape({3}));
  EXPECT_TRUE(any.type_info() == typeid(LinearImpl));
  EXPECT_TRUE(throws([&] { any.ptr<ReLUImpl>(); }, {"LinearImpl"}));
  EXPECT_TRUE(throws([&] { any.forward(1.5); }, {"LinearImpl", "argument #0", "Tensor", "double"}));
  EXPECT_TRUE(throws([&] { any.forward(ones({1}), ones({1})); },
                     {"LinearImpl", "expects 1", "received 2"}));
  EXPECT_TRUE(throws([&] { any.forward<double>(ones({1, 2})); }, {"type"}));
  any = Mixer();
  using Pair = std::tuple<Tensor, std::int64_t>;
  EXPECT_TRUE(is_close(std::get<0>(any.forward<Pair>(ones({2}), 2.0)), {2, 2}, 0));
  EXPECT_TRUE(is_close(std::get<0>(any.forward<Pair>(ones({2}), 2.0, ones({2}))), {3, 3}, 0));
  EXPECT_TRUE(throws([&] { any.forward<Pair>(ones({2})); }, {"expects 3", "received 1"}));
  EXPECT_TRUE(AnyModule().is_empty());
  EXPECT_TRUE(throws([] { AnyModule().forward(ones({1})); }, {"empty"}));
  const AnyModule loss((MSELoss()));
  EXPECT_EQ(loss.forward(ones({2}), zeros({2})).item(), 1);
  EXPECT_TRUE(throws([&] { loss.forward(ones({2})); }, {"MSELoss", "received 1"}));
}

TEST(Sequentials, NamesAccessAndSeveralInputs) {
  Sequential net({{"fc", Linear(2, 3)}, {"relu", ReLU()}, {"out", Linear(3, 1)}});
  EXPECT_EQ(net->named_parameters().keys(),
            (std::vector<std::string>{"fc.weight", "fc.bias", "out.weight", "out.bias"}));
  EXPECT_EQ(net->size(), 3u);
  EXPECT_EQ(net[2]->name(), "torch::nn::LinearImpl");
  EXPECT_EQ(net->ptr<LinearImpl>(0)->weight.size(0), 3);
  EXPECT_EQ(net->at<LinearImpl>(2).weight.size(0), 1);
  EXPECT_TRUE(throws([&] { net->at<LinearImpl>(1); }, {"ReLU"}));
  EXPECT_TRUE(throws<IndexError>([&] { net->ptr(3); }, {"Index out of range", "3 of 3"}));
  int count = 0;
  for (const AnyModule& layer : net) count += layer.ptr() != nullptr;
  EXPECT_EQ(count, 3);
  Sequential more(Linear(1, 2), std::make_shared<TanhImpl>(), IdentityImpl());
  more->extend(*net);
  EXPECT_EQ(more->size(), 6u);
  more->push_back("last", Sigmoid());
  EXPECT_EQ(more->named_children().keys().back(), "last");
  EXPECT_TRUE(throws([&] { more->push_back("last", Sigmoid()); }, {"last", "already"}));

  Sequential mixed{Mixer(), First(), ReLU()};
  EXPECT_TRUE(is_close(mixed->forward(full({2}, -1.0), -2.0), {2, 2}, 0));
  Sequential pair = Sequential(Identity(), LSTM(2, 3));
  const auto [output, states] =
      pair->forward<std::tuple<Tensor, std::tuple<Tensor, Tensor>>>(ones({4, 1, 2}));
  EXPECT_EQ(output.sizes(), Shape({4, 1, 3}));
  EXPECT_TRUE(throws([] { Sequential()->forward(ones({1})); }, {"empty"}));
  // A Sequential is a layer.
  Sequential outer(Linear(2, 2), Sequential(ReLU(), Linear(2, 1)));
  EXPECT_EQ(outer->forward(ones({3, 2})).sizes(), Shape({3, 1}));
}

/// A clone has the same numbers in memory of its own.
void expect_cloned(const Module& module) {
  const std::shared_ptr<Module> copy = module.clone();
  const auto own = module.named_parameters(), cloned = copy->named_parameters();
  ASSERT_EQ(own.keys(), cloned.keys()) << module.name();
  for (const std::string& key : own.keys()) {
    EXPECT_TRUE(same_bits(own[key].detach(), cloned[key].detach())) << key;
    EXPECT_FALSE(own[key].is_alias_of(cloned[key])) << key;
    EXPECT_EQ(own[key].requires_grad(), cloned[key].requires_grad()) << key;
  }
  EXPECT_EQ(module.named_buffers().keys(), copy->named_buffers().keys());
  EXPECT_EQ(text(module), text(*copy));
  EXPECT_EQ(module.is_training(), copy->is_training());
}

TEST(Clones, EveryLayerAndContainer) {
  Sequential net({{"fc", Linear(2, 3)},
                  {"norm", BatchNorm1d(3)},
                  {"inner", Sequential(PReLU(), LayerNorm(3), GroupNorm(1, 3), Dropout(0.5))}});
  net->named_parameters()["fc.bias"].set_requires_grad(false);
  net->eval();
  expect_cloned(*net);
  expect_cloned(*Embedding(4, 3));
  expect_cloned(*Bilinear(2, 3, 1));
  expect_cloned(*LSTM(LSTMOptions(2, 3).bidirectional(true)));
  expect_cloned(*GRUCell(2, 3));
  expect_cloned(*ModuleList(Linear(1, 2), ReLU()));
  expect_cloned(*ParameterList(ones({2}), zeros({1}).requires_grad_(true)));
  expect_cloned(*MSELoss());
  expect_cloned(*Softmax(1));
  ModuleDict dict;
  dict->insert("a", Linear(1, 2));
  expect_cloned(*dict);
  // What a clone computes follows its own parameters.
  const auto copy = std::dynamic_pointer_cast<LSTMImpl>(LSTM(2, 3)->clone());
  {
    const NoGradGuard guard;
    for (const Tensor& p : copy->parameters()) p.fill_(0);
  }
  EXPECT_EQ(std::get<0>(copy->forward(ones({2, 1, 2}))).abs().sum().item(), 0);
  EXPECT_TRUE(throws([] { TextNet()->clone(); }, {"TextNetImpl", "Cloneable"}));
}

/// A user's own activation on top of one of the library's.
struct TwiceImpl : ReLUImpl {
  Tensor forward(const Tensor& x) const { return ReLUImpl::forward(x) * 2; }
};
TANDEM_MODULE(Twice);

TEST(Sequentials, DerivedLayersAndCopies) {
  Sequential plain(Linear(1, 1), ReLU()), twice(Linear(1, 1), Twice());
  for (const Sequential& net : {plain, twice})
    for (const Tensor& p : net->parameters()) p.detach().fill_(1);
  EXPECT_EQ(plain->forward(ones({1, 1})).item(), 2);
  EXPECT_EQ(twice->forward(ones({1, 1})).item(), 4);
  EXPECT_EQ(twice->forward<Tensor>(ones({1, 1})).item(), 4);
  Sequential outer;
  outer->push_back(*plain);
  EXPECT_EQ(outer->forward(ones({1, 1})).item(), 2);
  AnyModule any(Linear(1, 1));
  any.get<LinearImpl>().options.bias(false);
  EXPECT_FALSE(any.ptr<LinearImpl>()->options.bias());
}

struct PartsImpl : Cloneable<PartsImpl> {
  PartsImpl() { reset(); }
  void reset() override {
    drop = register_module("drop", Dropout(0.5));
    net = register_module("net", Sequential(Linear(1, 1)));
  }
  Dropout drop{nullptr};
  Sequential net{nullptr};
};

TEST(Clones, PartsKeepWhatTheyAre) {
  const auto parts = std::make_shared<PartsImpl>();
  parts->drop->options.p(0.25);
  parts->net->push_back(ReLU());
  const auto copy = std::dynamic_pointer_cast<PartsImpl>(parts->clone());
  EXPECT_EQ(copy->drop->options.p(), 0.25);
  EXPECT_EQ(copy->net->size(), 2u);
  EXPECT_FALSE(copy->net->parameters()[0].is_alias_of(parts->net->parameters()[0]));
  parts->replace_module("drop", Identity());
  EXPECT_TRUE(throws([&] { parts->clone(); }, {"DropoutImpl", "IdentityImpl"}));
  EXPECT_TRUE(throws([&] { parts->replace_module("drop", std::shared_ptr<DropoutImpl>()); },
                     {"'drop'", "empty"}));
  const Embedding table(EmbeddingOptions(2, 1)._weight(ones({2, 1})));
  const auto cloned = std::dynamic_pointer_cast<EmbeddingImpl>(table->clone());
  cloned->weight.detach().fill_(3);
  EXPECT_EQ(table->weight.sum().item(), 2);
}

TEST(Cells, TakeOneExampleAndRefuseOtherStates) {
  const RNNCell rnn(3, 4);
  const GRUCell gru(3, 4);
  const LSTMCell lstm(3, 4);
  const Tensor x = randn({3}), h = randn({4});
  EXPECT_TRUE(allclose(rnn->forward(x, h), rnn->forward(x.unsqueeze(0), h.unsqueeze(0))[0]));
  EXPECT_EQ(gru->forward(x).sizes(), Shape({4}));
  EXPECT_EQ(std::get<1>(lstm->forward(x)).sizes(), Shape({4}));
  EXPECT_TRUE(throws([&] { rnn->forward(randn({5, 3}), randn({1, 4})); }, {"RNNCell", "[1, 4]"}));
  EXPECT_TRUE(throws([&] { gru->forward(randn({5, 2})); }, {"GRUCell", "[5, 2]", "3"}));
}

}  // namespace
}  // namespace tandem::testing
