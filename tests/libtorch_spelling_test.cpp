// A program written for libtorch must compile and train after one namespace alias.
#include <gtest/gtest.h>
#include <tandem/tandem.h>

#include <cmath>

namespace torch = tandem;
#define TORCH_MODULE TANDEM_MODULE

namespace {

struct NetImpl : torch::nn::Module {
  NetImpl(int64_t inputs, int64_t hidden, int64_t outputs) {
    fc1 = register_module("fc1", torch::nn::Linear(inputs, hidden));
    fc2 = register_module("fc2",
                          torch::nn::Linear(torch::nn::LinearOptions(hidden, outputs).bias(true)));
    drop = register_module("drop", torch::nn::Dropout(0.1));
    gain = register_parameter("gain", torch::ones({1}));
    seen = register_buffer("seen", torch::zeros({1}, torch::kLong));
  }
  torch::Tensor forward(torch::Tensor x) {
    x = x.reshape({x.size(0), -1});
    x = torch::tanh(fc1->forward(x));
    x = drop(x);
    return torch::log_softmax(fc2(x) * gain, /*dim=*/1);
  }
  torch::nn::Linear fc1{nullptr}, fc2{nullptr};
  torch::nn::Dropout drop{nullptr};
  torch::Tensor gain, seen;
};
TORCH_MODULE(Net);

TEST(LibtorchSpelling, NamesOfPublicPrograms) {
  torch::Tensor x = torch::rand({2, 3}, torch::kF32);
  EXPECT_EQ(x.ndimension(), 2);
  EXPECT_TRUE(x.scalar_type() == torch::ScalarType::Float);
  EXPECT_TRUE(x.dtype() == torch::kFloat);
  EXPECT_TRUE(x.is_cpu());
  EXPECT_EQ(x.toType(torch::kInt64).dtype(), torch::kLong);
  EXPECT_EQ(torch::max(x, torch::zeros_like(x)).sizes(), x.sizes());
  EXPECT_EQ(torch::reshape(x, {3, 2}).transpose_(0, 1).size(0), 2);
  EXPECT_EQ(torch::split(x, 1, 1).size(), 3U);
  const auto mask = (x > 0.5) & (x < 0.9);
  EXPECT_EQ(mask.dtype(), torch::kBool);
  double sum = x.sum().item().toDouble();
  EXPECT_GT(sum, 0);
  torch::nn::Sequential net(torch::nn::Linear(3, 4), torch::nn::BatchNorm1d(4),
                            torch::nn::LeakyReLU(torch::nn::LeakyReLUOptions().negative_slope(0.1)),
                            torch::nn::Dropout(torch::nn::DropoutOptions().p(0.2)));
  auto parameters = net->named_parameters();
  EXPECT_TRUE(parameters.contains("0.weight"));
  for (auto& item : parameters) EXPECT_EQ(item->numel(), item.value().numel()) << item.key();
  torch::nn::init::kaiming_normal_(parameters["0.weight"], 0, torch::kFanOut, torch::kReLU);
  torch::InferenceMode guard;
  EXPECT_FALSE(torch::GradMode::is_enabled());
  torch::cuda::manual_seed(1);
}

TEST(LibtorchSpelling, TypesAndDefaults) {
  torch::optional<int> none = torch::nullopt;
  EXPECT_FALSE(none.has_value());
  const std::vector<int64_t> sizes = {2, 3};
  torch::ArrayRef<int64_t> list(sizes);
  EXPECT_EQ(torch::zeros(list).sizes(), torch::IntArrayRef({2, 3}));
  EXPECT_TRUE(list.equals({2, 3}));
  EXPECT_TRUE(list == sizes);
  EXPECT_EQ(torch::tensor(torch::ArrayRef<float>({1.5F, 2.5F})).sum().item<float>(), 4);
  EXPECT_EQ(torch::arange(4).index(torch::tensor({3, 1}))[0].item<int>(), 3);
  EXPECT_EQ(torch::zeros({1}, torch::TensorOptions().layout(torch::kStrided)).numel(), 1);
  namespace F = torch::nn::functional;
  const torch::Tensor x = torch::tensor({{3.0, 4.0}});
  EXPECT_NEAR(F::normalize(x, F::NormalizeFuncOptions().p(2).dim(1))[0][1].item<double>(), 0.8,
              1e-6);
  EXPECT_TRUE(torch::equal(F::dropout(x, F::DropoutFuncOptions().p(0.5)), x));
  EXPECT_NEAR(F::layer_norm(x, F::LayerNormFuncOptions({2}))[0][1].item<double>(), 1, 1e-4);
  EXPECT_NEAR(F::group_norm(x, F::GroupNormFuncOptions(1))[0][0].item<double>(), -1, 1e-4);
  EXPECT_EQ(F::batch_norm(x, torch::zeros({2}), torch::ones({2}),
                          F::BatchNormFuncOptions().weight(torch::ones({2})).eps(0))[0][0]
                .item<double>(),
            3);
  EXPECT_EQ(F::pad(x, F::PadFuncOptions({1, 0}).mode("replicate"))[0][0].item<double>(), 3);
  EXPECT_NEAR(F::cosine_similarity(x, x, F::CosineSimilarityFuncOptions().dim(1)).item<double>(), 1,
              1e-6);
  EXPECT_EQ(F::gumbel_softmax(x, F::GumbelSoftmaxFuncOptions().hard(true)).sum().item<double>(), 1);
  EXPECT_THROW(list.at(2), torch::Error);
  EXPECT_TRUE(torch::zeros({1}).layout() == torch::kStrided);
  EXPECT_EQ(torch::zeros({1}).toString(), "CPUFloatType");
  EXPECT_STREQ(torch::toString(torch::kLong), "Long");
  EXPECT_TRUE(torch::can_cast(torch::kInt, torch::kFloat) &&
              !torch::can_cast(torch::kFloat, torch::kInt));
  EXPECT_EQ(torch::promote_types(torch::kInt, torch::kHalf), torch::kHalf);
  EXPECT_EQ(torch::elementSize(torch::kDouble), 8u);
  torch::autograd::Variable v = torch::special::softmax(torch::zeros({2}), 0);
  EXPECT_EQ(v[0].item<double>(), 0.5);
  EXPECT_EQ(torch::special::expit(torch::zeros({1})).item<double>(), 0.5);

  torch::set_default_dtype(torch::kDouble);
  EXPECT_EQ(torch::zeros({1}).dtype(), torch::kDouble);
  EXPECT_EQ(torch::tensor({1.5}).dtype(), torch::kDouble);
  EXPECT_EQ((torch::arange(3) * 0.5).dtype(), torch::kDouble);
  EXPECT_EQ(torch::sqrt(torch::arange(3)).dtype(), torch::kDouble);
  EXPECT_EQ((torch::zeros({1}, torch::kFloat) * 0.5).dtype(), torch::kFloat);
  EXPECT_EQ(torch::nn::Linear(2, 1)->weight.dtype(), torch::kDouble);
  torch::set_default_dtype(torch::kFloat);
  EXPECT_EQ(torch::get_default_dtype(), torch::kFloat);
  EXPECT_THROW(torch::set_default_dtype(torch::kInt), torch::Error);
}

struct PlainNet : torch::nn::Module {
  PlainNet() { layer = register_module("layer", torch::nn::Linear(2, 1)); }
  torch::Tensor forward(torch::Tensor x) { return torch::sigmoid(layer->forward(x)); }
  torch::nn::Linear layer{nullptr};
};

struct Square : torch::autograd::Function<Square> {
  static torch::Tensor forward(torch::autograd::AutogradContext* ctx, torch::Tensor x) {
    ctx->save_for_backward({x});
    return x * x;
  }
  static torch::TensorList backward(torch::autograd::AutogradContext* ctx,
                                    torch::TensorList grads) {
    auto saved = ctx->get_saved_variables();
    return {grads[0] * 2 * saved[0]};
  }
};

TEST(LibtorchSpelling, AClassifierTrains) {
  torch::manual_seed(0);
  torch::Device device(torch::kCPU);
  if (torch::cuda::is_available()) device = torch::Device(torch::kCUDA);
  Net net(8, 32, 3);
  net->to(device);
  torch::Tensor x =
      torch::randn({120, 2, 4}, torch::TensorOptions().dtype(torch::kFloat32)).to(device);
  torch::Tensor y = x.index({torch::indexing::Slice(), 0, torch::indexing::Slice(0, 3)}).argmax(1);
  torch::optim::Adam optimizer(
      net->parameters(), torch::optim::AdamOptions(1e-2).betas({0.9, 0.99}).weight_decay(1e-4));
  net->train();
  float first = 0, last = 0;
  for (int epoch = 0; epoch < 60; ++epoch) {
    optimizer.zero_grad();
    torch::Tensor loss = torch::nll_loss(net->forward(x), y);
    loss.backward();
    optimizer.step();
    last = loss.item<float>();
    if (epoch == 0) first = last;
  }
  EXPECT_LT(last, first / 2);
  net->eval();
  torch::NoGradGuard no_grad;
  auto predicted = net->forward(x).argmax(1);
  EXPECT_GT(predicted.eq(y).sum().item<int64_t>(), 100);
  for (const auto& pair : net->named_parameters()) {
    EXPECT_FALSE(pair.key().empty());
    EXPECT_TRUE(pair.value().requires_grad());
  }
}

TEST(LibtorchSpelling, ARegressionTrains) {
  torch::manual_seed(1);
  auto net = std::make_shared<PlainNet>();
  torch::optim::SGD optimizer(net->parameters(), /*lr=*/0.5);
  auto x = torch::tensor({{0.f, 0.f}, {0.f, 1.f}, {1.f, 0.f}, {1.f, 1.f}});
  auto y = torch::tensor({{0.f}, {0.f}, {0.f}, {1.f}});
  double loss_value = 1;
  for (int i = 0; i < 400; ++i) {
    optimizer.zero_grad();
    auto loss = torch::mse_loss(net->forward(x), y);
    loss.backward();
    optimizer.step();
    loss_value = loss.item<double>();
  }
  EXPECT_LT(loss_value, 0.05);
}

TEST(LibtorchSpelling, SequentialAndFunctional) {
  namespace F = torch::nn::functional;
  torch::nn::Sequential model(torch::nn::Linear(4, 8), torch::nn::ReLU(), torch::nn::Linear(8, 2));
  auto x = torch::rand({5, 4});
  auto target = torch::randint(0, 2, {5}, torch::kLong);
  auto criterion = torch::nn::CrossEntropyLoss();
  auto loss = criterion(model->forward(x), target);
  EXPECT_FLOAT_EQ(loss.item<float>(), F::cross_entropy(model->forward(x), target).item<float>());
  loss.backward();
  for (auto& p : model->parameters()) EXPECT_TRUE(p.grad().defined());
  auto w = torch::full({2, 2}, 1.5, torch::dtype(torch::kFloat64).requires_grad(true));
  auto g = torch::autograd::grad({w.pow(2).sum()}, {w}, {}, /*retain_graph=*/true,
                                 /*create_graph=*/true)[0];
  EXPECT_DOUBLE_EQ(g.sum().item<double>(), 12);
  auto s = Square::apply(w);
  s.sum().backward();
  EXPECT_DOUBLE_EQ(w.grad()[0][0].item<double>(), 3);
}

TEST(LibtorchSpelling, TensorsAsInTheTutorials) {
  auto a = torch::arange(6).view({2, 3});
  auto b = torch::ones({2, 3}, torch::kFloat32);
  auto c = torch::cat({a.to(torch::kFloat32), b}, 0);
  EXPECT_EQ(c.sizes(), (torch::IntArrayRef{4, 3}));
  EXPECT_EQ(c.sizes().vec(), (std::vector<int64_t>{4, 3}));
  EXPECT_EQ(c.dtype(), torch::kFloat32);
  EXPECT_EQ(c[1][2].item<float>(), 5.f);
  EXPECT_EQ(torch::stack({b, b}).dim(), 3);
  float data[] = {1, 2, 3};
  auto blob = torch::from_blob(data, {3}, torch::TensorOptions().dtype(torch::kFloat32)).clone();
  EXPECT_EQ(blob.data_ptr<float>()[2], 3.f);
  auto [top, where] = torch::topk(blob, 2);
  EXPECT_EQ(where[0].item<int64_t>(), 2);
  EXPECT_EQ(std::get<1>(torch::max(blob, 0)).item<int64_t>(), 2);
  EXPECT_TRUE(torch::allclose(blob + 1e-9, blob));
  EXPECT_TRUE(torch::equal(blob, blob.clone()));
  blob += 1;
  blob.index_put_({0}, 7);
  EXPECT_EQ(blob.index({torch::indexing::Slice(0, 2)}).sum().item<float>(), 10.f);
  EXPECT_TRUE(torch::any(blob > 6).item<bool>());
  auto random = torch::randn_like(b).uniform_(-1, 1).abs_().clamp_(0, 1);
  EXPECT_LE(random.max().item<float>(), 1.f);
  EXPECT_EQ(torch::zeros_like(b).sizes(), b.sizes());
  EXPECT_EQ(torch::ones({2}, torch::kHalf).to(torch::kBFloat16).dtype(), torch::kBFloat16);
  EXPECT_EQ(b.to(torch::kFloat16).scalar_type(), torch::kHalf);
}

}  // namespace
