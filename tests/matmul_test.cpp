// Matrix products in every rank, dtype and layout against a triple loop.
#include "tests/devices.h"
#include "tests/expect.h"
#include "tests/rule_inputs.h"

namespace tandem::testing {
namespace {

/// The product of `batch` matrices [m, n] and [n, k], summed in double. Numbers lie in ±4, so that
/// a float32 sum of 65 products is good to about 65 * 16 * 2^-24 = 6e-5.
std::vector<double> product_by_loop(const Tensor& a, const Tensor& b, std::int64_t batch) {
  const auto x = values(a), y = values(b);
  const std::int64_t m = a.size(-2), n = a.size(-1), k = b.size(-1);
  std::vector<double> out;
  for (std::int64_t i = 0; i < batch; ++i)
    for (std::int64_t row = 0; row < m; ++row)
      for (std::int64_t column = 0; column < k; ++column) {
        double sum = 0;
        for (std::int64_t j = 0; j < n; ++j)
          sum += x[static_cast<std::size_t>((i * m + row) * n + j)] *
                 y[static_cast<std::size_t>((i * n + j) * k + column)];
        out.push_back(sum);
      }
  return out;
}

class MatMul : public OnDevice {
 protected:
  Tensor filled(const Shape& shape, DType dtype, unsigned seed) const {
    return tensor_of(draws<double>(Domain::real, shape.numel(), seed), shape, device()).to(dtype);
  }
};
INSTANTIATE_TEST_SUITE_P(Devices, MatMul, every_device(), device_name);

TEST_P(MatMul, EveryRank) {
  struct Case {
    Shape a, b, out;
  };
  const Case cases[] = {{{5}, {5}, {}},
                        {{3, 5}, {5}, {3}},
                        {{5}, {5, 2}, {2}},
                        {{3, 5}, {5, 2}, {3, 2}},
                        {{4, 3, 5}, {4, 5, 2}, {4, 3, 2}},
                        {{4, 3, 5}, {5, 2}, {4, 3, 2}},
                        {{3, 5}, {4, 5, 2}, {4, 3, 2}},
                        {{4, 3, 5}, {5}, {4, 3}},
                        {{5}, {4, 5, 2}, {4, 2}},
                        {{2, 1, 3, 5}, {4, 5, 2}, {2, 4, 3, 2}},
                        {{2, 1, 3, 5}, {1, 4, 5, 2}, {2, 4, 3, 2}},
                        {{1, 5}, {5, 1}, {1, 1}},
                        {{3, 0}, {0, 2}, {3, 2}},
                        {{0, 5}, {5, 2}, {0, 2}},
                        {{0}, {0}, {}},
                        {{2, 0, 5}, {5, 3}, {2, 0, 3}},
                        {{64, 33}, {33, 65}, {64, 65}}};
  for (DType dtype : {kFloat32, kFloat64})
    for (const Case& c : cases) {
      SCOPED_TRACE(c.a.str() + " times " + c.b.str());
      const Tensor a = filled(c.a, dtype, 1), b = filled(c.b, dtype, 2), y = matmul(a, b);
      ASSERT_EQ(y.sizes(), c.out);
      ASSERT_EQ(y.dtype(), dtype);
      // As matrices with equal leading dimensions.
      Tensor left = a.dim() == 1 ? a.unsqueeze(0) : a, right = b.dim() == 1 ? b.unsqueeze(1) : b;
      Shape lead = c.out;
      if (a.dim() > 1) lead.erase(lead.rank() - 1);
      if (b.dim() > 1) lead.erase(lead.rank() - 1);
      Shape wide_left = lead, wide_right = lead;
      for (int d : {-2, -1}) {
        wide_left.push_back(left.size(d));
        wide_right.push_back(right.size(d));
      }
      EXPECT_TRUE(is_close(
          y, product_by_loop(left.expand(wide_left), right.expand(wide_right), lead.numel()),
          dtype == kFloat32 ? 5e-5 : 1e-13));
    }
}

TEST_P(MatMul, StridedOperandsAreTheirCopies) {
  const Tensor whole = filled({40, 50}, kFloat32, 3), other = filled({50, 40}, kFloat32, 4);
  const std::vector<std::pair<Tensor, Tensor>> cases = {
      {whole, whole.t()},
      {whole.t(), whole},
      {whole.slice(0, 3, 20), other.slice(1, 5, 37)},
      {whole.slice(1, 0, {}, 2), other.slice(0, 0, {}, 2)},
      {whole.slice(0, 0, 1).expand({7, 50}), other},
      {whole.slice(1, 0, 1).expand({40, 50}), other},
      {whole.slice(1, 3, 4), other.slice(0, 3, 4)},
      {whole[0], other.t()[3]},
      {whole.t()[2], whole}};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto& [a, b] = cases[i];
    EXPECT_TRUE(is_close(matmul(a, b), matmul(a.clone(), b.clone()), 5e-5)) << "case " << i;
    EXPECT_TRUE(is_close(matmul(a.to(kFloat64), b.to(kFloat64)), matmul(a, b).to(kFloat64), 5e-5))
        << "case " << i;
  }
}

TEST(MatMulIntegers, AreExactOnTheCpu) {
  const Tensor a = tensor({{1, 2}, {3, 4}}), b = tensor({{5, 6}, {7, 8}});
  EXPECT_TRUE(is_close(matmul(a, b), {19, 22, 43, 50}));
  EXPECT_EQ(matmul(a, b).dtype(), kInt64);
  EXPECT_TRUE(is_close(mv(a, tensor({1, 1})), {3, 7}));
  const std::int64_t big = (std::int64_t{1} << 53) + 1;
  EXPECT_EQ(dot(full({1}, big), tensor({1})).item<std::int64_t>(), big);
}

TEST_P(MatMul, NamedProducts) {
  const Tensor a = filled({3, 5}, kFloat64, 5), b = filled({5, 2}, kFloat64, 6),
               c = filled({3, 2}, kFloat64, 7);
  EXPECT_TRUE(same_bits(mm(a, b), matmul(a, b)));
  EXPECT_TRUE(same_bits(mv(a, b.select(1, 0)), matmul(a, b.select(1, 0))));
  EXPECT_TRUE(same_bits(bmm(a.unsqueeze(0), b.unsqueeze(0)).squeeze(0), matmul(a, b)));
  EXPECT_TRUE(is_close(addmm(c, a, b, 0.5, 3), c * 0.5 + matmul(a, b) * 3, 1e-14));
  EXPECT_TRUE(is_close(linear(a, b.t().contiguous(), c[0]), matmul(a, b) + c[0], 1e-14));
}

TEST_P(MatMul, NanAndInfinityAreNotLost) {
  Tensor a = zeros({2, 2}, on()), b = ones({2, 2}, on());
  b.index_put_({0, 0}, NAN);
  EXPECT_TRUE(std::isnan(matmul(a, b)[0][0].item()));
  // With beta = 0 what stood in the result must not be read; a product of nothing is 0.
  EXPECT_TRUE(is_close(matmul(zeros({2, 0}, on()), zeros({0, 2}, on())), {0, 0, 0, 0}));
  EXPECT_TRUE(
      is_close(linear(zeros({2, 0}, on()), zeros({3, 0}, on()), tensor({1.0, 2.0, 3.0}, device())),
               {1, 2, 3, 1, 2, 3}));
}

TEST_P(MatMul, LongSums) {
  // 5,001 is no multiple of the pieces that the CPU adds long sums in; three short sums are not
  // cut.
  for (const DType dtype : {kFloat32, kFloat64}) {
    const Tensor x = filled({40, 5001}, dtype, 8), w = filled({33, 5001}, dtype, 9),
                 b = filled({33}, dtype, 10);
    Tensor exact = zeros({40, 33}, on(kFloat64));
    for (std::int64_t first = 0; first < 5001; first += 1667)
      exact += matmul(x.slice(1, first, first + 1667).to(kFloat64),
                      w.slice(1, first, first + 1667).to(kFloat64).t());
    const double tolerance = dtype == kFloat32 ? 2e-3 : 1e-11;
    EXPECT_TRUE(is_close(matmul(x, w.t()), exact, tolerance));
    EXPECT_TRUE(is_close(linear(x, w, b), exact + b.to(kFloat64), tolerance));
    EXPECT_TRUE(is_close(matmul(x.t().contiguous().t(), w.t().contiguous()), exact, tolerance));
  }
}

TEST_P(MatMul, DocumentedLinearNumbers) {
  const auto run = [&](Tensor x, Tensor w) {
    x = x.to(device()).requires_grad_(true);
    w = w.to(device()).requires_grad_(true);
    const Tensor b = zeros({2}, on()).requires_grad_(true), y = linear(x, w, b);
    y.sum().backward();
    return TensorList{y.detach(), x.grad(), w.grad(), b.grad()};
  };
  const TensorList one = run(tensor({{1.0, 2.0, 3.0}}), tensor({{4.0, 5.0, 6.0}, {7.0, 8.0, 9.0}}));
  EXPECT_TRUE(is_close(one[0], {32, 50}));
  EXPECT_TRUE(is_close(one[1], {11, 13, 15}));
  EXPECT_TRUE(is_close(one[2], {1, 2, 3, 1, 2, 3}));
  const TensorList two = run(tensor({{1.0, 2.0}, {3.0, 4.0}}), tensor({{5.0, 6.0}, {7.0, 8.0}}));
  EXPECT_TRUE(is_close(two[1], {12, 14, 12, 14}));
  EXPECT_TRUE(is_close(two[2], {4, 6, 4, 6}));
  EXPECT_TRUE(is_close(two[3], {2, 2}));
}

TEST_P(MatMul, ABiasMayLieAnywhere) {
  const Tensor x = randn({16, 8}), w = randn({24, 8}), all = randn({40});
  for (std::int64_t start = 0; start < 5; ++start) {
    const auto run = [&](const Device& where) {
      return nn::functional::linear(x.to(where), w.to(where),
                                    all.to(where).slice(0, start, start + 24))
          .cpu();
    };
    EXPECT_TRUE(is_close(run(device()), run(kCPU), 1e-6)) << start;
  }
}

TEST_P(MatMul, AProductOfZerosIsZero) {
  for (const DType dtype : {kFloat16, kBFloat16, kFloat32, kFloat64})
    EXPECT_TRUE(
        equal(mm(zeros({2, 3}, on(dtype)), ones({3, 2}, on(dtype))), zeros({2, 2}, on(dtype))))
        << name_of(dtype);
}

TEST_P(MatMul, AddmmIgnoresWhatItTakesTimesZero) {
  const Tensor bad = full({2, 2}, NAN, on()), good = ones({2, 2}, on());
  EXPECT_TRUE(equal(addmm(bad, good, good, 0), good * 2));
  EXPECT_TRUE(equal(addmm(good, bad, good, 3, 0), good * 3));
  const Tensor x = bad.clone().requires_grad_();
  EXPECT_TRUE(equal(autograd::grad({addmm(x, good, good, 0).sum()}, {x})[0], good * 0));
}

}  // namespace
}  // namespace tandem::testing
