// Views share storage; joins and splits; which reshapes need a copy.
#include "tests/devices.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

class View : public OnDevice {
 protected:
  Tensor counted(const Shape& shape) const {
    return arange(shape.numel(), device()).reshape(shape);
  }
};
INSTANTIATE_TEST_SUITE_P(Devices, View, every_device(), device_name);

struct ViewCase {
  const char* name;
  std::function<Tensor(const Tensor&)> view;  ///< of arange(24) as [2, 3, 4]
  Shape shape, strides;
  std::int64_t offset;
};

const std::vector<ViewCase>& view_cases() {
  using indexing::Slice, indexing::None, indexing::Ellipsis;
  static const std::vector<ViewCase> cases = {
      {"transpose", [](const Tensor& x) { return x.transpose(0, -1); }, {4, 3, 2}, {1, 4, 12}, 0},
      {"permute",
       [](const Tensor& x) {
         return x.permute({1, 2, 0});
       },
       {3, 4, 2},
       {4, 1, 12},
       0},
      {"mT", [](const Tensor& x) { return x.mT(); }, {2, 4, 3}, {12, 1, 4}, 0},
      {"select", [](const Tensor& x) { return x.select(1, -1); }, {2, 4}, {12, 1}, 8},
      {"[]", [](const Tensor& x) { return x[1]; }, {3, 4}, {4, 1}, 12},
      {"slice", [](const Tensor& x) { return x.slice(2, 1, 4, 2); }, {2, 3, 2}, {12, 4, 2}, 1},
      {"slice from the end",
       [](const Tensor& x) { return x.slice(1, -2); },
       {2, 2, 4},
       {12, 4, 1},
       4},
      {"slice past the end",
       [](const Tensor& x) { return x.slice(1, 1, 100); },
       {2, 2, 4},
       {12, 4, 1},
       4},
      {"narrow", [](const Tensor& x) { return x.narrow(1, 1, 2); }, {2, 2, 4}, {12, 4, 1}, 4},
      {"expand",
       [](const Tensor& x) {
         return x.slice(0, 0, 1).expand({5, -1, 4});
       },
       {5, 3, 4},
       {0, 4, 1},
       0},
      {"expand more",
       [](const Tensor& x) {
         return x.expand({7, 2, 3, 4});
       },
       {7, 2, 3, 4},
       {0, 12, 4, 1},
       0},
      {"unsqueeze",
       [](const Tensor& x) { return x.unsqueeze(1).squeeze(1); },
       {2, 3, 4},
       {12, 4, 1},
       0},
      {"unsqueeze last",
       [](const Tensor& x) { return x.unsqueeze(-1).squeeze(); },
       {2, 3, 4},
       {12, 4, 1},
       0},
      {"squeeze other", [](const Tensor& x) { return x.squeeze(1); }, {2, 3, 4}, {12, 4, 1}, 0},
      {"view",
       [](const Tensor& x) {
         return x.view({6, -1});
       },
       {6, 4},
       {4, 1},
       0},
      {"view of strided",
       [](const Tensor& x) {
         return x.transpose(0, 1).view({3, 2, 2, 2});
       },
       {3, 2, 2, 2},
       {4, 12, 2, 1},
       0},
      {"flatten", [](const Tensor& x) { return x.flatten(1); }, {2, 12}, {12, 1}, 0},
      {"diagonal", [](const Tensor& x) { return x.diagonal(1, 1, 2); }, {2, 3}, {12, 5}, 1},
      {"index of slices",
       [](const Tensor& x) {
         return x.index({Ellipsis, None, Slice(1, None)});
       },
       {2, 3, 1, 3},
       {12, 4, 0, 1},
       1}};
  return cases;
}

TEST_P(View, SharesStorage) {
  for (const ViewCase& c : view_cases()) {
    SCOPED_TRACE(c.name);
    const Tensor x = counted({2, 3, 4}), y = c.view(x);
    ASSERT_EQ(y.sizes(), c.shape);
    EXPECT_TRUE(y.is_alias_of(x));
    EXPECT_EQ(y.storage_offset(), c.offset);
    for (int d = 0; d < y.dim(); ++d)
      if (y.size(d) > 1) {
        EXPECT_EQ(y.stride(d), c.strides[static_cast<std::size_t>(d)]) << "dimension " << d;
      }
    // Walk the strides by hand: the elements are their own positions.
    const auto seen = elements<std::int64_t>(y);
    for (std::int64_t i = 0; i < y.numel(); ++i) {
      std::int64_t rest = i, at = c.offset;
      for (int d = y.sizes().rank() - 1; d >= 0; --d) {
        at += rest % y.size(d) * y.stride(d);
        rest /= y.size(d);
      }
      ASSERT_EQ(seen[static_cast<std::size_t>(i)], at);
    }
  }
}

TEST_P(View, WritesShowInTheBaseAndGradientsGoBack) {
  for (const ViewCase& c : view_cases()) {
    SCOPED_TRACE(c.name);
    Tensor x = counted({2, 3, 4}).to(kFloat64);
    if (std::string(c.name).find("expand") == 0) {
      EXPECT_TRUE(throws([&] { c.view(x).fill_(-1); }, {"fill_", "share memory"}));
    } else {
      c.view(x).fill_(-1);
      EXPECT_EQ((x == -1).sum().item(), c.view(x).numel());
    }
    const auto f = [&](const TensorList& at) { return TensorList{c.view(at[0]) * 2}; };
    EXPECT_NO_THROW(autograd::gradcheck(f, {leaf({2, 3, 4})}));
    EXPECT_NO_THROW(autograd::gradgradcheck(
        [&](const TensorList& at) { return TensorList{square(c.view(at[0]))}; },
        {leaf({2, 3, 4})}));
  }
}

TEST_P(View, ImpossibleViewsThrowAndReshapeCopies) {
  const Tensor t = counted({3, 4}).t();
  EXPECT_TRUE(throws([&] { t.view({12}); }, {"view", "[12]", "[4, 3]"}));
  const Tensor copied = t.reshape({12});
  EXPECT_FALSE(copied.is_alias_of(t));
  EXPECT_TRUE(is_close(copied, {0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11}));
  EXPECT_TRUE(counted({3, 4}).reshape({2, 6}).is_contiguous());
  EXPECT_TRUE(throws([&] { t.view({5}); }, {"view", "[5]"}));
  EXPECT_TRUE(throws([&] { t.reshape({-1, 5}); }, {"reshape", "[4, 3]"}));
  EXPECT_TRUE(throws([&] { t.reshape({-1, -1}); }, {"reshape", "-1"}));
  EXPECT_TRUE(throws([&] { zeros({0, 3}, on()).reshape({-1, 0}); }, {"reshape"}));
  EXPECT_EQ(zeros({0, 3}, on()).reshape({-1, 3}).sizes(), Shape({0, 3}));
  EXPECT_EQ(zeros({}, on()).view({1, 1}).sizes(), Shape({1, 1}));
  EXPECT_EQ(zeros({1, 1}, on()).view(Shape{}).dim(), 0);
}

TEST_P(View, Contiguity) {
  const Tensor x = counted({2, 3});
  EXPECT_TRUE(x.is_contiguous());
  EXPECT_FALSE(x.t().is_contiguous());
  EXPECT_TRUE(x.contiguous().is_same(x));
  EXPECT_TRUE(x.t().contiguous().is_contiguous());
  EXPECT_TRUE(x.slice(0, 1).is_contiguous());
  EXPECT_FALSE(x.slice(1, 1).is_contiguous());
  EXPECT_TRUE(counted({1, 5}).t().is_contiguous());
  EXPECT_TRUE(x.t().t().is_contiguous());
}

TEST_P(View, CatAndStack) {
  const Tensor a = counted({2, 3}), b = counted({1, 3}) + 10;
  EXPECT_TRUE(is_close(cat({a, b}), {0, 1, 2, 3, 4, 5, 10, 11, 12}));
  EXPECT_TRUE(is_close(cat({a.t(), b.t()}, -1), {0, 3, 10, 1, 4, 11, 2, 5, 12}));
  EXPECT_TRUE(is_close(stack({a[0], a[1], b[0]}, 1), {0, 3, 10, 1, 4, 11, 2, 5, 12}));
  EXPECT_EQ(stack({a, a}, -1).sizes(), Shape({2, 3, 2}));
  EXPECT_EQ(stack({a, a}, 0).sizes(), Shape({2, 2, 3}));
  EXPECT_TRUE(is_close(cat({a, zeros({0, 3}, on(kInt64))}), values(a)));
  EXPECT_FALSE(cat({a}).is_alias_of(a));
  EXPECT_EQ(stack({scalar_tensor(1, device()), scalar_tensor(2, device())}).sizes(), Shape({2}));
}

TEST_P(View, SplitChunkUnbind) {
  const Tensor x = counted({7, 2});
  const auto sizes_of = [](const std::vector<Tensor>& parts) {
    std::vector<std::int64_t> sizes;
    for (const Tensor& part : parts) sizes.push_back(part.size(0));
    return sizes;
  };
  using Sizes = std::vector<std::int64_t>;
  EXPECT_EQ(sizes_of(x.split(3)), (Sizes{3, 3, 1}));
  EXPECT_EQ(sizes_of(x.split(std::vector<std::int64_t>{1, 0, 6})), (Sizes{1, 0, 6}));
  EXPECT_EQ(sizes_of(x.chunk(3)), (Sizes{3, 3, 1}));
  EXPECT_EQ(sizes_of(x.chunk(4)), (Sizes{2, 2, 2, 1}));
  EXPECT_EQ(sizes_of(x.chunk(5)), (Sizes{2, 2, 2, 1}));  // as PyTorch: at most that many
  EXPECT_TRUE(same_bits(cat(x.split(2)), x));
  EXPECT_TRUE(x.split(2)[1].is_alias_of(x));
  const auto columns = x.unbind(1);
  ASSERT_EQ(columns.size(), 2u);
  EXPECT_TRUE(is_close(columns[1], {1, 3, 5, 7, 9, 11, 13}));
  EXPECT_TRUE(throws([&] { x.split(std::vector<std::int64_t>{3, 3}); }, {"split", "7"}));
  EXPECT_TRUE(throws([&] { x.split(0); }, {"split", "0"}));
}

TEST_P(View, JoinsPassGradients) {
  const TensorList at = {leaf({2, 3}), leaf({1, 3})};
  const auto both = [&](const char* name, const autograd::DifferentiableFunction& f) {
    SCOPED_TRACE(name);
    EXPECT_NO_THROW(autograd::gradcheck(f, at));
    EXPECT_NO_THROW(autograd::gradgradcheck(f, at));
  };
  both("cat", [](const TensorList& x) { return TensorList{square(cat({x[0], x[1], x[0]}))}; });
  both("cat columns", [](const TensorList& x) {
    return TensorList{square(cat({x[0], x[1].expand({2, 3})}, 1))};
  });
  both("stack", [](const TensorList& x) {
    return TensorList{square(stack({x[0][0], x[1][0], x[0][1]}, 1))};
  });
  both("split", [](const TensorList& x) {
    const auto parts = square(x[0]).split(2, 1);
    return TensorList{parts[0] * 3, parts[1], x[1]};
  });
  both("unbind", [](const TensorList& x) {
    return TensorList{square(x[0]).unbind(1)[2], exp(x[1])};
  });
}

TEST_P(View, EmptyTensorsAreCutAndJoined) {
  const Tensor nothing = zeros({0, 3}, on());
  EXPECT_EQ(nothing.chunk(3, 0).size(), 3u);
  EXPECT_EQ(nothing.chunk(3, 0)[2].sizes(), Shape({0, 3}));
  EXPECT_EQ(nothing.split(2, 0).size(), 1u);
  // Shape [0] joins with anything.
  const Tensor none = zeros({0}, on()).requires_grad_(), x = ones({2, 3}, on()).requires_grad_();
  for (const TensorList& list : {TensorList{x, none}, TensorList{none, x}}) {
    const Tensor y = cat(list, 1);
    EXPECT_EQ(y.sizes(), Shape({2, 3}));
    const TensorList slopes = autograd::grad({y.sum()}, {x, none});
    EXPECT_TRUE(equal(slopes[0], ones({2, 3}, on())));
    EXPECT_EQ(slopes[1].sizes(), Shape{0});
  }
  EXPECT_EQ(cat({none, none}).sizes(), Shape{0});
  EXPECT_EQ(cat({ones({2}, on(kInt64)), none}).dtype(), kFloat32);
  EXPECT_TRUE(throws([&] { cat({x, zeros({0, 4}, on())}); }, {"cat", "[0, 4]"}));
}

/// Which results may look at their operand's memory: those of views, and of conversions that have
/// nothing to do. All others can be written without changing the operand.
TEST_P(View, WhatIsNoViewHasMemoryOfItsOwn) {
  using Op = std::function<Tensor(const Tensor&)>;
  struct Case {
    const char* name;
    bool view;
    Op op;
  };
  const Case cases[] = {
      {"flip", false, [](auto& x) { return x.flip({}); }},
      {"flip 0", false, [](auto& x) { return x.flip({0}); }},
      {"repeat", false,
       [](auto& x) {
         return x.repeat({1, 1});
       }},
      {"repeat of two dimensions", false,
       [](auto& x) {
         return x.unsqueeze(-1).repeat({1, 2, 2});
       }},
      {"repeat_interleave", false, [](auto& x) { return repeat_interleave(x, 1, 0); }},
      {"repeat_interleave of 1", false,
       [](auto& x) { return repeat_interleave(x.slice(0, 0, 1), 3, 0); }},
      {"repeat_interleave flat", false, [](auto& x) { return repeat_interleave(x, 1); }},
      {"clone", false, [](auto& x) { return x.clone(); }},
      {"cat", false, [](auto& x) { return cat({x}); }},
      {"stack", false, [](auto& x) { return stack({x}); }},
      {"tril", false, [](auto& x) { return tril(x, 9); }},
      {"triu", false, [](auto& x) { return triu(x, -9); }},
      {"where", false, [](auto& x) { return where(x > -9, x, 0); }},
      {"clamp", false, [](auto& x) { return clamp(x, -9, 9); }},
      {"pow", false, [](auto& x) { return pow(x, 1); }},
      {"add", false, [](auto& x) { return x + 0; }},
      {"mul", false, [](auto& x) { return x * 1; }},
      {"relu", false, [](auto& x) { return relu(x); }},
      {"sum", false, [](auto& x) { return x.slice(0, 0, 1).sum(0); }},
      {"mean", false, [](auto& x) { return x.slice(0, 0, 1).mean(0); }},
      {"prod", false, [](auto& x) { return x.slice(0, 0, 1).prod(0); }},
      {"max", false, [](auto& x) { return std::get<0>(max(x.slice(0, 0, 1), 0)); }},
      {"max of no dimensions", false, [](auto& x) { return std::get<0>(max(x[0][0], 0)); }},
      {"cumsum", false, [](auto& x) { return x.slice(0, 0, 1).cumsum(0); }},
      {"cumsum of no dimensions", false, [](auto& x) { return x[0][0].cumsum(0); }},
      {"sort", false, [](auto& x) { return std::get<0>(sort(x)); }},
      {"sort of no dimensions", false, [](auto& x) { return std::get<0>(sort(x[0][0])); }},
      {"index_select", false, [](auto& x) { return x.index_select(0, arange(2, x.device())); }},
      {"masked_fill", false, [](auto& x) { return x.masked_fill(x > 9, 0); }},
      {"masked_select", false, [](auto& x) { return masked_select(x, x > -9); }},
      {"softmax", false, [](auto& x) { return softmax(x.slice(1, 0, 1), 1); }},
      {"layer_norm", false, [](auto& x) { return nn::functional::layer_norm(x, {3}); }},
      {"to another dtype", false, [](auto& x) { return x.to(kFloat64); }},
      {"view", true, [](auto& x) { return x.view({6}); }},
      {"reshape", true,
       [](auto& x) {
         return x.reshape({3, 2});
       }},
      {"expand", true,
       [](auto& x) {
         return x.expand({4, 2, 3});
       }},
      {"t", true, [](auto& x) { return x.t(); }},
      {"slice", true, [](auto& x) { return x.slice(0, 0, 2); }},
      {"contiguous", true, [](auto& x) { return x.contiguous(); }},
      {"detach", true, [](auto& x) { return x.detach(); }},
      {"to the same dtype", true, [](auto& x) { return x.to(kFloat32); }},
      {"dropout in evaluation", true, [](auto& x) { return dropout(x, 0.5, false); }}};
  for (const Case& c : cases) {
    const Tensor x = rand({2, 3}).to(device()), before = x.clone();
    const Tensor y = c.op(x);
    EXPECT_EQ(y.is_alias_of(x), c.view) << c.name;
    if (c.view) continue;
    y.fill_(-7);  // throws where elements share memory
    EXPECT_TRUE(equal(x, before)) << c.name;
  }
  EXPECT_TRUE(equal(tensor({1.0, 2.0}, on())[0].flip({0}), tensor({1.0}, on())[0]));
}

TEST_P(View, ShapesThatWrapAroundAreRefused) {
  const std::int64_t half = std::int64_t{1} << 32;
  const Tensor nothing = zeros({0}, on());
  EXPECT_TRUE(throws([&] { nothing.reshape({half, half}); }, {"reshape", "4294967296"}));
  EXPECT_TRUE(throws([&] { nothing.view({half, half}); }, {"view", "4294967296"}));
  EXPECT_TRUE(throws([&] { nothing.reshape({half, half, -1}); }, {"reshape", "4294967296"}));
  EXPECT_TRUE(throws([&] { zeros({0, half, half}, on()); }, {"4294967296"}));
  EXPECT_TRUE(throws([&] { zeros({half, half, 0}, on()).sum(); }, {"4294967296"}));
  EXPECT_TRUE(throws([&] { zeros({half, half, half}, on()); }, {"4294967296"}));
  EXPECT_TRUE(throws([&] { ones({2}, on()).repeat({half * (half / 4)}); }, {"repeat"}));
  EXPECT_TRUE(throws([&] { repeat_interleave(ones({4}, on()), half * (half / 4)); }, {"repeat"}));
  EXPECT_TRUE(throws([&] { ones({1}, on()).expand({half, half}); }, {"expand"}));
  EXPECT_TRUE(throws([&] { arange(4).split(std::vector<std::int64_t>{-1, 5}); }, {"split", "-1"}));
  EXPECT_EQ(zeros({0, half}, on()).reshape({half, 0}).numel(), 0);
}

TEST_P(View, AViewOfEverythingIsATensorOfItsOwn) {
  const Tensor x = rand({3}, on()), number = rand({}, on());
  for (const Tensor& view : {x.t(), x.squeeze(0), number.transpose(0, -1), number.t()}) {
    EXPECT_FALSE(view.is_same(x) || view.is_same(number));
    view.requires_grad_();
    EXPECT_FALSE(x.requires_grad() || number.requires_grad());
  }
}

}  // namespace
}  // namespace tandem::testing
