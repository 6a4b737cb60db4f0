// The expression interpreter, and that what it does not know is named.
#include "expression.h"

#include <gtest/gtest.h>

#include "core/ops/factories.h"

namespace tandem::golden {
namespace {

double number(const std::string& source) { return evaluate(source, {}).real(); }

TEST(Expression, FollowsPythonsPrecedence) {
  EXPECT_EQ(number("2 + 3 * 4"), 14);
  EXPECT_EQ(number("(2 + 3) * 4"), 20);
  EXPECT_EQ(number("-2 ** 2"), -4);
  EXPECT_EQ(number("2 ** -1"), 0.5);
  EXPECT_EQ(number("2 ** 3 ** 2"), 512);
  EXPECT_EQ(number("7 - 2 - 1"), 4);
  EXPECT_EQ(number("7 / 2"), 3.5);
  EXPECT_EQ(number("-7 // 2"), -4);
  EXPECT_EQ(number("1e-5 * 2.5E3"), 0.025);
}

TEST(Expression, BuildsTuplesAndLists) {
  EXPECT_EQ(evaluate("1, 2,", {}).sequence().items.size(), 2u);
  EXPECT_EQ(evaluate("(3,)", {}).sequence().items.size(), 1u);
  EXPECT_EQ(evaluate("()", {}).sequence().items.size(), 0u);
  EXPECT_EQ(evaluate("(3)", {}).integer(), 3);
  EXPECT_FALSE(evaluate("[1, 2]", {}).sequence().is_tuple);
  EXPECT_EQ(evaluate("[1, 2][-1]", {}).integer(), 2);
}

TEST(Expression, IndexesTensors) {
  const Tensor x = arange(12).reshape({3, 4});
  const auto shape = [&x](const char* source) {
    return evaluate(source, {{"x", x}}).tensor().sizes();
  };
  EXPECT_EQ(shape("x[1]"), Shape({4}));
  EXPECT_EQ(shape("x[:, 0]"), Shape({3}));
  EXPECT_EQ(shape("x[::2, 1::3]"), Shape({2, 1}));
  EXPECT_EQ(shape("x[..., None]"), Shape({3, 4, 1}));
  EXPECT_EQ(shape("x[:-1]"), Shape({2, 4}));
  EXPECT_EQ(shape("x[x[:, 1] > 2]"), Shape({2, 4}));
  EXPECT_EQ(evaluate("x[-1, 2:3].sum()", {{"x", x}}).tensor().item<int>(), 10);
}

TEST(Expression, CallsMethodsAndFunctions) {
  const Tensor x = tensor({{1.0, 4.0}, {3.0, 2.0}});
  const auto item = [&x](const char* source) {
    return evaluate(source, {{"x", x}}).tensor().item<double>();
  };
  EXPECT_EQ(item("x.sum()"), 10);
  EXPECT_EQ(item("torch.sum(x, 0)[1]"), 6);
  EXPECT_EQ(item("x.max(1)[1][0]"), 1);
  EXPECT_EQ(item("x.sum((0, 1), keepdim=True)"), 10);
  EXPECT_EQ(item("F.mse_loss(x, x, reduction='sum')"), 0);
  EXPECT_EQ(item("(1 < x).to(x.dtype).sum()"), 3);
  EXPECT_EQ(item("tuple(x.unbind(0))[1][0]"), 3);
}

/// What evaluating `source` reports as unsupported.
std::string reason(const std::string& source) {
  try {
    evaluate(source, {{"x", ones({2, 2})}});
  } catch (const Unsupported& error) {
    return error.what();
  }
  return "nothing";
}

TEST(Expression, NamesWhatItDoesNotKnow) {
  EXPECT_EQ(reason("x.frobnicate(1)"), "frobnicate");
  EXPECT_EQ(reason("torch.frobnicate(x)"), "frobnicate");
  EXPECT_EQ(reason("y + 1"), "y");
  EXPECT_EQ(reason("x.grad_fn"), "attribute grad_fn");
  EXPECT_EQ(reason("x.sum(0, dtype=torch.float64)"), "sum: argument dtype");
  EXPECT_EQ(reason("x.t(1)"), "t: positional argument 1");
  EXPECT_EQ(reason("1 < 2 < 3"), "operator < on integers");
  EXPECT_EQ(reason("x < x < x"), "syntax: chained comparison");
}

TEST(Expression, RejectsBrokenSyntax) {
  for (const char* source : {"", "x +", "(x", "x[1", "x.sum(", "x y", "'open", "x ? 1", "1 +* 2"}) {
    EXPECT_NE(reason(source), "nothing") << source;
  }
}

}  // namespace
}  // namespace tandem::golden
