// The reference cases in data/, one test per kind and device.
#include <gtest/gtest.h>

#include "core/backend/backend.h"
#include "core/backend/registry.h"
#include "golden_runner.h"
#include "kind.h"

namespace tandem::golden {

static void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

namespace {

const std::vector<Case>& cases() {
  static const std::vector<Case> all = read_cases(TANDEM_GOLDEN_DIR);
  return all;
}

using Parameters = std::tuple<Kind, DeviceType>;

class Golden : public testing::TestWithParam<Parameters> {};

TEST_P(Golden, Agrees) {
  const auto& [kind, device] = GetParam();
  if (device == kCUDA && kind.cpu_only) GTEST_SKIP() << kind.name << " is defined on the CPU alone";
  if (device == kCUDA && cuda_device_count() == 0) GTEST_SKIP() << "no CUDA device";
  const auto results = run_cases(cases(), device, {kind.name});
  EXPECT_FALSE(results.empty());
  for (const CaseResult& result : results) {
    if (result.outcome == Outcome::failed) ADD_FAILURE() << result.name << ": " << result.message;
    if (result.outcome == Outcome::unsupported)
      ADD_FAILURE() << result.name << ": not supported: " << result.message;
  }
}

std::string test_name(const testing::TestParamInfo<Parameters>& info) {
  const auto& [kind, device] = info.param;
  return std::string(kind.name) + (device == kCPU ? "_cpu" : "_cuda");
}

INSTANTIATE_TEST_SUITE_P(Kinds, Golden,
                         testing::Combine(testing::ValuesIn(all_kinds()),
                                          testing::Values(kCPU, kCUDA)),
                         test_name);

}  // namespace
}  // namespace tandem::golden
