// Every family of loops on the 16-bit dtypes: computed in float32 (sums in float64), rounded once.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/devices.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

namespace F = nn::functional;

constexpr DType halves[] = {kHalf, kBFloat16};

double epsilon(DType dtype) { return dtype == kHalf ? 0x1p-10 : 0x1p-7; }

class HalfOps : public OnDevice {
 protected:
  Tensor draw(const Shape& shape, DType dtype, std::uint64_t seed = 1) const {
    return randn(shape, kFloat32, Generator(seed)).to(dtype).to(device());
  }
  /// Contiguous, transposed and strided tensors, short and long.
  std::vector<Tensor> layouts(DType dtype) const {
    return {draw({37}, dtype),
            draw({}, dtype),
            draw({9, 21}, dtype),
            draw({9, 21}, dtype).t(),
            draw({12, 14}, dtype).slice(0, 1, 11, 2).slice(1, 3),
            draw({3, 5, 7}, dtype).permute({2, 0, 1}),
            draw({2, 10000}, dtype),
            draw({1300, 6}, dtype),
            draw({1, 33}, dtype).expand({5, 33})};
  }
  template <class Op> void expect_like(DType reference, const char* name, const Op& op) const {
    for (DType dtype : halves)
      for (const Tensor& x : layouts(dtype))
        EXPECT_TRUE(same_bits(op(x), op(x.to(reference)).to(dtype)))
            << name << " of " << x.describe().str() << ", strides " << x.strides().str();
  }
};

INSTANTIATE_TEST_SUITE_P(Devices, HalfOps, every_device(), device_name);

TEST_P(HalfOps, ConversionsRoundOnce) {
  // 1 + 2^-11 + 2^-40: a float would round it to a tie first.
  const Tensor x = tensor(
      {1 + 0x1p-11 + 0x1p-40, 1 + 0x1p-8 + 0x1p-40, -1e9, 1e-8, -0.0, 65519.9, 65520.0, 3e38},
      on(kFloat64));
  const auto wide = elements<double>(x);
  std::vector<double> to_half, to_bfloat;
  for (double value : wide) {
    to_half.push_back(Float16(value));
    to_bfloat.push_back(BFloat16(value));
  }
  EXPECT_TRUE(is_close(x.to(kHalf), to_half));
  EXPECT_TRUE(is_close(x.to(kBFloat16), to_bfloat));
  for (DType dtype : halves) {
    const Tensor y = draw({7, 11}, dtype);
    for (DType other : {kFloat32, kFloat64})
      EXPECT_TRUE(same_bits(y.t().to(other).to(dtype), y.t().contiguous()));
    EXPECT_TRUE(same_bits(y.to(kInt64), y.to(kFloat32).to(kInt64)));
    EXPECT_TRUE(same_bits(y.to(kBool), y.to(kFloat32).to(kBool)));
    EXPECT_TRUE(same_bits(arange(300, on()).to(dtype), arange(300, on(kFloat64)).to(dtype)));
    EXPECT_TRUE(same_bits(full({3}, 0.1, on(dtype)), full({3}, 0.1, on(kFloat64)).to(dtype)));
    EXPECT_TRUE(is_close(zeros({2}, on(dtype)).copy_(tensor({1, 2}, device())), {1, 2}));
  }
  EXPECT_TRUE(same_bits(x.to(kHalf).to(kBFloat16), x.to(kHalf).to(kFloat32).to(kBFloat16)));
}

TEST_P(HalfOps, ResultTypes) {
  const Tensor h = ones({2}, on(kHalf)), b = ones({2}, on(kBFloat16)), f = ones({2}, on()),
               i = ones({2}, on(kInt64)), scalar = ones({}, on());
  EXPECT_EQ((h + h).dtype(), kHalf);
  EXPECT_EQ((h + b).dtype(), kFloat32);
  EXPECT_EQ((h * f).dtype(), kFloat32);
  EXPECT_EQ((h * 2.5).dtype(), kHalf);
  EXPECT_EQ((2 - b).dtype(), kBFloat16);
  EXPECT_EQ((i * h).dtype(), kHalf);
  EXPECT_EQ((h * scalar).dtype(), kHalf);
  EXPECT_EQ((h < b).dtype(), kBool);
  EXPECT_EQ(h.isnan().dtype(), kBool);
  EXPECT_EQ(h.sum().dtype(), kHalf);
  EXPECT_EQ(b.mean().dtype(), kBFloat16);
  EXPECT_EQ(h.argmax().dtype(), kInt64);
  EXPECT_EQ(tandem::where(h > 0, h, b).dtype(), kFloat32);
  EXPECT_EQ(matmul(h, h).dtype(), kHalf);
  EXPECT_THROW(matmul(h, f), Error);
}

TEST_P(HalfOps, Reductions) {
  expect_like(kFloat64, "sum", [](const Tensor& x) { return x.sum(); });
  expect_like(kFloat64, "sum over 0", [](const Tensor& x) { return sum(x, {0}); });
  expect_like(kFloat64, "sum over -1", [](const Tensor& x) { return sum(x, {-1}, true); });
  expect_like(kFloat64, "cumsum", [](const Tensor& x) { return x.cumsum(0); });
  expect_like(kFloat64, "prod", [](const Tensor& x) { return x.prod(0); });
  expect_like(kFloat32, "amax", [](const Tensor& x) { return amax(x, {0}); });
  expect_like(kFloat32, "amin", [](const Tensor& x) { return amin(x, {-1}); });
  expect_like(kFloat32, "mean", [](const Tensor& x) { return x.mean(); });
  expect_like(kFloat32, "var", [](const Tensor& x) { return var(x, {-1}, false, false); });
  expect_like(kFloat32, "norm", [](const Tensor& x) { return norm(x, 2); });
  for (DType dtype : halves) {
    const Tensor x = draw({9, 21}, dtype);
    EXPECT_TRUE(same_bits(x.argmax(1), x.to(kFloat32).argmax(1)));
    EXPECT_TRUE(same_bits(x.argmin(0), x.to(kFloat32).argmin(0)));
    // More than float16 can count, and a sum beyond its range.
    EXPECT_EQ(full({100000}, 3, on(dtype)).mean().item(), 3);
    EXPECT_TRUE(std::isinf(full({100000}, 3, on(kHalf)).sum().item()));
    EXPECT_TRUE(allclose(x, x.clone()));
  }
}

TEST_P(HalfOps, Softmax) {
  for (std::int64_t dim : {0, -1}) {
    expect_like(kFloat32, "softmax", [dim](const Tensor& x) { return x.softmax(dim); });
    expect_like(kFloat32, "log_softmax", [dim](const Tensor& x) { return x.log_softmax(dim); });
    expect_like(kFloat32, "logsumexp", [dim](const Tensor& x) { return logsumexp(x, dim); });
  }
}

TEST_P(HalfOps, CrossEntropy) {
  for (DType dtype : halves) {
    const Tensor x = draw({40, 7}, dtype).requires_grad_(true);
    const Tensor wide = x.detach().to(kFloat32).requires_grad_(true);
    const Tensor labels = (arange(40, on(kInt64)) * 3).remainder(7);
    const Tensor loss = F::cross_entropy(x, labels), reference = F::cross_entropy(wide, labels);
    EXPECT_EQ(loss.dtype(), dtype);
    EXPECT_TRUE(is_close(loss, reference, epsilon(dtype)));
    loss.backward();
    reference.backward();
    EXPECT_EQ(x.grad().dtype(), dtype);
    EXPECT_TRUE(is_close(x.grad(), wide.grad(), epsilon(dtype)));
    F::CrossEntropyOptions smooth;
    smooth.label_smoothing = 0.1;
    EXPECT_TRUE(is_close(F::cross_entropy(x, labels, smooth),
                         F::cross_entropy(wide, labels, smooth), epsilon(dtype)));
    EXPECT_EQ(F::mse_loss(x, x * 2).dtype(), dtype);
    const Tensor shape = ones({7}, on(dtype));
    EXPECT_TRUE(same_bits(F::layer_norm(x, {7}, shape, shape),
                          F::layer_norm(wide, {7}, shape, shape).to(dtype)));
  }
}

TEST_P(HalfOps, SortAndIndex) {
  for (DType dtype : halves) {
    const Tensor x = draw({6, 50}, dtype);
    const Tensor wide = x.to(kFloat32);
    const auto [values, order] = x.sort(1);
    const auto [wide_values, wide_order] = wide.sort(1);
    EXPECT_TRUE(same_bits(values, wide_values.to(dtype)));
    EXPECT_TRUE(same_bits(order, wide_order));
    EXPECT_TRUE(same_bits(std::get<0>(x.topk(3, 0)), std::get<0>(wide.topk(3, 0)).to(dtype)));
    EXPECT_TRUE(same_bits(x.gather(1, order), values));
    const Tensor index = tensor({5, 0, 0, -1}, device());
    EXPECT_TRUE(same_bits(x.index_select(0, index), wide.index_select(0, index).to(dtype)));
    const Tensor places = tensor({3, 1, 0}, device());
    EXPECT_TRUE(
        same_bits(zeros({4}, on(dtype)).scatter_add(0, places, x[0].slice(0, 0, 3)),
                  zeros({4}, on()).scatter_add(0, places, wide[0].slice(0, 0, 3)).to(dtype)));
    EXPECT_TRUE(same_bits(x.masked_select(x > 0), wide.masked_select(wide > 0).to(dtype)));
    EXPECT_TRUE(same_bits(cat({x, x.flip({1})}, 0), cat({wide, wide.flip({1})}, 0).to(dtype)));
    Tensor written = x.clone();
    written.index_put_({tensor({1, 2}, device())}, 7);
    EXPECT_EQ(written[1].sum().item(), 350);
    EXPECT_TRUE(same_bits(written[3], x[3]));
    Tensor chosen = tandem::where(x > 0, x, 0.1);
    EXPECT_TRUE(same_bits(chosen, tandem::where(wide > 0, wide, 0.1).to(dtype)));
  }
}

TEST_P(HalfOps, Products) {
  for (DType dtype : halves) {
    const auto check_close = [&](const Tensor& actual, const Tensor& expected) {
      EXPECT_EQ(actual.dtype(), dtype);
      EXPECT_TRUE(is_close(actual, expected, epsilon(dtype)));
    };
    const Tensor a = draw({70, 33}, dtype, 1), b = draw({33, 45}, dtype, 2),
                 c = draw({6, 5, 7}, dtype, 3), d = draw({7, 4}, dtype, 4);
    const auto wide = [](const Tensor& x) { return x.to(kFloat32); };
    check_close(mm(a, b), mm(wide(a), wide(b)));
    check_close(mm(b.t(), a.t()), mm(wide(b).t(), wide(a).t()));
    check_close(mm(a.slice(0, 1, 60, 3), b.slice(1, 2)),
                mm(wide(a).slice(0, 1, 60, 3), wide(b).slice(1, 2)));
    check_close(matmul(c, d), matmul(wide(c), wide(d)));
    check_close(matmul(c.transpose(1, 2), c), matmul(wide(c).transpose(1, 2), wide(c)));
    check_close(mv(a, b.select(1, 0)), mv(wide(a), wide(b).select(1, 0)));
    check_close(matmul(zeros({3, 0}, on(dtype)), zeros({0, 2}, on(dtype))), zeros({3, 2}, on()));
    const Tensor x = draw({64, 20}, dtype, 5).requires_grad_(true),
                 w = draw({12, 20}, dtype, 6).requires_grad_(true),
                 bias = draw({12}, dtype, 7).requires_grad_(true);
    const Tensor x32 = wide(x.detach()).requires_grad_(true),
                 w32 = wide(w.detach()).requires_grad_(true),
                 bias32 = wide(bias.detach()).requires_grad_(true);
    const Tensor y = linear(x, w, bias), y32 = linear(x32, w32, bias32);
    EXPECT_TRUE(is_close(y, y32, epsilon(dtype)));
    const Tensor gradient = draw({64, 12}, dtype, 8);
    y.backward(gradient);
    y32.backward(wide(gradient));
    EXPECT_TRUE(is_close(x.grad(), x32.grad(), epsilon(dtype)));
    EXPECT_TRUE(is_close(w.grad(), w32.grad(), epsilon(dtype)));
    EXPECT_TRUE(is_close(bias.grad(), bias32.grad(), epsilon(dtype)));
  }
  // Rounded once: the sum of 4096 products of 1 + 2^-10 would stall at 2048 in float16.
  const Tensor ones_row = ones({1, 4096}, on(kHalf));
  EXPECT_EQ(mm(ones_row, ones_row.t()).item(), 4096);
}

TEST_P(HalfOps, SecondDerivatives) {
  for (DType dtype : halves) {
    const Tensor x = draw({17}, dtype).requires_grad_(true);
    const Tensor y = (tanh(x) * x * 0.5).sum();
    const Tensor first = autograd::grad({y}, {x}, {}, {}, true)[0];
    EXPECT_EQ(first.dtype(), dtype);
    const Tensor second = autograd::grad({first.sum()}, {x})[0];
    const Tensor wide = x.detach().to(kFloat64);
    const Tensor t = tanh(wide), slope = 1 - t * t;
    EXPECT_TRUE(is_close(first, 0.5 * (t + wide * slope), 4 * epsilon(dtype)));
    EXPECT_TRUE(is_close(second, slope - wide * t * slope, 8 * epsilon(dtype)));
  }
}

TEST_P(HalfOps, Random) {
  for (DType dtype : halves) {
    const int digits = dtype == kHalf ? 11 : 8;
    manual_seed(3);
    const Tensor u = rand({1000}, on(dtype));
    EXPECT_GE(u.min().item(), 0);
    EXPECT_LT(u.max().item(), 1);
    EXPECT_NEAR(u.to(kFloat32).mean().item(), 0.5, 0.05);
    if (on_cpu()) {
      // One 32-bit draw per number, of which float32 takes 24 bits and a half its own.
      manual_seed(3);
      const auto wide = elements<float>(rand({1000}));
      const auto actual = values(u);
      for (std::size_t i = 0; i < wide.size(); ++i) {
        const auto bits = static_cast<std::int64_t>(wide[i] * 0x1p24f);
        ASSERT_EQ(actual[i], std::ldexp(bits & ((1 << digits) - 1), -digits));
      }
    }
    const Tensor n = randn({4000}, on(dtype));
    EXPECT_NEAR(n.to(kFloat32).mean().item(), 0, 0.06);
    EXPECT_NEAR(n.to(kFloat32).std().item(), 1, 0.06);
    EXPECT_TRUE(isfinite(randn({7}, on(dtype))).all().item<bool>());
    const Tensor whole = randint(-3, 4, {500}, on(dtype));
    EXPECT_TRUE(is_close(whole.min(), {-3}) && is_close(whole.max(), {3}));
    EXPECT_TRUE(same_bits(std::get<0>(randperm(100, on(dtype)).sort()), arange(100, on(dtype))));
    EXPECT_NEAR(full({2000}, 0.25, on(dtype)).bernoulli_(0.25).to(kFloat32).mean().item(), 0.25,
                0.05);
    EXPECT_GE(empty({100}, on(dtype)).exponential_(2).min().item(), 0);
    EXPECT_EQ(dropout(ones({64}, on(dtype)), 0.5, true).dtype(), dtype);
  }
}

TEST_P(HalfOps, RandomNumbersArePyTorchs) {
  if (!on_cpu()) GTEST_SKIP() << "the stream is the CPU generator's";
  const auto drawn = [](const Tensor& (*fill)(const Tensor&), std::int64_t size) {
    manual_seed(0);
    return values(fill(empty({size}, kBFloat16)));
  };
  using T = const Tensor&;
  EXPECT_TRUE(is_close(drawn([](T x) -> T { return x.uniform_(); }, 4),
                       {0.671875, 0.18359375, 0.45703125, 0.75}, 0));
  EXPECT_TRUE(is_close(drawn([](T x) -> T { return x.uniform_(-1, 2); }, 4),
                       {1.015625, -0.44921875, 0.37109375, 1.25}, 0));
  EXPECT_TRUE(is_close(drawn([](T x) -> T { return x.normal_(); }, 5),
                       {1.5390625, -0.29296875, -2.171875, 0.5703125, -1.0859375}, 0));
  EXPECT_TRUE(is_close(
      drawn([](T x) -> T { return x.normal_(); }, 16),
      {1.4609375, 0.291015625, 0.9609375, 1.5703125, 0.494140625, -1.515625, -0.25, 0.57421875,
       0.326171875, -0.56640625, 0.54296875, -0.5625, 0.6015625, 2.375, 1.671875, -0.8359375},
      0));
  EXPECT_TRUE(
      is_close(drawn([](T x) -> T { return x.random_(); }, 6), {149, 179, 47, 62, 69, 112}, 0));
  EXPECT_TRUE(is_close(drawn([](T x) -> T { return x.exponential_(2); }, 4),
                       {1.7578125, 0.61328125, 0.306640625, 1.265625}, 0));
}

TEST_P(HalfOps, Optimizers) {
  // What is stored is rounded after each step; between, the rule computes in float32.
  const auto round_all = [](optim::RuleOptimizerBase& optimizer, DType dtype) {
    const NoGradGuard guard;
    for (const Tensor& parameter : optimizer.parameters()) {
      parameter.copy_(parameter.to(dtype));
      for (Tensor& own : optimizer.state_of(parameter).states)
        if (own.defined()) own = own.to(dtype).to(own.dtype());
    }
  };
  const auto trained = [&](const auto& options, DType stored, DType rounded) {
    std::vector<Tensor> parameters;
    for (std::int64_t size : {5, 3000})
      parameters.push_back(draw({size}, rounded, 1).to(stored).requires_grad_(true));
    optim::RuleOptimizer<std::decay_t<decltype(options)>> optimizer(parameters, options);
    for (std::uint64_t step = 0; step < 4; ++step) {
      for (const Tensor& parameter : parameters)
        parameter.mutable_grad() = draw(parameter.sizes(), rounded, step).to(stored);
      optimizer.step();
      round_all(optimizer, rounded);
    }
    for (const Tensor& own : optimizer.state_of(parameters[0]).states)
      EXPECT_TRUE(!own.defined() || own.dtype() == stored);
    return parameters;
  };
  const auto compare = [&](const auto& options) {
    for (DType dtype : halves) {
      const auto narrow = trained(options, dtype, dtype), wide = trained(options, kFloat32, dtype);
      for (std::size_t i = 0; i < narrow.size(); ++i)
        EXPECT_TRUE(same_bits(narrow[i].detach(), wide[i].detach().to(dtype)));
    }
  };
  compare(optim::SGDOptions(0.1).momentum(0.9).weight_decay(0.01));
  compare(optim::SGDOptions(0.1));
  compare(optim::AdamOptions(0.01).eps(1e-3).amsgrad(true));
  compare(optim::AdamWOptions(0.01));
  compare(optim::RMSpropOptions(0.01).momentum(0.5).centered(true).eps(1e-3));
  compare(optim::AdagradOptions(0.05));
  compare(optim::AdamaxOptions(0.05));
  compare(optim::RAdamOptions(0.05));
  compare(optim::AdadeltaOptions(0.5).eps(1e-3));
  compare(optim::RpropOptions(0.05));
}

TEST_P(HalfOps, ReadingAndPrinting) {
  const Tensor x = tensor({{1.5, -2.25}, {0.1, 65504.0}}, on(kHalf));
  EXPECT_EQ(x.dtype(), kHalf);
  EXPECT_EQ(x[0][1].item<float>(), -2.25f);
  EXPECT_EQ(x[1][0].item(), static_cast<double>(Float16(0.1)));
  EXPECT_EQ(elements<Float16>(x)[0].bits, 0x3e00);
  EXPECT_TRUE(throws([&] { x.data_ptr<float>(); }, {"float16", "float32"}));
  std::ostringstream text;
  text << tensor({0.5, 2.0}, on(kHalf)) << tensor({1.0}, on(kBFloat16));
  EXPECT_NE(text.str().find("HalfType{2}"), std::string::npos) << text.str();
  EXPECT_NE(text.str().find("BFloat16Type{1}"), std::string::npos) << text.str();
  EXPECT_NE(text.str().find("0.5000"), std::string::npos) << text.str();
  EXPECT_EQ(tensor(std::vector<BFloat16>{BFloat16(2), BFloat16(0.5)}).dtype(), kFloat32);
  EXPECT_TRUE(is_close(tensor(Float16(2.5f)), {2.5}));
  EXPECT_TRUE(equal(x, x.clone()));
  EXPECT_TRUE(is_close(x + Float16(1.0f), values(x + 1)));
}

TEST_P(HalfOps, Files) {
  const std::string path =
      (std::filesystem::temp_directory_path() / "tandem_half_test.safetensors").string();
  const NamedTensors saved = {{"half", draw({3, 5}, kHalf)}, {"bfloat", draw({7}, kBFloat16)}};
  save_safetensors(path, saved);
  const NamedTensors loaded = load_safetensors(path);
  std::remove(path.c_str());
  ASSERT_EQ(loaded.size(), 2u);
  for (const auto& [name, value] : loaded)
    EXPECT_TRUE(same_bits(value, (name == "half" ? saved[0] : saved[1]).second.cpu())) << name;
  std::ofstream(path) << "0.1,2\n-3,6e4\n";
  CsvOptions options;
  options.dtype = kHalf;
  const Tensor table = read_csv(path, options);
  std::remove(path.c_str());
  EXPECT_TRUE(same_bits(table, tensor({{0.1, 2.0}, {-3.0, 6e4}}, kHalf)));
}

TEST_P(HalfOps, GradientsFlowThroughCasts) {
  const Tensor x = tensor({1.0, 2.0}, on()).requires_grad_(true);
  const Tensor y = x.to(kHalf);
  (y * y).to(kFloat32).sum().backward();
  EXPECT_EQ(x.grad().dtype(), kFloat32);
  EXPECT_TRUE(is_close(x.grad(), {2, 4}));
  Tensor model_weight = tensor({3.0}, on(kBFloat16)).requires_grad_(true);
  (model_weight * x.detach()).sum().backward();
  EXPECT_EQ(model_weight.grad().dtype(), kBFloat16);
  EXPECT_TRUE(is_close(model_weight.grad(), {3}));
}

TEST_P(HalfOps, NumbersAreRoundedOnce) {
  // Through float32 the last bit would be lost and the tie go to even.
  for (const auto& [dtype, digits] : {std::pair{kFloat16, 11}, std::pair{kBFloat16, 8}}) {
    const double number = 1 + std::ldexp(1.0, -digits) + 0x1p-40;
    const Tensor x = zeros({4, 4}, on(dtype));
    x.narrow(0, 0, 2).fill_(number);
    x.narrow(1, 1, 2).fill_(number);
    EXPECT_EQ(x[0][0].item(), 1 + std::ldexp(1.0, 1 - digits)) << x.dtype();
    EXPECT_EQ(x[3][1].item(), 1 + std::ldexp(1.0, 1 - digits)) << x.dtype();
  }
}

}  // namespace
}  // namespace tandem::testing
