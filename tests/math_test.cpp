// The float32 functions of core/rules/math.h: symmetry, special values, and what tests/accuracy
// does not measure. The inputs are every 10,007th float, so that all exponents and signs are met.
#include "tests/expect.h"
#include "tests/ulps.h"

namespace tandem::testing {
namespace {

constexpr std::uint64_t stride = 10007;

template <class Body> void for_floats(const Body& body) {
  for (std::uint64_t bits = 0; bits <= 0xffffffffu; bits += stride) {
    const float x = math::bits<float>(static_cast<std::uint32_t>(bits));
    if (std::isfinite(x)) body(x);
  }
}

TEST(Math, NormalPdfAgainstLibm) {
  for_floats([](float x) {
    const double truth = 0.39894228040143267794 * std::exp(-0.5 * x * x);
    ASSERT_LE(ulps(math::normal_pdf(x), truth), 0.6) << x;
  });
}

TEST(Math, PowAgainstLibm) {
  const float bases[] = {0.f,    -0.f, 1e-40f, 1e-20f, 0.3f,  0.999f,   1.f,
                         1.001f, 2.f,  7.5f,   1e20f,  3e38f, INFINITY, NAN};
  const float exponents[] = {0.f,  0.5f,  1.f,   2.f,   3.f,      3.5f,
                             17.f, 0.01f, 100.f, 1e10f, INFINITY, NAN};
  for (float base : bases)
    for (float exponent : exponents)
      for (float x : {base, -base})
        for (float y : {exponent, -exponent}) {
          const float actual = math::pow(x, y);
          const double truth = std::pow(double{x}, double{y});
          EXPECT_LE(ulps(actual, truth), 0.6)
              << x << " ^ " << y << " = " << actual << ", truth " << truth;
          if (truth == 0) {
            EXPECT_EQ(std::signbit(actual), std::signbit(truth)) << x << " ^ " << y;
          }
        }
  for_floats([](float x) {
    if (std::fabs(x) > 1e-3f && std::fabs(x) < 1e3f) {
      ASSERT_LE(ulps(math::pow(std::fabs(x), 2.7f), std::pow(std::fabs(double{x}), double{2.7f})),
                0.6)
          << x;
      ASSERT_LE(ulps(math::pow(1.7f, x), std::pow(double{1.7f}, double{x})), 0.6) << x;
    }
  });
}

TEST(Math, OddAndEvenFunctions) {
  float (*const odd[])(float) = {math::tanh, math::sinh, math::erf, math::sin, math::tan};
  float (*const even[])(float) = {math::sech_squared, math::cosh, math::cos, math::normal_pdf};
  for_floats([&](float x) {
    for (std::size_t i = 0; i < std::size(odd); ++i)
      ASSERT_TRUE(same_bits(odd[i](-x), -odd[i](x))) << i << " at " << x;
    for (std::size_t i = 0; i < std::size(even); ++i)
      ASSERT_TRUE(same_bits(even[i](-x), even[i](x))) << i << " at " << x;
  });
}

TEST(Math, SpecialValues) {
  constexpr float inf = INFINITY;
  struct Case {
    const char* name;
    float actual, expected;
  };
  const Case cases[] = {{"tanh inf", math::tanh(inf), 1},
                        {"tanh -inf", math::tanh(-inf), -1},
                        {"tanh -0", math::tanh(-0.f), -0.f},
                        {"tanh nan", math::tanh(NAN), NAN},
                        {"tanh least", math::tanh(1e-45f), 1e-45f},
                        {"tanh 9.02", math::tanh(9.02f), 1},
                        {"sech_squared 0", math::sech_squared(0.f), 1},
                        {"sech_squared inf", math::sech_squared(-inf), 0},
                        {"sech_squared nan", math::sech_squared(NAN), NAN},
                        {"sigmoid 0", math::sigmoid(0.f), 0.5f},
                        {"sigmoid inf", math::sigmoid(inf), 1},
                        {"sigmoid -inf", math::sigmoid(-inf), 0},
                        {"sigmoid -100", math::sigmoid(-100.f), 3.8e-44f},
                        {"sigmoid 100", math::sigmoid(100.f), 1},
                        {"sigmoid nan", math::sigmoid(NAN), NAN},
                        {"exp inf", math::exp(inf), inf},
                        {"exp -inf", math::exp(-inf), 0},
                        {"exp 0", math::exp(0.f), 1},
                        {"exp nan", math::exp(NAN), NAN},
                        {"expm1 -0", math::expm1(-0.f), -0.f},
                        {"expm1 -inf", math::expm1(-inf), -1},
                        {"expm1 inf", math::expm1(inf), inf},
                        {"expm1 nan", math::expm1(NAN), NAN},
                        {"log 0", math::log(0.f), -inf},
                        {"log -0", math::log(-0.f), -inf},
                        {"log -1", math::log(-1.f), NAN},
                        {"log -inf", math::log(-inf), NAN},
                        {"log inf", math::log(inf), inf},
                        {"log 1", math::log(1.f), 0},
                        {"log nan", math::log(NAN), NAN},
                        {"log2 8", math::log2(8.f), 3},
                        {"log10 1000", math::log10(1000.f), 3},
                        {"log1p -1", math::log1p(-1.f), -inf},
                        {"log1p -2", math::log1p(-2.f), NAN},
                        {"log1p inf", math::log1p(inf), inf},
                        {"log1p -0", math::log1p(-0.f), -0.f},
                        {"erf inf", math::erf(inf), 1},
                        {"erf -inf", math::erf(-inf), -1},
                        {"erf nan", math::erf(NAN), NAN},
                        {"sin inf", math::sin(inf), NAN},
                        {"cos -inf", math::cos(-inf), NAN},
                        {"tan nan", math::tan(NAN), NAN},
                        {"sin -0", math::sin(-0.f), -0.f},
                        {"sinh -inf", math::sinh(-inf), -inf},
                        {"cosh -inf", math::cosh(-inf), inf},
                        {"sinh nan", math::sinh(NAN), NAN},
                        {"softplus -inf", math::softplus(-inf), 0},
                        {"softplus inf", math::softplus(inf), inf},
                        {"softplus nan", math::softplus(NAN), NAN},
                        {"normal_cdf inf", math::normal_cdf(inf), 1},
                        {"normal_cdf -inf", math::normal_cdf(-inf), 0},
                        {"normal_cdf nan", math::normal_cdf(NAN), NAN},
                        {"normal_pdf inf", math::normal_pdf(inf), 0},
                        {"round half", math::round(2.5f), 2},
                        {"round -half", math::round(-1.5f), -2}};
  for (const Case& c : cases) {
    // 3.8e-44 is given to two digits; every other value is exact.
    const bool two_digits = std::string(c.name) == "sigmoid -100";
    EXPECT_TRUE(same_bits(c.actual, c.expected) ||
                (two_digits && std::fabs(c.actual - c.expected) <= 1.5e-45f))
        << c.name << " = " << c.actual;
  }
}

TEST(Math, Float64SlopeAndSigmoidHaveNoCancellation) {
  for (double x : {0.0, 0.5, 3.0, 9.5, 20.0, 100.0, 300.0}) {
    const double c = std::cosh(x);
    EXPECT_NEAR(math::sech_squared(x) * c * c, 1, 4e-15) << x;
    EXPECT_NEAR(math::sigmoid(-x) * (1 + std::exp(x)), 1, 1e-15) << x;
  }
}

}  // namespace
}  // namespace tandem::testing
