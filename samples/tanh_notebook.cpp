// A notebook page about Tanh: its example with the gradient, in the page's own format, and its
// plot.
#include <tandem/tandem.h>

#include "samples/support/arguments.h"
#include "samples/support/documented.h"
#include "samples/support/picture.h"

using namespace tandem;

void example(samples::Document& document, const Device& device) {
  const Tensor x = tensor({-3.0, -1.0, 0.0, 1.0, 3.0}).to(device).detach().requires_grad_();
  const Tensor y = tanh(x);
  y.sum().backward();
  document.numbers("Input", x, {"-3.", "-1.", "0.", "1.", "3."});
  document.numbers("Output", y, {"-0.9950548", "-0.7615942", "0.", "0.7615942", "0.9950548"});
  // The notebook rounds y first. What is left of 1 - y*y then has fewer digits than float32 holds.
  const Tensor theirs = 1 - y * y;
  document.numbers("1 - y*y", theirs, {"0.009866", "0.41997433", "1.", "0.41997433", "0.009866"});
  document.note("The exact derivatives are 0.0098660372 and 0.4199743416; our gradient, from x:");
  document.source("recomputed");
  document.numbers("Gradients", x.grad(),
                   {"0.00986604", "0.4199743", "1.", "0.4199743", "0.00986604"});
  const double rounded = samples::values_of(theirs)[0], ours = samples::values_of(x.grad())[0];
  document.claim("At 3 ours is within 2e-7 of it, relatively, and 1 - y*y is not",
                 std::abs(ours / 0.00986603716544 - 1) < 2e-7 &&
                     std::abs(rounded / 0.00986603716544 - 1) > 2e-7);
}

void plot(samples::Document& document, const samples::Common& common) {
  const Tensor x = linspace(-5, 5, 100, kFloat64).to(common.device), y = tanh(x);
  document.number("sum of y^2", square(y).sum().item(), "80.20162228157602", 1e-12);
  document.number("sum of 1 - y^2", (1 - square(y)).sum().item(), "19.798377718423975", 1e-12);
  document.number("y[0]", y[0].item(), "-0.9999092042625951", 2e-16);
  const std::vector<double> points = samples::values_of(x);
  samples::draw({.title = "Tanh Activation Function",
                 .x_label = "x",
                 .y_label = "tanh(x)",
                 .right_label = "",
                 .curves = {{"Tanh(x) = tanh(x)", points, samples::values_of(y)},
                            {"0", points, std::vector<double>(points.size()), false,
                             samples::Style::Dashed}}},
                common.file("tanh_notebook.png"));
}

int main(int argc, char** argv) {
  return samples::run(argc, argv, "The numbers and the plot of a notebook page about Tanh.",
                      [](const samples::Common& common) {
                        samples::Document document("Tanh, from a notebook:");
                        example(document, common.device);
                        plot(document, common);
                        return document.verdict();
                      });
}
