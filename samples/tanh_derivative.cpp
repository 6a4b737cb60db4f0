// The derivative of tanh, formula by formula, on real tensors; then what rounding does to the
// formulas that textbooks print, and to ours.
#include <tandem/tandem.h>

#include <cstdio>

#include "samples/support/arguments.h"
#include "samples/support/documented.h"
#include "samples/support/picture.h"

using namespace tandem;

/// The quotient of exponentials, as both blog posts define tanh.
Tensor quotient(const Tensor& z) { return (exp(z) - exp(-z)) / (exp(z) + exp(-z)); }

double largest(const Tensor& x) { return abs(x).max().item(); }

/// Step by step: tanh = sinh / cosh, the quotient rule, and what it simplifies to.
void formulas(samples::Document& document, const samples::Common& common) {
  const Tensor z = arange(-4.0, 4.0, 0.01, kFloat64).to(common.device);
  const Tensor a = quotient(z), dz = 1 - square(a);
  document.source("recomputed");
  document.number("points", static_cast<double>(z.numel()), "800");
  document.number("a[0]", a[0].item(), "-0.999329299739");
  document.number("dz[0]", dz[0].item(), "0.00134095068");
  document.number("max dz", dz.max().item(), "1");
  const Tensor s = sinh(z), c = cosh(z);
  document.claim("tanh = sinh / cosh, to 1e-15", largest(tanh(z) - s / c) < 1e-15);
  document.claim("quotient rule (cosh cosh - sinh sinh) / cosh^2 = 1 - tanh^2, to 1e-12",
                 largest((c * c - s * s) / (c * c) - dz) < 1e-12);
  document.claim("1 - tanh^2 = sech^2, to 1e-15", largest(1 / (c * c) - dz) < 1e-15);
  const Tensor x = z.detach().requires_grad_();
  tanh(x).sum().backward();
  document.claim("autograd's derivative is that, to 1e-15", largest(x.grad() - dz) < 1e-15);

  const std::vector<double> points = samples::values_of(z);
  samples::draw({.title = "tanh and its derivative",
                 .x_label = "z",
                 .y_label = "",
                 .right_label = "",
                 .curves = {{"tanh", points, samples::values_of(a)},
                            {"derivative", points, samples::values_of(dz)}},
                 .centred_axes = true},
                common.file("tanh_derivative.png"));
}

void higher_orders(samples::Document& document, const Device& device) {
  const Tensor x = ones({}, TensorOptions(kFloat64).device(device)).requires_grad_();
  Tensor y = tanh(x);
  for (const char* expected : {"0.4199743416140260", "-0.6397000084492246", "0.6216266807712962"}) {
    y = autograd::grad({y}, {x}, {}, true, true)[0];
    document.number("next derivative at 1", y.item(), expected, 2e-15);
  }
}

/// The first of `points` where the quotient is not a number.
double first_nan(const Tensor& points) {
  const Tensor bad = isnan(quotient(points)).to(kInt64);
  return points.select(0, bad.argmax().item<std::int64_t>()).item();
}

void unsafe_formula(samples::Document& document, const Device& device) {
  const auto on = [&](DType dtype) { return TensorOptions(dtype).device(device); };
  document.number("quotient is nan from, float32",
                  first_nan(arange(80.0, 100.0, 0.5, on(kFloat32))), "89.", 0.5);
  document.number("quotient is nan from, float64",
                  first_nan(arange(700.0, 720.0, 0.5, on(kFloat64))), "710.", 0.5);
  const Tensor large = tensor({89.0, 1000.0}).to(device);
  document.numbers("ours there", tanh(large), {"1.", "1."});
  const Tensor small = linspace(0.5e-6, 2e-6, 1000).to(device);
  const Tensor wide = tanh(small.to(kFloat64));
  const auto error = [&](const Tensor& y) { return largest(y.to(kFloat64) / wide - 1); };
  std::printf("  near 1e-6, float32, the quotient is off by %.2g, ours by %.1g (relative)\n",
              error(quotient(small)), error(tanh(small)));
  document.note("(with numpy's exp, which is less exact, it loses 7e-2)");
  document.claim("the quotient loses more than 5e-2 there, ours less than 1e-7",
                 error(quotient(small)) > 5e-2 && error(tanh(small)) < 1e-7);
  const Tensor saturated = tensor({9.0, 9.02}).to(device);
  document.claim("in float32 tanh is below 1 at 9 and exactly 1 at 9.02",
                 tanh(saturated)[0].item() < 1 && tanh(saturated)[1].item() == 1);
}

/// The gradient near saturation: ours, and 1 - y*y, against sech^2 in float64.
void accuracy_table(samples::Document& document, const samples::Common& common) {
  const Tensor x = arange(0.5, 12.5, 0.25).to(common.device).detach().requires_grad_();
  const Tensor y = tanh(x);
  y.sum().backward();
  const Tensor e = exp(-2 * x.detach().to(kFloat64)), exact = 4 * e / square(1 + e);
  const auto relative = [&](const Tensor& slope) {
    return samples::values_of(abs(slope.detach().to(kFloat64) / exact - 1));
  };
  const std::vector<double> points = samples::values_of(x), truth = samples::values_of(exact),
                            ours = relative(x.grad()), rounded = relative(1 - y * y);
  std::printf("  %6s %14s %14s %14s\n", "x", "tanh'(x)", "ours is off", "1 - y*y is off");
  for (std::size_t i = 2; i < points.size(); i += 4)
    std::printf("  %6.1f %14.6e %14.1e %14.1e\n", points[i], truth[i], ours[i], rounded[i]);
  // Two units in the last place are 2.4e-7 at most.
  document.claim("ours stays within 2.4e-7 everywhere",
                 *std::max_element(ours.begin(), ours.end()) < 2.4e-7);
  document.claim("1 - y*y has nothing left from 9.25 on", rounded[35] == 1 && rounded.back() == 1);
  std::vector<double> drawn = ours;
  for (double& error : drawn) error = std::max(error, 1e-9);  // an exact one, on a logarithmic axis
  samples::draw({.title = "Error of the gradient of tanh in float32",
                 .x_label = "x",
                 .y_label = "relative error",
                 .right_label = "",
                 .curves = {{"Tandem", points, drawn}, {"1 - y*y", points, rounded}},
                 .log_y = true},
                common.file("tanh_derivative_error.png"));
}

int main(int argc, char** argv) {
  return samples::run(
      argc, argv, "The derivative of tanh, and what rounding does to its formulas.",
      [](const samples::Common& common) {
        samples::Document document("Step by step, on arange(-4, 4, 0.01):");
        formulas(document, common);
        higher_orders(document, common.device);
        document.section("The quotient of exponentials, right on paper, breaks down:");
        unsafe_formula(document, common.device);
        document.section("The gradient near saturation, float32:");
        accuracy_table(document, common);
        return document.verdict();
      });
}
