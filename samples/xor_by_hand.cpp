// XOR learned from weights written down by hand: no randomness, so the loss has one right value at
// every step.
#include <tandem/tandem.h>

#include <map>

#include "samples/support/arguments.h"
#include "samples/support/documented.h"
#include "samples/support/picture.h"

using namespace tandem;
namespace F = nn::functional;

/// The loss before each of 501 full-batch steps of SGD on a 2-3-1 tanh net.
std::vector<double> train(const TensorOptions& options) {
  const auto leaf = [&](const TensorData& data) { return tensor(data, options).requires_grad_(); };
  const Tensor w1 = leaf({{0.5, -0.4}, {0.3, 0.8}, {-0.7, 0.6}}), b1 = leaf({0.1, -0.2, 0.3});
  const Tensor w2 = leaf({{0.6, -0.5, 0.4}}), b2 = leaf({0.05});
  const Tensor x = tensor({{0.0, 0.0}, {0.0, 1.0}, {1.0, 0.0}, {1.0, 1.0}}, options);
  const Tensor target = tensor({{0.0}, {1.0}, {1.0}, {0.0}}, options);
  optim::SGD optimizer({w1, b1, w2, b2}, optim::SGDOptions(0.1));
  std::vector<double> losses;
  for (int step = 0; step <= 500; ++step) {
    const Tensor loss = F::mse_loss(linear(tanh(linear(x, w1, b1)), w2, b2), target);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    losses.push_back(loss.item());
  }
  return losses;
}

int learn_xor(const samples::Common& common) {
  const auto compare = [](samples::Document& document, const std::vector<double>& losses,
                          const std::map<std::size_t, std::string>& table, double tolerance) {
    for (const auto& [step, printed] : table)
      document.number("loss at step " + std::to_string(step), losses[step], printed, tolerance);
  };
  samples::Document document("XOR, 2-3-1 tanh, mean squared error, SGD 0.1, float64:");
  const auto wide = train(TensorOptions(kFloat64).device(common.device));
  compare(document, wide,
          {{0, "0.507776279"},
           {1, "0.380837817"},
           {10, "0.28907519"},
           {100, "0.224883484"},
           {500, "5.64821458e-6"}},
          0);
  document.section("float32, where rounding is another one in every product:");
  const auto single = train(TensorOptions(kFloat32).device(common.device));
  compare(document, single,
          {{0, "0.507776201"}, {1, "0.380837798"}, {10, "0.289075196"}, {100, "0.224883482"}},
          2e-7);
  compare(document, single, {{500, "5.6482e-6"}}, 1e-8);

  std::vector<double> steps;
  for (std::size_t i = 0; i < wide.size(); ++i) steps.push_back(static_cast<double>(i));
  samples::draw({.title = "XOR with tanh, from weights given by hand",
                 .x_label = "step",
                 .y_label = "mean squared error",
                 .right_label = "",
                 .curves = {{"loss", steps, wide}},
                 .log_y = true},
                common.file("xor_by_hand.png"));
  return document.verdict();
}

int main(int argc, char** argv) {
  return samples::run(argc, argv, "XOR without randomness.", learn_xor);
}
