// SGD, momentum, RMSprop and Adam on a documented quadratic, then on Rosenbrock's valley, and three
// learning-rate schedules.
#include <tandem/tandem.h>

#include <cstdio>
#include <functional>
#include <memory>

#include "samples/support/arguments.h"
#include "samples/support/documented.h"
#include "samples/support/picture.h"

using namespace tandem;

using Loss = std::function<Tensor(const Tensor&)>;
using Optimizer = std::unique_ptr<optim::Optimizer>;

struct Path {
  std::vector<double> x, y;  ///< one more than there are steps
  double last_loss = 0;      ///< before the last step
};

/// Minimises loss(w) over w: [2] in float64.
Path descend(const Tensor& start, const Loss& loss, int steps,
             const std::function<Optimizer(const Tensor&)>& make) {
  const Tensor w = start.clone().requires_grad_();
  const Optimizer optimizer = make(w);
  Path path;
  const auto note = [&] {
    const std::vector<double> at = samples::values_of(w);
    path.x.push_back(at[0]);
    path.y.push_back(at[1]);
  };
  note();
  for (int step = 0; step < steps; ++step) {
    optimizer->zero_grad();
    const Tensor value = loss(w);
    value.backward();
    optimizer->step();
    path.last_loss = value.item();
    note();
  }
  return path;
}

template <class Options> auto maker(const Options& options) {
  return [options](const Tensor& w) -> Optimizer {
    return std::make_unique<optim::RuleOptimizer<Options>>(TensorList{w}, options);
  };
}

void quadratics(samples::Document& document, const TensorOptions& options) {
  const Tensor scale = tensor({1.0, 10.0}, options);
  const Loss loss = [&](const Tensor& w) { return (scale * square(w)).sum(); };
  const auto row = [&](const std::string& name, const auto& chosen, const std::string& x,
                       const std::string& y, const std::string& last, double tolerance = 0) {
    const Path path = descend(tensor({5.0, 5.0}, options), loss, 10, maker(chosen));
    document.number(name + ", x", path.x.back(), x);
    document.number(name + ", y", path.y.back(), y);
    document.number(name + ", loss", path.last_loss, last, tolerance);
  };
  using namespace optim;
  row("SGD 0.01", SGDOptions(0.01), "4.0854", "0.5369", "21.8820");
  // The document cuts this loss, 22.73978, off instead of rounding it.
  row("momentum 0.9", SGDOptions(0.01).momentum(0.9), "1.5356", "0.0220", "22.7397", 1e-4);
  row("RMSprop 0.1", RMSpropOptions(0.1).alpha(0.99), "1.1959", "1.1959", "20.0162");
  row("Adam 0.5", AdamOptions(0.5), "0.3812", "0.3812", "6.4868");

  document.section("x^2 + y^2 from (3, 4), gradient descent 0.1:");
  const Path path = descend(
      tensor({3.0, 4.0}, options), [](const Tensor& w) { return square(w).sum(); }, 50,
      maker(SGDOptions(0.1)));
  const std::vector<std::tuple<std::size_t, std::string, std::string>> table = {
      {5, "0.9830", "1.3107"},
      {10, "0.3221", "0.4295"},
      {25, "0.0113", "0.0151"},
      {50, "0.000043", "0.000057"}};
  for (const auto& [step, x, y] : table) {
    document.number("x after " + std::to_string(step), path.x[step], x);
    document.number("y after " + std::to_string(step), path.y[step], y);
  }
}

void rosenbrock(samples::Document& document, const samples::Common& common,
                const TensorOptions& options) {
  const Loss loss = [](const Tensor& w) {
    return square(1 - w[0]) + 100 * square(w[1] - square(w[0]));
  };
  samples::Picture picture{.title = "400 steps on Rosenbrock's valley",
                           .x_label = "x",
                           .y_label = "y",
                           .right_label = "",
                           .curves = {}};
  const auto run = [&](const std::string& name, const auto& chosen) {
    const Path path = descend(tensor({-1.5, 2.0}, options), loss, 400, maker(chosen));
    const double distance = std::hypot(path.x.back() - 1, path.y.back() - 1);
    std::printf("  %-22s ends at (%.4f, %.4f), %.4f from the minimum, loss %.2e\n", name.c_str(),
                path.x.back(), path.y.back(), distance, path.last_loss);
    picture.curves.push_back({name, path.x, path.y, false, samples::Style::Path});
    return distance;
  };
  using namespace optim;
  run("Adam 2e-2", AdamOptions(2e-2));
  const double momentum = run("SGD 5e-4, momentum 0.9", SGDOptions(5e-4).momentum(0.9));
  run("RMSprop 5e-3", RMSpropOptions(5e-3));
  const double plain = run("SGD 5e-4", SGDOptions(5e-4));
  document.claim("momentum ends nearer than plain SGD, at the same rate", momentum < plain);

  constexpr std::int64_t columns = 180, rows = 108;
  const Tensor x = linspace(-2, 1.5, columns, options).unsqueeze(0),
               y = linspace(-0.5, 2.5, rows, options).unsqueeze(1);
  const Tensor height = log10(square(1 - x) + 100 * square(y - square(x)) + 1e-3);
  picture.field = samples::Field{
      -2, 1.5, -0.5, 2.5, columns, rows, samples::values_of(height), "log10 of the function"};
  picture.curves.push_back({"minimum", {1}, {1}, false, samples::Style::Cross});
  samples::draw(picture, common.file("optimizers.png"));
}

void schedules(samples::Document& document, const samples::Common& common) {
  samples::Picture picture{.title = "Learning-rate schedules, from 0.1",
                           .x_label = "epoch",
                           .y_label = "learning rate",
                           .right_label = "",
                           .curves = {}};
  const auto follow = [&](const std::string& name, double lr, int epochs, const auto& make) {
    optim::SGD optimizer({zeros({1}).requires_grad_()}, optim::SGDOptions(lr));
    const auto schedule = make(optimizer);
    samples::Curve curve{name, {}, {}};
    for (int epoch = 0; epoch <= epochs; ++epoch) {
      curve.x.push_back(epoch);
      curve.y.push_back(optimizer.get_lr());
      schedule->step();
    }
    return curve;
  };
  const auto step = [](std::int64_t size) {
    return [size](auto& o) { return std::make_unique<optim::StepLR>(o, size, 0.1); };
  };
  const auto exponential = [](auto& o) { return std::make_unique<optim::ExponentialLR>(o, 0.95); };
  const auto cosine = [](auto& o) {
    return std::make_unique<optim::CosineAnnealingLR>(o, 50, 1e-6);
  };
  document.numbers("Step(3, 0.1)", tensor(follow("", 1, 6, step(3)).y, kFloat64),
                   {"1.", "1.", "1.", "0.1", "0.1", "0.1", "0.01"});
  picture.curves = {follow("StepLR(20, 0.1)", 0.1, 50, step(20)),
                    follow("ExponentialLR(0.95)", 0.1, 50, exponential),
                    follow("CosineAnnealingLR(50, 1e-6)", 0.1, 50, cosine)};
  const std::vector<double>& decayed = picture.curves[1].y;
  document.numbers("Exponential",
                   tensor(std::vector<double>(decayed.begin(), decayed.begin() + 5), kFloat64),
                   {"0.1", "0.095", "0.09025", "0.085737", "0.081451"});
  document.number("Cosine at 25", picture.curves[2].y[25], "0.050001");
  document.number("Cosine at 50", picture.curves[2].y[50], "0.000001");
  samples::draw(picture, common.file("optimizers_schedules.png"));
}

int compare(const samples::Common& common) {
  const TensorOptions options = TensorOptions(kFloat64).device(common.device);
  samples::Document document("x^2 + 10 y^2 from (5, 5), after 10 steps:");
  quadratics(document, options);
  document.section("Schedules:");
  schedules(document, common);
  document.section("Rosenbrock's (1 - x)^2 + 100 (y - x^2)^2 from (-1.5, 2):");
  rosenbrock(document, common, options);
  return document.verdict();
}

int main(int argc, char** argv) {
  return samples::run(argc, argv, "Optimizers and learning-rate schedules.", compare);
}
