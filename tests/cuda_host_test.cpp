// The parts of the CUDA backend that are plain host code: the caching allocator's bookkeeping, the
// way from positions to offsets, and how loops are spread over blocks.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "cuda/block_pool.h"
#include "cuda/kernels/launch_config.h"
#include "cuda/kernels/offset_calculator.cuh"

namespace tandem::gpu {
namespace {

/// A device of `limit` bytes whose streams pass their marks when told to.
class FakeMemory final : public MemorySource {
 public:
  explicit FakeMemory(std::size_t limit = std::size_t{1} << 40) : limit_(limit) {}
  void* allocate(std::size_t bytes) override {
    if (used_ + bytes > limit_) return nullptr;
    used_ += bytes;
    char* data = next_;
    next_ += bytes + 4096;
    segments_[data] = bytes;
    return data;
  }
  void release(void* data, std::size_t bytes) noexcept override {
    EXPECT_EQ(segments_.at(static_cast<char*>(data)), bytes);
    segments_.erase(static_cast<char*>(data));
    used_ -= bytes;
  }
  Event record_event(StreamKey) noexcept override {
    return std::make_shared<std::size_t>(++events_);
  }
  bool passed(const Event& event) noexcept override {
    return *static_cast<const std::size_t*>(event.get()) <= done;
  }
  void synchronize() noexcept override { done = events_; }

  bool inside_a_segment(const void* data, std::size_t bytes) const {
    auto segment = segments_.upper_bound(static_cast<char*>(const_cast<void*>(data)));
    if (segment == segments_.begin()) return false;
    --segment;
    return static_cast<const char*>(data) + bytes <= segment->first + segment->second;
  }
  std::size_t used() const { return used_; }
  std::size_t segments() const { return segments_.size(); }
  std::size_t done = 0;

 private:
  std::size_t limit_, used_ = 0, events_ = 0;
  char* next_ = reinterpret_cast<char*>(std::size_t{1} << 20);
  std::map<char*, std::size_t> segments_;
};

const StreamKey one = reinterpret_cast<StreamKey>(1), two = reinterpret_cast<StreamKey>(2);

TEST(BlockPool, AFreedBlockServesTheNextRequestOfItsStream) {
  FakeMemory memory;
  BlockPool pool(memory);
  void* a = pool.allocate(1000, one);
  EXPECT_TRUE(pool.holds(a));
  EXPECT_TRUE(pool.release(a));
  EXPECT_FALSE(pool.release(a));
  EXPECT_NE(pool.allocate(1000, two), a) << "another stream may still read it";
  EXPECT_EQ(pool.allocate(900, one), a);
}

TEST(BlockPool, SmallBlocksShareASegmentAndJoinAgain) {
  FakeMemory memory;
  BlockPool pool(memory);
  std::vector<void*> blocks;
  for (int i = 0; i < 8; ++i) blocks.push_back(pool.allocate(256 << 10, one));
  EXPECT_EQ(memory.segments(), 1u);
  for (int i : {1, 3, 0, 2, 7, 5, 6, 4}) pool.release(blocks[static_cast<std::size_t>(i)]);
  EXPECT_EQ(pool.allocate(BlockPool::small_limit, one), blocks[0]);
  EXPECT_EQ(memory.segments(), 1u);
  pool.empty_cache();
  EXPECT_EQ(memory.segments(), 1u) << "a segment in use stays";
  pool.release(blocks[0]);
  pool.empty_cache();
  EXPECT_EQ(memory.used(), 0u);
}

TEST(BlockPool, WarmLoopsAskTheSourceForNothing) {
  FakeMemory memory;
  BlockPool pool(memory);
  const auto step = [&] {
    std::vector<void*> blocks;
    for (std::size_t bytes : {512u, 100'000u, 3'000'000u, 64u, 20'000'000u})
      blocks.push_back(pool.allocate(bytes, one));
    for (void* block : blocks) pool.release(block);
  };
  step();
  const std::size_t calls = pool.statistics().source_calls;
  for (int i = 0; i < 100; ++i) step();
  EXPECT_EQ(pool.statistics().source_calls, calls);
  EXPECT_EQ(pool.statistics().allocated, 0u);
}

TEST(BlockPool, ABlockUsedOnAnotherStreamWaitsForIt) {
  FakeMemory memory;
  BlockPool pool(memory);
  void* a = pool.allocate(5000, one);
  EXPECT_TRUE(pool.use_on(a, two));
  pool.release(a);
  EXPECT_NE(pool.allocate(5000, one), a);
  EXPECT_EQ(pool.blocks_in_use(), 2u);
  memory.done = 1;
  EXPECT_EQ(pool.allocate(5000, one), a);
}

TEST(BlockPool, OutOfMemoryGivesBackTheCacheAndTriesAgain) {
  FakeMemory memory(std::size_t{64} << 20);
  BlockPool pool(memory);
  void* a = pool.allocate(std::size_t{40} << 20, one);
  EXPECT_EQ(pool.allocate(std::size_t{40} << 20, one), nullptr);
  EXPECT_EQ(pool.statistics().allocated, std::size_t{40} << 20);
  pool.release(a);
  EXPECT_NE(pool.allocate(std::size_t{60} << 20, two), nullptr) << "the cached 40 MiB went back";
  EXPECT_EQ(pool.statistics().peak_allocated, std::size_t{60} << 20);
}

TEST(BlockPool, WithoutCachingEveryBlockHasItsOwnBounds) {
  FakeMemory memory;
  BlockPool pool(memory, false);
  void* a = pool.allocate(100, one);
  void* b = pool.allocate(100, one);
  EXPECT_EQ(memory.segments(), 2u);
  pool.release(a);
  pool.release(b);
  EXPECT_EQ(memory.used(), 0u);
}

TEST(BlockPool, RandomTrafficNeverOverlaps) {
  FakeMemory memory;
  BlockPool pool(memory);
  std::mt19937 engine(7);
  std::map<char*, std::size_t> live;
  for (int i = 0; i < 20000; ++i) {
    if (live.size() < 60 && engine() % 3 != 0) {
      const std::size_t bytes = 1 + engine() % (engine() % 5 == 0 ? 30'000'000u : 200'000u);
      char* data = static_cast<char*>(pool.allocate(bytes, engine() % 2 == 0 ? one : two));
      ASSERT_EQ(reinterpret_cast<std::size_t>(data) % BlockPool::alignment, 0u);
      ASSERT_TRUE(memory.inside_a_segment(data, bytes));
      const auto after = live.lower_bound(data);
      ASSERT_TRUE(after == live.end() || data + bytes <= after->first);
      ASSERT_TRUE(after == live.begin() ||
                  std::prev(after)->first + std::prev(after)->second <= data);
      live[data] = bytes;
    } else if (!live.empty()) {
      auto victim = std::next(live.begin(), static_cast<std::ptrdiff_t>(engine() % live.size()));
      ASSERT_TRUE(pool.release(victim->first));
      live.erase(victim);
    }
  }
  for (const auto& [data, bytes] : live) pool.release(data);
  pool.empty_cache();
  EXPECT_EQ(memory.used(), 0u);
}

TEST(Indexing, DividerDivides) {
  std::mt19937_64 engine(3);
  for (int i = 0; i < 1'000'000; ++i) {
    const auto divisor = static_cast<std::int64_t>((engine() >> 1) >> (engine() % 62)) | 1;
    const auto n = static_cast<std::int64_t>((engine() >> 1) >> (engine() % 62));
    const std::int64_t whole = n / divisor * divisor;
    const FastDivmod divider(divisor);
    for (std::int64_t value : {n, whole, whole > 0 ? whole - 1 : 0})
      ASSERT_EQ(divider.divide(value), value / divisor) << value << " / " << divisor;
  }
  for (std::int64_t divisor : {1L, 2L, 3L, 0x7fffffffL, 0x80000000L, 0x80000001L})
    for (std::int64_t n : {0L, 1L, 0x7ffffffeL, 0x7fffffffL, 0x80000000L, 0x7fffffffffffffffL})
      ASSERT_EQ(FastDivmod(divisor).divide(n), n / divisor) << n << " / " << divisor;
}

TEST(Indexing, WalkVisitsEveryPositionOnce) {
  const Shape shape{3, 1, 4, 5}, out{20, 20, 5, 1}, turned{1, 0, 15, 3}, repeated{0, 0, 1, 0};
  const LoopPlan plan = plan_loop(shape, {out, turned, repeated});
  const OffsetCalculator<3> walk(plan);
  std::int64_t position = 0;
  for (std::int64_t i = 0; i < 3; ++i)
    for (std::int64_t k = 0; k < 4; ++k)
      for (std::int64_t l = 0; l < 5; ++l, ++position) {
        const Offsets<3> at = walk(position);
        ASSERT_EQ(at.at[0], position);
        ASSERT_EQ(at.at[1], i + 15 * k + 3 * l);
        ASSERT_EQ(at.at[2], k);
      }
}

TEST(Indexing, WalkGoesBeyond32Bits) {
  const std::int64_t rows = std::int64_t{1} << 33, columns = 3;
  const OffsetCalculator<1> walk(plan_loop({rows, columns}, {Shape{1, rows}}));
  for (std::int64_t row : {std::int64_t{0}, (std::int64_t{1} << 31) + 7, rows - 1})
    for (std::int64_t column = 0; column < columns; ++column)
      ASSERT_EQ(walk(row * columns + column).at[0], row + column * rows);
}

TEST(LaunchConfig, ReductionsCoverEveryElementOnceWithBoundedChunks) {
  std::mt19937_64 engine(5);
  for (int i = 0; i < 100'000; ++i) {
    const auto results = static_cast<std::int64_t>(engine() >> (20 + engine() % 44));
    const auto length = static_cast<std::int64_t>(engine() >> (20 + engine() % 44));
    for (bool across : {false, true}) {
      const ReductionShape shape = shape_reduction(results, length, across);
      ASSERT_GE(shape.chunk * shape.chunks, length);
      ASSERT_TRUE(shape.chunks == 1 || shape.chunk * (shape.chunks - 1) < length);
      ASSERT_LE(shape.chunks, 1024);
      ASSERT_EQ(block_threads % static_cast<unsigned>(shape.lanes), 0u);
    }
  }
}

TEST(LaunchConfig, BlocksCoverTheWork) {
  for (std::int64_t work : {0L, 1L, 255L, 256L, 257L, 1L << 20, (1L << 31) + 1, 1L << 40})
    for (std::int64_t per_thread : {1L, 2L, 8L}) {
      const std::int64_t blocks = blocks_for(work, per_thread);
      EXPECT_GE(blocks * per_thread * block_threads, work);
      EXPECT_LE((blocks - 1) * per_thread * block_threads, work);
      EXPECT_TRUE(per_thread < 8 || blocks < 1L << 31) << "more than a grid takes";
    }
}

}  // namespace
}  // namespace tandem::gpu
