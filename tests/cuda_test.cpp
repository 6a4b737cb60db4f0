// What only a GPU has: streams, events, memory and its faults, pinned copies; and that its kernels
// give the CPU's bits and stay inside their buffers.
#include <cstring>
#include <thread>

#include "tests/devices.h"
#include "tests/expect.h"
#include "tests/rule_inputs.h"

namespace tandem::testing {
namespace {

class Cuda : public OnDevice {};
INSTANTIATE_TEST_SUITE_P(Devices, Cuda, ::testing::Values(kCUDA), device_name);

TEST_P(Cuda, SaysWhatThereIs) {
  EXPECT_TRUE(cuda::is_available());
  EXPECT_GE(cuda::device_count(), 1);
  EXPECT_FALSE(cuda::get_device_name().empty());
  EXPECT_TRUE(throws([] { zeros({2}, Device(kCUDA, 60)); }, {"cuda:60"}));
  EXPECT_TRUE(throws([] { cuda::synchronize(-1); }, {"cuda:-1"}));
}

// ---- streams and events ----

TEST_P(Cuda, StreamGuardsNestAndBelongToTheirThread) {
  const cuda::Stream first = cuda::getStreamFromPool(), second = cuda::getStreamFromPool();
  EXPECT_EQ(cuda::getCurrentStream(), cuda::getDefaultStream());
  {
    const cuda::StreamGuard outer(first);
    EXPECT_EQ(cuda::getCurrentStream(), first);
    {
      const cuda::StreamGuard inner(second);
      EXPECT_EQ(cuda::getCurrentStream(), second);
    }
    EXPECT_EQ(cuda::getCurrentStream(), first);
    std::thread([] { EXPECT_EQ(cuda::getCurrentStream(), cuda::getDefaultStream()); }).join();
  }
  EXPECT_EQ(cuda::getCurrentStream(), cuda::getDefaultStream());
}

TEST_P(Cuda, EventsOrderStreams) {
  const cuda::Stream side = cuda::getStreamFromPool();
  Tensor x = full({1 << 20}, 1, on());
  for (int i = 0; i < 50; ++i) x = x + 1;
  cuda::Event ready;
  ready.record();
  ready.block(side);
  Tensor y;
  {
    const cuda::StreamGuard guard(side);
    y = x * 2;
    x.record_stream(side);
  }
  cuda::Event done;
  done.record(side);
  done.block(cuda::getCurrentStream());
  x = Tensor();
  EXPECT_EQ((y + 1).max().item<float>(), 103.0f);
  done.synchronize();
  EXPECT_TRUE(done.query());
  EXPECT_TRUE(side.query());
}

TEST_P(Cuda, EventsMeasureTime) {
  cuda::Event begin(true), end(true);
  begin.record();
  const Tensor y = full({1 << 16}, 1, on()).tanh();
  end.record();
  end.synchronize();
  EXPECT_GE(begin.elapsed_time(end), 0.0);
}

TEST_P(Cuda, ThreadsWorkSideBySide) {
  std::vector<std::thread> threads;
  std::vector<float> results(4);
  for (std::size_t t = 0; t < results.size(); ++t)
    threads.emplace_back([&, t] {
      const cuda::StreamGuard guard(cuda::getStreamFromPool());
      const Tensor w = full({8, 8}, 0.125, on()).requires_grad_(true);
      Tensor x = full({4, 8}, static_cast<double>(t), on());
      for (int i = 0; i < 20; ++i) x = linear(x, w);
      x.sum().backward();
      results[t] = x.sum().item<float>();
    });
  for (std::thread& thread : threads) thread.join();
  for (std::size_t t = 0; t < results.size(); ++t)
    EXPECT_EQ(results[t], 32.0f * static_cast<float>(t));
}

TEST_P(Cuda, TensorsAndGradientsCrossGpus) {
  if (cuda::device_count() < 2) GTEST_SKIP() << "needs two GPUs";
  const Device first(kCUDA, 0), second(kCUDA, 1);
  const Tensor w = full({100, 3}, 2, TensorOptions(kFloat32).device(first)).requires_grad_(true);
  for (int i = 0; i < 10; ++i) {
    Tensor x = w * 3;
    x = x.to(second) * 2;  // the memory of w * 3 is free again before the copy may be done
    EXPECT_EQ(x.device(), second);
    x.sum().backward();
  }
  EXPECT_TRUE(is_close(w.grad(), std::vector<double>(300, 60.0)));
  EXPECT_EQ(w.grad().device(), first);
  EXPECT_TRUE(throws([&] { w + w.to(second); }, {"cuda:0", "cuda:1"}));
  EXPECT_GT(cuda::max_memory_allocated(1), 0u);
}

// ---- memory ----

TEST_P(Cuda, MemoryIsCountedAndReused) {
  cuda::synchronize();
  const std::size_t before = cuda::memory_allocated();
  cuda::reset_peak_memory_stats();
  {
    const Tensor a = zeros({1 << 20}, on());
    EXPECT_EQ(cuda::memory_allocated(), before + (4 << 20));
  }
  EXPECT_EQ(cuda::memory_allocated(), before);
  EXPECT_EQ(cuda::max_memory_allocated(), before + (4 << 20));
  const std::size_t calls = cuda::memory_stats().driver_allocations;
  for (int i = 0; i < 20; ++i) zeros({1 << 20}, on());
  EXPECT_EQ(cuda::memory_stats().driver_allocations, calls);
  const GpuMemory memory = cuda::memory_stats();
  EXPECT_LE(memory.allocated, memory.reserved);
  EXPECT_LE(memory.free, memory.total);
}

TEST_P(Cuda, OutOfMemorySaysWhatThereIsAndWorkGoesOn) {
  const Tensor kept = full({1000}, 3, on());
  const auto bytes = static_cast<std::int64_t>(cuda::memory_stats().total);
  const auto too_much = [&] { empty({2 * bytes}, on(kUInt8)); };
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(throws<OutOfMemoryError>(
        too_much, {"out of memory", "requested", "in tensors", "cached", "free of"}));
  EXPECT_EQ((kept * 2).sum().item<float>(), 6000.0f);
  // What is cached counts as free: two halves of the device after each other.
  const auto half = static_cast<std::int64_t>(cuda::memory_stats().free / 5 * 3);
  for (int i = 0; i < 3; ++i) empty({half + i * (8 << 20)}, on(kUInt8));
  cuda::empty_cache();
  EXPECT_EQ(kept.sum().item<float>(), 3000.0f);
}

TEST_P(Cuda, PinnedMemoryCopiesWithoutWaiting) {
  const Tensor host = arange(5000, kFloat32), pinned = host.pin_memory();
  EXPECT_TRUE(pinned.is_pinned());
  EXPECT_FALSE(host.is_pinned());
  EXPECT_TRUE(same_bits(pinned, host));
  const Tensor copied = pinned.to(device(), true);
  EXPECT_TRUE(same_bits(copied.cpu(), host));
  for (int i = 0; i < 50; ++i) {
    // Each block is let go while its copy may still run.
    const Tensor batch = full({1000}, i).pin_memory().to(device(), true);
    EXPECT_EQ(batch.sum().item<float>(), 1000.0f * static_cast<float>(i));
  }
}

TEST_P(Cuda, AKernelsIndexErrorIsReportedOnceAndClearly) {
  const Tensor x = ones({3, 2}, on());
  const Tensor wrong = tensor({0, 9}, kInt64).to(device());
  const Tensor y = x.index_select(0, wrong);
  EXPECT_TRUE(throws<IndexError>([&] { y.cpu(); }, {"index_select", "9", "3", "cuda:0"}));
  EXPECT_EQ(x.sum().item<float>(), 6.0f) << "the GPU goes on working";
}

// ---- the CPU's bits ----

/// Every `step`-th float32, from a few below to a few above each power of two included.
Tensor dense_floats(std::uint32_t step) {
  std::vector<float> numbers;
  const auto add = [&](std::uint32_t bits) {
    float x;
    std::memcpy(&x, &bits, sizeof x);
    numbers.push_back(x);
  };
  for (std::uint64_t bits = 0; bits < (std::uint64_t{1} << 32); bits += step)
    add(static_cast<std::uint32_t>(bits));
  for (std::uint32_t power = 0; power < 512; ++power)
    for (std::uint32_t near = 0; near < 5; ++near) add((power << 23) + near - 2);
  return from_blob(numbers.data(), {static_cast<std::int64_t>(numbers.size())}, kFloat32).clone();
}

TEST_P(Cuda, EveryUnaryRuleGivesTheCpusBits) {
  const Tensor x = dense_floats(65537), gx = x.to(device());
  const Tensor ones_x = ones_like(x), ones_gx = ones_like(gx);
  int id = 0;
  UnaryOps::for_each([&]<class Rule>() {
    EXPECT_TRUE(same_bits(detail::unary(id, parameters_of(Rule{}), gx).cpu(),
                          detail::unary(id, parameters_of(Rule{}), x)))
        << Rule::name;
    if constexpr (HasSlopeFromInput<Rule> || HasSlopeFromOutput<Rule>) {
      const Tensor a = x.detach().requires_grad_(true), b = gx.detach().requires_grad_(true);
      detail::unary(id, parameters_of(Rule{}), a).backward(ones_x);
      detail::unary(id, parameters_of(Rule{}), b).backward(ones_gx);
      EXPECT_TRUE(same_bits(b.grad().cpu(), a.grad())) << Rule::name << "'s slope";
    }
    ++id;
  });
}

TEST_P(Cuda, EveryBinaryRuleGivesTheCpusBits) {
  const Tensor a = dense_floats(1'000'003);
  const Tensor turned = a.flip({0});
  const Tensor b = cat({turned.narrow(0, 17, turned.numel() - 17), turned.narrow(0, 0, 17)});
  int id = 0;
  BinaryOps::for_each([&]<class Rule>() {
    const auto both = [&](const Device& where) {
      const Tensor x = a.to(where).detach().requires_grad_(true),
                   y = b.to(where).detach().requires_grad_(true);
      const Tensor z = detail::binary(id, parameters_of(Rule{}), x, y);
      if (z.requires_grad()) z.backward(ones_like(z));
      return TensorList{z.detach().cpu(), x.grad().defined() ? x.grad().cpu() : Tensor(),
                        y.grad().defined() ? y.grad().cpu() : Tensor()};
    };
    const TensorList on_gpu = both(device()), on_host = both(kCPU);
    for (std::size_t i = 0; i < on_gpu.size(); ++i) {
      const bool same = !on_host[i].defined() || same_bits(on_gpu[i], on_host[i]);
      EXPECT_TRUE(same) << Rule::name << " " << i;
    }
    ++id;
  });
}

/// Seconds on a GPU, hours in the emulator.
TEST_P(Cuda, TanhAndItsSlopeGiveTheCpusBitsForEveryFloat) {
  if (cuda::get_device_name() == "emulated GPU") GTEST_SKIP() << "needs a real GPU";
  constexpr std::int64_t block = std::int64_t{1} << 26;
  const Tensor x = empty({block}), gone = ones({block}, on()), one = ones({block});
  for (std::int64_t begin = 0; begin < std::int64_t{1} << 32; begin += block) {
    auto* bits = reinterpret_cast<std::uint32_t*>(x.data_ptr<float>());
    for (std::int64_t i = 0; i < block; ++i) bits[i] = static_cast<std::uint32_t>(begin + i);
    const Tensor a = x.detach().clone().requires_grad_(true),
                 b = x.to(device()).detach().requires_grad_(true);
    const Tensor ya = tanh(a), yb = tanh(b);
    ya.backward(one);
    yb.backward(gone);
    for (const auto& [host, gpu] :
         {std::pair{ya.detach(), yb.detach().cpu()}, std::pair{a.grad(), b.grad().cpu()}}) {
      const float *p = host.data_ptr<float>(), *q = gpu.data_ptr<float>();
      std::int64_t different = 0;
      for (std::int64_t i = 0; i < block; ++i) different += !same_bits(p[i], q[i]);
      ASSERT_EQ(different, 0) << "among the floats from bits " << begin;
    }
  }
}

TEST_P(Cuda, Tf32IsAWish) {
  manual_seed(1);
  const Tensor a = randn({64, 96}), b = randn({96, 32}), c = randn({32, 96});
  const Tensor exact = matmul(a.to(kFloat64), b.to(kFloat64));
  const auto error = [&] {
    const Tensor product = matmul(a.to(device()), b.to(device())).cpu().to(kFloat64);
    return (product - exact).abs().max().item();
  };
  EXPECT_FALSE(cuda::tf32_allowed());
  EXPECT_LT(error(), 2e-5);
  cuda::allow_tf32(true);
  EXPECT_LT(error(), 0.1);
  EXPECT_TRUE(is_close(linear(a.to(device()), c.to(device())).cpu(), matmul(a, c.t()), 0.02));
  cuda::allow_tf32(false);
  EXPECT_LT(error(), 2e-5);
}

TEST_P(Cuda, SizesAroundEveryPack) {
  for (DType dtype : {kFloat32, kFloat64, kFloat16, kBFloat16})
    for (std::int64_t n : {0, 1, 2, 3, 4, 5, 7, 8, 9, 255, 256, 257, 2047, 2048, 2049, 4099}) {
      const Tensor x = linspace(-3, 3, n, kFloat64).to(dtype), gx = x.to(device());
      const double tolerance = dtype == kFloat64 ? 1e-15 : 0;
      EXPECT_TRUE(is_close(gx.tanh().cpu(), x.tanh(), tolerance)) << n;
      EXPECT_TRUE(is_close((gx * gx + 1).cpu(), x * x + 1)) << n;
      EXPECT_TRUE(same_bits((gx > 0).cpu(), x > 0)) << n;
    }
}

TEST_P(Cuda, InPlaceWritesStayInsideTheirSlice) {
  for (DType dtype : {kFloat32, kFloat64, kFloat16, kBFloat16})
    for (std::int64_t offset : {0, 1, 3, 4, 8})
      for (std::int64_t n : {1, 5, 64, 1000}) {
        const Tensor buffer = full({offset + n + 9}, 1.5, on(dtype));
        const Tensor slice = buffer.narrow(0, offset, n);
        slice.tanh_();
        slice.add_(full({n}, 2, on(dtype)));
        slice.copy_(slice.clone() * 3);
        const std::vector<double> all = values(buffer);
        for (std::int64_t i = 0; i < buffer.numel(); ++i) {
          const bool inside = i >= offset && i < offset + n;
          ASSERT_TRUE(inside || all[static_cast<std::size_t>(i)] == 1.5)
              << i << " beside " << slice.describe();
        }
      }
}

/// Needs a GPU with room for them.
TEST_P(Cuda, MoreThan2To31Elements) {
  const std::int64_t n = (std::int64_t{1} << 31) + 2;  // a multiple of 5
  if (cuda::memory_stats().free < static_cast<std::size_t>(5 * n)) GTEST_SKIP() << "needs 10 GiB";
  const Tensor x = zeros({n}, on(kUInt8));
  x.narrow(0, n - 3, 3).fill_(1);
  const Tensor y = x + x;
  EXPECT_EQ(y.sum().item<std::int64_t>(), 6);
  EXPECT_EQ(y.argmax().item<std::int64_t>(), n - 3);
  EXPECT_EQ((x.reshape({5, n / 5}).select(0, 4) > 0).sum().item<std::int64_t>(), 3);
}

}  // namespace
}  // namespace tandem::testing
