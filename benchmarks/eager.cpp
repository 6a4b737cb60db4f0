// The cost of an op itself: one element, one thread.
#include <benchmark/benchmark.h>
#include <tandem/tandem.h>

using namespace tandem;

namespace {

void unary_without_tape(benchmark::State& state) {
  set_num_threads(1);
  const Tensor x = tensor({0.5});
  for (auto _ : state) benchmark::DoNotOptimize(tanh(x));
}
BENCHMARK(unary_without_tape);

void binary_without_tape(benchmark::State& state) {
  set_num_threads(1);
  const Tensor x = tensor({0.5});
  for (auto _ : state) benchmark::DoNotOptimize(x + x);
}
BENCHMARK(binary_without_tape);

void unary_forward_with_tape(benchmark::State& state) {
  set_num_threads(1);
  const Tensor x = tensor({0.5}, requires_grad());
  for (auto _ : state) benchmark::DoNotOptimize(tanh(x));
}
BENCHMARK(unary_forward_with_tape);

void unary_forward_and_backward(benchmark::State& state) {
  set_num_threads(1);
  const Tensor x = tensor({0.5}, requires_grad());
  for (auto _ : state) {
    tanh(x).backward();
    x.mutable_grad() = Tensor();
  }
}
BENCHMARK(unary_forward_and_backward);

/// Per op of a long chain: recorded, differentiated and destroyed.
void chain_with_tape(benchmark::State& state) {
  set_num_threads(1);
  const Tensor x = tensor({0.5}, requires_grad());
  for (auto _ : state) {
    Tensor y = x;
    for (std::int64_t i = 0; i < state.range(0); ++i) y = tanh(y);
    y.backward();
    x.mutable_grad() = Tensor();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(chain_with_tape)->Arg(1000)->Arg(1000000)->Unit(benchmark::kMillisecond);

}  // namespace
