// The 16-bit types: every value there and back, and rounding against a slow exact reference.
#include <algorithm>
#include <random>

#include "tests/expect.h"

namespace tandem::testing {
namespace {

/// Widens and rounds by searching among all values of H.
template <class H> class Reference {
 public:
  Reference() {
    const std::uint16_t infinity = std::numeric_limits<H>::infinity().bits;
    for (std::uint16_t bits = 0; bits < infinity; ++bits) values_.push_back(value_of(bits));
    // Where the next value would be: beyond the middle to it lies infinity.
    const std::size_t last = values_.size() - 1;
    values_.push_back(2 * values_[last] - values_[last - 1]);
  }

  /// From sign, exponent and fraction, as IEEE 754 writes it down; not for nan and infinity.
  static double value_of(std::uint16_t bits) {
    constexpr int fraction_bits = std::numeric_limits<H>::digits - 1;
    constexpr int bias = (1 << (14 - fraction_bits)) - 1;
    const int fraction = bits & ((1 << fraction_bits) - 1),
              exponent = (bits & 0x7fff) >> fraction_bits;
    const double magnitude = exponent == 0 ? std::ldexp(fraction, 1 - bias - fraction_bits)
                                           : std::ldexp(fraction + (1 << fraction_bits),
                                                        exponent - bias - fraction_bits);
    return (bits & 0x8000) != 0 ? -magnitude : magnitude;
  }

  std::uint16_t rounded(double x) const {
    if (std::isnan(x)) return 0x7fff;
    const double magnitude = std::fabs(x);
    const auto above = std::lower_bound(values_.begin(), values_.end(), magnitude);
    std::ptrdiff_t index = above - values_.begin();
    if (above == values_.end()) {
      --index;
    } else if (*above != magnitude) {
      const double middle = *(above - 1) / 2 + *above / 2;
      if (magnitude < middle || (magnitude == middle && index % 2 == 1)) --index;
    }
    return static_cast<std::uint16_t>(index | (std::signbit(x) ? 0x8000 : 0));
  }

  /// Halfway between the finite values, up to where infinity begins.
  double middle_after(std::size_t index) const {
    return values_[index] / 2 + values_[index + 1] / 2;
  }
  std::size_t finite() const { return values_.size() - 1; }

 private:
  std::vector<double> values_;
};

template <class H> class HalfTypes : public ::testing::Test {
 protected:
  const Reference<H> reference;

  void expect_rounding(double x) const {
    ASSERT_EQ(H(x).bits, reference.rounded(x)) << std::hexfloat << x;
    const float narrow = static_cast<float>(x);
    ASSERT_EQ(H(narrow).bits, reference.rounded(narrow)) << std::hexfloat << narrow;
  }
};
using Types = ::testing::Types<Float16, BFloat16>;
TYPED_TEST_SUITE(HalfTypes, Types);

TYPED_TEST(HalfTypes, EveryValueGoesThereAndBack) {
  using H = TypeParam;
  const std::uint16_t infinity = std::numeric_limits<H>::infinity().bits;
  for (std::uint32_t i = 0; i < 65536; ++i) {
    const H h = H::from_bits(static_cast<std::uint16_t>(i));
    const float wide = h;
    const std::uint16_t magnitude = h.bits & 0x7fff;
    if (magnitude > infinity) {
      ASSERT_TRUE(std::isnan(wide)) << i;
      ASSERT_EQ(H(wide).bits, 0x7fff) << i;
      continue;
    }
    if (magnitude == infinity)
      ASSERT_EQ(wide, i == infinity ? INFINITY : -INFINITY);
    else
      ASSERT_TRUE(same_bits<double>(wide, Reference<H>::value_of(h.bits))) << i;
    ASSERT_EQ(H(wide).bits, i);
    ASSERT_EQ(H(static_cast<double>(wide)).bits, i);
  }
}

TYPED_TEST(HalfTypes, EveryExponentRounds) {
  std::mt19937 engine(1);
  for (std::uint32_t exponent = 0; exponent < 512; ++exponent)
    for (std::uint32_t i = 0; i < 3000; ++i) {
      // Fractions of few bits, all but a few bits, and any.
      std::uint32_t fraction = engine() & 0x7fffff;
      if (i % 3 == 0) fraction &= engine() << (engine() % 23);
      if (i % 3 == 1) fraction |= 0x7fffffu >> (engine() % 24);
      if (i < 2) fraction = i * 0x7fffff;
      const std::uint32_t bits = exponent << 23 | (fraction & 0x7fffff);
      float x;
      std::memcpy(&x, &bits, sizeof(x));
      this->expect_rounding(x);
    }
}

TYPED_TEST(HalfTypes, AroundEveryMiddle) {
  for (std::size_t i = 0; i < this->reference.finite(); ++i) {
    const double middle = this->reference.middle_after(i);
    for (double x : {middle, std::nextafter(middle, 0), std::nextafter(middle, 1e300),
                     static_cast<double>(std::nextafter(static_cast<float>(middle), 0.0f)),
                     static_cast<double>(std::nextafter(static_cast<float>(middle), 1e38f))}) {
      this->expect_rounding(x);
      this->expect_rounding(-x);
    }
  }
}

TYPED_TEST(HalfTypes, Doubles) {
  std::mt19937_64 engine(2);
  for (int i = 0; i < 300000; ++i) {
    const std::uint64_t bits = engine();
    double x;
    std::memcpy(&x, &bits, sizeof(x));
    int exponent;
    this->expect_rounding(std::ldexp(std::frexp(x, &exponent), i % 320 - 170));
    this->expect_rounding(x);
  }
}

TYPED_TEST(HalfTypes, Integers) {
  using H = TypeParam;
  std::mt19937_64 engine(3);
  for (int i = 0; i < 200000; ++i) {
    // The long double of x86 and the double-double elsewhere hold every 64-bit integer; a tie is
    // decided by the bits below, so round in two steps that cannot meet one.
    const auto x = static_cast<std::int64_t>(engine()) >> (i % 64);
    const std::int64_t top = x >> 20, low = x & 0xfffff;
    const double exact = std::llabs(x) < std::int64_t{1} << 52
                             ? static_cast<double>(x)
                             : std::ldexp(static_cast<double>(top) + (low != 0 ? 0.5 : 0), 20);
    ASSERT_EQ(H(x).bits, this->reference.rounded(exact)) << x;
    ASSERT_EQ(H(static_cast<std::int32_t>(x)).bits,
              this->reference.rounded(static_cast<std::int32_t>(x)));
  }
  // 2^61 and half a unit, and one more: a double rounds the one away.
  const std::int64_t tie =
      (std::int64_t{1} << 61) + (std::int64_t{1} << (61 - std::numeric_limits<H>::digits));
  EXPECT_EQ(H(tie + 1).bits,
            this->reference.rounded(std::nextafter(static_cast<double>(tie), 1e300)));
  EXPECT_EQ(static_cast<float>(H(true)), 1);
}

TYPED_TEST(HalfTypes, Limits) {
  using H = TypeParam;
  using limits = std::numeric_limits<H>;
  EXPECT_EQ(H(static_cast<float>(limits::max()) * 1.0001f).bits, limits::max().bits);
  EXPECT_EQ(static_cast<float>(limits::lowest()), -static_cast<float>(limits::max()));
  EXPECT_EQ(H(1 + static_cast<float>(limits::epsilon())).bits, H(1).bits + 1);
  EXPECT_EQ(static_cast<float>(limits::epsilon()), std::ldexp(1.0f, 1 - limits::digits));
  EXPECT_TRUE(std::isinf(static_cast<float>(limits::infinity())));
  EXPECT_TRUE(std::isnan(static_cast<float>(limits::quiet_NaN())));
  EXPECT_EQ(H(-0.0f).bits, 0x8000);
  EXPECT_EQ(H(-0.0).bits, 0x8000);
  EXPECT_EQ(H(-NAN).bits, 0x7fff);
  EXPECT_EQ(Scalar(H(0.5f)).to<double>(), 0.5);
  EXPECT_EQ(Scalar(H(0.5f)).dtype(), kFloat64);
}

TEST(HalfDTypes, MixAsInPyTorch) {
  EXPECT_EQ(promote(kHalf, kBFloat16), kFloat32);
  EXPECT_EQ(promote(kHalf, kHalf), kHalf);
  EXPECT_EQ(promote(kInt64, kBFloat16), kBFloat16);
  EXPECT_EQ(promote(kHalf, kFloat32), kFloat32);
  EXPECT_STREQ(name_of(kHalf), "float16");
  EXPECT_STREQ(name_of(kBFloat16), "bfloat16");
  EXPECT_TRUE(is_floating_point(kHalf) && is_floating_point(kBFloat16));
  EXPECT_FALSE(is_integral(kHalf) || is_integral(kBFloat16));
  EXPECT_EQ(item_size(kHalf), 2u);
  EXPECT_EQ(dtype_of<BFloat16>, kBFloat16);
}

}  // namespace
}  // namespace tandem::testing
