// What a user's mistake says: each text names the op and shows what disagreed, and nothing is
// half-changed.
#include "core/backend/registry.h"
#include "tests/devices.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

struct Mistake {
  const char* name;
  std::function<void()> body;
  std::vector<std::string> parts;
};

class Errors : public OnDevice {
 protected:
  void expect_index_mistakes(const std::vector<Mistake>& mistakes) const {
    for (const Mistake& m : mistakes)
      EXPECT_TRUE(throws<IndexError>(waited_for(m.body), m.parts)) << m.name;
  }
};
INSTANTIATE_TEST_SUITE_P(Devices, Errors, every_device(), device_name);

void expect_mistakes(const std::vector<Mistake>& mistakes) {
  for (const Mistake& m : mistakes) EXPECT_TRUE(throws(m.body, m.parts)) << m.name;
}
TEST_P(Errors, Shapes) {
  const Tensor x = zeros({2, 3}, on()), y = zeros({4}, on()), v = zeros({3}, on()),
               cube = zeros({2, 3, 4}, on());
  const Tensor mask = x > 0;
  Tensor target = zeros({2, 3}, on());
  const std::uint32_t before = target.version();
  expect_mistakes({
      {"add", [&] { x + y; }, {"add", "[2, 3]", "[4]"}},
      {"mul", [&] { x* y; }, {"mul", "[2, 3]", "[4]"}},
      {"maximum", [&] { maximum(x, y); }, {"maximum", "[2, 3]", "[4]"}},
      {"comparison", [&] { lt(x, y); }, {"lt", "[2, 3]", "[4]"}},
      {"where", [&] { where(mask, x, y); }, {"where", "[2, 3]", "[4]"}},
      {"add_", [&] { target.add_(cube); }, {"add", "[2, 3]", "[2, 3, 4]"}},
      {"grow in place", [&] { v.clone().add_(x); }, {"add_", "[3]", "[2, 3]"}},
      {"copy_", [&] { target.copy_(y); }, {"copy_", "[2, 3]", "[4]"}},
      {"matmul", [&] { matmul(x, y); }, {"matmul", "[2, 3]", "[4]"}},
      {"matmul inner", [&] { matmul(x, x); }, {"matmul", "[2, 3]"}},
      {"matmul batch",
       [&] {
         matmul(zeros({2, 3, 4}, on()), zeros({3, 4, 5}, on()));
       },
       {"matmul", "[2, 3, 4]", "[3, 4, 5]"}},
      {"matmul 0-dim", [&] { matmul(x, zeros({}, on())); }, {"matmul", "[]"}},
      {"mm", [&] { mm(x, v); }, {"mm", "[3]"}},
      {"bmm", [&] { bmm(x, x); }, {"bmm", "[2, 3]"}},
      {"mv", [&] { mv(v, v); }, {"mv", "[3]"}},
      {"dot", [&] { dot(v, y); }, {"dot", "[3]", "[4]"}},
      {"addmm", [&] { addmm(y, x, x.t()); }, {"addmm", "[4]", "[2, 2]"}},
      {"linear",
       [&] {
         linear(x, zeros({5, 4}, on()));
       },
       {"linear", "[2, 3]", "[5, 4]"}},
      {"linear bias",
       [&] {
         linear(x, zeros({5, 3}, on()), y);
       },
       {"linear", "[4]", "[5, 3]"}},
      {"linear module",
       [&] {
         nn::Linear l(4, 2);
         l->to(device());
         l(x);
       },
       {"linear", "[2, 3]", "[2, 4]"}},
      {"cat",
       [&] {
         cat({x, y});
       },
       {"cat", "[2, 3]", "[4]"}},
      {"cat sizes",
       [&] {
         cat({x, zeros({2, 4}, on())});
       },
       {"cat", "[2, 3]", "[2, 4]"}},
      {"cat nothing", [&] { cat({}); }, {"cat"}},
      {"stack",
       [&] {
         stack({x, x.t()});
       },
       {"stack", "[2, 3]", "[3, 2]"}},
      {"view", [&] { x.view({4}); }, {"view", "[2, 3]", "[4]"}},
      {"reshape",
       [&] {
         x.reshape({5, -1});
       },
       {"reshape", "[2, 3]", "[5, -1]"}},
      {"expand",
       [&] {
         x.expand({2, 4});
       },
       {"expand", "[2, 3]", "[2, 4]"}},
      {"expand fewer", [&] { x.expand({3}); }, {"expand", "[2, 3]", "[3]"}},
      {"permute", [&] { x.permute({0}); }, {"permute", "[2, 3]", "[0]"}},
      {"permute twice",
       [&] {
         x.permute({0, 0});
       },
       {"permute", "[0, 0]"}},
      {"t", [&] { cube.t(); }, {"t", "[2, 3, 4]"}},
      {"narrow", [&] { x.narrow(1, 2, 2); }, {"narrow", "[2, 3]", "2"}},
      {"slice step", [&] { x.slice(0, 0, 2, 0); }, {"slice", "0"}},
      {"split", [&] { x.split(-1); }, {"split", "-1"}},
      {"chunk", [&] { x.chunk(0); }, {"chunk", "0"}},
      {"gather rank", [&] { x.gather(0, zeros({2}, on(kInt64))); }, {"gather", "[2, 3]", "[2]"}},
      {"scatter_add",
       [&] {
         x.scatter_add(1, zeros({2, 2}, on(kInt64)), zeros({2, 1}, on()));
       },
       {"scatter_add", "[2, 2]", "[2, 1]"}},
      {"index_add",
       [&] { x.index_add(0, zeros({1}, on(kInt64)), x); },
       {"index_add", "[2, 3]", "[1, 3]"}},
      {"masked_fill", [&] { v.masked_fill(mask, 0); }, {"masked_fill", "[2, 3]", "[3]"}},
      {"masked_select", [&] { masked_select(y, mask); }, {"masked_select", "[4]", "[2, 3]"}},
      {"index_put_", [&] { target.index_put_({0}, y); }, {"[4]", "[3]"}},
      {"repeat", [&] { x.repeat({2}); }, {"repeat", "[2]", "[2, 3]"}},
      {"tril", [&] { v.tril(); }, {"tril", "[3]"}},
      {"negative size",
       [&] {
         zeros({2, -1}, on());
       },
       {"zeros", "[2, -1]"}},
      {"too many elements",
       [&] {
         empty({std::int64_t{1} << 40, std::int64_t{1} << 40}, on());
       },
       {"empty"}},
      {"item", [&] { x.item(); }, {"item", "[2, 3]"}},
      {"ragged braces",
       [&] {
         tensor({{1, 2}, {3}});
       },
       {"tensor"}},
  });
  EXPECT_EQ(target.abs().sum().item(), 0);
  EXPECT_EQ(target.version(), before);
}

TEST_P(Errors, DimensionsAndIndices) {
  const Tensor x = zeros({2, 3}, on());
  const Tensor three = tensor({3}, on(kInt64));
  Tensor target = zeros({2, 3}, on());
  expect_index_mistakes({
      {"size", [&] { x.size(2); }, {"size", "2"}},
      {"sum", [&] { x.sum({2}); }, {"sum", "2"}},
      {"softmax", [&] { softmax(x, -3); }, {"softmax", "-3"}},
      {"cumsum", [&] { x.cumsum(5); }, {"cumsum", "5"}},
      {"transpose", [&] { x.transpose(0, 2); }, {"transpose", "2"}},
      {"unsqueeze", [&] { x.unsqueeze(4); }, {"unsqueeze", "4"}},
      {"cat", [&] { cat({x}, 2); }, {"cat", "2"}},
      {"select", [&] { x.select(0, 2); }, {"select", "2", "[2, 3]"}},
      {"[]", [&] { x[-3]; }, {"-3", "[2, 3]"}},
      {"[] of no dimensions", [&] { zeros({}, on())[0]; }, {"select"}},
      {"index",
       [&] {
         x.index({0, 7});
       },
       {"7", "dimension 1", "[2, 3]"}},
      {"too many indices",
       [&] {
         x.index({0, 0, 0});
       },
       {"index", "too many indices, 3", "[2, 3]"}},
      {"tensor index", [&] { x.index({three}); }, {"index", "3", "[2, 3]"}},
      {"mask",
       [&] {
         x.index({tensor({true, false, true}, device())});
       },
       {"mask", "[3]", "[2, 3]"}},
      {"index_put_",
       [&] {
         target.index_put_({0, three}, 1);
       },
       {"index", "3"}},
      {"index_select", [&] { x.index_select(0, three); }, {"index_select", "3"}},
      {"gather",
       [&] {
         x.gather(0, three.reshape({1, 1}));
       },
       {"gather", "3"}},
      {"scatter_add",
       [&] {
         target.scatter_add(0, three.reshape({1, 1}), ones({1, 1}, on()));
       },
       {"scatter_add", "3"}},
      {"index_add",
       [&] {
         x.index_add(0, three, ones({1, 3}, on()));
       },
       {"index_add", "3"}},
      {"label",
       [&] {
         nn::functional::cross_entropy(x, tensor({0, 3}, on(kInt64)));
       },
       {"cross_entropy", "3", "[0, 3)"}},
  });
  expect_mistakes({{"topk", [&] { x.topk(4); }, {"topk", "4", "[2, 3]"}},
                   {"sum twice",
                    [&] {
                      x.sum({0, -2});
                    },
                    {"sum", "twice"}},
                   {"index text", [&] { x.index({"all"}); }, {"index", "all"}}});
  EXPECT_EQ(target.sum().item(), 0);
}

TEST_P(Errors, DTypes) {
  const Tensor x = zeros({2}, on()), i = zeros({2}, on(kInt64)), d = zeros({2}, on(kFloat64));
  Tensor target = zeros({2}, on()), integers = zeros({2}, on(kInt64));
  expect_mistakes({
      {"data_ptr", [&] { x.data_ptr<double>(); }, {"data_ptr", "float64", "float32"}},
      {"in place", [&] { integers.add_(x); }, {"add_", "float32", "int64"}},
      {"in place number", [&] { integers.mul_(1.5); }, {"mul_", "float32", "int64"}},
      {"tanh_", [&] { integers.tanh_(); }, {"tanh_", "int64"}},
      {"matmul", [&] { matmul(x, d); }, {"matmul", "float32", "float64"}},
      {"linear",
       [&] {
         linear(x, zeros({3, 2}, on(kFloat64)));
       },
       {"linear", "float32", "float64"}},
      {"linear of integers",
       [&] {
         linear(i, zeros({3, 2}, on()));
       },
       {"linear", "int64"}},
      {"softmax", [&] { softmax(i, 0); }, {"softmax", "int64"}},
      {"mean", [&] { i.mean(); }, {"mean", "int64"}},
      {"norm", [&] { i.norm(); }, {"norm", "int64"}},
      {"where", [&] { where(x, x, x); }, {"where", "bool", "float32"}},
      {"masked_fill", [&] { x.masked_fill(i, 0); }, {"bool", "int64"}},
      {"index", [&] { x.index({x}); }, {"index", "float32"}},
      {"index_select", [&] { x.index_select(0, x); }, {"index_select", "float32"}},
      {"gather", [&] { x.gather(0, x); }, {"gather", "float32"}},
      {"one_hot", [&] { one_hot(x); }, {"one_hot", "float32"}},
      {"cross_entropy labels",
       [&] {
         nn::functional::cross_entropy(zeros({2, 2}, on()), zeros({2}, on()));
       },
       {"cross_entropy"}},
      {"normal_", [&] { integers.normal_(); }, {"normal_", "int64"}},
      {"randint", [&] { randint(5, 5, {2}); }, {"randint", "5"}},
  });
  EXPECT_EQ(integers.sum().item(), 0);
}

TEST_P(Errors, UndefinedTensors) {
  const Tensor none, x = zeros({2}, on());
  const std::vector<std::pair<const char*, std::function<void()>>> cases = {
      {"sizes", [&] { none.sizes(); }},
      {"add", [&] { x + none; }},
      {"tanh", [&] { tanh(none); }},
      {"sum", [&] { none.sum(); }},
      {"matmul", [&] { matmul(x, none); }},
      {"linear", [&] { linear(none, x); }},
      {"view", [&] { none.view({1}); }},
      {"select", [&] { none[0]; }},
      {"cat",
       [&] {
         cat({x, none});
       }},
      {"index", [&] { none.index({0}); }},
      {"index_select", [&] { x.index_select(0, none); }},
      {"gather", [&] { x.gather(0, none); }},
      {"where", [&] { where(none, x, x); }},
      {"to", [&] { none.to(kFloat64); }},
      {"clone", [&] { none.clone(); }},
      {"item", [&] { none.item(); }},
      {"copy_", [&] { x.clone().copy_(none); }},
      {"fill_", [&] { Tensor(none).fill_(1); }},
      {"zero_", [&] { Tensor().zero_(); }},
      {"backward", [&] { none.backward(); }},
      {"mse_loss", [&] { nn::functional::mse_loss(none, x); }},
      {"cross_entropy", [&] { nn::functional::cross_entropy(none, x); }},
      {"dropout", [&] { nn::functional::dropout(none, 0.5); }},
      {"index_put_", [&] { x.clone().index_put_({0}, none); }},
      {"masked_fill", [&] { x.masked_fill(none, 0); }},
      {"sort", [&] { none.sort(); }},
      {"softmax", [&] { softmax(none, 0); }},
      {"zeros_like", [&] { zeros_like(none); }},
      {"normal_", [&] { Tensor().normal_(); }},
      {"requires_grad", [&] { Tensor().requires_grad_(true); }},
      {"grad", [&] { autograd::grad({none}, {leaf({2})}); }},
      {"index by none", [&] { x.index({none}); }},
      {"scatter_add", [&] { x.scatter_add(0, zeros({1}, on(kInt64)), none); }},
      {"embedding", [&] {
         nn::functional::embedding(none, x.reshape({1, 2}));
       }}};
  for (const auto& [name, body] : cases) EXPECT_TRUE(throws(body, {"undefined"})) << name;
}

TEST_P(Errors, ArgumentsOutOfRange) {
  const Tensor x = zeros({2}, on());
  expect_mistakes(
      {{"arange", [&] { arange(0, 5, 0); }, {"arange", "0"}},
       {"arange direction", [&] { arange(0, 5, -1); }, {"arange", "-1"}},
       {"linspace", [&] { linspace(0, 1, -1); }, {"linspace", "-1"}},
       {"eye", [&] { eye(-1); }, {"eye", "-1"}},
       {"randperm", [&] { randperm(-1); }, {"randperm", "-1"}},
       {"dropout", [&] { dropout(x, -0.1, true); }, {"dropout", "-0.1"}},
       {"dropout nan", [&] { dropout(x, NAN, true); }, {"dropout", "nan"}},
       {"bernoulli_", [&] { x.clone().bernoulli_(1.5); }, {"bernoulli", "1.5"}},
       {"bernoulli", [&] { bernoulli(x + 2); }, {"bernoulli"}},
       {"normal_", [&] { x.clone().normal_(0, -1); }, {"normal_", "-1"}},
       {"uniform_", [&] { x.clone().uniform_(1, 0); }, {"uniform_"}},
       {"exponential_", [&] { x.clone().exponential_(0); }, {"exponential_", "0"}},
       {"gelu", [&] { gelu(x, "exact"); }, {"gelu", "exact"}},
       {"repeat", [&] { x.repeat({-1}); }, {"repeat", "-1"}},
       {"repeat_interleave", [&] { x.repeat_interleave(-1); }, {"repeat_interleave", "-1"}},
       {"nine dimensions",
        [&] {
          zeros({1, 1, 1, 1, 1, 1, 1, 1, 1});
        },
        {"8"}},
       {"data_ptr", [&] { x.data_ptr<std::int64_t>(); }, {"int64", "float32[2]"}}});
}

TEST(ErrorKinds, DevicesAndMemory) {
  EXPECT_EQ(Device("cpu").str(), "cpu");
  EXPECT_EQ(Device("cuda:1").index(), 1);
  for (const char* text : {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cpu:1x", "cuda:1:2"})
    EXPECT_TRUE(throws([&] { Device{text}; }, {std::string("'") + text + "'"})) << text;
  if (cuda_device_count() == 0) {
    EXPECT_TRUE(throws([] { zeros({2}, kCUDA); }, {"cuda"}));
    EXPECT_TRUE(throws([] { ones({2}).cuda(); }, {"cuda"}));
    nn::Linear layer(2, 2);
    EXPECT_TRUE(throws([&] { layer->to(kCUDA); }, {"cuda"}));
    EXPECT_TRUE(layer->weight.device().is_cpu());
  }
  EXPECT_TRUE(throws<OutOfMemoryError>([] { empty({std::int64_t{1} << 45}); },
                                       {std::to_string(std::int64_t{1} << 47)}));
  EXPECT_EQ(ones({3}).sum().item(), 3);
}

TEST(ErrorKinds, OperandsOnTwoDevicesAreNamed) {
  if (cuda_device_count() == 0) GTEST_SKIP() << "no GPU";
  const Tensor host = ones({2}), other = ones({2}, kCUDA);
  expect_mistakes({{"add", [&] { host + other; }, {"add", "cpu", "cuda"}},
                   {"add_", [&] { host.clone().add_(other); }, {"add", "cpu", "cuda"}},
                   {"matmul", [&] { matmul(host, other); }, {"matmul", "cpu", "cuda"}},
                   {"cat",
                    [&] {
                      cat({host, other});
                    },
                    {"cat", "cpu", "cuda"}},
                   {"where", [&] { where(host > 0, host, other); }, {"where", "cpu", "cuda"}},
                   {"index", [&] { other.index({tensor({0})}); }, {"index", "cpu", "cuda"}}});
}

}  // namespace
}  // namespace tandem::testing
