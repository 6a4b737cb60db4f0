// Custom autograd functions, and whether gradcheck finds the wrong ones.
#include "tests/devices.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

using autograd::AutogradContext;
using autograd::Function;

struct Cube : Function<Cube> {
  static Tensor forward(AutogradContext* ctx, const Tensor& x) {
    EXPECT_FALSE(is_grad_enabled());
    ctx->save_for_backward({x});
    return x * x * x;
  }
  static TensorList backward(AutogradContext* ctx, const TensorList& grads) {
    const Tensor x = ctx->get_saved_variables()[0];
    return {grads[0] * 3 * x * x};
  }
};

/// Keeps its output; takes a number beside the tensor.
struct ScaledExp : Function<ScaledExp> {
  static Tensor forward(AutogradContext* ctx, const Tensor& x, double scale) {
    const Tensor y = exp(x) * scale;
    ctx->save_for_backward({y});
    ctx->saved_data["scale"] = scale;
    return y;
  }
  static TensorList backward(AutogradContext* ctx, const TensorList& grads) {
    EXPECT_EQ(ctx->saved_data["scale"].toDouble(), 2.0);
    return {grads[0] * ctx->get_saved_variables()[0], Tensor()};
  }
};

/// Two outputs of two inputs.
struct SumAndProduct : Function<SumAndProduct> {
  static TensorList forward(AutogradContext* ctx, const Tensor& a, const Tensor& b) {
    ctx->save_for_backward({a, b});
    return {a + b, a * b};
  }
  static TensorList backward(AutogradContext* ctx, const TensorList& grads) {
    const TensorList saved = ctx->get_saved_variables();
    return {ctx->needs_input_grad(0) ? grads[0] + grads[1] * saved[1] : Tensor(),
            ctx->needs_input_grad(1) ? grads[0] + grads[1] * saved[0] : Tensor()};
  }
};

struct WrongSlope : Function<WrongSlope> {
  static Tensor forward(AutogradContext* ctx, const Tensor& x) {
    ctx->save_for_backward({x});
    return x * x;
  }
  static TensorList backward(AutogradContext* ctx, const TensorList& grads) {
    return {grads[0] * ctx->get_saved_variables()[0] * 2.01};
  }
};

/// The first slope is right, but its own history is cut.
struct WrongSecondSlope : Function<WrongSecondSlope> {
  static Tensor forward(AutogradContext* ctx, const Tensor& x) {
    ctx->save_for_backward({x});
    return x * x;
  }
  static TensorList backward(AutogradContext* ctx, const TensorList& grads) {
    return {grads[0] * ctx->get_saved_variables()[0].detach() * 2};
  }
};

/// Gradients as wide as the product, and in its dtype.
struct WideProduct : autograd::Function<WideProduct> {
  static Tensor forward(autograd::AutogradContext* ctx, const Tensor& x, const Tensor& y) {
    ctx->save_for_backward({x, y});
    return x * y;
  }
  static TensorList backward(autograd::AutogradContext* ctx, const TensorList& grads) {
    const TensorList saved = ctx->get_saved_variables();
    return {grads[0] * saved[1], grads[0] * saved[0]};
  }
};

struct WrongShape : Function<WrongShape> {
  static Tensor forward(AutogradContext*, const Tensor& x) { return x * 2; }
  static TensorList backward(AutogradContext*, const TensorList& grads) { return {grads[0].sum()}; }
};

struct WrongCount : Function<WrongCount> {
  static Tensor forward(AutogradContext*, const Tensor& x) { return x * 2; }
  static TensorList backward(AutogradContext*, const TensorList& grads) {
    return {grads[0], grads[0]};
  }
};

struct Same : Function<Same> {
  static Tensor forward(AutogradContext*, const Tensor& x) { return x; }
  static TensorList backward(AutogradContext*, const TensorList& grads) { return {grads[0] * 7}; }
};

class CustomFunction : public OnDevice {};
INSTANTIATE_TEST_SUITE_P(Devices, CustomFunction, every_device(), device_name);

TEST_P(CustomFunction, GradientsOfAllOrders) {
  const auto check_f = [&](const autograd::DifferentiableFunction& f, const TensorList& at) {
    EXPECT_NO_THROW(autograd::gradcheck(f, at));
    EXPECT_NO_THROW(autograd::gradgradcheck(f, at));
  };
  check_f([](const TensorList& x) { return TensorList{Cube::apply(x[0])}; }, {leaf({5})});
  check_f([](const TensorList& x) { return TensorList{ScaledExp::apply(x[0], 2.0)}; }, {leaf({5})});
  check_f([](const TensorList& x) { return SumAndProduct::apply(x[0], x[1]); },
          {leaf({5}), leaf({5})});
  check_f([](const TensorList& x) { return TensorList{SumAndProduct::apply(x[0], x[1])[1]}; },
          {leaf({5}), leaf({5})});
}

TEST_P(CustomFunction, ThirdOrder) {
  const Tensor x = tensor({2.0}, on(kFloat64)).requires_grad_(true);
  Tensor y = Cube::apply(x);
  for (double expected : {12.0, 12.0, 6.0}) {
    y = autograd::grad({y}, {x}, {}, true, true)[0];
    EXPECT_EQ(y.item(), expected);
  }
}

TEST_P(CustomFunction, WithoutATapeItIsAPlainCall) {
  EXPECT_FALSE(Cube::apply(ones({2}, on())).requires_grad());
  const Tensor x = leaf({2});
  const NoGradGuard guard;
  EXPECT_FALSE(Cube::apply(x).requires_grad());
}

TEST_P(CustomFunction, OneInputMayBeAConstant) {
  const Tensor a = leaf({3}), b = ones({3}, on(kFloat64)) * 4;
  SumAndProduct::apply(a, b)[1].sum().backward();
  EXPECT_TRUE(is_close(a.grad(), {4, 4, 4}));
}

TEST_P(CustomFunction, AnInputMayBeTheOutput) {
  const Tensor x = leaf({3});
  const Tensor y = Same::apply(x);
  EXPECT_FALSE(y.is_same(x));
  y.sum().backward();
  EXPECT_TRUE(is_close(x.grad(), {7, 7, 7}));
}

TEST_P(CustomFunction, WrongGradientsThrow) {
  const Tensor x = leaf({3});
  EXPECT_TRUE(throws([&] { WrongShape::apply(x).sum().backward(); }, {"backward", "[]", "[3]"}));
  EXPECT_TRUE(throws([&] { WrongShape::apply(x * 2).sum().backward(); }, {"[]", "[3]"}));
  EXPECT_TRUE(throws([&] { WrongCount::apply(x).sum().backward(); },
                     {"Function", "2 gradients", "1 arguments"}));
  EXPECT_FALSE(x.grad().defined());
}

TEST_P(CustomFunction, TheEngineSumsAndConvertsGradients) {
  const Tensor row = leaf({1, 3}), column = leaf({2, 1}).to(kHalf).detach().requires_grad_();
  const Tensor y = WideProduct::apply(row * 1, column);
  y.sum().backward();
  EXPECT_TRUE(is_close(row.grad(), column.to(kFloat64).sum().expand({1, 3}), 1e-3));
  EXPECT_EQ(column.grad().dtype(), kHalf);
  EXPECT_TRUE(is_close(column.grad(), row.sum().to(kHalf).expand({2, 1}), 1e-3));
  EXPECT_TRUE(throws([&] { y.backward(ones({3}, on(kFloat64))); }, {"backward", "[3]", "[2, 3]"}));
}

TEST_P(CustomFunction, SavedTensorsAreReleasedAndVersioned) {
  const Tensor x = leaf({3});
  const Tensor y = Cube::apply(x).sum();
  y.backward();
  EXPECT_TRUE(throws([&] { y.backward(); }, {"Function", "second time"}));
  Tensor h = x * 1;
  const Tensor z = Cube::apply(h).sum();
  h.add_(1);
  EXPECT_TRUE(throws([&] { z.backward(); }, {"Function", "version 1"}));
}

TEST_P(CustomFunction, GradcheckFindsWrongSlopes) {
  const TensorList at = {leaf({3})};
  const auto wrong = [](const TensorList& x) { return TensorList{WrongSlope::apply(x[0])}; };
  const auto second = [](const TensorList& x) { return TensorList{WrongSecondSlope::apply(x[0])}; };
  const autograd::GradcheckOptions quiet{.raise_exception = false};
  EXPECT_TRUE(throws([&] { autograd::gradcheck(wrong, at); },
                     {"gradcheck", "autograd says", "finite differences"}));
  EXPECT_FALSE(autograd::gradcheck(wrong, at, quiet));
  EXPECT_TRUE(autograd::gradcheck(second, at));
  EXPECT_FALSE(autograd::gradgradcheck(second, at, quiet));
  EXPECT_TRUE(throws([&] { autograd::gradcheck(wrong, {ones({2}, on()).requires_grad_(true)}); },
                     {"float64"}));
}

/// a x0 x1 ... with the tensors as a list.
struct ScaledProduct : autograd::Function<ScaledProduct> {
  static Tensor forward(autograd::AutogradContext* ctx, double factor, const TensorList& list,
                        const std::optional<Tensor>& bias) {
    ctx->saved_data["factor"] = factor;
    ctx->save_for_backward(list);
    Tensor product = full({}, factor, list[0].options());
    for (const Tensor& x : list) product = product * x;
    return bias ? product + *bias : product;
  }
  static TensorList backward(autograd::AutogradContext* ctx, const TensorList& grads) {
    const TensorList list = ctx->get_saved_variables();
    const auto factor = ctx->saved_data["factor"].toDouble();
    TensorList result{Tensor()};
    for (std::size_t i = 0; i < list.size(); ++i) {
      Tensor slope = grads[0] * factor;
      for (std::size_t j = 0; j < list.size(); ++j)
        if (j != i) slope = slope * list[j];
      result.push_back(slope);
    }
    result.push_back(ctx->needs_input_grad(list.size() + 1) ? grads[0] : Tensor());
    return result;
  }
};

TEST_P(CustomFunction, TensorsInAListAreArguments) {
  const TensorList at = {leaf({3}), leaf({3}), leaf({3}), leaf({3})};
  const auto f = [](const TensorList& x) {
    return TensorList{
        ScaledProduct::apply(2.0, TensorList{x[0], x[1], x[2]}, std::optional<Tensor>(x[3]))};
  };
  EXPECT_TRUE(f(at)[0].requires_grad());
  EXPECT_NO_THROW(autograd::gradcheck(f, at));
  EXPECT_NO_THROW(autograd::gradgradcheck(f, at));
  const Tensor y =
      ScaledProduct::apply(1.0, TensorList{at[0].detach(), at[1]}, std::optional<Tensor>());
  const TensorList slopes = autograd::grad({y.sum()}, {at[1]});
  EXPECT_TRUE(equal(slopes[0], at[0].detach()));
}

/// x w + b, where b may be left out; backward has a place for it all the same.
struct Affine : Function<Affine> {
  static Tensor forward(AutogradContext* ctx, const Tensor& x, const Tensor& w,
                        const Tensor& b = {}) {
    ctx->save_for_backward({x, w});
    ctx->saved_data["given"] = b.defined();
    return b.defined() ? x * w + b : x * w;
  }
  static TensorList backward(AutogradContext* ctx, const TensorList& grads) {
    const TensorList saved = ctx->get_saved_variables();
    const bool wrong = saved[0].numel() == 1;
    return {grads[0] * saved[1], grads[0] * saved[0],
            ctx->saved_data["given"].toBool() || wrong ? grads[0] : Tensor()};
  }
};

TEST_P(CustomFunction, AnArgumentMayBeLeftToItsDefault) {
  const Tensor x = leaf({3}), w = leaf({3}), b = leaf({3});
  Affine::apply(x, w).sum().backward();
  EXPECT_TRUE(equal(x.grad(), w.detach()));
  Affine::apply(x, w, b).sum().backward();
  EXPECT_TRUE(is_close(b.grad(), {1, 1, 1}, 0));
  const Tensor one = leaf({1});
  EXPECT_TRUE(throws([&] { Affine::apply(one, one).sum().backward(); }, {"3 gradients", "2"}));
}

}  // namespace
}  // namespace tandem::testing
