// Whole training steps: forward, loss, backward, Adam. The counter shows the bytes that a warm step
// still asks of the system.
#include <benchmark/benchmark.h>
#include <tandem/tandem.h>

#include "core/backend.h"

using namespace tandem;

namespace {

/// A tanh net of the given widths on `rows` rows, with `threads` threads, plain or recorded.
void train_step(benchmark::State& state, std::int64_t rows,
                const std::vector<std::int64_t>& widths) {
  set_num_threads(static_cast<int>(state.range(0)));
  manual_seed(0);
  nn::Sequential model;
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
    model->push_back(nn::Linear(widths[i], widths[i + 1]));
    if (i + 2 < widths.size()) model->push_back(nn::Tanh());
  }
  const Tensor x = randn({rows, widths.front()}), y = randint(widths.back(), {rows});
  optim::Adam optimizer(model->parameters(), optim::AdamOptions(1e-3));
  const auto step = [&] {
    const Tensor loss = nn::functional::cross_entropy(model(x), y);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
  };
  auto recorded = record(step);
  const bool replays = state.range(1) != 0;
  const auto run = [&] { replays ? recorded() : step(); };
  for (int i = 0; i < 3; ++i) run();
  const std::size_t before = cpu_backend().system_bytes();
  for (auto _ : state) run();
  state.counters["new_bytes"] = static_cast<double>(cpu_backend().system_bytes() - before);
}

void plain_and_recorded(benchmark::internal::Benchmark* row) {
  row->ArgNames({"threads", "recorded"})->ArgsProduct({{1, 2}, {0, 1}});
}

BENCHMARK_CAPTURE(train_step, 1x2_16_2, 1, {2, 16, 2})->Apply(plain_and_recorded);
BENCHMARK_CAPTURE(train_step, 64x64_32_10, 64, {64, 32, 10})->Apply(plain_and_recorded);
BENCHMARK_CAPTURE(train_step, 512x10_64_2, 512, {10, 64, 2})->Apply(plain_and_recorded);
BENCHMARK_CAPTURE(train_step, 64x784_128_10, 64, {784, 128, 10})->Apply(plain_and_recorded);
BENCHMARK_CAPTURE(train_step, 256x1024x3, 256, {1024, 1024, 1024, 1024})->Apply(plain_and_recorded);

}  // namespace
