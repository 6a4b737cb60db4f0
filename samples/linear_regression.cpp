// A line fitted by gradient descent, which ends where the normal equations say; with the losses,
// gradients and metrics that other pages print.
#include <tandem/tandem.h>

#include <cmath>
#include <cstdio>

#include "samples/support/arguments.h"
#include "samples/support/documented.h"
#include "samples/support/picture.h"

using namespace tandem;
namespace F = nn::functional;

Tensor leaf(const TensorData& data, const Device& device) {
  return tensor(data).to(device).detach().requires_grad_();
}

/// One layer and its gradients.
void layer(samples::Document& document, const Device& device) {
  const Tensor x = leaf({{1.0, 2.0, 3.0}}, device),
               w = leaf({{4.0, 5.0, 6.0}, {7.0, 8.0, 9.0}}, device);
  const Tensor y = linear(x, w);
  y.sum().backward();
  document.numbers("x W^T", y, {"32", "50"});
  document.numbers("dW", w.grad(), {"1", "2", "3", "1", "2", "3"});
  document.numbers("dx", x.grad(), {"11", "13", "15"});
  document.note("(the sums of W's columns; the page prints another dx, which is wrong)");
  const Tensor rows = leaf({{1.0, 2.0}, {3.0, 4.0}}, device),
               weight = leaf({{5.0, 6.0}, {7.0, 8.0}}, device), bias = leaf({0.0, 0.0}, device);
  linear(rows, weight, bias).sum().backward();
  document.numbers("dx of two rows", rows.grad(), {"12", "14", "12", "14"});
  document.numbers("dW", weight.grad(), {"4", "6", "4", "6"});
  document.numbers("db", bias.grad(), {"2", "2"});
}

void losses(samples::Document& document, const Device& device) {
  const Tensor guess = leaf({2.5, 0.0, 2.1}, device), truth = tensor({3.0, 0.0, 2.0}).to(device);
  const Tensor loss = F::mse_loss(guess, truth);
  loss.backward();
  document.number("mean squared error", loss.item(), "0.0867");
  document.numbers("its gradient", guess.grad(), {"-0.33333334", "0", "0.06666661"}, 2e-8);

  // One weight, w = 10, on its way to 42.
  const Tensor w = leaf({10.0}, device), goal = tensor({42.0}).to(device);
  optim::SGD optimizer({w}, optim::SGDOptions(0.1));
  const char* const weights[] = {"16.4000", "33.6114", "39.2512", "41.0993", "41.7049"};
  const char* const errors[] = {"1024", "109.9512", "11.8059", "1.2676", "0.1361"};
  for (int step = 0; step <= 20; ++step) {
    const Tensor error = F::mse_loss(w, goal);
    optimizer.zero_grad();
    error.backward();
    optimizer.step();
    if (step % 5 != 0) continue;
    document.number("w after step " + std::to_string(step), w.item(), weights[step / 5]);
    document.number("loss", error.item(), errors[step / 5]);
  }
}

/// The usual measures of a regression.
struct Metrics {
  double mse, mae, r2, mape;

  Metrics(const Tensor& predicted, const Tensor& truth)
      : mse(square(predicted - truth).mean().item()),
        mae(abs(predicted - truth).mean().item()),
        r2(1 - mse / square(truth - truth.mean()).mean().item()),
        mape(100 * abs((predicted - truth) / truth).mean().item()) {}
};

void metrics(samples::Document& document, const Device& device) {
  const Metrics m(tensor({2.5, 0.0, 2.0, 8.0}).to(device),
                  tensor({3.0, -0.5, 2.0, 7.0}).to(device));
  document.number("MSE", m.mse, "0.3750");
  document.number("RMSE", std::sqrt(m.mse), "0.6124");
  document.number("MAE", m.mae, "0.5000");
  document.number("R^2", m.r2, "0.9486");
  document.number("MAPE, %", m.mape, "32.74");
}

/// y = 3x - 1 with noise: gradient descent against the normal equations.
void fit(samples::Document& document, const samples::Common& common) {
  manual_seed(0);
  const Tensor x = (rand({100, 1}) * 4 - 2).to(common.device),
               y = (3 * x - 1 + 0.8 * randn({100, 1}).to(common.device));
  nn::Linear line(1, 1);
  line->to(common.device);
  optim::SGD optimizer(line->parameters(), optim::SGDOptions(0.1));
  for (int step = 0; step < 300; ++step) {
    optimizer.zero_grad();
    F::mse_loss(line(x), y).backward();
    optimizer.step();
  }
  const NoGradGuard guard;
  const double slope = line->weight.item(), intercept = line->bias.item();
  const Tensor dx = x - x.mean(), dy = y - y.mean();
  const double exact = ((dx * dy).sum() / square(dx).sum()).item();
  std::printf("  y = %.4f x %+.4f, drawn from y = 3 x - 1\n", slope, intercept);
  document.claim("that is the least-squares line, to 1e-5",
                 std::abs(slope - exact) < 1e-5 &&
                     std::abs(intercept - (y.mean() - exact * x.mean()).item()) < 1e-5);
  const Tensor ends = tensor({{-2.0}, {2.0}}).to(common.device);
  samples::draw(
      {.title = "A line fitted by gradient descent",
       .x_label = "x",
       .y_label = "y",
       .right_label = "",
       .curves = {{"data", samples::values_of(x), samples::values_of(y), false,
                   samples::Style::Points},
                  {"fitted line", samples::values_of(ends), samples::values_of(line(ends))}}},
      common.file("linear_regression.png"));
}

int main(int argc, char** argv) {
  return samples::run(argc, argv, "A line fitted by gradient descent.",
                      [](const samples::Common& common) {
                        samples::Document document("A linear layer and its gradients:");
                        layer(document, common.device);
                        document.section("Losses:");
                        losses(document, common.device);
                        document.section("Metrics of [2.5, 0, 2, 8] against [3, -0.5, 2, 7]:");
                        metrics(document, common.device);
                        document.section("Fitting a line to 100 points:");
                        fit(document, common);
                        return document.verdict();
                      });
}
