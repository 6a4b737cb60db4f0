// Two rings that no line separates, told apart by a small tanh net; its decision boundary as a
// picture. Then the losses and the confusion matrix that other pages print for classifiers.
#include <tandem/tandem.h>

#include <cstdio>

#include "samples/support/arguments.h"
#include "samples/support/documented.h"
#include "samples/support/picture.h"

using namespace tandem;
namespace F = nn::functional;

/// Points around two circles of radius 0.5 and 1; the inner ones are class 1.
struct Rings {
  Tensor x, y;  ///< [rows, 2] and [rows, 1] of 0 and 1

  explicit Rings(std::int64_t rows) {
    const Tensor angle = rand({rows, 1}) * 6.283185307179586;
    y = (rand({rows, 1}) < 0.5).to(kFloat);
    x = cat({cos(angle), sin(angle)}, 1) * (1 - 0.5 * y) + 0.08 * randn({rows, 2});
  }
};

/// Rows are the true classes, columns the predicted ones.
Tensor confusion_matrix(const Tensor& truth, const Tensor& predicted, std::int64_t classes) {
  return matmul(one_hot(truth, classes).to(kFloat).t(), one_hot(predicted, classes).to(kFloat));
}

void documented_losses(samples::Document& document, const Device& device) {
  const auto leaf = [&](const TensorData& data) {
    return tensor(data).to(device).detach().requires_grad_();
  };
  const Tensor logit = leaf({-5.0}), one = ones({1}).to(device);
  optim::SGD optimizer({logit}, optim::SGDOptions(0.5));
  const char* const logits[] = {"-4.5033", "-2.0912", "-0.1809", "0.8868", "1.4911"};
  const char* const losses[] = {"5.0067", "2.6300", "0.9685", "0.3955", "0.2221"};
  for (int step = 0; step <= 20; ++step) {
    const Tensor loss = F::binary_cross_entropy_with_logits(logit, one);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    if (step % 5 != 0) continue;
    document.number("logit after step " + std::to_string(step), logit.item(), logits[step / 5]);
    document.number("loss", loss.item(), losses[step / 5]);
  }
  const Tensor scores = leaf({{2.0, 1.0, 0.1}, {0.0, 5.0, 0.2}});
  const Tensor loss = F::cross_entropy(scores, tensor({0, 1}).to(device));
  loss.backward();
  document.number("cross entropy", loss.item(), "0.2159");
  document.numbers(
      "its gradient", scores.grad(),
      {"-0.17049944", "0.12121648", "0.04928295", "0.00331929", "-0.00737348", "0.00405419"}, 2e-8);
  document.numbers("confusion",
                   confusion_matrix(tensor({2, 0, 2, 2, 0, 1}).to(device),
                                    tensor({0, 0, 2, 2, 0, 2}).to(device), 3),
                   {"2", "0", "0", "0", "0", "1", "1", "0", "2"});
}

void learn(samples::Document& document, const samples::Common& common) {
  manual_seed(0);
  const Rings train(400), test(400);
  nn::Sequential net(nn::Linear(2, 16), nn::Tanh(), nn::Linear(16, 16), nn::Tanh(),
                     nn::Linear(16, 1));
  net->to(common.device);
  const Tensor x = train.x.to(common.device), y = train.y.to(common.device);
  optim::Adam optimizer(net->parameters(), optim::AdamOptions(1e-2));
  for (int step = 0; step < 500; ++step) {
    optimizer.zero_grad();
    F::binary_cross_entropy_with_logits(net(x), y).backward();
    optimizer.step();
  }
  const NoGradGuard guard;
  const Tensor predicted = (net(test.x.to(common.device)) > 0).to(kFloat).cpu();
  const double accuracy = (predicted == test.y).to(kFloat).mean().item();
  std::printf("  %.2f %% of 400 other points are right\n", 100 * accuracy);
  document.claim("more than 99 % of them", accuracy > 0.99);

  constexpr std::int64_t columns = 150, rows = 150;
  const Tensor across = linspace(-1.5, 1.5, columns).unsqueeze(0).expand({rows, columns}),
               up = linspace(-1.5, 1.5, rows).unsqueeze(1).expand({rows, columns});
  const Tensor grid = stack({across, up}, 2).reshape({rows * columns, 2});
  const auto ring = [&](const std::string& name, double label) {
    const Tensor rows_of = (test.y.squeeze(1) == label).nonzero().squeeze(1);
    const Tensor points = test.x.index_select(0, rows_of);
    return samples::Curve{name, samples::values_of(points.select(1, 0)),
                          samples::values_of(points.select(1, 1)), false, samples::Style::Points};
  };
  samples::draw({.title = "Two rings and the boundary that a 2-16-16-1 tanh net draws",
                 .x_label = "x",
                 .y_label = "y",
                 .right_label = "",
                 .curves = {ring("outer ring", 0), ring("inner ring", 1)},
                 .equal_axes = true,
                 .field = samples::Field{-1.5, 1.5, -1.5, 1.5, columns, rows,
                                         samples::values_of(sigmoid(net(grid.to(common.device)))),
                                         "probability of the inner ring", 0.5}},
                common.file("circles.png"));
}

int main(int argc, char** argv) {
  return samples::run(argc, argv, "Two rings told apart, with the decision boundary.",
                      [](const samples::Common& common) {
                        samples::Document document("Losses of classifiers:");
                        documented_losses(document, common.device);
                        document.section("Two rings, a 2-16-16-1 tanh net, 500 steps of Adam:");
                        learn(document, common);
                        return document.verdict();
                      });
}
