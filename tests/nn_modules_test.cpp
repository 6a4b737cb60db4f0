// Containers, options, and what random nets against PyTorch (tests/differential) do not draw. The
// numbers are PyTorch's.
#include <gtest/gtest.h>

#include "tests/devices.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

namespace F = nn::functional;

class NnModules : public OnDevice {};
INSTANTIATE_TEST_SUITE_P(Devices, NnModules, every_device(), device_name);

TEST(OrderedDict, KeepsItsOrderAndFindsKeys) {
  OrderedDict<std::string, int> dict = {{"one", 1}, {"two", 2}};
  dict.insert("three", 3);
  EXPECT_EQ(dict.keys(), (std::vector<std::string>{"one", "two", "three"}));
  EXPECT_EQ(dict.values(), (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(dict["two"], 2);
  EXPECT_EQ(dict[std::size_t{2}].key(), "three");
  EXPECT_EQ(*dict.front(), 1);
  EXPECT_EQ(dict.back().value(), 3);
  EXPECT_TRUE(dict.contains("one"));
  EXPECT_EQ(dict.find("four"), nullptr);
  EXPECT_TRUE(throws([&] { dict.insert("one", 5); }, {"one", "already defined"}));
  EXPECT_TRUE(throws([&] { dict["four"]; }, {"four", "not defined"}));
  EXPECT_TRUE(throws([&] { dict[std::size_t{3}]; }, {"3", "3 items"}));
  dict.erase("two");
  EXPECT_EQ(dict.size(), 2U);
}

TEST_P(NnModules, BatchNormTracksItsStatistics) {
  nn::BatchNorm1d norm(nn::BatchNorm1dOptions(2).eps(1e-5).momentum(0.1));
  norm->to(device());
  const Tensor x = tensor({{1.0, 2.0}, {3.0, 6.0}, {5.0, 1.0}}).to(device());
  EXPECT_TRUE(is_close(norm(x), {-1.2247, -0.4629, 0, 1.3887, 1.2247, -0.9258}, 1e-3));
  EXPECT_TRUE(is_close(norm->running_mean, {0.3, 0.3}, 1e-6));
  EXPECT_TRUE(is_close(norm->running_var, {1.3, 1.6}, 1e-6));
  EXPECT_EQ(norm->num_batches_tracked.item<int>(), 1);
  norm->eval();
  EXPECT_TRUE(is_close(norm(x).slice(0, 0, 1),
                       {0.7 / std::sqrt(1.3 + 1e-5), 1.7 / std::sqrt(1.6 + 1e-5)}, 1e-6));
  EXPECT_EQ(norm->named_buffers().keys(),
            (std::vector<std::string>{"running_mean", "running_var", "num_batches_tracked"}));
  norm->train();
  EXPECT_TRUE(throws([&] { norm(x.slice(0, 0, 1)); }, {"batch_norm", "more than one", "[1, 2]"}));
  EXPECT_TRUE(throws([&] { norm(x.t()); }, {"channels", "float32[2]"}));
}

TEST_P(NnModules, AnEmbeddingHasAPadding) {
  nn::Embedding embedding(nn::EmbeddingOptions(4, 3).padding_idx(-1));
  embedding->to(device());
  const Tensor indices = tensor({1, 3, 1}).to(device());
  EXPECT_TRUE(is_close(embedding(indices)[1], {0, 0, 0}, 0));
  embedding(indices).sum().backward();
  EXPECT_TRUE(is_close(embedding->weight.grad(), {0, 0, 0, 2, 2, 2, 0, 0, 0, 0, 0, 0}, 0));
  EXPECT_TRUE(throws([] { nn::Embedding(nn::EmbeddingOptions(4, 3).padding_idx(4)); },
                     {"padding_idx", "4"}));
}

TEST(NnModules, ContainersHoldModules) {
  nn::ModuleList list(nn::Linear(2, 3), nn::ReLU());
  list->push_back(nn::Linear(3, 1));
  EXPECT_EQ(list->size(), 3U);
  EXPECT_EQ(list->parameters().size(), 4U);
  Tensor x = ones({1, 2});
  for (const auto& module : *list)
    if (auto* linear = module->as<nn::Linear>()) x = linear->forward(x);
  EXPECT_EQ(x.sizes(), Shape({1, 1}));
  EXPECT_EQ(list->at<nn::LinearImpl>(2).options.out_features(), 1);
  EXPECT_TRUE(throws([&] { list->at<nn::LinearImpl>(1); }, {"ModuleList", "ReLU"}));
  EXPECT_TRUE(throws([&] { list[3]; }, {"ModuleList", "3"}));

  nn::ModuleDict dict;
  dict->insert("first", nn::Linear(2, 2));
  EXPECT_EQ(dict->named_parameters().keys(),
            (std::vector<std::string>{"first.weight", "first.bias"}));
  EXPECT_TRUE(dict->pop("first") != nullptr);
  EXPECT_TRUE(dict->empty());

  nn::ParameterList parameters(ones({2}).requires_grad_(), zeros({1}));
  EXPECT_EQ(parameters->size(), 2U);
  EXPECT_FALSE(parameters[1].requires_grad());
}

TEST(NnModules, ContainersChange) {
  nn::ModuleList list(nn::Linear(1, 2), nn::ReLUImpl());
  list->insert(1, nn::Tanh());
  list->insert(3, std::make_shared<nn::SigmoidImpl>());
  EXPECT_EQ(list->named_children().keys(), (std::vector<std::string>{"0", "1", "2", "3"}));
  EXPECT_NE(list[1]->as<nn::Tanh>(), nullptr);
  EXPECT_NE(list[3]->as<nn::Sigmoid>(), nullptr);
  EXPECT_TRUE(throws([&] { list->insert(5, nn::Tanh()); }, {"Index out of range", "5"}));

  nn::ModuleDict dict(std::vector<std::pair<std::string, std::shared_ptr<nn::Module>>>{
      {"a", std::make_shared<nn::ReLUImpl>()}, {"b", std::make_shared<nn::TanhImpl>()}});
  nn::ModuleDict more;
  more->insert("b", nn::Linear(1, 1));
  more->insert("c", nn::Sigmoid());
  dict->update(*more);
  EXPECT_EQ(dict->keys(), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_NE(dict["b"]->as<nn::Linear>(), nullptr);
  EXPECT_TRUE(throws([&] { dict->at<nn::LinearImpl>("c"); }, {"Unable to cast", "Sigmoid"}));
  EXPECT_TRUE(throws([&] { dict["d"]; }, {"'d'"}));
  int count = 0;
  for (const auto& item : dict) count += item.value() != nullptr;
  EXPECT_EQ(count, 3);
  dict->clear();
  EXPECT_TRUE(dict->children().empty());

  nn::ParameterList parameters(ones({1}), zeros({2}));
  *parameters += *nn::ParameterList(full({3}, 5.0));
  parameters->extend(TensorList{ones({4})});
  std::vector<std::int64_t> sizes;
  for (const auto& item : parameters) sizes.push_back(item.value().numel());
  EXPECT_EQ(sizes, (std::vector<std::int64_t>{1, 2, 3, 4}));
  EXPECT_TRUE(throws([&] { parameters->at(4); }, {"ParameterList", "4"}));

  nn::ParameterDict named;
  named->insert("x", ones({1}));
  nn::ParameterDict other;
  other->insert("x", zeros({1}));
  named->update(*other);
  EXPECT_EQ(named["x"].item(), 0);
  other->insert("y", zeros({1}));
  EXPECT_TRUE(throws([&] { named->update(*other); }, {"Parameter 'y'"}));
  EXPECT_EQ(named->pop("x").item(), 0);
  EXPECT_TRUE(named->empty());
}

/// forward with a default argument, which an AnyModule is told of.
struct ShiftImpl : nn::Module {
  Tensor forward(const Tensor& x, double shift = 2, std::string&& name = "") const {
    return name.empty() ? x + shift : x;
  }

 private:
  TANDEM_FORWARD_DEFAULTS({1, nn::AnyValue(2.0)}, {2, nn::AnyValue(std::string())})
};
TANDEM_MODULE(Shift);

TEST(NnModules, AnyModulesKnowDefaults) {
  const nn::AnyModule any{Shift()};
  EXPECT_EQ(any.forward(zeros({1})).item(), 2);
  EXPECT_EQ(any.forward(zeros({1}), 3.0).item(), 3);
  EXPECT_EQ(any.forward(zeros({1}), 3.0, std::string("kept")).item(), 0);
  nn::Sequential net{Shift(), Shift()};
  EXPECT_EQ(net(zeros({1})).item(), 4);
  const nn::Sequential& constant = net;
  std::vector<std::string> names;
  static_cast<const nn::Module&>(*constant).apply(
      [&](const std::string& name, const nn::Module&) { names.push_back(name); });
  EXPECT_EQ(names, (std::vector<std::string>{"", "0", "1"}));
}

struct TwoLayersImpl : nn::Cloneable<TwoLayersImpl> {
  TwoLayersImpl() { reset(); }
  void reset() override {
    first = register_module("first", nn::Linear(2, 3));
    scale = register_parameter("scale", ones({3}));
    seen = register_buffer("seen", zeros({1}));
  }
  Tensor forward(const Tensor& x) { return first(x) * scale; }
  nn::Linear first{nullptr};
  Tensor scale, seen;
};
TANDEM_MODULE(TwoLayers);

TEST(NnModules, ClonesShareNothing) {
  TwoLayers net;
  const auto copy = std::dynamic_pointer_cast<TwoLayersImpl>(net->clone());
  ASSERT_TRUE(copy != nullptr);
  const Tensor x = ones({1, 2});
  const Tensor before = copy->forward(x);
  EXPECT_TRUE(equal(before, net->forward(x)));
  {
    const NoGradGuard guard;
    net->first->weight.fill_(7);
    net->scale.fill_(9);
  }
  EXPECT_TRUE(equal(copy->forward(x), before));
  EXPECT_TRUE(copy->scale.requires_grad());
}

TEST(NnModules, ModulesAreVisitedBeforeTheirChildren) {
  const auto net = std::make_shared<TwoLayersImpl>();
  std::vector<std::string> names;
  net->apply([&](const std::string& name, nn::Module&) { names.push_back(name); }, "net");
  EXPECT_EQ(names, (std::vector<std::string>{"net", "net.first"}));
  EXPECT_EQ(net->modules().size(), 2U);
  EXPECT_EQ(net->named_modules("", false).keys(), (std::vector<std::string>{"first"}));
  net->replace_module("first", nn::Linear(2, 5));
  EXPECT_EQ(net->parameters()[1].size(0), 5);
  net->unregister_module("first");
  EXPECT_EQ(net->children().size(), 0U);
}

TEST(NnModules, OptionsReachTheirLayers) {
  const Tensor x = tensor({-2.0, -0.5, 0.0, 1.5});
  EXPECT_TRUE(is_close(nn::LeakyReLU(nn::LeakyReLUOptions().negative_slope(0.2))(x),
                       {-0.4, -0.1, 0, 1.5}, 1e-6));
  EXPECT_TRUE(is_close(nn::ReLU(nn::ReLUOptions(false))(x), {0, 0, 0, 1.5}, 0));
  EXPECT_TRUE(is_close(nn::Hardtanh(nn::HardtanhOptions().min_val(-1).max_val(0.5))(x),
                       {-1, -0.5, 0, 0.5}, 0));
  EXPECT_TRUE(is_close(nn::Threshold(nn::ThresholdOptions(-1, 7))(x), {7, -0.5, 0, 1.5}, 0));
  EXPECT_TRUE(is_close(nn::Softplus(nn::SoftplusOptions().beta(2))(x)[3], {1.5242936}, 1e-6));
  EXPECT_TRUE(
      is_close(F::gelu(x, F::GELUFuncOptions().approximate("tanh")), F::gelu(x, "tanh"), 0));
  EXPECT_TRUE(is_close(F::softmax(x, F::SoftmaxFuncOptions(0)), x.softmax(0), 0));
  EXPECT_EQ(nn::LeakyReLU(0.2)->options.negative_slope(), 0.2);
  EXPECT_EQ(nn::Hardtanh(-2, 3)->options.max_val(), 3);
  EXPECT_EQ(nn::Dropout(nn::DropoutOptions(0.25))->options.p(), 0.25);
  EXPECT_EQ(nn::Flatten(nn::FlattenOptions().start_dim(0))(ones({2, 3})).dim(), 1);
  EXPECT_EQ(nn::Unflatten(nn::UnflattenOptions(1, {2, -1}))(ones({1, 6})).sizes(),
            Shape({1, 2, 3}));
  const Tensor target = tensor({1.0, 0.0, 1.0, 1.0});
  EXPECT_TRUE(is_close(nn::MSELoss(nn::MSELossOptions().reduction(kSum))(x, target), {10.5}, 1e-6));
  EXPECT_TRUE(is_close(nn::HuberLoss(nn::HuberLossOptions().reduction(kNone).delta(0.5))(x, target),
                       {1.375, 0.125, 0.375, 0.125}, 1e-6));
  EXPECT_TRUE(is_close(F::cross_entropy(x.unsqueeze(0), tensor({3}),
                                        F::CrossEntropyFuncOptions().label_smoothing(0.1)),
                       {0.5033413}, 1e-6));
  EXPECT_TRUE(is_close(nn::NLLLoss(nn::NLLLossOptions().weight(tensor({1.0, 1.0, 1.0, 2.0})))(
                           x.unsqueeze(0), tensor({3})),
                       {-1.5}, 1e-6));
}

TEST(NnModules, SequencesHaveStatesAndSayWhatDoesNotFit) {
  nn::LSTM lstm(nn::LSTMOptions(3, 2).num_layers(2).bidirectional(true).batch_first(true));
  const auto [output, states] = lstm(ones({4, 5, 3}));
  EXPECT_EQ(output.sizes(), Shape({4, 5, 4}));
  EXPECT_EQ(std::get<0>(states).sizes(), Shape({4, 4, 2}));
  const auto again = lstm(ones({4, 5, 3}), states);
  EXPECT_FALSE(equal(std::get<0>(again), output));
  EXPECT_EQ(lstm->named_parameters().keys()[4], "weight_ih_l0_reverse");
  EXPECT_TRUE(throws([&] { lstm(ones({4, 5, 2})); }, {"LSTM", "3", "float32[4, 5, 2]"}));
  EXPECT_TRUE(throws([&] { lstm(ones({4, 0, 3})); }, {"LSTM", "no step"}));
  nn::GRU gru(3, 2);
  EXPECT_TRUE(throws(
      [&] {
        gru(ones({5, 4, 3}), ones({1, 3, 2}));
      },
      {"GRU", "state", "float32[1, 3, 2]", "[1, 4, 2]"}));
  EXPECT_TRUE(throws([] { nn::RNN(nn::RNNOptions(1, 1).nonlinearity("elu")); }, {"RNN", "elu"}));
  EXPECT_TRUE(throws([] { nn::GRU(nn::GRUOptions(1, 1).nonlinearity("relu")); }, {"GRU", "relu"}));
  EXPECT_EQ(nn::RNN(2, 3)->options.hidden_size(), 3);
}

TEST(NnModules, OrthogonalIsOrthonormal) {
  manual_seed(0);
  const Tensor tall = nn::init::orthogonal_(empty({4, 2}), 2);
  EXPECT_TRUE(is_close(matmul(tall.t(), tall), {4, 0, 0, 4}, 1e-5));
  EXPECT_TRUE(is_close(tall,
                       {1.05956888, -0.36940399, -1.49810708, 0.697734, -0.7457034, -1.57386124,
                        0.277336, 0.94850826},
                       1e-6));
  const Tensor sparse = nn::init::sparse_(empty({5, 3}), 0.3);
  EXPECT_EQ((sparse == 0).sum().item<int>(), 6);
  EXPECT_EQ(nn::init::_calculate_fan_in_and_fan_out(empty({4, 2, 3})),
            (std::tuple<std::int64_t, std::int64_t>(6, 12)));
}

TEST(NnModules, ParametersAreAVector) {
  nn::Linear net(2, 1);
  const Tensor vector = nn::utils::parameters_to_vector(net->parameters());
  EXPECT_EQ(vector.sizes(), Shape({3}));
  nn::utils::vector_to_parameters(tensor({1.0, 2.0, 3.0}), net->parameters());
  EXPECT_TRUE(is_close(net->weight, {1, 2}, 0));
  EXPECT_TRUE(is_close(net->bias, {3}, 0));
  EXPECT_TRUE(throws([&] { nn::utils::vector_to_parameters(ones({2}), net->parameters()); },
                     {"vector_to_parameters", "3", "float32[2]"}));
}

TEST(NnModules, OptimizersCallAClosure) {
  const Tensor x = ones({2}).requires_grad_();
  optim::SGD optimizer({x}, optim::SGDOptions(0.5));
  EXPECT_EQ(optimizer.size(), 1U);
  const NoGradGuard guard;
  const Tensor loss = optimizer.step([&] {
    optimizer.zero_grad();
    Tensor square = (x * x).sum();
    square.backward();
    return square;
  });
  EXPECT_EQ(loss.item(), 2);
  EXPECT_TRUE(is_close(x, {0, 0}, 0));
}

TEST(NnModules, LossesRefuseAReductionThatIsNotTheirs) {
  const Tensor p = full({2, 2}, 0.5);
  EXPECT_TRUE(throws([&] { F::binary_cross_entropy(p, p, p, kBatchMean); },
                     {"binary_cross_entropy", "batchmean"}));
  EXPECT_TRUE(
      throws([&] { F::soft_margin_loss(p, p, kBatchMean); }, {"soft_margin_loss", "batchmean"}));
  const auto options = nn::KLDivLossOptions(kBatchMean).log_target(true);
  EXPECT_EQ(F::kl_div(p, p, options).item(), 0);
  EXPECT_TRUE(
      throws([&] { F::kl_div(p, ones({3}), options); }, {"kl_div", "float32[2, 2]", "float32[3]"}));
}

TEST(NnModules, BadLossesSayWhatIsWrong) {
  const Tensor x = ones({2, 3});
  EXPECT_TRUE(throws([&] { F::multi_margin_loss(x, tensor({0, 3})); }, {"multi_margin_loss", "3"}));
  EXPECT_TRUE(throws([&] { F::multi_margin_loss(x, tensor({0})); },
                     {"multi_margin_loss", "int64[1]", "float32[2, 3]"}));
  EXPECT_TRUE(throws(
      [&] {
        F::multilabel_margin_loss(x, tensor({{0, 4, -1}, {0, -1, 0}}));
      },
      {"multilabel_margin_loss", "4"}));
  EXPECT_TRUE(throws(
      [&] {
        F::cosine_embedding_loss(x, x, ones({2, 1}));
      },
      {"cosine_embedding_loss", "float32[2, 1]"}));
  EXPECT_TRUE(throws([&] { F::prelu(x, ones({2})); }, {"prelu", "float32[2]", "float32[2, 3]"}));
  EXPECT_TRUE(throws([&] { F::glu(x, 1); }, {"glu", "float32[2, 3]"}));
  EXPECT_TRUE(throws([&] { F::group_norm(x, 2); }, {"group_norm", "2", "float32[2, 3]"}));
}

}  // namespace
}  // namespace tandem::testing
