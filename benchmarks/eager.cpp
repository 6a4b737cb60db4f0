// The cost of an op itself: one element.
#include "benchmarks/frontend.h"

namespace bench {
namespace {

using torch::Tensor;

Tensor one_element(bool with_tape) { return torch::full({1}, 0.5).requires_grad_(with_tape); }

/// A row of one thread: there is nothing to share.
template <class Make> void add_eager_row(const char* name, Make make) {
  const auto row = [make](benchmark::State& state) {
    torch::set_num_threads(1);
    auto body = make();
    for (auto _ : state) body();
  };
  benchmark::RegisterBenchmark(name, row)
      ->ArgName("threads")
      ->Arg(1)
      ->MeasureProcessCPUTime()
      ->UseRealTime();
}

const bool registered = [] {
  add_eager_row("eager/unary", [] {
    return [x = one_element(false)] { benchmark::DoNotOptimize(torch::tanh(x)); };
  });
  add_eager_row("eager/binary",
                [] { return [x = one_element(false)] { benchmark::DoNotOptimize(x + x); }; });
  add_eager_row("eager/unary_with_tape", [] {
    return [x = one_element(true)] { benchmark::DoNotOptimize(torch::tanh(x)); };
  });
  add_eager_row("eager/unary_forward_backward", [] {
    return [x = one_element(true)] {
      torch::tanh(x).backward();
      x.mutable_grad() = Tensor();
    };
  });
  // Made, differentiated and destroyed: the cost of an op on the tape without that of starting
  // backward.
  add_eager_row("eager/chain_of_1000", [] {
    return [x = one_element(true)] {
      Tensor y = x;
      for (int i = 0; i < 1000; ++i) y = torch::tanh(y);
      y.backward();
      x.mutable_grad() = Tensor();
    };
  });
  return true;
}();

}  // namespace
}  // namespace bench
