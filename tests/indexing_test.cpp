// Indexing of every kind, gathering, ordering and what is built from them.
#include <algorithm>

#include "tests/devices.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

using indexing::Ellipsis;
using indexing::None;
using indexing::Slice;
using indexing::TensorIndex;
using Indices = std::vector<TensorIndex>;

class Indexing : public OnDevice {
 protected:
  Tensor counted(const Shape& shape) const {
    return arange(shape.numel(), device()).reshape(shape);
  }
  Tensor ints(std::initializer_list<TensorData> data) const { return tensor(data, on(kInt64)); }
  void check_gradients(const char* name, const autograd::DifferentiableFunction& f,
                       const TensorList& at) const {
    SCOPED_TRACE(name);
    EXPECT_NO_THROW(autograd::gradcheck(f, at));
    EXPECT_NO_THROW(autograd::gradgradcheck(f, at));
  }
};
INSTANTIATE_TEST_SUITE_P(Devices, Indexing, every_device(), device_name);

TEST_P(Indexing, EveryKindOfIndex) {
  const Tensor x = counted({2, 3, 4});
  const Tensor mask = tensor({{true, false, false}, {false, true, true}}, device());
  struct Case {
    const char* name;
    Indices indices;
    Shape shape;
    std::vector<double> expected;
  };
  const Case cases[] = {
      {"integer", {1, -1, 0}, {}, {20}},
      {"slices", {0, Slice(1, None), Slice(None, None, 3)}, {2, 2}, {4, 7, 8, 11}},
      {"negative slice", {Slice(-1, None), 0, Slice(-2, -1)}, {1, 1}, {14}},
      {"ellipsis", {"...", 3}, {2, 3}, {3, 7, 11, 15, 19, 23}},
      {"none", {1, None, 2}, {1, 4}, {20, 21, 22, 23}},
      {"tensor", {Slice(), ints({2, 0, -1}), 1}, {2, 3}, {9, 1, 9, 21, 13, 21}},
      {"tensor of two dimensions", {0, ints({{0, 1}, {2, 2}}), 0}, {2, 2}, {0, 4, 8, 8}},
      {"two tensors together", {ints({0, 1}), ints({1, 2})}, {2, 4}, {4, 5, 6, 7, 20, 21, 22, 23}},
      {"two that broadcast", {ints({{0}, {1}}), ints({0, 2}), 0}, {2, 2}, {0, 8, 12, 20}},
      {"two apart go to the front",
       {ints({0, 1}), Slice(0, 2), ints({3, 0})},
       {2, 2},
       {3, 7, 12, 16}},
      {"int32 tensor", {ints({1}).to(kInt32), 0, 0}, {1}, {12}},
      {"0-dim tensor", {scalar_tensor(1, on(kInt64)), 0, 0}, {}, {12}},
      {"mask", {mask}, {3, 4}, {0, 1, 2, 3, 16, 17, 18, 19, 20, 21, 22, 23}},
      {"mask of everything", {x > 20}, {3}, {21, 22, 23}},
      {"mask of a middle dimension", {0, tensor({false, true, true}, device()), 1}, {2}, {5, 9}},
      {"mask of nothing", {x > 100}, {0}, {}},
      {"no rows", {zeros({0}, on(kInt64))}, {0, 3, 4}, {}},
      {"empty slice", {Slice(1, 1)}, {0, 3, 4}, {}}};
  for (const Case& c : cases) {
    const Tensor y = x.index(c.indices);
    EXPECT_EQ(y.sizes(), c.shape) << c.name;
    EXPECT_TRUE(is_close(y, c.expected)) << c.name;
    // Writing through the same index touches just these elements.
    Tensor written = x.clone();
    written.index_put_(c.indices, -1);
    EXPECT_EQ((written != x).sum().item(),
              (x.index(c.indices).numel() == 0 ? 0 : static_cast<double>([&] {
                std::vector<double> unique = c.expected;
                std::sort(unique.begin(), unique.end());
                return std::unique(unique.begin(), unique.end()) - unique.begin();
              }())))
        << c.name;
    EXPECT_TRUE(is_close(written.index(c.indices), std::vector<double>(c.expected.size(), -1)))
        << c.name;
  }
  EXPECT_TRUE(is_close(x[ints({1})][0][0], {12, 13, 14, 15}));
}

TEST_P(Indexing, IndexPutOfTensors) {
  Tensor x = zeros({3, 3}, on());
  x.index_put_({ints({0, 2}), ints({1, 2})}, tensor({5.0, 6.0}, device()));
  EXPECT_TRUE(is_close(x, {0, 5, 0, 0, 0, 0, 0, 0, 6}));
  x.index_put_({1}, tensor({1, 2, 3}, device()));
  EXPECT_TRUE(is_close(x, {0, 5, 0, 1, 2, 3, 0, 0, 6}));
  x.index_put_({Slice(), Slice(0, 1)}, tensor({{9.0}, {8.0}, {7.0}}, device()));
  EXPECT_TRUE(is_close(x, {9, 5, 0, 8, 2, 3, 7, 0, 6}));
  x.index_put_({x > 5}, 0);
  EXPECT_TRUE(is_close(x, {0, 5, 0, 0, 2, 3, 0, 0, 0}));
  Tensor view = x.t();
  view.index_put_({0, ints({0, 1})}, tensor({1.5, 2.5}, device()));
  EXPECT_TRUE(is_close(x, {1.5, 5, 0, 2.5, 2, 3, 0, 0, 0}));
  Tensor repeated = zeros({2}, on());
  repeated.index_put_({ints({1, 1, 1})}, tensor({1, 2, 3}, device()));
  EXPECT_TRUE(is_close(repeated, {0, 3}));  // the last of equals stays
}

TEST_P(Indexing, IndexPutGradients) {
  const Tensor index = ints({2, 0});
  check_gradients("into rows",
                  [&](const TensorList& x) {
                    Tensor h = x[0] * 2;
                    h.index_put_({index, Slice(0, 2)}, square(x[1]));
                    return TensorList{tanh(h)};
                  },
                  {leaf({3, 4}), leaf({2, 2})});
  check_gradients("broadcast",
                  [&](const TensorList& x) {
                    Tensor h = x[0] * 2;
                    h.index_put_({index}, x[1]);
                    return TensorList{square(h)};
                  },
                  {leaf({3, 4}), leaf({4})});
}

TEST_P(Indexing, GatherScatterSelectAdd) {
  const Tensor x = counted({3, 4});
  EXPECT_TRUE(is_close(x.gather(1, ints({{3, 0}, {1, 1}})), {3, 0, 5, 5}));
  EXPECT_TRUE(is_close(x.gather(0, ints({{2, 0, 1, -1}})), {8, 1, 6, 11}));
  EXPECT_TRUE(is_close(x.t().gather(0, ints({{3, 0, 1}})), {3, 4, 9}));
  EXPECT_TRUE(is_close(
      zeros({2, 3}, on()).scatter_add(1, ints({{0, 0, 2}}), tensor({{1.0, 2.0, 3.0}}, device())),
      {3, 0, 3, 0, 0, 0}));
  EXPECT_TRUE(is_close(x.index_select(0, ints({2, 2})), {8, 9, 10, 11, 8, 9, 10, 11}));
  EXPECT_TRUE(is_close(x.index_select(-1, ints({-1, 0})), {3, 0, 7, 4, 11, 8}));
  EXPECT_TRUE(
      is_close(zeros({2, 2}, on()).index_add(0, ints({1, 1}), ones({2, 2}, on())), {0, 0, 2, 2}));
  EXPECT_EQ(x.index_select(0, zeros({0}, on(kInt64))).sizes(), Shape({0, 4}));
  const Tensor before = x.clone();
  EXPECT_TRUE(throws<IndexError>(waited_for([&] {
                                   x.index_select(0, ints({0, 3}));
                                 }),
                                 {"index_select", "3"}));
  EXPECT_TRUE(throws<IndexError>(waited_for([&] {
                                   x.gather(1, ints({{0, -5}}));
                                 }),
                                 {"gather", "-5"}));
  EXPECT_TRUE(same_bits(x, before));
}

TEST_P(Indexing, GradientsOfGathers) {
  const Tensor index = ints({{0, 2, 2}, {1, 1, 0}}), rows = ints({1, 1, 0});
  const TensorList at = {leaf({3, 4}), leaf({2, 3})};
  check_gradients(
      "index",
      [&](const TensorList& x) {
        return TensorList{square(x[0].index({rows, Slice(1, 3)}))};
      },
      at);
  check_gradients(
      "gather", [&](const TensorList& x) { return TensorList{square(x[0].gather(1, index))}; }, at);
  check_gradients(
      "scatter_add",
      [&](const TensorList& x) { return TensorList{square(x[0].scatter_add(1, index, x[1]))}; },
      at);
  check_gradients(
      "index_select",
      [&](const TensorList& x) { return TensorList{square(x[0].index_select(1, rows))}; }, at);
  check_gradients(
      "index_add",
      [&](const TensorList& x) {
        return TensorList{square(x[1].index_add(0, ints({1, 1, 0}), x[0].slice(1, 1)))};
      },
      at);
  check_gradients(
      "masked_select",
      [](const TensorList& x) { return TensorList{square(x[0]).masked_select(x[0] > 0)}; }, at);
  check_gradients(
      "masked_fill",
      [](const TensorList& x) { return TensorList{square(x[0]).masked_fill(x[0] > 0, 3)}; }, at);
  check_gradients(
      "flip",
      [](const TensorList& x) {
        return TensorList{square(x[0].flip({0, 1}))};
      },
      at);
  check_gradients(
      "tril, triu",
      [](const TensorList& x) {
        return TensorList{square(x[0].tril(1)), square(x[0].triu())};
      },
      at);
  check_gradients(
      "repeat",
      [](const TensorList& x) {
        return TensorList{square(x[1].repeat({2, 1, 2}))};
      },
      at);
  check_gradients(
      "repeat_interleave",
      [](const TensorList& x) { return TensorList{square(x[1].repeat_interleave(2, 1))}; }, at);
  check_gradients(
      "sort", [](const TensorList& x) { return TensorList{square(std::get<0>(x[0].sort(0)))}; },
      at);
  check_gradients(
      "topk", [](const TensorList& x) { return TensorList{square(std::get<0>(x[0].topk(2)))}; },
      at);
}

TEST_P(Indexing, Masks) {
  const Tensor x = counted({2, 3});
  const Tensor column = tensor({{true}, {false}}, device());
  EXPECT_TRUE(is_close(x.masked_select(x > 2), {3, 4, 5}));
  EXPECT_TRUE(is_close(x.masked_select(column), {0, 1, 2}));
  EXPECT_TRUE(is_close(x.masked_fill(column, -1), {-1, -1, -1, 3, 4, 5}));
  Tensor y = x.clone();
  y.masked_fill_(x > 3, 0);
  EXPECT_TRUE(is_close(y, {0, 1, 2, 3, 0, 0}));
  EXPECT_TRUE(is_close((x - 3).nonzero(), {0, 0, 0, 1, 0, 2, 1, 1, 1, 2}));
  EXPECT_EQ(zeros({3}, on()).nonzero().sizes(), Shape({0, 1}));
  EXPECT_EQ(ones({}, on()).nonzero().sizes(), Shape({1, 0}));
}

TEST_P(Indexing, SortIsStableAndPutsNanLast) {
  const Tensor x = tensor({3.0, 1.0, NAN, 1.0, -2.0, 3.0}, device());
  const auto [up, up_at] = x.sort();
  EXPECT_TRUE(is_close(up, {-2, 1, 1, 3, 3, NAN}));
  EXPECT_TRUE(is_close(up_at, {4, 1, 3, 0, 5, 2}));
  const auto [down, down_at] = x.sort(0, true);
  EXPECT_TRUE(is_close(down, {NAN, 3, 3, 1, 1, -2}));
  EXPECT_TRUE(is_close(down_at, {2, 0, 5, 1, 3, 4}));
  EXPECT_TRUE(is_close(x.argsort(), {4, 1, 3, 0, 5, 2}));
  const auto [top, top_at] = tensor({{1.0, 9.0, 5.0}, {7.0, 7.0, 2.0}}, device()).topk(2);
  EXPECT_TRUE(is_close(top, {9, 5, 7, 7}));
  EXPECT_TRUE(is_close(top_at, {1, 2, 0, 1}));
  EXPECT_TRUE(is_close(std::get<0>(x.topk(2, -1, false)), {-2, 1}));
  EXPECT_TRUE(is_close(std::get<0>(tensor({{3, 1}, {2, 5}}, device()).sort(0)), {2, 1, 3, 5}));
  EXPECT_TRUE(is_close(std::get<1>(tensor({true, false}, device()).sort()), {1, 0}));
  EXPECT_EQ(std::get<0>(zeros({0}, on()).sort()).sizes(), Shape({0}));
  const Tensor many = randint(0, 10, {5000}).to(device());
  const auto [values_sorted, order] = many.sort();
  const auto v = elements<std::int64_t>(values_sorted), at = elements<std::int64_t>(order);
  for (std::size_t i = 1; i < v.size(); ++i)
    ASSERT_TRUE(v[i - 1] < v[i] || (v[i - 1] == v[i] && at[i - 1] < at[i])) << "position " << i;
}

TEST_P(Indexing, OneHot) {
  EXPECT_TRUE(is_close(one_hot(ints({1, 0, 2})), {0, 1, 0, 1, 0, 0, 0, 0, 1}));
  EXPECT_EQ(one_hot(ints({{1}, {0}}), 5).sizes(), Shape({2, 1, 5}));
  EXPECT_EQ(one_hot(ints({1})).dtype(), kInt64);
  EXPECT_TRUE(throws<IndexError>(waited_for([&] { one_hot(ints({3}), 3); }), {"one_hot", "3"}));
  EXPECT_TRUE(throws<IndexError>(waited_for([&] { one_hot(ints({-1}), 3); }), {"one_hot"}));
}

TEST_P(Indexing, FlipTriangleRepeat) {
  const Tensor x = counted({2, 3});
  EXPECT_TRUE(is_close(x.flip({1}), {2, 1, 0, 5, 4, 3}));
  EXPECT_TRUE(is_close(x.flip({0, -1}), {5, 4, 3, 2, 1, 0}));
  EXPECT_TRUE(is_close(x.tril(), {0, 0, 0, 3, 4, 0}));
  EXPECT_TRUE(is_close(x.tril(-1), {0, 0, 0, 3, 0, 0}));
  EXPECT_TRUE(is_close(x.triu(1), {0, 1, 2, 0, 0, 5}));
  EXPECT_TRUE(is_close(counted({2}).repeat({2, 2}), {0, 1, 0, 1, 0, 1, 0, 1}));
  EXPECT_EQ(x.repeat({3, 1, 2}).sizes(), Shape({3, 2, 6}));
  EXPECT_EQ(x.repeat({0, 1}).sizes(), Shape({0, 3}));
  EXPECT_FALSE(x.repeat({1, 1}).is_alias_of(x));
  EXPECT_TRUE(is_close(counted({3}).repeat_interleave(2), {0, 0, 1, 1, 2, 2}));
  EXPECT_TRUE(is_close(x.repeat_interleave(2, 0), {0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5}));
  EXPECT_TRUE(is_close(x.diagonal(), {0, 4}));
  EXPECT_TRUE(is_close(x.diagonal(-1), {3}));
}

TEST_P(Indexing, BoolsAreMasks) {
  const Tensor a = arange(6, device()).view({2, 3});
  EXPECT_EQ(a.index({true}).sizes(), Shape({1, 2, 3}));
  EXPECT_TRUE(equal(a.index({true})[0], a));
  EXPECT_EQ(a.index({false}).sizes(), Shape({0, 2, 3}));
  EXPECT_EQ(a.index({0, true}).sizes(), Shape({1, 3}));
  const Tensor all = a.clone();
  all.index_put_({true}, 9);
  EXPECT_TRUE(equal(all, full_like(a, 9)));
  all.index_put_({false}, 1);
  EXPECT_TRUE(equal(all, full_like(a, 9)));
  // uint8 tensors are masks, too.
  const Tensor mask = tensor({0, 1}, on(kUInt8));
  EXPECT_TRUE(equal(a.index({mask}), a.slice(0, 1, 2)));
  EXPECT_TRUE(equal(a.index({a.remainder(2).to(kUInt8)}), tensor({1, 3, 5}, on(kInt64))));
  EXPECT_TRUE(throws<IndexError>(
      [&] {
        a.index({tensor({1, 0, 1}, on(kUInt8))});
      },
      {"mask", "[3]", "[2, 3]", "dimension 0"}));
  EXPECT_TRUE(throws<IndexError>(
      [&] {
        a.index({0, tensor({true, false}, on(kBool))});
      },
      {"mask", "[2, 3]", "dimension 1"}));
}

TEST_P(Indexing, WrittenValuesLoseLeadingOnes) {
  using indexing::None, indexing::Slice;
  const Tensor a = zeros({2, 3}, on());
  a.index_put_({None}, ones({1, 1, 2, 3}, on()));
  EXPECT_TRUE(equal(a, ones({2, 3}, on())));
  a.index_put_({0}, full({1, 3}, 2, on()));
  a.index_put_({tensor({1}, on(kInt64))}, full({1, 1, 1, 3}, 3, on()));
  EXPECT_TRUE(is_close(a, {2, 2, 2, 3, 3, 3}));
  const Tensor x = ones({1, 1, 3}, on()).requires_grad_(), y = a * 1;
  y.index_put_({Slice(0, 1)}, x);
  y.sum().backward();
  EXPECT_TRUE(is_close(x.grad(), {1, 1, 1}));
  EXPECT_TRUE(throws([&] { a.index_put_({0}, ones({2, 3}, on())); }, {"[2, 3]"}));
}

TEST_P(Indexing, ErrorsNameTheTensorThatWasIndexed) {
  using indexing::None, indexing::Slice;
  const Tensor a = zeros({2, 3, 4}, on());
  EXPECT_TRUE(throws<IndexError>([&] { a.index({0, 5}); }, {"5", "dimension 1", "[2, 3, 4]"}));
  EXPECT_TRUE(throws<IndexError>(
      [&] {
        a.index({None, 0, "...", -5});
      },
      {"-5", "dimension 2", "[2, 3, 4]"}));
  EXPECT_TRUE(throws<IndexError>(
      [&] {
        a.index({Slice(0, 1), 1, tensor({0, 4}, on(kInt64))});
      },
      {"4", "dimension 2", "[2, 3, 4]"}));
  EXPECT_TRUE(throws<IndexError>([&] { a.index({}); }, {"empty", "[2, 3, 4]"}));
  EXPECT_TRUE(throws<IndexError>([&] { a.index_put_({}, 1); }, {"empty", "[2, 3, 4]"}));
}

TEST_P(Indexing, AMaskWithoutDimensionsAsksForAllOrNothing) {
  const Tensor x = tensor({2.5}, on())[0];
  EXPECT_TRUE(equal(x.index({x > 0}), tensor({2.5}, on())));
  EXPECT_EQ(x.index({x < 0}).sizes(), Shape{0});
  EXPECT_EQ(ones({2, 3}, on()).index({x > 0}).sizes(), Shape({1, 2, 3}));
}

TEST_P(Indexing, AnIndexIntoNothingIsChecked) {
  const Tensor two = tensor({2}, on(kInt64)), none = zeros({0, 3}, on()),
               thin = zeros({2, 0}, on());
  const auto refused = [&](const char* op, const std::function<void()>& use) {
    const auto finished = [&] {
      use();
      ones({1}, on()).item();  // a GPU tells of it once it is waited for
    };
    EXPECT_TRUE(throws<IndexError>(finished, {op, "2"}));
  };
  for (const Tensor& x : {none, thin}) {
    refused("index_select", [&] { x.index_select(0, two); });
    refused("embedding", [&] { embedding(two, x); });
    refused("index_add", [&] { x.index_add(0, two, zeros({1, x.size(1)}, on())); });
    refused("index", [&] { x.index({two}); });
  }
  EXPECT_EQ(thin.index_select(0, two - 1).sizes(), Shape({1, 0}));
  EXPECT_EQ(none.index_select(0, two.slice(0, 1)).sizes(), Shape({0, 3}));
}

TEST_P(Indexing, AnEllipsisGivesATensorOfItsOwn) {
  const Tensor x = rand({2, 3}, on()).t().requires_grad_();
  const Tensor all = x.index({"..."});
  EXPECT_FALSE(all.is_same(x));
  EXPECT_TRUE(all.is_alias_of(x));
  const Tensor weight = arange(6, on(kFloat32)).reshape({3, 2});
  EXPECT_TRUE(equal(autograd::grad({(all * weight).sum()}, {x})[0], weight));
}

}  // namespace
}  // namespace tandem::testing
