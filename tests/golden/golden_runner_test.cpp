// The runner itself: that it notices what is wrong.
#include "golden_runner.h"

#include <gtest/gtest.h>

#include <limits>
#include <sstream>

#include "compare.h"
#include "core/ops/factories.h"

namespace tandem::golden {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

bool agrees(double got, double expected, const Tolerance& tolerance = {}) {
  return compare(full({1}, got, kFloat64), full({1}, expected, kFloat64), tolerance).passed();
}

TEST(Compare, AllowsTheTolerance) {
  EXPECT_TRUE(agrees(1, 1));
  EXPECT_FALSE(agrees(1, 1 + 1e-15));
  EXPECT_TRUE(agrees(1.5, 1, {0, 0.5}));
  EXPECT_FALSE(agrees(1.75, 1, {0, 0.5}));
  EXPECT_TRUE(agrees(1, 2, {0.5, 0}));
  EXPECT_FALSE(agrees(2, 1, {0.5, 0}));
}

TEST(Compare, MatchesNanAndInfinityExactly) {
  const Tolerance wide = {1, 1e300};
  EXPECT_TRUE(agrees(nan, nan));
  EXPECT_FALSE(agrees(nan, 0, wide));
  EXPECT_FALSE(agrees(0, nan, wide));
  EXPECT_TRUE(agrees(-inf, -inf));
  EXPECT_FALSE(agrees(inf, -inf, wide));
  EXPECT_FALSE(agrees(0, inf, wide));
  EXPECT_FALSE(agrees(inf, 0, wide));
}

TEST(Compare, LooksAtShapesDtypesAndMissingResults) {
  const Tolerance wide = {1, 1};
  EXPECT_FALSE(compare(Tensor(), ones({2}), wide).passed());
  EXPECT_FALSE(compare(ones({2, 1}), ones({2}), wide).passed());
  EXPECT_FALSE(compare(ones({2}, kFloat64), ones({2}), wide).passed());
  EXPECT_TRUE(compare(ones({0, 3}), ones({0, 3}), {}).passed());
}

TEST(Compare, TakesIntegersExactly) {
  const std::int64_t large = std::int64_t{1} << 62;
  EXPECT_TRUE(compare(tensor(large), tensor(large), {}).passed());
  EXPECT_FALSE(compare(tensor(large), tensor(large + 1), {1, 1}).passed());
}

TEST(Compare, LeavesOutSkippedPositions) {
  const Tensor got = tensor({1.0, 5.0, 3.0}), expected = tensor({1.0, 2.0, 3.0});
  EXPECT_FALSE(compare(got, expected, {}).passed());
  EXPECT_TRUE(compare(got, expected, {}, {1}).passed());
}

TEST(Compare, ReadsStridedResults) {
  const Tensor x = arange(6).reshape({2, 3});
  EXPECT_TRUE(compare(x.t(), tensor({{0, 3}, {1, 4}, {2, 5}}), {}).passed());
}

/// y = x², its gradient 2x, at x = 3.
Case square_case() {
  Case golden;
  golden.name = "tensor/square/f32";
  golden.kind = "tensor";
  golden.args = {{"expr", "x * x"}};
  golden.in = {{"x", tensor(3.0)}};
  golden.upstream = {{"y", Tensor()}};
  golden.out = {{"y", tensor(9.0)}};
  golden.grad = {{"x", tensor(6.0)}};
  return golden;
}

TEST(Runner, PassesARightCase) {
  const CaseResult result = run_case(square_case(), kCPU);
  EXPECT_EQ(result.outcome, Outcome::passed) << result.message;
}

TEST(Runner, NoticesAWrongOutputAndAWrongGradient) {
  Case golden = square_case();
  golden.out["y"] = tensor(8.0);
  EXPECT_EQ(run_case(golden, kCPU).outcome, Outcome::failed);
  golden = square_case();
  golden.grad["x"] = tensor(5.0);
  const CaseResult result = run_case(golden, kCPU);
  EXPECT_EQ(result.outcome, Outcome::failed);
  EXPECT_EQ(result.message.find("out."), std::string::npos);
  EXPECT_NE(result.message.find("grad.x: at 0 got 6, expected 5"), std::string::npos);
}

TEST(Runner, WeighsTheUpstreamGradient) {
  Case golden = square_case();
  golden.upstream["y"] = tensor(10.0);
  golden.grad["x"] = tensor(60.0);
  EXPECT_EQ(run_case(golden, kCPU).outcome, Outcome::passed);
}

TEST(Runner, TellsUnsupportedFromFailed) {
  Case golden = square_case();
  golden.args["expr"] = "x.frobnicate()";
  EXPECT_EQ(run_case(golden, kCPU).outcome, Outcome::unsupported);
  golden.args["expr"] = "x.view(7)";
  EXPECT_EQ(run_case(golden, kCPU).outcome, Outcome::failed);
  golden.kind = "frobnication";
  EXPECT_EQ(run_case(golden, kCPU).outcome, Outcome::unsupported);
}

TEST(Runner, ReportsCountsFailuresAndReasons) {
  Case wrong = square_case(), unknown = square_case();
  wrong.out["y"] = tensor(8.0);
  unknown.args["expr"] = "x.frobnicate()";
  std::ostringstream report;
  print_report(report, run_cases({square_case(), wrong, unknown}, kCPU));
  EXPECT_NE(report.str().find("FAILED tensor/square/f32: out.y"), std::string::npos);
  EXPECT_NE(report.str().find("unsupported: frobnicate (1, first"), std::string::npos);
}

TEST(Runner, FiltersKinds) {
  EXPECT_EQ(run_cases({square_case()}, kCPU, {"linear"}).size(), 0u);
  EXPECT_EQ(run_cases({square_case()}, kCPU, {"tensor", "linear"}).size(), 1u);
}

TEST(CaseFile, ThrowsOnAMissingDirectory) {
  EXPECT_THROW(read_cases("/no/such/directory"), IoError);
}

}  // namespace
}  // namespace tandem::golden
