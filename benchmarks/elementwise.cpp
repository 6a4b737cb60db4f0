// Every unary rule of the lists on float32, one thread, beside a copy of the same size.
#include <benchmark/benchmark.h>
#include <tandem/tandem.h>

#include <cstring>
#include <string>
#include <vector>

using namespace tandem;

namespace {

constexpr std::int64_t in_cache = 16384, beyond_cache = std::int64_t{1} << 24;

void finish(benchmark::State& state, std::int64_t n) {
  state.SetItemsProcessed(state.iterations() * n);
  state.SetBytesProcessed(state.iterations() * n * 8);  // read once, written once
}

void copy(benchmark::State& state) {
  const std::int64_t n = state.range(0);
  std::vector<float> from(static_cast<std::size_t>(n), 1), to(from);
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), static_cast<std::size_t>(n) * sizeof(float));
    benchmark::ClobberMemory();
  }
  finish(state, n);
}
BENCHMARK(copy)->Arg(in_cache)->Arg(beyond_cache);

template <class Rule> void forward(benchmark::State& state) {
  set_num_threads(1);
  manual_seed(0);
  const std::int64_t n = state.range(0);
  const Tensor x = domain_of<Rule>() == Domain::real ? randn({n}) : rand({n}) * 0.9 + 0.05;
  for (auto _ : state) benchmark::DoNotOptimize(elementwise(Rule{}, x));
  finish(state, n);
}

const bool registered = [] {
  UnaryOps::for_each([]<class Rule>() {
    benchmark::RegisterBenchmark((std::string("forward/") + Rule::name).c_str(), forward<Rule>)
        ->Arg(in_cache)
        ->Arg(beyond_cache);
  });
  return true;
}();

}  // namespace
