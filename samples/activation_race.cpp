// The tutorial's experiment, verbatim: a 10-64-2 net on 512 random rows, trained for 50 full-batch
// steps of Adam with sigmoid, tanh and relu in turn. The final losses are the document's, to its
// printed digits.
#include <tandem/tandem.h>

#include <cstdio>

#include "samples/support/arguments.h"
#include "samples/support/picture.h"

using namespace tandem;
namespace F = nn::functional;

struct MlpImpl : nn::Module {
  explicit MlpImpl(Tensor (*activation)(const Tensor&)) : activation(activation) {
    fc1 = register_module("fc1", nn::Linear(10, 64));
    fc2 = register_module("fc2", nn::Linear(64, 2));
  }
  Tensor forward(const Tensor& x) { return fc2(activation(fc1(x))); }
  Tensor (*activation)(const Tensor&);
  nn::Linear fc1{nullptr}, fc2{nullptr};
};
TANDEM_MODULE(Mlp);

/// The loss before each of the 50 steps.
std::vector<double> train(const Tensor& x, const Tensor& y, Tensor (*activation)(const Tensor&)) {
  Mlp model(activation);
  model->to(x.device());
  optim::Adam optimizer(model->parameters(), optim::AdamOptions(1e-3));
  std::vector<double> losses;
  for (int epoch = 0; epoch < 50; ++epoch) {
    const Tensor loss = F::cross_entropy(model(x), y);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    losses.push_back(loss.item());
  }
  return losses;
}

int race(const samples::Common& common) {
  struct Runner {
    const char* name;
    Tensor (*activation)(const Tensor&);
    double documented, tolerance;
  };
  // ReLU's kinks let rounding grow, so its loss is held to the printed digits only.
  const Runner runners[] = {{"sigmoid", sigmoid, 0.5811456, 2e-6},
                            {"tanh", tanh, 0.3449817, 2e-6},
                            {"relu", relu, 0.4089797, 1e-5}};
  manual_seed(0);
  const Tensor x = randn({512, 10});
  const Tensor y = (x.sum(1) > 0).to(kLong);
  samples::Picture picture{
      "Cross entropy of a 10-64-2 net, seed 0", "step", "training loss", "", {}};
  bool all_match = true;
  std::printf("loss after 50 steps of Adam on 512 rows, %lld of them labelled 1\n",
              static_cast<long long>(y.sum().item<std::int64_t>()));
  for (const Runner& runner : runners) {
    samples::Curve curve{
        runner.name, {}, train(x.to(common.device), y.to(common.device), runner.activation), false};
    for (std::size_t i = 0; i < curve.y.size(); ++i) curve.x.push_back(static_cast<double>(i));
    all_match =
        samples::documented(runner.name, curve.y.back(), runner.documented, runner.tolerance) &&
        all_match;
    picture.curves.push_back(std::move(curve));
  }
  samples::draw(picture, common.file("activation_race.png"));
  return all_match ? 0 : 1;
}

int main(int argc, char** argv) {
  return samples::run(
      argc, argv, "Sigmoid, tanh and relu race on the tutorial's net.", [](CLI::App&) {}, race);
}
