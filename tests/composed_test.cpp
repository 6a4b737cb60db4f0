// Ops that are compositions: what random programs against PyTorch (tests/differential) do not draw.
// The numbers are PyTorch's.
#include "tests/devices.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

class Composed : public OnDevice {};
INSTANTIATE_TEST_SUITE_P(Devices, Composed, every_device(), device_name);

TEST_P(Composed, Scans) {
  const Tensor x = tensor({-1.0, 2.0, 0.5, -3.0}).to(device());
  EXPECT_TRUE(is_close(logcumsumexp(x, 0), {-1, 2.0485873, 2.2413102, 2.2465906}, 1e-6));
  EXPECT_TRUE(is_close(cumprod(x, 0), {-1, -2, -1, 3}, 0));
  const auto [largest, at] = cummax(tensor({1.0, 3.0, 2.0, 3.0, NAN, 9.0}).to(device()), 0);
  EXPECT_TRUE(is_close(at, {0, 1, 1, 3, 4, 4}, 0));
  EXPECT_TRUE(is_close(largest.slice(0, 0, 4), {1, 3, 3, 3}, 0));
  EXPECT_TRUE(throws([&] { cumprod(x, 1); }, {"cumprod"}));
}

TEST_P(Composed, Counts) {
  const Tensor x = tensor({3, 1, 2, 3, 1}).to(device());
  const auto [values, inverse, counts] = _unique2(x, true, true, true);
  EXPECT_TRUE(is_close(values, {1, 2, 3}, 0));
  EXPECT_TRUE(is_close(inverse, {2, 0, 1, 2, 0}, 0));
  EXPECT_TRUE(is_close(counts, {2, 1, 2}, 0));
  EXPECT_TRUE(
      is_close(bincount(x, tensor({1.0, 2.0, 3.0, 4.0, 5.0}).to(device()), 5), {0, 7, 3, 5, 0}, 0));
  EXPECT_TRUE(is_close(histc(tensor({1.0, 2.0, 1.0, NAN}).to(device()), 4, 0, 3), {0, 2, 1, 0}, 0));
  EXPECT_TRUE(is_close(searchsorted(tensor({1.0, 2.0, 3.0}).to(device()),
                                    tensor({0.5, 2.0, 4.0}).to(device()), true),
                       {0, 2, 3}, 0));
  EXPECT_TRUE(throws([&] { bincount(x - 2); }, {"bincount", "negative"}));
  EXPECT_TRUE(throws([&] { histc(x.to(kFloat32), 0); }, {"histc", "bins", "0"}));
}

TEST(Composed, DrawsArePyTorchs) {
  manual_seed(0);
  const Tensor p = tensor({0.1, 0.2, 0.3, 0.4});
  EXPECT_TRUE(is_close(multinomial(p, 3), {2, 1, 3}, 0));
  EXPECT_TRUE(
      is_close(multinomial(tensor({{0.1, 0.2, 0.3, 0.4}, {1.0, 0.0, 0.0, 3.0}}), 1), {2, 3}, 0));
  EXPECT_TRUE(is_close(multinomial(p, 8, true), {2, 3, 2, 2, 2, 1, 3, 3}, 0));
  EXPECT_TRUE(is_close(multinomial(tensor({{0.1, 0.9}, {0.5, 0.5}}), 5, true),
                       {1, 1, 1, 1, 1, 1, 1, 1, 1, 0}, 0));
  manual_seed(1);
  EXPECT_TRUE(is_close(normal(2, 3, {2, 2}), {3.9841, 2.8008, 2.1850, 3.8640}, 1e-4));
  EXPECT_TRUE(is_close(normal(tensor({1.0, 2.0}), tensor({0.1, 0.2})), {0.9548, 1.9668}, 1e-4));
  EXPECT_TRUE(is_close(normal(tensor({1.0, 2.0}), 0.5), {0.2386, 2.1908}, 1e-4));
  EXPECT_TRUE(is_close(normal(0.5, tensor({1.0, 2.0})), {-0.5276, -0.6261}, 1e-4));
  EXPECT_TRUE(is_close(randint_like(zeros({3}), 10), {0, 3, 6}, 0));
}

TEST(Composed, ImpossibleDrawsThrow) {
  EXPECT_TRUE(throws([] { multinomial(tensor({0.5, -0.5}), 1); }, {"multinomial", "negative"}));
  EXPECT_TRUE(throws([] { multinomial(zeros({3}), 1); }, {"multinomial", "add up to 0"}));
  EXPECT_TRUE(throws([] { multinomial(ones({3}), 4); }, {"multinomial", "4", "float32[3]"}));
  EXPECT_TRUE(throws([] { multinomial(tensor({1.0, 0.0}), 2); }, {"multinomial", "fewer than 2"}));
  EXPECT_TRUE(throws([] { normal(0, -1, {2}); }, {"normal", "-1"}));
}

TEST_P(Composed, EinsumSaysWhatIsWrong) {
  const Tensor x = ones({2, 3}).to(device());
  EXPECT_TRUE(throws([&] { einsum("ij,jk->ik", {x}); }, {"einsum", "ij,jk->ik", "1 operands"}));
  EXPECT_TRUE(throws([&] { einsum("ijk->i", {x}); }, {"einsum", "ijk", "2"}));
  EXPECT_TRUE(throws([&] { einsum("ij->iz", {x}); }, {"einsum", "z"}));
  EXPECT_TRUE(throws([&] { einsum("10->01", {x}); }, {"einsum", "10->01", "letter"}));
  EXPECT_TRUE(throws([&] { einsum("i.", {x}); }, {"einsum", "i.", "ellipsis"}));
  EXPECT_TRUE(throws([&] { einsum("ij,ij", {x, x.t()}); }, {"einsum", "sizes"}));
  EXPECT_TRUE(throws([&] { einsum("ii", {x}); }, {"einsum", "two sizes"}));
  EXPECT_TRUE(is_close(einsum("ij, ij -> ", {x, x}), {6}, 0));
}

TEST_P(Composed, ProductsTakenTimesZeroAreIgnored) {
  const Tensor infinite = full({2, 2}, INFINITY).to(device()), c = ones({2, 2}).to(device());
  const Tensor batch = infinite.unsqueeze(0);
  EXPECT_TRUE(is_close(addr(c, infinite[0], c[0], 2, 0), {2, 2, 2, 2}, 0));
  EXPECT_TRUE(is_close(addmv(c[0], infinite, c[0], 2, 0), {2, 2}, 0));
  EXPECT_TRUE(is_close(addbmm(c, batch, batch, 2, 0), {2, 2, 2, 2}, 0));
  EXPECT_TRUE(is_close(baddbmm(batch, c.unsqueeze(0), c.unsqueeze(0), 0, 1), {2, 2, 2, 2}, 0));
  EXPECT_TRUE(throws(
      [&] {
        addbmm(ones({3, 2, 2}).to(device()), batch, batch);
      },
      {"addbmm", "float32[3, 2, 2]", "[2, 2]"}));
}

TEST_P(Composed, MasksOfBitsAndTheirOperators) {
  const Tensor x = tensor({-1.0, 0.5, 2.0}).to(device());
  EXPECT_TRUE(is_close((x > 0) & (x < 1), {0, 1, 0}, 0));
  EXPECT_TRUE(is_close((x < 0) | (1 < x), {1, 0, 1}, 0));
  EXPECT_TRUE(is_close(~(x > 0) ^ true, {0, 1, 1}, 0));
  EXPECT_TRUE(is_close(tensor({12, 10, -1}).to(device()) & 6, {4, 2, 6}, 0));
  EXPECT_TRUE(throws([&] { (void)(x & 1); }, {"bitwise_and", "float32[3]", "int64"}));
}

TEST_P(Composed, InPlaceFormsKeepTheTape) {
  const Tensor x = tensor({0.5, 0.25}).to(device()).requires_grad_();
  Tensor y = x * 1;
  y.atan_().lerp_(ones({2}, y.options()), 0.5).mul_(2);
  y.sum().backward();
  EXPECT_TRUE(is_close(x.grad(), {1 / 1.25, 1 / 1.0625}, 1e-6));
  EXPECT_TRUE(throws([&] { x.sin_(); }, {"sin_", "leaf"}));
  EXPECT_TRUE(throws([&] { tensor({1, 2}).to(device()).sin_(); }, {"sin_", "float32", "int64[2]"}));
  EXPECT_TRUE(throws(
      [&] {
        ones({2}).to(device()).atan2_(ones({3, 2}).to(device()));
      },
      {"atan2_", "[3, 2]", "float32[2]"}));
}

TEST_P(Composed, ShapesChangeInPlace) {
  Tensor x = arange(6, device()).to(kFloat32).reshape({1, 2, 3});
  const Tensor other = x;
  x.squeeze_().t_().unsqueeze_(0);
  EXPECT_EQ(other.sizes(), Shape({1, 3, 2}));
  EXPECT_TRUE(is_close(other, {0, 3, 1, 4, 2, 5}, 0));
  x.resize_({2, 2});
  EXPECT_EQ(x.sizes(), Shape({2, 2}));
  x.resize_({3, 4});
  EXPECT_EQ(x.numel(), 12);
  const Tensor leaf = ones({1, 2}).to(device()).requires_grad_();
  EXPECT_TRUE(throws([&] { leaf.squeeze_(); }, {"squeeze_", "leaf", "float32[1, 2]"}));
  EXPECT_TRUE(throws([&] { leaf.resize_({4}); }, {"resize_", "gradient"}));
  Tensor y = leaf * 2;
  y.unsqueeze_(0).mul_(3);
  y.sum().backward();
  EXPECT_TRUE(is_close(leaf.grad(), {6, 6}, 0));
}

TEST_P(Composed, DataIsExchanged) {
  Tensor weight = ones({2}).to(device()).requires_grad_();
  const Tensor handle = weight;
  weight.set_data(zeros({3}).to(device()));
  EXPECT_EQ(handle.sizes(), Shape({3}));
  EXPECT_TRUE(handle.requires_grad());
  EXPECT_TRUE(throws(
      [&] {
        weight.set_data(tensor({1, 2}).to(device()));
      },
      {"set_data", "int64[2]"}));
}

TEST(Composed, AccessorsReadAndWrite) {
  Tensor x = arange(6).reshape({2, 3}).t();
  auto a = x.accessor<std::int64_t, 2>();
  EXPECT_EQ(a.size(0), 3);
  EXPECT_EQ(a[2][1], 5);
  a[0][1] = 7;
  EXPECT_EQ(x[0][1].item<int>(), 7);
  EXPECT_TRUE(throws([&] { x.accessor<float, 2>(); }, {"float32", "int64[3, 2]"}));
  EXPECT_TRUE(throws([&] { x.accessor<std::int64_t, 1>(); }, {"accessor", "1", "int64[3, 2]"}));
}

TEST(Composed, ItemIsANumberOfItsDtype) {
  const Scalar number = tensor(7).item();
  EXPECT_TRUE(number.isIntegral());
  EXPECT_EQ(number.toLong(), 7);
  const double real = tensor(0.5).item();
  EXPECT_EQ(real, 0.5);
  EXPECT_EQ(tensor(true).item().toBool(), true);
  EXPECT_EQ(full({}, std::int64_t{1} << 60).item().to<std::int64_t>(), std::int64_t{1} << 60);
}

TEST_P(Composed, ResultsIntoATensorThatIsThere) {
  const Tensor a = tensor({1.0, 2.0}, on(kFloat64)), b = tensor({0.5, 4.0}, on(kFloat64));
  const Tensor out = empty({2}, on(kFloat64));
  EXPECT_TRUE(add_out(out, a, b).is_same(out));
  EXPECT_TRUE(is_close(out, {1.5, 6}, 0));
  tanh_out(out, zeros({3}, on(kFloat64)));  // takes the result's shape
  EXPECT_EQ(out.sizes(), Shape({3}));
  const Tensor narrow = empty({2}, on(kFloat32));
  mul_out(narrow, a, 3);
  EXPECT_TRUE(is_close(narrow, {3, 6}, 0));
  // An operand may be the result.
  sub_out(a, a, b);
  EXPECT_TRUE(is_close(a, {0.5, -2}, 0));
  const Tensor integers = empty({2}, on(kInt64));
  EXPECT_TRUE(throws([&] { add_out(integers, a, b); }, {"add_out", "float64", "int64"}));
  EXPECT_TRUE(throws([&] { add_out(Tensor(), a, b); }, {"add_out", "undefined"}));
  const Tensor leaf = ones({2}, on(kFloat64)).requires_grad_(true);
  EXPECT_TRUE(throws([&] { add_out(out, leaf, b); }, {"add_out", "gradients"}));
  EXPECT_TRUE(throws([&] { add_out(leaf, a, b); }, {"add_out", "gradients"}));
  const NoGradGuard guard;
  add_out(out, leaf, b);
  EXPECT_TRUE(is_close(out, {1.5, 5}, 0));
}

TEST_P(Composed, NodesHavePyTorchsNames) {
  const Tensor x = ones({2, 2}, on()).requires_grad_(true);
  EXPECT_EQ(tanh(x).grad_fn()->name(), "TanhBackward0");
  EXPECT_EQ((x + x).grad_fn()->name(), "AddBackward0");
  EXPECT_EQ((x * 2).grad_fn()->name(), "MulBackward1");
  EXPECT_EQ(x.sum(0).grad_fn()->name(), "SumBackward1");
  EXPECT_EQ(x.mean().grad_fn()->name(), "MeanBackward0");
  EXPECT_EQ(log_softmax(x, 1).grad_fn().name(), "LogSoftmaxBackward0");
  std::ostringstream text;
  text << (x - 1).grad_fn() << ' ' << x.grad_fn();
  EXPECT_EQ(text.str(), "SubBackward1 none");
  EXPECT_TRUE(x.grad_fn() == nullptr);
  EXPECT_TRUE(throws([&] { x.grad_fn()->name(); }, {"leaf"}));
}

TEST_P(Composed, PaddingShowsWhatItsModeSays) {
  const Tensor x = arange(1, 4, on(kFloat64)).reshape({1, 3});
  EXPECT_TRUE(is_close(pad(x, {1, 2}, "constant", 7), {7, 1, 2, 3, 7, 7}));
  EXPECT_TRUE(is_close(pad(x, {2, 1}, "reflect"), {3, 2, 1, 2, 3, 2}));
  EXPECT_TRUE(is_close(pad(x, {2, 1}, "replicate"), {1, 1, 1, 2, 3, 3}));
  EXPECT_TRUE(is_close(pad(x, {2, 1}, "circular"), {2, 3, 1, 2, 3, 1}));
  EXPECT_TRUE(is_close(pad(x, {-1, 0}), {2, 3}));
  EXPECT_EQ(pad(x, {0, 0, 1, 0}).sizes(), Shape({2, 3}));
  EXPECT_FALSE(pad(x, {0, 0}).is_alias_of(x));
  EXPECT_EQ(pad(x, {1, 0}, "constant", 0.1)[0][0].item(), 0.1);
  const Tensor whole = pad(ones({1}, on(kInt64)), {1, 0}, "constant", 16777217);
  EXPECT_EQ(whole[0].item<std::int64_t>(), 16777217);
  EXPECT_TRUE(throws([&] { pad(x, {1}); }, {"pad", "[1]", "[1, 3]"}));
  EXPECT_TRUE(throws([&] { pad(x, {-2, -2}); }, {"pad", "-2"}));
  EXPECT_TRUE(throws([&] { pad(x, {3, 0}, "reflect"); }, {"reflect", "3"}));
  EXPECT_TRUE(throws([&] { pad(x, {1, 0}, "mirror"); }, {"mirror"}));
  const Tensor both = pad_sequence({ones({2, 2}, on()), ones({3, 2}, on())}, false, -1);
  EXPECT_EQ(both.sizes(), Shape({3, 2, 2}));
  EXPECT_EQ(both[2][0][1].item(), -1);
  EXPECT_EQ(pad_sequence({ones({2}, on()), ones({3}, on())}, true).sizes(), Shape({2, 3}));
  EXPECT_TRUE(throws([] { pad_sequence({}); }, {"pad_sequence"}));
}

TEST_P(Composed, RangesAndTheirEnds) {
  EXPECT_TRUE(is_close(range(1, 3, 0.5, on(kFloat64)), {1, 1.5, 2, 2.5, 3}, 0));
  EXPECT_TRUE(is_close(range(3, 1, -2, on(kFloat64)), {3, 1}, 0));
  EXPECT_TRUE(throws([] { range(1, 3, 0); }, {"range", "0"}));
  EXPECT_TRUE(throws([] { range(1, 0); }, {"range"}));
  EXPECT_TRUE(is_close(logspace(0, 2, 3, 10, on(kFloat64)), {1, 10, 100}, 1e-13));
  EXPECT_TRUE(throws([] { logspace(0, 1, -1); }, {"logspace", "-1"}));
  EXPECT_TRUE(is_close(rsub(tensor({1.0, 2.0}, on(kFloat64)), 5, 2), {3, 1}, 0));
}

TEST_P(Composed, WeightsOfCovariances) {
  const Tensor x = tensor({{0.0, 1.0, 2.0}, {2.0, 1.0, 0.5}}, on(kFloat64));
  // numpy.cov([[0, 1, 2], [2, 1, 0.5]], fweights=[1, 2, 1], aweights=[0.5, 1, 2])
  const Tensor counts = tensor({1, 2, 1}, on(kInt64)),
               weights = tensor({0.5, 1.0, 2.0}, on(kFloat64));
  EXPECT_TRUE(
      is_close(cov(x, 1, counts, weights), {9.0 / 14, -3.0 / 7, -3.0 / 7, 17.0 / 56}, 1e-14));
  EXPECT_TRUE(throws([&] { cov(x, 1, ones({2}, on(kInt64))); }, {"cov", "[2]", "3"}));
  EXPECT_TRUE(throws([&] { cov(x, 1, ones({3}, on())); }, {"fweights", "float32"}));
  EXPECT_TRUE(throws([&] { cov(x, 1, tensor({-1, 2, 1}, on(kInt64))); }, {"negative"}));
  EXPECT_TRUE(throws([&] { cov(x, 1, Tensor(), ones({3}, on(kInt64))); }, {"aweights", "int64"}));
  EXPECT_TRUE(throws([&] { hsplit(x, 2); }, {"hsplit", "2", "[2, 3]"}));
  EXPECT_TRUE(throws([&] { dsplit(x, 1); }, {"dsplit", "3"}));
  EXPECT_TRUE(throws([&] { select_scatter(x, ones({2}, on()), 0, 0); }, {"select_scatter", "[2]"}));
  const auto parts = unflatten_dense_tensors(flatten_dense_tensors({x, x[0]}), {x, x[0]});
  EXPECT_TRUE(equal(parts[0], x) && equal(parts[1], x[0]));
  EXPECT_TRUE(throws([&] { unflatten_dense_tensors(ones({2}, on()), {x}); }, {"6"}));
}

}  // namespace
}  // namespace tandem::testing
