// A shuffled pass over data in batches: as many rows and columns as the digits of samples/data.
#include <memory>

#include "benchmarks/frontend.h"

namespace bench {
namespace {

using torch::Tensor;

constexpr std::int64_t rows = 1797, columns = 64, classes = 10, batch_size = 32;

struct Digits {
  Tensor x = torch::rand({rows, columns});
  Tensor y = torch::randint(classes, {rows}, torch::kLong);
};

/// By the loader that each library has; their interfaces differ.
class LoaderPass {
 public:
#ifdef TANDEM_BENCH_TORCH
  explicit LoaderPass(const Digits& digits)
      : loader_(torch::data::make_data_loader<torch::data::samplers::RandomSampler>(
            Rows{digits}.map(torch::data::transforms::Stack<>()), batch_size)) {}
  void operator()() const {
    for (auto& batch : *loader_) {
      benchmark::DoNotOptimize(batch.data);
      benchmark::DoNotOptimize(batch.target);
    }
  }

 private:
  struct Rows : torch::data::datasets::Dataset<Rows> {
    explicit Rows(const Digits& digits) : digits(digits) {}
    torch::data::Example<> get(std::size_t i) override {
      const auto row = static_cast<std::int64_t>(i);
      return {digits.x[row], digits.y[row]};
    }
    // std::optional, or libtorch's own before 2.6.
    decltype(std::declval<torch::data::datasets::TensorDataset>().size()) size() const override {
      return rows;
    }
    Digits digits;
  };
  using Loader = decltype(torch::data::make_data_loader<torch::data::samplers::RandomSampler>(
      std::declval<Rows>().map(torch::data::transforms::Stack<>()), batch_size));
  Loader loader_;
#else
  explicit LoaderPass(const Digits& digits) : loader_({digits.x, digits.y}, batch_size, true) {}
  void operator()() const {
    for (auto& batch : loader_) benchmark::DoNotOptimize(batch);
  }

 private:
  torch::data::DataLoader loader_;
#endif
};

/// As a program does without a loader.
void pass_by_index(const Digits& digits) {
  const Tensor order = torch::randperm(rows);
  for (std::int64_t start = 0; start < rows; start += batch_size) {
    const Tensor chosen = order.slice(0, start, std::min(start + batch_size, rows));
    benchmark::DoNotOptimize(digits.x.index_select(0, chosen));
    benchmark::DoNotOptimize(digits.y.index_select(0, chosen));
  }
}

const bool registered = [] {
  add_row("data/loader", [](benchmark::State& state) {
    count_bytes(state, 2.0 * rows * (4 * columns + 8));
    return [pass = std::make_shared<LoaderPass>(Digits())] { (*pass)(); };
  });
  add_row("data/index_select", [](benchmark::State& state) {
    count_bytes(state, 2.0 * rows * (4 * columns + 8));
    return [digits = Digits()] { pass_by_index(digits); };
  });
  return true;
}();

}  // namespace
}  // namespace bench
