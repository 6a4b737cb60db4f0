// The training steps that are measured: tanh nets on one batch of random numbers, cross-entropy,
// Adam.
#pragma once

#include <vector>

#include "benchmarks/frontend.h"

namespace bench {

struct Net {
  const char* name;
  std::int64_t rows;
  std::vector<std::int64_t> widths;
};

inline const std::vector<Net>& nets() {
  static const std::vector<Net> all = {{"1x2-16-2", 1, {2, 16, 2}},
                                       {"64x64-32-10", 64, {64, 32, 10}},
                                       {"512x10-64-2", 512, {10, 64, 2}},
                                       {"64x784-128-10", 64, {784, 128, 10}},
                                       {"4096x64x6", 4096, std::vector<std::int64_t>(7, 64)},
                                       {"256x1024x3", 256, {1024, 1024, 1024, 1024}}};
  return all;
}

inline torch::nn::Sequential make_model(const Net& net) {
  torch::nn::Sequential model;
  for (std::size_t i = 0; i + 1 < net.widths.size(); ++i) {
    model->push_back(torch::nn::Linear(net.widths[i], net.widths[i + 1]));
    if (i + 2 < net.widths.size()) model->push_back(torch::nn::Tanh());
  }
  return model;
}

/// So small that the numbers of the ten-thousandth step are like those of the first: a net that has
/// learned its batch by heart has denormal gradients, and a row would measure those.
inline constexpr double learning_rate = 1e-6;

struct Training {
  torch::nn::Sequential model;
  torch::Tensor x, y, loss;
  torch::optim::Adam optimizer;

  explicit Training(const Net& net)
      : model(make_model(net)),
        x(torch::randn({net.rows, net.widths.front()})),
        y(torch::randint(net.widths.back(), {net.rows}, torch::kLong)),
        optimizer(model->parameters(), torch::optim::AdamOptions(learning_rate)) {}

  void step() {
    optimizer.zero_grad();
    loss = torch::nn::functional::cross_entropy(model->forward(x), y);
    loss.backward();
    optimizer.step();
  }
};

}  // namespace bench
