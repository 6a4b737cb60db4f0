// The GPU's random numbers: Philox's published vectors, and draws as a function of seed, offset and
// place alone.
#include "core/backend/philox.h"

#include "core/backend/generator_state.h"
#include "core/backend/registry.h"
#include "tests/devices.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

/// Known answers of philox4x32-10 from Random123 1.14.0 (kat_vectors).
TEST(Philox, PublishedVectors) {
  const auto expect = [](std::uint64_t key, std::uint64_t low, std::uint64_t high,
                         std::initializer_list<std::uint32_t> words) {
    const philox::Words block = philox::block(key, low, high);
    EXPECT_TRUE(std::equal(words.begin(), words.end(), block.at));
  };
  expect(0, 0, 0, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  expect(~0ull, ~0ull, ~0ull, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  expect(0x299f31d0a4093822, 0x85a308d3243f6a88, 0x0370734413198a2e,
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

class CudaRandom : public OnDevice {};
INSTANTIATE_TEST_SUITE_P(Devices, CudaRandom, ::testing::Values(kCUDA), device_name);

template <class T>
Tensor expected(const Draw& draw, std::uint64_t seed, std::uint64_t offset, std::int64_t n) {
  Tensor out = empty({n}, dtype_of<T>);
  const int count = philox::per_block<T>(draw.distribution);
  for (std::int64_t i = 0; i < n; ++i)
    out.data_ptr<T>()[i] = philox::element<T>(
        draw, philox::block(seed, offset + static_cast<std::uint64_t>(i / count)),
        static_cast<int>(i % count));
  return out;
}

TEST_P(CudaRandom, DrawsAreTheFormulaAtTheirPlace) {
  for (std::int64_t n : {1, 3, 4, 1001}) {
    const std::vector<Draw> draws = {
        {Distribution::uniform, -1, 3},          {Distribution::normal, 2, 0.5},
        {Distribution::bernoulli, 0.3},          {Distribution::exponential, 1.5},
        {Distribution::integer, 0, 1, -7, 1000}, {Distribution::raw_integer}};
    for (const Draw& draw : draws)
      for (DType dtype : {kFloat32, kFloat16, kBFloat16}) {
        GeneratorState state;
        state.seed = 9;
        state.offset = 1'000'000'007;
        const Tensor out = empty({n}, on(dtype));
        visit_dtype(dtype, [&]<class T>() {
          backend_of(device()).run(RandomCall{draw, &state, n, false, {out.raw_data(), dtype}});
          EXPECT_TRUE(same_bits(out.cpu(), expected<T>(draw, 9, 1'000'000'007, n)));
          const int count = philox::per_block<T>(draw.distribution);
          EXPECT_EQ(state.offset,
                    1'000'000'007u + static_cast<std::uint64_t>((n + count - 1) / count));
        });
      }
  }
}

TEST_P(CudaRandom, SeedsRepeatAndDrawsGoOn) {
  manual_seed(3);
  const Tensor a = randn({1000}, on()), b = randn({1000}, on());
  manual_seed(3);
  EXPECT_TRUE(same_bits(randn({1000}, on()), a));
  EXPECT_TRUE(same_bits(randn({1000}, on()), b));
  EXPECT_FALSE(same_bits(a, b));
}

TEST_P(CudaRandom, MomentsAndRanges) {
  manual_seed(1);
  const Tensor u = rand({100'000}, on(kFloat64)), z = randn({100'000}, on());
  EXPECT_NEAR(u.mean().item(), 0.5, 0.005);
  EXPECT_NEAR(u.var().item(), 1.0 / 12, 0.002);
  EXPECT_GE(u.min().item(), 0.0);
  EXPECT_LT(u.max().item(), 1.0);
  EXPECT_NEAR(z.mean().item(), 0, 0.015);
  EXPECT_NEAR(z.var().item(), 1, 0.02);
  EXPECT_NEAR((z * z * z * z).mean().item(), 3, 0.15);
  for (DType half : {kFloat16, kBFloat16}) EXPECT_LT(rand({20'000}, on(half)).max().item(), 1.0);
  const Tensor k = randint(-3, 4, {7000}, on(kInt64));
  EXPECT_EQ(k.min().item<std::int64_t>(), -3);
  EXPECT_EQ(k.max().item<std::int64_t>(), 3);
  EXPECT_NEAR((k == 0).to(kFloat32).mean().item(), 1.0 / 7, 0.02);
}

TEST_P(CudaRandom, PermutationsHoldEveryNumberOnce) {
  manual_seed(2);
  const Tensor p = randperm(5000, on(kInt64));
  EXPECT_TRUE(same_bits(std::get<0>(p.sort()).cpu(), arange(5000)));
  EXPECT_FALSE(same_bits(p.cpu(), arange(5000)));
}

}  // namespace
}  // namespace tandem::testing
