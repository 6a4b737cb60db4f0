// Whole training steps: forward, loss, backward, Adam. Counters: the most memory in tensors, what
// the row holds of the GPU's memory with caches and workspaces, and how often the timed steps asked
// the driver for memory, which should be never.
#include <vector>

#include "benchmarks/gpu_rows.h"

using namespace tandem;
namespace F = nn::functional;

namespace gpu_rows {
namespace {

struct Net {
  const char* name;
  std::int64_t rows;
  std::vector<std::int64_t> widths;
  bool relu = false;  ///< tanh otherwise
};

std::int64_t width(const Net& net, std::size_t i) {
  return net.widths[i] == 1 ? 1 : settings().size(net.widths[i]);
}

nn::Sequential make_model(const Net& net) {
  nn::Sequential model;
  for (std::size_t i = 0; i + 1 < net.widths.size(); ++i) {
    model->push_back(nn::Linear(width(net, i), width(net, i + 1)));
    if (i + 2 == net.widths.size()) break;
    if (net.relu)
      model->push_back(nn::ReLU());
    else
      model->push_back(nn::Tanh());
  }
  model->to(kCUDA);
  return model;
}

/// A net of one output is trained on binary targets, others on classes.
struct Training {
  bool mixed, binary;
  nn::Sequential model;
  Tensor x, y;
  optim::Adam optimizer;

  Training(const Net& net, bool in_bfloat16)
      : mixed(in_bfloat16),
        binary(net.widths.back() == 1),
        model(make_model(net)),
        x(randn({settings().size(net.rows), width(net, 0)}).to(kCUDA)),
        optimizer(model->parameters(), optim::AdamOptions(1e-3)) {
    const std::int64_t rows = x.size(0), classes = width(net, net.widths.size() - 1);
    y = (binary ? randint(2, {rows, 1}).to(kFloat32) : randint(classes, {rows})).to(kCUDA);
  }

  void step() {
    optimizer.zero_grad();
    Tensor loss;
    {
      const AutocastGuard guard(kBFloat16, mixed);
      const Tensor output = model(x);
      loss = binary ? F::binary_cross_entropy_with_logits(output, y) : F::cross_entropy(output, y);
    }
    loss.backward();
    optimizer.step();
  }
};

double mebibytes(std::size_t bytes) { return static_cast<double>(bytes) / (1 << 20); }

void add_step_row(const Net& net, bool mixed, bool recorded) {
  const std::string name = std::string("step/") + net.name + (mixed ? "/bfloat16" : "/float32") +
                           (recorded ? "/recorded" : "/eager");
  add_row(name, [=](benchmark::State& state) {
    cuda::reset_peak_memory_stats();
    const std::size_t free_before = cuda::memory_stats().free;
    Training training(net, mixed);
    auto replay = record([&] { training.step(); });
    if (recorded)
      measure(state, {}, [&] { replay(); });
    else
      measure(state, {}, [&] { training.step(); });
    const std::size_t free = cuda::memory_stats().free;
    state.counters["peak_MiB"] = mebibytes(cuda::max_memory_allocated());
    state.counters["device_MiB"] = free < free_before ? mebibytes(free_before - free) : 0;
  });
}

}  // namespace

void register_step_rows() {
  const Net small[] = {{"512x10-64-2", 512, {10, 64, 2}},
                       {"64x784-128-10", 64, {784, 128, 10}, true},
                       {"64x64-32-10", 64, {64, 32, 10}}};
  const Net large{"8192x28-1024-1024-1", 8192, {28, 1024, 1024, 1}};
  for (const bool recorded : {false, true}) {
    for (const Net& net : small) add_step_row(net, false, recorded);
    for (const bool mixed : {false, true}) add_step_row(large, mixed, recorded);
  }
}

}  // namespace gpu_rows
