// Modules: registration, modes, conversion; layers and cells against their formulas.
#include <algorithm>

#include "tests/devices.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

struct NetImpl : nn::Module {
  nn::Linear first{nullptr}, second{nullptr};
  Tensor scale, count;
  NetImpl() : Module("Net") {
    first = register_module("first", nn::Linear(4, 3));
    second = register_module("second", nn::Linear(nn::LinearOptions(3, 2).bias(false)));
    scale = register_parameter("scale", ones({2}));
    count = register_buffer("count", zeros({}, kInt64));
  }
  Tensor forward(const Tensor& x) const { return second(tanh(first(x))) * scale; }
};
TANDEM_MODULE(Net);

template <class T> std::vector<std::string> names_of(const nn::Named<T>& named) {
  std::vector<std::string> names;
  for (const auto& [name, value] : named) names.push_back(name);
  return names;
}
using Names = std::vector<std::string>;

TEST(Modules, NamesAndOrder) {
  const Net net;
  EXPECT_EQ(names_of(net->named_parameters()),
            (Names{"scale", "first.weight", "first.bias", "second.weight"}));
  EXPECT_EQ(names_of(net->named_parameters(false)), (Names{"scale"}));
  EXPECT_EQ(names_of(net->named_buffers()), (Names{"count"}));
  EXPECT_EQ(names_of(net->named_children()), (Names{"first", "second"}));
  EXPECT_EQ(net->parameters().size(), 4u);
  EXPECT_EQ(net->children().size(), 2u);
  EXPECT_EQ(net->name(), "Net");
  for (const Tensor& parameter : net->parameters())
    EXPECT_TRUE(parameter.requires_grad() && parameter.is_leaf());
  EXPECT_FALSE(net->count.requires_grad());
  EXPECT_TRUE(net->first->weight.is_same(net->named_parameters()[1].second));
}

struct TiedImpl : nn::Module {
  nn::Linear a{nullptr}, b{nullptr};
  TiedImpl() {
    a = register_module("a", nn::Linear(2, 2));
    b = register_module("b", a);
  }
};

TEST(Modules, SharedParametersStandOnce) {
  EXPECT_EQ(names_of(TiedImpl().named_parameters()), (Names{"a.weight", "a.bias"}));
}

struct BadImpl : nn::Module {
  using Module::register_buffer;
  using Module::register_module;
  using Module::register_parameter;
};

TEST(Modules, WrongRegistrationsThrow) {
  BadImpl module;
  module.register_parameter("w", ones({1}));
  EXPECT_TRUE(
      throws([&] { module.register_parameter("w", ones({1})); }, {"Parameter", "'w'", "already"}));
  EXPECT_TRUE(
      throws([&] { module.register_buffer("w", ones({1})); }, {"Buffer", "'w'", "already"}));
  EXPECT_TRUE(
      throws([&] { module.register_module("w", nn::Tanh()); }, {"Submodule", "'w'", "already"}));
  EXPECT_TRUE(throws([&] { module.register_parameter("a.b", ones({1})); }, {"'a.b'", "dot"}));
  EXPECT_TRUE(throws([&] { module.register_parameter("", ones({1})); }, {"empty"}));
  EXPECT_TRUE(
      throws([&] { module.register_module("none", nn::Linear(nullptr)); }, {"empty ModuleHolder"}));
  EXPECT_TRUE(
      throws([&] { module.register_module("none", std::shared_ptr<nn::LinearImpl>()); }, {"none"}));
  EXPECT_TRUE(throws([] { nn::Linear(nullptr).get(); }, {"empty ModuleHolder"}));
  EXPECT_EQ(module.parameters().size(), 1u);
  module.register_parameter("bias", Tensor());
  EXPECT_EQ(module.parameters().size(), 1u);
}

TEST(Modules, TrainAndEvalReachEveryChild) {
  nn::Sequential model(nn::Linear(2, 2), nn::Sequential(nn::Dropout(0.5)));
  EXPECT_TRUE(model->is_training());
  model->eval();
  for (const auto& child : model->children()) EXPECT_FALSE(child->is_training());
  EXPECT_FALSE(model->children()[1]->children()[0]->is_training());
  const Tensor x = ones({3, 2});
  EXPECT_TRUE(same_bits(model->forward(x), model->forward(x)));
  model->train();
  EXPECT_TRUE(model->children()[1]->children()[0]->is_training());
}

TEST(Modules, ToKeepsEveryHandle) {
  Net net;
  const Tensor weight = net->first->weight;
  net->forward(ones({1, 4})).sum().backward();
  const Tensor gradient = weight.grad();
  net->to(kFloat64);
  EXPECT_EQ(weight.dtype(), kFloat64);
  EXPECT_TRUE(weight.requires_grad());
  EXPECT_EQ(weight.grad().dtype(), kFloat64);
  EXPECT_EQ(gradient.dtype(), kFloat64);
  EXPECT_EQ(net->count.dtype(), kInt64);
  EXPECT_TRUE(weight.is_same(net->named_parameters()[1].second));
  EXPECT_EQ(net->forward(ones({1, 4}, kFloat64)).dtype(), kFloat64);
  EXPECT_TRUE(throws([&] { net->to(kInt64); }, {"int64"}));
  net->zero_grad();
  EXPECT_FALSE(weight.grad().defined());
}

TEST(Modules, HandlesShareTheirModule) {
  const nn::Linear a(2, 3), b = a;
  EXPECT_EQ(a.get(), b.get());
  EXPECT_FALSE(nn::Linear(nullptr));
  EXPECT_TRUE(nn::Linear(nullptr).is_empty());
  EXPECT_TRUE(same_bits(a(ones({1, 2})), b->forward(ones({1, 2}))));
}

TEST(Modules, NothingLeaksOutOfNoGrad) {
  const Net net;
  const NoGradGuard guard;
  EXPECT_FALSE(net->forward(ones({1, 4})).requires_grad());
}

class Layers : public OnDevice {};
INSTANTIATE_TEST_SUITE_P(Devices, Layers, every_device(), device_name);

TEST_P(Layers, LinearStartsWithinItsBound) {
  manual_seed(1);
  nn::Linear linear(100, 50);
  linear->to(device());
  for (const Tensor& parameter : linear->parameters()) {
    EXPECT_LE(parameter.abs().max().item(), 0.1);
    EXPECT_GT(parameter.abs().max().item(), 0.09);
    EXPECT_NEAR(parameter.mean().item(), 0, 0.03);
  }
  EXPECT_EQ(linear->weight.sizes(), Shape({50, 100}));
  EXPECT_FALSE(nn::Linear(nn::LinearOptions(2, 2).bias(false))->bias.defined());
}

TEST_P(Layers, EveryActivationModuleIsItsFunction) {
  const Tensor x = linspace(-5, 5, 41, on());
  struct Case {
    std::function<Tensor(const Tensor&)> module;
    Tensor expected;
  };
  const auto call = [](auto module) {
    return [module](const Tensor& at) { return module->forward(at); };
  };
  const std::vector<Case> cases = {{call(nn::Tanh()), tanh(x)},
                                   {call(nn::Sigmoid()), sigmoid(x)},
                                   {call(nn::LogSigmoid()), logsigmoid(x)},
                                   {call(nn::ReLU()), relu(x)},
                                   {call(nn::ReLU6()), relu6(x)},
                                   {call(nn::SELU()), selu(x)},
                                   {call(nn::SiLU()), silu(x)},
                                   {call(nn::Mish()), mish(x)},
                                   {call(nn::Softsign()), softsign(x)},
                                   {call(nn::Tanhshrink()), tanhshrink(x)},
                                   {call(nn::Hardsigmoid()), hardsigmoid(x)},
                                   {call(nn::LeakyReLU()), leaky_relu(x)},
                                   {call(nn::LeakyReLU(0.3)), leaky_relu(x, 0.3)},
                                   {call(nn::ELU(2)), elu(x, 2)},
                                   {call(nn::Softplus(2, 4)), softplus(x, 2, 4)},
                                   {call(nn::Hardtanh(-2, 3)), hardtanh(x, -2, 3)},
                                   {call(nn::GELU()), gelu(x)},
                                   {call(nn::GELU("tanh")), gelu(x, "tanh")},
                                   {call(nn::Softmax(0)), softmax(x, 0)},
                                   {call(nn::LogSoftmax(-1)), log_softmax(x, 0)},
                                   {call(nn::Identity()), x}};
  for (std::size_t i = 0; i < cases.size(); ++i)
    EXPECT_TRUE(same_bits(cases[i].module(x), cases[i].expected)) << "case " << i;
  EXPECT_EQ(nn::Flatten()->forward(zeros({2, 3, 4})).sizes(), Shape({2, 12}));
  EXPECT_EQ(nn::Flatten(0, 1)->forward(zeros({2, 3, 4})).sizes(), Shape({6, 4}));
  EXPECT_EQ(nn::LeakyReLU()->forward(x).dtype(), kFloat32);
  EXPECT_EQ(nn::Dropout(0.5)->forward(x).dtype(), kFloat32);
}

TEST_P(Layers, SequentialCallsInOrder) {
  nn::Sequential model(nn::Linear(2, 3), nn::Tanh());
  model->push_back("last", nn::Linear(3, 1));
  EXPECT_EQ(names_of(model->named_parameters()),
            (Names{"0.weight", "0.bias", "last.weight", "last.bias"}));
  EXPECT_EQ(model->size(), 3u);
  model->to(device());
  const auto p = model->parameters();
  const Tensor x = randn({5, 2}).to(device());
  EXPECT_TRUE(same_bits(model->forward(x), linear(tanh(linear(x, p[0], p[1])), p[2], p[3])));
  EXPECT_TRUE(throws([] { nn::Sequential()->forward(ones({1})); }, {"Sequential", "empty"}));
}

TEST_P(Layers, RecurrentCellsAreTheirFormulas) {
  manual_seed(4);
  const Tensor x = randn({3, 4}, kFloat64).to(device()), h = randn({3, 2}, kFloat64).to(device()),
               c = tanh(h) * 2;
  const auto gates_of = [&](auto& cell, std::int64_t count) {
    cell->to(device(), kFloat64);
    return std::pair(linear(x, cell->weight_ih, cell->bias_ih).chunk(count, 1),
                     linear(h, cell->weight_hh, cell->bias_hh).chunk(count, 1));
  };
  nn::RNNCell rnn(4, 2), relu_rnn(4, 2, "relu");
  const auto [ri, rh] = gates_of(rnn, 1);
  EXPECT_TRUE(is_close(rnn(x, h), tanh(ri[0] + rh[0]), 1e-14));
  const auto [qi, qh] = gates_of(relu_rnn, 1);
  EXPECT_TRUE(is_close(relu_rnn(x, h), relu(qi[0] + qh[0]), 1e-14));
  nn::GRUCell gru(4, 2);
  const auto [gi, gh] = gates_of(gru, 3);
  const Tensor r = sigmoid(gi[0] + gh[0]), z = sigmoid(gi[1] + gh[1]), n = tanh(gi[2] + r * gh[2]);
  EXPECT_TRUE(is_close(gru(x, h), (1 - z) * n + z * h, 1e-14));
  nn::LSTMCell lstm(4, 2);
  const auto [li, lh] = gates_of(lstm, 4);
  const Tensor cell = sigmoid(li[1] + lh[1]) * c + sigmoid(li[0] + lh[0]) * tanh(li[2] + lh[2]);
  const auto [hidden, next] = lstm(x, std::tuple(h, c));
  EXPECT_TRUE(is_close(next, cell, 1e-14));
  EXPECT_TRUE(is_close(hidden, sigmoid(li[3] + lh[3]) * tanh(cell), 1e-14));
  EXPECT_TRUE(is_close(gru(x), gru(x, zeros({3, 2}, on(kFloat64))), 0));
  EXPECT_EQ(std::get<0>(lstm(x)).sizes(), Shape({3, 2}));
  EXPECT_EQ(names_of(lstm->named_parameters()),
            (Names{"weight_ih", "weight_hh", "bias_ih", "bias_hh"}));
  EXPECT_TRUE(throws([] { nn::RNNCell(2, 2, "gelu"); }, {"RNNCell", "gelu"}));
}

TEST_P(Layers, TheDocumentedTanhModel) {
  nn::Linear layer(3, 2);
  layer->to(device(), kFloat64);
  {
    const NoGradGuard guard;
    layer->weight.copy_(tensor({{0.1, 0.2, 0.3}, {-0.4, 0.5, -0.6}}, on(kFloat64)));
    layer->bias.copy_(tensor({0.05, -0.05}, on(kFloat64)));
  }
  const Tensor x = tensor({{0.5, -1.2, 3.3}}, on(kFloat64)).requires_grad_(true),
               y = tanh(layer(x));
  y.sum().backward();
  EXPECT_TRUE(is_close(y, {0.6910694698, -0.9930591379}, 1e-10));
  EXPECT_TRUE(is_close(x.grad(), {0.0467088793, 0.1114013719, 0.1484267671}, 1e-10));
  EXPECT_TRUE(is_close(
      layer->weight.grad(),
      {0.2612114939, -0.6269075854, 1.7239958600, 0.0069167743, -0.0166002584, 0.0456507107},
      1e-10));
  EXPECT_TRUE(is_close(layer->bias.grad(), {0.5224229879, 0.0138335487}, 1e-10));
}

TEST(Modules, TiedWeightsLoadUnderEachOfTheirNames) {
  TiedImpl tied;
  const auto names = names_of(tied.named_parameters(true, false));
  EXPECT_GT(names.size(), tied.named_parameters().size());
  NamedTensors values;
  for (const auto& parameter : tied.named_parameters(true, false))
    values.emplace_back(parameter.key(), full_like(parameter.value(), 3));
  nn::load_state_dict(tied, values);
  for (const Tensor& parameter : tied.parameters())
    EXPECT_TRUE(equal(parameter, full_like(parameter, 3)));
}

TEST(Initializers, GainsFansAndSpreads) {
  using namespace nn::init;
  EXPECT_EQ(calculate_gain("tanh"), 5.0 / 3);
  EXPECT_EQ(calculate_gain("relu"), std::sqrt(2.0));
  EXPECT_EQ(calculate_gain("leaky_relu", 0.2), std::sqrt(2 / 1.04));
  EXPECT_EQ(calculate_gain("linear"), 1);
  EXPECT_TRUE(throws([] { calculate_gain("nothing"); }, {"calculate_gain", "nothing"}));
  manual_seed(2);
  const auto spread = [](Tensor (*fill)(Tensor)) { return fill(empty({300, 200})).std().item(); };
  EXPECT_NEAR(spread([](Tensor t) { return xavier_normal_(t, 2); }), 2 * std::sqrt(2.0 / 500),
              2e-3);
  EXPECT_NEAR(spread([](Tensor t) { return xavier_uniform_(t); }), std::sqrt(2.0 / 500), 1e-3);
  EXPECT_NEAR(spread([](Tensor t) { return kaiming_normal_(t, 0, FanMode::FanOut, "relu"); }),
              std::sqrt(2.0 / 300), 1e-3);
  EXPECT_NEAR(spread([](Tensor t) { return kaiming_uniform_(t, 1); }), std::sqrt(1.0 / 200), 1e-3);
  EXPECT_NEAR(spread([](Tensor t) { return normal_(t, 5, 0.5); }), 0.5, 0.01);
  EXPECT_TRUE(is_close(eye_(empty({2, 3})), {1, 0, 0, 0, 1, 0}));
  EXPECT_TRUE(is_close(constant_(empty({2}), 3), {3, 3}));
  const Tensor leaf = ones({2}).requires_grad_(true);
  EXPECT_TRUE(is_close(zeros_(leaf), {0, 0}));
  EXPECT_TRUE(leaf.is_leaf());
  EXPECT_TRUE(throws([] { xavier_uniform_(empty({3})); }, {"[3]"}));
  // Nothing happens to what is empty, and a layer without inputs is its bias, 0.
  for (const Shape& shape : {Shape{0, 7}, Shape{7, 0}, Shape{0, 0}})
    for (const auto& fill : {+[](const Tensor& t) { return xavier_uniform_(t); },
                             +[](const Tensor& t) { return xavier_normal_(t); },
                             +[](const Tensor& t) { return kaiming_uniform_(t); },
                             +[](const Tensor& t) { return kaiming_normal_(t); }})
      EXPECT_EQ(fill(empty(shape)).sizes(), shape);
  EXPECT_TRUE(is_close(nn::Linear(0, 7)->bias, {0, 0, 0, 0, 0, 0, 0}));
}

TEST(Batches, BatchesAreCopies) {
  const Tensor x = ones({6, 2});
  for (const bool shuffle : {false, true})
    for (const auto& batch : data::DataLoader({x}, 4, shuffle)) batch[0].mul_(2);
  EXPECT_TRUE(equal(x, ones({6, 2})));
}

TEST(Batches, LoaderCoversEveryRowOnce) {
  const Tensor x = arange(10), y = x * 2;
  for (bool shuffle : {false, true})
    for (bool drop : {false, true}) {
      const data::DataLoader loader({x, y}, 4, shuffle, drop);
      EXPECT_EQ(loader.size(), drop ? 2 : 3);
      std::vector<double> seen;
      for (const TensorList& batch : loader) {
        EXPECT_TRUE(is_close(batch[1], batch[0] * 2));
        for (double v : values(batch[0])) seen.push_back(v);
      }
      if (!shuffle) {
        EXPECT_TRUE(is_close(seen, values(x.slice(0, 0, drop ? 8 : 10)), 0));
      }
      std::sort(seen.begin(), seen.end());
      EXPECT_TRUE(std::unique(seen.begin(), seen.end()) == seen.end());
      EXPECT_EQ(seen.size(), drop ? 8u : 10u);
    }
  const auto parts = data::random_split({7, 3});
  EXPECT_EQ(parts[1].numel(), 3);
  EXPECT_TRUE(is_close(std::get<0>(cat(parts).sort()), values(x)));
  EXPECT_TRUE(throws([&] { data::DataLoader({x, ones({3})}, 2); }, {"DataLoader", "[10]", "[3]"}));
  EXPECT_TRUE(throws([&] { data::DataLoader({x}, 0); }, {"DataLoader", "0"}));
}

TEST(Clipping, NormsAndValues) {
  const auto fresh = [] {
    TensorList parameters = {zeros({2}).requires_grad_(true), zeros({1}).requires_grad_(true),
                             zeros({1}).requires_grad_(true)};
    parameters[0].mutable_grad() = tensor({3.0, 0.0});
    parameters[1].mutable_grad() = tensor({-4.0});
    return parameters;
  };
  TensorList p = fresh();
  EXPECT_NEAR(nn::utils::clip_grad_norm_(p, 1), 5, 1e-6);
  EXPECT_TRUE(is_close(p[0].grad(), {0.6, 0}, 1e-6));
  EXPECT_TRUE(is_close(p[1].grad(), {-0.8}, 1e-6));
  p = fresh();
  EXPECT_NEAR(nn::utils::clip_grad_norm_(p, 100, std::numeric_limits<double>::infinity()), 4, 1e-6);
  EXPECT_TRUE(is_close(p[0].grad(), {3, 0}));
  nn::utils::clip_grad_value_(p, 2);
  EXPECT_TRUE(is_close(p[0].grad(), {2, 0}));
  EXPECT_TRUE(is_close(p[1].grad(), {-2}));
}

}  // namespace
}  // namespace tandem::testing
