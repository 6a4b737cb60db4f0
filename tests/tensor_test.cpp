// Factories, scalars, conversions, dtype promotion and printing.
#include <sstream>

#include "tests/devices.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

Tensor lt_number(const Tensor& x, int n) { return x < n; }
Tensor gt_number(const Tensor& x, int n) { return x >= n; }
Tensor eq_number(const Tensor& x, int n) { return x == n; }

class TensorTest : public OnDevice {};
INSTANTIATE_TEST_SUITE_P(Devices, TensorTest, every_device(), device_name);

struct FactoryCase {
  const char* name;
  Tensor made;
  DType dtype;
  Shape shape;
  std::vector<double> expected;
};

TEST_P(TensorTest, Factories) {
  const Device d = device();
  const FactoryCase cases[] = {
      {"zeros", zeros({2, 2}, d), kFloat32, {2, 2}, {0, 0, 0, 0}},
      {"ones int64", ones({3}, on(kInt64)), kInt64, {3}, {1, 1, 1}},
      {"full real", full({2}, 2.5, d), kFloat32, {2}, {2.5, 2.5}},
      {"full integer", full({2}, 7, d), kInt64, {2}, {7, 7}},
      {"full bool", full({2}, true, d), kBool, {2}, {1, 1}},
      {"full given", full({2}, 7, on(kFloat64)), kFloat64, {2}, {7, 7}},
      {"scalar", scalar_tensor(3, on(kInt32)), kInt32, {}, {3}},
      {"arange integer", arange(4, d), kInt64, {4}, {0, 1, 2, 3}},
      {"arange real", arange(0.5, 2.5, 0.5, d), kFloat32, {4}, {0.5, 1, 1.5, 2}},
      {"arange down", arange(5, -1, -2, d), kInt64, {3}, {5, 3, 1}},
      {"arange nothing", arange(0, d), kInt64, {0}, {}},
      {"arange float64", arange(-1, 2, on(kFloat64)), kFloat64, {3}, {-1, 0, 1}},
      {"linspace", linspace(-1, 1, 5, d), kFloat32, {5}, {-1, -0.5, 0, 0.5, 1}},
      {"linspace one", linspace(3, 9, 1, d), kFloat32, {1}, {3}},
      {"linspace none", linspace(3, 9, 0, d), kFloat32, {0}, {}},
      {"eye", eye(3, d), kFloat32, {3, 3}, {1, 0, 0, 0, 1, 0, 0, 0, 1}},
      {"zeros_like", zeros_like(ones({2}, on(kInt32))), kInt32, {2}, {0, 0}},
      {"ones_like", ones_like(zeros({2}, on(kFloat64))), kFloat64, {2}, {1, 1}},
      {"full_like", full_like(zeros({2}, on(kFloat64)), 0.25), kFloat64, {2}, {0.25, 0.25}},
      {"tensor real", tensor({1.5, 2.0}, d), kFloat32, {2}, {1.5, 2}},
      {"tensor integer", tensor({1, 2}, d), kInt64, {2}, {1, 2}},
      {"tensor bool", tensor({true, false}, d), kBool, {2}, {1, 0}},
      {"tensor mixed", tensor({1, 2.5}, d), kFloat32, {2}, {1, 2.5}},
      {"tensor number", tensor(7, d), kInt64, {}, {7}},
      {"tensor nested", tensor({{1.0, 2.0}, {3.0, 4.0}}, d), kFloat32, {2, 2}, {1, 2, 3, 4}},
      {"tensor deep", tensor({{{1, 2}}, {{3, 4}}}, d), kInt64, {2, 1, 2}, {1, 2, 3, 4}},
      {"tensor of floats", tensor(std::vector<float>{1, 2}, d), kFloat32, {2}, {1, 2}},
      {"tensor of int64", tensor(std::vector<std::int64_t>{5}, d), kInt64, {1}, {5}},
      {"tensor given", tensor({1, 2}, on(kUInt8)), kUInt8, {2}, {1, 2}}};
  for (const FactoryCase& c : cases) {
    EXPECT_EQ(c.made.dtype(), c.dtype) << c.name;
    EXPECT_EQ(c.made.sizes(), c.shape) << c.name;
    EXPECT_EQ(c.made.device(), device()) << c.name;
    EXPECT_TRUE(is_close(c.made, c.expected)) << c.name;
  }
}

TEST_P(TensorTest, ArangeAndLinspaceOfManyPoints) {
  const auto z = values(arange(-4.0, 4.0, 0.01, on(kFloat64)));
  ASSERT_EQ(z.size(), 800u);
  for (std::size_t i = 0; i < z.size(); ++i)
    ASSERT_DOUBLE_EQ(z[i], -4 + 0.01 * static_cast<double>(i));
  const Tensor x = linspace(-5, 5, 100, on(kFloat64)), y = tanh(x);
  EXPECT_NEAR(square(y).sum().item(), 80.20162228157602, 1e-12);
  EXPECT_NEAR((1 - square(y)).sum().item(), 19.798377718423975, 1e-12);
  EXPECT_NEAR(y[0].item(), -0.9999092042625951, 1e-15);
  EXPECT_EQ(x[99].item(), 5);
}

TEST_P(TensorTest, OptionsReachTheTensor) {
  const Tensor x = zeros({2}, on(kFloat64).requires_grad(true));
  EXPECT_TRUE(x.requires_grad());
  EXPECT_TRUE(x.is_leaf());
  EXPECT_EQ(x.options().dtype(), kFloat64);
  EXPECT_EQ(x.options().device(), device());
  EXPECT_EQ(dtype(kInt64).dtype(), kInt64);
  EXPECT_EQ(x.element_size(), 8u);
}

TEST(TensorHost, FromBlobBorrowsAndDeletes) {
  float numbers[] = {1, 2, 3, 4, 5, 6};
  Tensor view = from_blob(numbers, {2, 3});
  view.mul_(2);
  EXPECT_EQ(numbers[5], 12);
  int deleted = 0;
  {
    Tensor kept;
    {
      const Tensor owner = from_blob(numbers, {6}, [&](void* data) { deleted += data == numbers; });
      kept = owner.slice(0, 2, 4);
    }
    EXPECT_EQ(deleted, 0);
    EXPECT_TRUE(is_close(kept, {6, 8}));
  }
  EXPECT_EQ(deleted, 1);
}

TEST_P(TensorTest, ItemConverts) {
  EXPECT_EQ(tensor(7, device()).item<std::int64_t>(), 7);
  EXPECT_EQ(tensor({2.75}, device()).item<int>(), 2);
  EXPECT_EQ(tensor({2.75}, device()).item<float>(), 2.75f);
  EXPECT_TRUE(tensor({{true}}, device()).item<bool>());
  EXPECT_EQ(full({}, std::int64_t{9007199254740993}, device()).item<std::int64_t>(),
            9007199254740993);
}

TEST_P(TensorTest, ConversionsBetweenAllDtypes) {
  const DType all[] = {kBool,    kUInt8,    kInt16,   kInt32,  kInt64,
                       kFloat16, kBFloat16, kFloat32, kFloat64};
  for (DType from : all)
    for (DType to : all) {
      SCOPED_TRACE(std::string(name_of(from)) + " to " + name_of(to));
      const Tensor x = tensor({0, 1, 5, 200}, device()).to(from);
      const Tensor y = x.t().to(to);
      EXPECT_EQ(y.dtype(), to);
      const bool boolean = from == kBool || to == kBool;
      EXPECT_TRUE(is_close(
          y, boolean ? std::vector<double>{0, 1, 1, 1} : std::vector<double>{0, 1, 5, 200}));
    }
  EXPECT_TRUE(is_close(tensor({-1.9, 1.9}, device()).to(kInt32), {-1, 1}));
  EXPECT_TRUE(is_close(tensor({0.1, 0.0, NAN}, device()).to(kBool), {1, 0, 1}));
  const Tensor same = zeros({2}, on());
  EXPECT_TRUE(same.to(kFloat32).is_same(same));
  EXPECT_FALSE(same.clone().is_alias_of(same));
}

/// What PyTorch gives: tensors with dimensions outrank 0-dim ones, and those outrank numbers,
/// unless the lower-ranked operand is of a higher kind (bool < integer < real).
TEST_P(TensorTest, PromotionTable) {
  const auto vec = [&](DType dtype) { return ones({2}, on(dtype)); };
  const auto dot = [&](DType dtype) { return ones({}, on(dtype)); };
  struct Case {
    Tensor result;
    DType expected;
  };
  const Case cases[] = {{vec(kBool) + vec(kUInt8), kUInt8},
                        {vec(kUInt8) + vec(kInt16), kInt16},
                        {vec(kInt16) + vec(kInt32), kInt32},
                        {vec(kInt16) * 2.5, kFloat32},
                        {vec(kInt16) + vec(kFloat16), kFloat16},
                        {vec(kInt32) + vec(kInt64), kInt64},
                        {vec(kInt64) + vec(kFloat32), kFloat32},
                        {vec(kFloat32) + vec(kFloat64), kFloat64},
                        {vec(kInt64) + vec(kFloat64), kFloat64},
                        {vec(kFloat32) + dot(kFloat64), kFloat32},
                        {vec(kInt32) + dot(kInt64), kInt32},
                        {vec(kInt64) + dot(kFloat64), kFloat64},
                        {vec(kInt64) + dot(kFloat32), kFloat32},
                        {dot(kFloat32) + dot(kFloat64), kFloat64},
                        {vec(kBool) + dot(kInt32), kInt32},
                        {vec(kFloat32) * 2, kFloat32},
                        {vec(kFloat32) * 2.5, kFloat32},
                        {vec(kFloat64) * 2.5, kFloat64},
                        {vec(kInt32) * 2, kInt32},
                        {vec(kInt64) * 2.5, kFloat32},
                        {dot(kInt32) * 2, kInt32},
                        {dot(kUInt8) + 1.5, kFloat32},
                        {vec(kBool) + 1, kInt64},
                        {vec(kBool) + 1.0, kFloat32},
                        {1.5 - vec(kInt32), kFloat32},
                        {vec(kInt64) / vec(kInt64), kFloat32},
                        {vec(kInt64) / 2, kFloat32},
                        {vec(kFloat64) / 2, kFloat64},
                        {vec(kInt64) > 1, kBool},
                        {vec(kFloat32) == vec(kInt64), kBool},
                        {exp(vec(kInt64)), kFloat32},
                        {exp(vec(kFloat64)), kFloat64},
                        {vec(kInt64).sum(), kInt64},
                        {vec(kBool).sum(), kInt64},
                        {vec(kUInt8).sum(), kInt64},
                        {vec(kFloat32).sum(), kFloat32},
                        {cat({vec(kInt64), vec(kFloat32)}), kFloat32},
                        {stack({vec(kBool), vec(kInt32)}), kInt32},
                        {where(vec(kBool), vec(kFloat32), 1), kFloat32},
                        {where(vec(kBool), vec(kInt64), 1.5), kFloat32},
                        {pow(vec(kInt64), 2), kInt64},
                        {pow(vec(kFloat32), 2), kFloat32}};
  for (std::size_t i = 0; i < std::size(cases); ++i)
    EXPECT_EQ(cases[i].result.dtype(), cases[i].expected) << "case " << i;
  EXPECT_TRUE(is_close(pow(tensor({3, -2}, device()), 3), {27, -8}));
  EXPECT_TRUE(is_close(tensor({7, -7}, device()) / 2, {3.5, -3.5}));
  EXPECT_EQ(promote(kInt64, kFloat32), kFloat32);
}

TEST_P(TensorTest, ComparisonsOfNan) {
  const Tensor x = tensor({NAN, 1.0}, device());
  EXPECT_TRUE(is_close(x == x, {0, 1}));
  EXPECT_TRUE(is_close(x != x, {1, 0}));
  EXPECT_TRUE(is_close(isnan(x), {1, 0}));
  EXPECT_TRUE(is_close(!(x > 0), {1, 0}));
}

TEST_P(TensorTest, EightDimensionsWork) {
  const Tensor x = arange(256, device()).reshape({2, 2, 2, 2, 2, 2, 2, 2});
  EXPECT_EQ(x.sum().item(), 255 * 128);
  EXPECT_EQ((x + x.permute({7, 6, 5, 4, 3, 2, 1, 0})).sum().item(), 255 * 256);
  EXPECT_TRUE(throws([&] { x.unsqueeze(0); }, {"8"}));
}

std::string printed(const Tensor& tensor) {
  std::ostringstream out;
  out << tensor;
  return out.str();
}

TEST(TensorHost, PrintsAsLibtorchDoes) {
  const std::pair<Tensor, const char*> cases[] = {
      {Tensor(), "[ Tensor (undefined) ]"},
      {tensor(7), "7\n[ CPULongType{} ]"},
      {tensor({1, 2, 30}), "  1\n  2\n 30\n[ CPULongType{3} ]"},
      {tensor({1.5, -2.25}), " 1.5000\n-2.2500\n[ CPUFloatType{2} ]"},
      {tensor({1.0, 2.0}), " 1\n 2\n[ CPUFloatType{2} ]"},
      {tensor({{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}}), " 1  2  3\n 4  5  6\n[ CPUFloatType{2,3} ]"},
      {tensor({{0.5, 10.25}}, kFloat64), "  0.5000  10.2500\n[ CPUDoubleType{1,2} ]"},
      {tensor({true, false}), " 1\n 0\n[ CPUBoolType{2} ]"},
      {tensor({{{1.0}, {2.0}}, {{3.0}, {4.0}}}),
       "(1,.,.) = \n  1\n  2\n\n(2,.,.) = \n  3\n  4\n[ CPUFloatType{2,2,1} ]"},
      {zeros({0}), "[ CPUFloatType{0} ]"},
      {zeros({2, 0, 3}), "[ CPUFloatType{2,0,3} ]"},
      {tensor({1e-8, 1.0}, kFloat64), " 1.0000e-08\n 1.0000e+00\n[ CPUDoubleType{2} ]"}};
  for (const auto& [tensor, expected] : cases) EXPECT_EQ(printed(tensor), expected);
  const Tensor view = tensor({{1, 2}, {3, 4}}).t();
  EXPECT_EQ(printed(view), " 1  3\n 2  4\n[ CPULongType{2,2} ]");
}

TEST(TensorHost, PrintingLeavesTheStreamAlone) {
  std::ostringstream out;
  out << tensor({0.5, 1.5}) << ' ' << 1.0 / 3;
  EXPECT_NE(out.str().find(" 0.333333"), std::string::npos);
}

TEST(TensorHost, DescribeNamesDtypeShapeAndDevice) {
  EXPECT_EQ(zeros({2, 3}).describe().str(), "float32[2, 3] on cpu");
  EXPECT_EQ(Tensor().describe().str(), "undefined tensor");
}

/// PyTorch's rule: a number outside the range of the dtype is an error; fractions are cut off, and
/// a negative integer wraps in uint8.
TEST_P(TensorTest, NumbersThatDoNotFitAreRefused) {
  const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
  const std::pair<Scalar, DType> wrong[] = {{300, kUInt8},   {-256, kUInt8},   {-1.0, kUInt8},
                                            {256.0, kUInt8}, {40000, kInt16},  {1LL << 31, kInt32},
                                            {1e19, kInt64},  {nan, kInt64},    {infinity, kInt32},
                                            {1e6, kFloat16}, {1e39, kFloat32}, {70000, kFloat16}};
  for (const auto& [value, dtype] : wrong) {
    SCOPED_TRACE(std::string(name_of(dtype)) + " " + std::to_string(value.to<double>()));
    const std::vector<std::string> parts = {name_of(dtype)};
    const Tensor x = zeros({2}, on(dtype));
    const Scalar v = value;
    EXPECT_TRUE(throws([&] { full({2}, v, x.options()); }, parts));
    EXPECT_TRUE(throws([&] { x.fill_(v); }, parts));
    EXPECT_TRUE(throws([&] { full_like(x, v); }, parts));
    EXPECT_TRUE(throws([&] { x.masked_fill(x == 0, v); }, parts));
    EXPECT_TRUE(throws([&] { x.masked_fill_(x == 0, v); }, parts));
    EXPECT_TRUE(throws([&] { x.index_put_({0}, v); }, parts));
    EXPECT_TRUE(throws([&] { x[0] = v; }, parts));
    EXPECT_TRUE(equal(x, zeros_like(x)));
  }
  EXPECT_TRUE(is_close(full({2}, -1, on(kUInt8)), {255, 255}));
  EXPECT_TRUE(is_close(full({1}, 2.9, on(kInt32)), {2}));
  EXPECT_TRUE(is_close(full({1}, 300, on(kBool)), {1}));
  EXPECT_TRUE(is_close(full({1}, infinity, on(kFloat16)), {infinity}));
  EXPECT_TRUE(throws([&] { tensor({1, 300}, on(kUInt8)); }, {"tensor", "300", "uint8"}));
  EXPECT_TRUE(throws([&] { randint(0, 300, {2}, on(kUInt8)); }, {"randint", "299", "uint8"}));
  EXPECT_TRUE(throws([&] { randint(-1, 3, {2}, on(kUInt8)); }, {"randint", "-1", "uint8"}));
  EXPECT_TRUE(throws([&] { zeros({2}, on(kInt16)).random_(0, 40000); }, {"random_", "int16"}));
}

/// As in PyTorch; the sanitizers see that nothing undefined happens on the way.
TEST_P(TensorTest, IntegersWrapAround) {
  const auto check_dtype = [&]<class T>(T) {
    const T least = std::numeric_limits<T>::min(), most = std::numeric_limits<T>::max();
    const Tensor low = full({1}, least, on(dtype_of<T>)), high = full({1}, most, on(dtype_of<T>));
    const auto value = [](const Tensor& x) { return x.item<T>(); };
    EXPECT_EQ(value(high + 1), least);
    EXPECT_EQ(value(low - 1), most);
    EXPECT_EQ(value(high * 2), static_cast<T>(-2));
    EXPECT_EQ(value(-low), least);
    EXPECT_EQ(value(abs(low)), least);
    EXPECT_EQ(value(square(high)), T(1));
    EXPECT_EQ(value(low * -1), least);
  };
  check_dtype(std::int16_t());
  check_dtype(std::int32_t());
  check_dtype(std::int64_t());
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const Tensor x = full({3}, most, on(kInt64));
  EXPECT_EQ(x.sum().item<std::int64_t>(), most - 2);
  EXPECT_EQ(x.prod().item<std::int64_t>(), most);
  EXPECT_EQ(x.cumsum(0)[1].item<std::int64_t>(), -2);
}

TEST_P(TensorTest, IntegersAreComparedAndBoundedAsIntegers) {
  const Tensor bytes = tensor({5, 200}, on(kUInt8));
  for (const auto& compare : {&lt_number, &gt_number, &eq_number})
    EXPECT_TRUE(throws([&] { (*compare)(bytes, 256); }, {"256", "uint8"}));
  EXPECT_TRUE(is_close(bytes < 255, {1, 1}));
  EXPECT_TRUE(is_close(bytes < 256.5, {1, 1}));
  const std::int64_t big = (std::int64_t{1} << 53) + 1;
  const Tensor x = full({1}, std::numeric_limits<std::int64_t>::max(), on(kInt64));
  EXPECT_EQ(clamp(x, {}, big).item<std::int64_t>(), big);
  EXPECT_EQ(clamp(-x, -big, {}).item<std::int64_t>(), -big);
  EXPECT_EQ(x.clone().clamp_(0, big).item<std::int64_t>(), big);
  EXPECT_EQ(clamp(bytes, 1.5, {}).dtype(), kFloat32);
  EXPECT_TRUE(throws([&] { bytes.clone().clamp_(1.5); }, {"clamp_", "float32", "uint8"}));
  EXPECT_TRUE(throws([&] { clamp(bytes, 0, 300); }, {"clamp", "300", "uint8"}));
  EXPECT_TRUE(throws([&] { bytes.clone().clamp_(); }, {"clamp"}));
}

}  // namespace
}  // namespace tandem::testing
