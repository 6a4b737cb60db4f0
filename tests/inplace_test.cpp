// In-place writes on the tape: right gradients where they are allowed, an error where they are not.
#include "tests/devices.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

using Change = std::function<void(Tensor&, const Tensor&)>;

class InPlace : public OnDevice {
 protected:
  /// Checks the gradients, and theirs, of a change made in place to a tensor on the tape.
  void check_change(const Change& change) const {
    const auto f = [&change](const TensorList& x) {
      Tensor h = x[0] * 1.5;
      change(h, x[1]);
      return TensorList{h * x[0]};
    };
    const TensorList at = {leaf({3, 4}), leaf({3, 4})};
    EXPECT_NO_THROW(autograd::gradcheck(f, at));
    EXPECT_NO_THROW(autograd::gradgradcheck(f, at));
  }
};
INSTANTIATE_TEST_SUITE_P(Devices, InPlace, every_device(), device_name);

TEST_P(InPlace, GradientsAreThoseOfThePlainOps) {
  const Tensor index = tensor({2, 0}, on(kInt64));
  const std::vector<std::pair<const char*, Change>> cases = {
      {"add_", [](Tensor& h, const Tensor& w) { h.add_(w, 3); }},
      {"add_ number", [](Tensor& h, const Tensor&) { h.add_(2.5); }},
      {"sub_", [](Tensor& h, const Tensor& w) { h.sub_(w); }},
      {"mul_", [](Tensor& h, const Tensor& w) { h.mul_(w); }},
      {"div_", [](Tensor& h, const Tensor& w) { h.div_(w * w + 1); }},
      {"*= number", [](Tensor& h, const Tensor&) { h *= 4; }},
      {"pow_", [](Tensor& h, const Tensor&) { h.pow_(3); }},
      {"tanh_", [](Tensor& h, const Tensor&) { h.tanh_(); }},
      {"sigmoid_", [](Tensor& h, const Tensor&) { h.sigmoid_(); }},
      {"exp_", [](Tensor& h, const Tensor&) { h.exp_(); }},
      {"square_", [](Tensor& h, const Tensor&) { h.square_(); }},
      {"neg_", [](Tensor& h, const Tensor&) { h.neg_(); }},
      {"clamp_", [](Tensor& h, const Tensor&) { h.clamp_(-0.5, 0.5); }},
      {"fill_", [](Tensor& h, const Tensor&) { h.fill_(2); }},
      {"zero_", [](Tensor& h, const Tensor&) { h.zero_(); }},
      {"copy_", [](Tensor& h, const Tensor& w) { h.copy_(w * 2); }},
      {"copy_ broadcast", [](Tensor& h, const Tensor& w) { h.copy_(w.select(0, 1)); }},
      {"masked_fill_", [](Tensor& h, const Tensor& w) { h.masked_fill_(w > 0, 7); }},
      {"index_put_",
       [&](Tensor& h, const Tensor& w) { h.index_put_({index}, w.select(0, 0).tanh()); }},
      {"index_put_ number", [](Tensor& h, const Tensor&) { h.index_put_({1}, 9); }},
      {"index_put_ slice",
       [](Tensor& h, const Tensor& w) { h.index_put_({indexing::Slice(0, 2)}, w.slice(0, 1, 3)); }},
      {"twice", [](Tensor& h, const Tensor& w) { h.mul_(w).add_(w).tanh_(); }}};
  for (const auto& [name, change] : cases) {
    SCOPED_TRACE(name);
    check_change(change);
  }
}

TEST_P(InPlace, OverwritingASavedValueThrows) {
  const Tensor x = tensor({1.0, 2.0}, on()).requires_grad_(true);
  const auto attempt = [&](auto make, auto write) {
    Tensor h = x * 1;
    const Tensor y = make(h);
    write(h, y);
    return [sum = y.sum()] { sum.backward(); };
  };
  const auto write_input = [](Tensor h, const Tensor&) { h.add_(1); };
  const auto write_output = [](const Tensor&, Tensor y) {
    const NoGradGuard guard;
    y.mul_(2);
  };
  EXPECT_TRUE(throws(attempt([](const Tensor& h) { return h * h; }, write_input),
                     {"mul", "[2]", "version 1", "version 0", "in place"}));
  EXPECT_TRUE(
      throws(attempt([](const Tensor& h) { return sin(h); }, write_input), {"sin", "version 1"}));
  EXPECT_TRUE(
      throws(attempt([](const Tensor& h) { return exp(h); }, write_output), {"exp", "version 1"}));
  // What a view shares is overwritten through the view too.
  EXPECT_TRUE(throws(attempt([](const Tensor& h) { return sin(h); },
                             [](const Tensor& h, const Tensor&) {
                               const NoGradGuard guard;
                               h.select(0, 1).fill_(0);
                             }),
                     {"sin", "version 1"}));
  EXPECT_FALSE(x.grad().defined());
  // exp keeps its output and add nothing: writing the input is fine.
  EXPECT_NO_THROW(attempt([](const Tensor& h) { return exp(h) + h; }, write_input)());
}

TEST_P(InPlace, LeavesCannotBeWritten) {
  Tensor x = tensor({1.0, 2.0}, on()).requires_grad_(true);
  const std::vector<std::pair<const char*, std::function<void()>>> cases = {
      {"add", [&] { x.add_(1); }},        {"mul", [&] { x.mul_(x); }},
      {"tanh", [&] { x.tanh_(); }},       {"fill_", [&] { x.fill_(0); }},
      {"copy_", [&] { x.copy_(x * 2); }}, {"index_put_", [&] { x.index_put_({0}, 3); }}};
  for (const auto& [name, write] : cases) EXPECT_TRUE(throws(write, {name, "leaf", "[2]"})) << name;
  EXPECT_TRUE(is_close(x, {1, 2}));
  EXPECT_EQ(x.version(), 0u);
  {
    const NoGradGuard guard;
    x.add_(1);
  }
  EXPECT_TRUE(is_close(x, {2, 3}));
  EXPECT_EQ(x.version(), 1u);
}

TEST_P(InPlace, RandomFillsAndMaskedFillsRespectLeavesToo) {
  Tensor x = tensor({1.0, 2.0}, on()).requires_grad_(true);
  const std::vector<std::function<void()>> cases = {
      [&] { x.normal_(); },      [&] { x.uniform_(); },    [&] { x.bernoulli_(); },
      [&] { x.exponential_(); }, [&] { x.random_(0, 5); }, [&] { x.masked_fill_(x > 1, 0); },
      [&] { x.zero_(); },        [&] { x.clamp_(0, 1); }};
  for (std::size_t i = 0; i < cases.size(); ++i)
    EXPECT_TRUE(throws(cases[i], {"leaf"})) << "case " << i;
  EXPECT_TRUE(is_close(x, {1, 2}));
}

TEST_P(InPlace, WritesThroughViewsReachTheBase) {
  const std::vector<std::pair<const char*, Change>> cases = {
      {"select mul_", [](Tensor& h, const Tensor& w) { h.select(0, 1).mul_(w.select(0, 2)); }},
      {"[] copy_", [](Tensor& h, const Tensor& w) { h[0].copy_(w[1]); }},
      {"slice add_",
       [](Tensor& h, const Tensor& w) { h.slice(1, 0, 3, 2).add_(w.slice(1, 1, 3)); }},
      {"transpose tanh_", [](Tensor& h, const Tensor&) { h.t().tanh_(); }},
      {"narrow fill_", [](Tensor& h, const Tensor&) { h.narrow(1, 1, 2).fill_(3); }},
      {"view of a view",
       [](Tensor& h, const Tensor& w) { h[1].slice(0, 1).mul_(w[0].slice(0, 1)); }},
      {"two in a row",
       [](Tensor& h, const Tensor& w) {
         h[0].mul_(w[0]);
         h.select(1, 1).add_(w.select(1, 2));
       }},
      {"one view twice",
       [](Tensor& h, const Tensor& w) {
         Tensor row = h[2];
         row.mul_(w[0]);
         row.tanh_();
       }},
      {"view and base", [](Tensor& h, const Tensor& w) {
         h.mul_(w);
         h[0].square_();
         h.add_(w);
       }}};
  for (const auto& [name, change] : cases) {
    SCOPED_TRACE(name);
    check_change(change);
    // A base that is a constant joins the tape with the write.
    const auto constant = [&, &change = change](const TensorList& x) {
      Tensor h = ones({3, 4}, on(kFloat64)) * 0.5;
      change(h, x[0]);
      return TensorList{h * x[0]};
    };
    EXPECT_NO_THROW(autograd::gradcheck(constant, {leaf({3, 4})}));
  }
}

TEST_P(InPlace, AViewFollowsLaterWritesToItsBase) {
  const Tensor x = tensor({1.0, 2.0}, on()).requires_grad_(true);
  const auto slope = [&](const std::function<Tensor(const Tensor& y, const Tensor& v)>& use) {
    const Tensor y = x * 1, v = y.slice(0, 0, 2);
    y.mul_(3);
    return autograd::grad({use(y, v)}, {x})[0];
  };
  EXPECT_TRUE(is_close(slope([](auto& y, auto& v) { return (y + v).sum(); }), {6, 6}));
  EXPECT_TRUE(is_close(slope([](auto& y, auto& v) { return (v + y).sum(); }), {6, 6}));
  EXPECT_TRUE(is_close(slope([](auto&, auto& v) { return v.sum(); }), {3, 3}));
  EXPECT_TRUE(is_close(slope([](auto&, auto& v) { return v[1]; }), {0, 3}));

  // Every way to look at a tensor, in every place of an op, held against numeric slopes.
  using View = std::function<Tensor(const Tensor&)>;
  const std::vector<View> views = {[](const Tensor& h) { return h.select(0, 1); },
                                   [](const Tensor& h) { return h.t(); },
                                   [](const Tensor& h) { return h.slice(1, 0, 3, 2); },
                                   [](const Tensor& h) { return h.view({-1}); },
                                   [](const Tensor& h) { return h.t().select(0, 2).unsqueeze(0); },
                                   [](const Tensor& h) {
                                     return h.unsqueeze(0).expand({2, 3, 3});
                                   }};
  using Use = std::function<Tensor(const Tensor& h, const Tensor& v)>;
  const std::vector<Use> uses = {
      [](auto& h, auto& v) { return h.sum() * v; },
      [](auto& h, auto& v) { return where(v > 0, h.sum(), v); },
      [](auto& h, auto& v) {
        return cat({h.reshape({-1}), v.reshape({-1})});
      },
      [](auto& h, auto& v) { return nn::functional::linear(h, h, v.reshape({-1})[0].expand({3})); },
      [](auto& h, auto& v) {
        return nn::functional::mse_loss(h, v.sum().expand({3, 3}));
      },
      [](auto& h, auto& v) { return h.masked_fill(h > 0, 1) * v.sum(); },
      [](auto&, auto& v) { return v.clone(); },
      [](auto& h, auto& v) { return h.clone().index_put_({0}, v.sum()); },
      [](auto& h, auto& v) { return h.mul_(v.sum()).sum() + v; }};
  for (std::size_t i = 0; i < views.size(); ++i)
    for (std::size_t j = 0; j < uses.size(); ++j) {
      const auto check = [&](const TensorList& at) {
        Tensor h = at[0] * 2;
        const Tensor v = views[i](h);
        h.mul_(at[1]);
        return TensorList{uses[j](h, v)};
      };
      EXPECT_NO_THROW(autograd::gradcheck(check, {leaf({3, 3}), leaf({3})})) << i << ", " << j;
    }
  // A base that was no part of the tape becomes one, and its views with it.
  const Tensor constant = ones({2}, on()), part = constant.select(0, 1);
  constant.mul_(x);
  const Tensor both = x[0] * part;
  EXPECT_TRUE(is_close(autograd::grad({both}, {x})[0], {2, 1}));
}

TEST_P(InPlace, ABaseMayLieInMemoryInAnyOrder) {
  // Rows of a transposed matrix and every other element of a wider one, neither contiguous.
  const auto layouts = {std::function<Tensor()>([&] {
                          return ones({3, 2}, on(kFloat64)).t();
                        }),
                        std::function<Tensor()>([&] {
                          return ones({2, 3, 2}, on(kFloat64)).select(2, 1);
                        })};
  for (const auto& layout : layouts) {
    const auto written = [&](const TensorList& at) {
      const Tensor base = layout().detach(), row = base.select(0, 1), corner = base.slice(1, 1).t();
      row.copy_(at[0] * at[0]);        // the base becomes part of the tape
      corner.slice(0, 1).mul_(at[1]);  // through a view of a view
      return TensorList{base * base, row * 2, corner};
    };
    EXPECT_NO_THROW(autograd::gradcheck(written, {leaf({3}), leaf({2})}));
    EXPECT_NO_THROW(autograd::gradgradcheck(written, {leaf({3}), leaf({2})}));
  }
}

TEST_P(InPlace, ViewsOfALeafAreAsLittleWritable) {
  const Tensor x = tensor({1.0, 2.0}, on()).requires_grad_(true);
  EXPECT_TRUE(throws([&] { x.select(0, 0).mul_(2); }, {"mul", "leaf"}));
  EXPECT_TRUE(is_close(x, {1, 2}));
}

TEST_P(InPlace, AConstantBecomesPartOfTheTape) {
  const Tensor w = tensor({2.0, 3.0}, on()).requires_grad_(true);
  Tensor y = ones({2}, on());
  y.mul_(w);
  ASSERT_TRUE(y.requires_grad());
  EXPECT_TRUE(is_close(autograd::grad({(y * y).sum()}, {w})[0], {4, 6}));
}

TEST_P(InPlace, WritesWithoutATapeNeedNoVersionsButCountThem) {
  Tensor x = zeros({4}, on());
  const std::uint32_t before = x.version();
  x.add_(1);
  x.slice(0, 0, 2).fill_(3);
  x.index_put_({3}, 9);
  EXPECT_TRUE(is_close(x, {3, 3, 1, 9}));
  EXPECT_EQ(x.version(), before + 3);
}

TEST_P(InPlace, IntegersKeepTheirDtypeUnderPowers) {
  const Tensor x = tensor({1, -2, 3}).to(device());
  x.pow_(2);
  EXPECT_EQ(x.dtype(), kInt64);
  EXPECT_TRUE(is_close(x, {1, 4, 9}));
  EXPECT_TRUE(throws([&] { x.pow_(-1); }, {"pow", "-1"}));
  EXPECT_TRUE(throws([&] { x.pow_(0.5); }, {"in place"}));
}

TEST_P(InPlace, ResultsThatOpsShapedLastAreWrittenLikeOthers) {
  const Tensor x = leaf({3, 2});
  const auto check_written = [&](const Tensor& y) {
    y.mul_(2);
    EXPECT_TRUE(autograd::grad({y.sum()}, {x})[0].isfinite().all().item<bool>());
  };
  EXPECT_NO_THROW(logsumexp(x, 0).mul_(2));  // which keeps its result for backward
  check_written(x.index({x == x}));
  check_written(dot(x.select(1, 0), x.select(1, 1)));
  const Tensor y = x.index({x == x});
  EXPECT_NO_THROW(y.detach_());
  EXPECT_FALSE(y.requires_grad());
  // What others see through a view cannot be taken off the tape.
  const Tensor z = x * 2, part = z[0];
  EXPECT_TRUE(throws([&] { part.detach_(); }, {"detach_", "view"}));
}

TEST_P(InPlace, AViewIsUpToDateWhereverItsPlaceOnTheTapeIsAskedFor) {
  const Tensor x = tensor({4.0, 9.0}, on(kFloat64)).requires_grad_();
  const Tensor y = x * 1, v = y.view({2, 1});
  y.sqrt_();
  const Tensor slopes = autograd::grad({v}, {x}, {ones({2, 1}, on(kFloat64))})[0];
  EXPECT_TRUE(is_close(slopes, {0.25, 1.0 / 6}, 1e-15));
  // A constant whose base becomes part of the tape.
  const Tensor constant = zeros({2}, on(kFloat64)), seen = constant.view({1, 2});
  constant.copy_(x);
  EXPECT_TRUE(seen.requires_grad());
  EXPECT_FALSE(seen.is_leaf());
  EXPECT_TRUE(is_close(autograd::grad({seen.sum()}, {x})[0], {1, 1}, 0));
  // A base that leaves the tape leaves its views there.
  const Tensor base = x * 3, view = base.view({2, 1});
  base.detach_();
  EXPECT_TRUE(view.requires_grad());
  EXPECT_TRUE(is_close(autograd::grad({view.sum()}, {x})[0], {3, 3}, 0));
}

TEST_P(InPlace, ConstantsWrittenIntoTheTapeStayOnIt) {
  const Tensor x = leaf({2, 3});
  const Tensor y = x * 2, row = y[0];
  row.zero_();
  EXPECT_TRUE(row.requires_grad());
  EXPECT_TRUE(equal(autograd::grad({row.sum()}, {x}, {}, true)[0], zeros_like(x.detach())));
  EXPECT_TRUE(is_close(autograd::grad({y.sum()}, {x})[0], {0, 0, 0, 2, 2, 2}, 0));
  // Written nowhere, a value still has a gradient, of zeros.
  const Tensor target = zeros({3}, on(kFloat64)), value = leaf({});
  target.index_put_({zeros({0}, on(kInt64))}, value);
  EXPECT_TRUE(target.requires_grad());
  EXPECT_EQ(autograd::grad({target.sum()}, {value})[0].item<double>(), 0);
}

}  // namespace
}  // namespace tandem::testing
