// The tutorial's plots of tanh beside sigmoid and relu, and its claim that deep tanh nets lose
// their gradient: measured layer by layer, and with the initialisation that prevents it.
#include <tandem/tandem.h>

#include <algorithm>
#include <cstdio>

#include "samples/support/arguments.h"
#include "samples/support/documented.h"
#include "samples/support/picture.h"

using namespace tandem;
namespace F = nn::functional;

using Activation = Tensor (*)(const Tensor&);

struct Shown {
  const char* name;
  Activation function;
};
const Shown shown[] = {{"sigmoid", sigmoid}, {"tanh", tanh}, {"relu", relu}};

Tensor slope(Activation function, const Tensor& x) {
  const Tensor leaf = x.detach().requires_grad_();
  function(leaf).sum().backward();
  return leaf.grad();
}

void curves(samples::Document& document, const samples::Common& common) {
  const Tensor x = linspace(-10, 10, 400, kFloat64).to(common.device);
  const std::vector<double> points = samples::values_of(x);
  const auto picture = [&](const std::string& title, const std::string& label) {
    return samples::Picture{
        .title = title, .x_label = "x", .y_label = label, .right_label = "", .curves = {}};
  };
  samples::Picture values = picture("tanh saturates at -1 and 1, sigmoid at 0 and 1 (relu goes on)",
                                    "y"),
                   slopes = picture("Where an activation is flat, no gradient passes", "dy/dx");
  for (const Shown& one : shown) {
    const Tensor y = one.function(x);
    samples::Curve curve{one.name, points, samples::values_of(y)};
    // relu goes on to 10, which would leave no room for the others.
    const auto end = std::find_if(curve.y.begin(), curve.y.end(), [](double v) { return v > 2; });
    curve.y.erase(end, curve.y.end());
    curve.x.resize(curve.y.size());
    values.curves.push_back(curve);
    slopes.curves.push_back({one.name, points, samples::values_of(slope(one.function, x))});
  }
  samples::draw(values, common.file("tanh_saturation.png"));
  samples::draw(slopes, common.file("tanh_saturation_slopes.png"));
  document.source("recomputed");
  document.number("largest tanh' on 400 points", slope(tanh, x).max().item(), "0.99937");
  document.note("An even number of points misses 0, where tanh' is 1: the plotted peak is lower.");
}

/// Numbers that other pages print for the same functions.
void values(samples::Document& document, const Device& device) {
  const Tensor x = tensor({-1.0, 0.0, 1.0, 2.0}).to(device),
               around = tensor({-2.0, -1.0, 0.0, 1.0, 2.0}).to(device);
  document.source("documented");
  document.numbers("sigmoid", sigmoid(x), {"0.2689", "0.5", "0.7311", "0.8808"});
  document.numbers("its slope", slope(sigmoid, x), {"0.1966", "0.25", "0.1966", "0.1050"});
  document.numbers("far out", sigmoid(tensor({-100.0, 0.0, 100.0}).to(device)),
                   {"3.8e-44", "0.5", "1"});
  document.numbers("relu", relu(around), {"0", "0", "0", "1", "2"});
  document.numbers("its slope", slope(relu, around), {"0", "0", "0", "1", "1"});
  const Activation leaky = [](const Tensor& at) { return leaky_relu(at, 0.01); };
  document.numbers("leaky_relu", leaky(around), {"-0.02", "-0.01", "0", "1", "2"});
  document.numbers("its slope", slope(leaky, around), {"0.01", "0.01", "0.01", "1", "1"});
}

/// 20 linear layers of width 64 from seed 0; the norm of each one's weight gradient.
std::vector<double> gradient_norms(Activation activation, const Tensor& x, const Tensor& y,
                                   bool xavier) {
  manual_seed(0);
  std::vector<nn::Linear> layers;
  for (int i = 0; i < 19; ++i) layers.emplace_back(i == 0 ? 10 : 64, 64);
  layers.emplace_back(64, 2);
  Tensor h = x;
  for (nn::Linear& layer : layers) {
    if (xavier) {
      nn::init::xavier_uniform_(layer->weight, nn::init::calculate_gain("tanh"));
      nn::init::zeros_(layer->bias);
    }
    layer->to(x.device());
    h = layer(h);
    if (&layer != &layers.back()) h = activation(h);
  }
  F::cross_entropy(h, y).backward();
  std::vector<double> norms;
  for (const nn::Linear& layer : layers) norms.push_back(layer->weight.grad().norm().item());
  return norms;
}

void vanishing(samples::Document& document, const samples::Common& common) {
  manual_seed(0);
  const Tensor x = randn({512, 10}), y = (x.sum(1) > 0).to(kLong);
  const Tensor own_x = x.to(common.device), own_y = y.to(common.device);
  samples::Picture picture{.title = "20 layers of 64: what is left of the gradient",
                           .x_label = "layer, counted from the input",
                           .y_label = "norm of the weight gradient",
                           .right_label = "",
                           .curves = {},
                           .log_y = true};
  const auto measure = [&](const std::string& name, Activation activation, bool xavier) {
    const std::vector<double> norms = gradient_norms(activation, own_x, own_y, xavier);
    samples::Curve curve{name, {}, norms};
    for (std::size_t i = 0; i < norms.size(); ++i) curve.x.push_back(static_cast<double>(i + 1));
    picture.curves.push_back(curve);
    return norms.front();
  };
  document.source("PyTorch");
  document.number("sigmoid", measure("sigmoid", sigmoid, false), "3.7e-17");
  const double plain = measure("tanh", tanh, false);
  document.number("tanh", plain, "1.1e-5");
  document.number("relu", measure("relu", relu, false), "8.2e-9");
  const double better = measure("tanh, Xavier, gain 5/3", tanh, true);
  std::printf("  %-30s %.1e\n", "tanh, Xavier, gain 5/3", better);
  document.claim("Xavier initialisation with gain 5/3 keeps 1,000 times as much of tanh's",
                 better > 1000 * plain);
  samples::draw(picture, common.file("tanh_saturation_gradients.png"));
}

int main(int argc, char** argv) {
  return samples::run(
      argc, argv, "tanh beside sigmoid and relu, saturation and vanishing gradients.",
      [](const samples::Common& common) {
        samples::Document document("The curves, on linspace(-10, 10, 400):");
        curves(document, common);
        document.section("Values:");
        values(document, common.device);
        document.section("First layer's gradient norm in 20 layers, default initialisation:");
        vanishing(document, common);
        return document.verdict();
      });
}
