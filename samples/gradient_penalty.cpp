// A loss on the length of a gradient (Gulrajani et al., 2017): a critic that tells two clouds apart
// while its gradient is held near length 1 measures how far they lie from each other. Without the
// penalty its values grow and mean nothing. And a Hessian, the plainest case of the same.
#include <tandem/tandem.h>

#include <cstdio>

#include "samples/support/arguments.h"
#include "samples/support/documented.h"
#include "samples/support/picture.h"

using namespace tandem;

nn::Sequential make_critic(const Device& device) {
  manual_seed(0);
  nn::Sequential critic(nn::Linear(2, 64), nn::Tanh(), nn::Linear(64, 64), nn::Tanh(),
                        nn::Linear(64, 1));
  critic->to(device);
  return critic;
}

/// Lengths [rows] of the critic's gradient with respect to its input, on the tape.
Tensor gradient_length(const nn::Sequential& critic, const Tensor& at) {
  const Tensor x = at.detach().requires_grad_();
  return autograd::grad({critic(x).sum()}, {x}, {}, true, true)[0].norm(2, {1});
}

/// The clouds and points between them.
struct Clouds {
  Tensor left, right, between;

  Clouds(double distance, const Device& device) {
    const Tensor noise = 0.3 * randn({256, 2}), share = rand({256, 1});
    const Tensor shift = tensor({distance, 0.0});
    left = noise - shift / 2;
    right = (noise + shift / 2).index_select(0, randperm(256));
    between = share * left + (1 - share) * right;
    for (Tensor* part : {&left, &right, &between}) *part = part->to(device);
  }
};

/// How much higher the critic values the right cloud, step by step.
std::vector<double> train(const nn::Sequential& critic, const Clouds& clouds, double penalty) {
  optim::Adam optimizer(critic->parameters(), optim::AdamOptions(1e-3));
  std::vector<double> distances;
  for (int step = 0; step < 600; ++step) {
    const Tensor distance = critic(clouds.right).mean() - critic(clouds.left).mean();
    Tensor loss = -distance;
    if (penalty > 0)
      loss = loss + penalty * square(gradient_length(critic, clouds.between) - 1).mean();
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    distances.push_back(distance.item());
  }
  return distances;
}

void hessian(samples::Document& document, const Device& device) {
  const Tensor x = tensor({1.0, 2.0}).to(device).detach().requires_grad_();
  const Tensor slope = autograd::grad({(x * x * x).sum()}, {x}, {}, true, true)[0];
  TensorList rows;
  for (std::int64_t i = 0; i < 2; ++i) rows.push_back(autograd::grad({slope[i]}, {x}, {}, true)[0]);
  document.numbers("Hessian of sum x^3", stack(rows), {"6", "0", "0", "12"});
  const Tensor free = randn({4, 3}).to(device).detach().requires_grad_();
  softmax(free, 1).sum().backward();
  document.claim(
      "softmax with a gradient of ones gives 0 up to rounding (a page prints another one)",
      abs(free.grad()).max().item() < 1e-7);
}

int run(const samples::Common& common) {
  constexpr double distance = 2, penalty = 10;
  // Of length * distance - penalty (length - 1)^2 the largest value is here.
  constexpr double settled = 1 + distance / (2 * penalty);
  samples::Document document("Second derivatives:");
  hessian(document, common.device);
  document.section("Two clouds, the same up to a shift by 2:");
  const nn::Sequential held = make_critic(common.device);
  const Clouds clouds(distance, common.device);
  const std::vector<double> with = train(held, clouds, penalty);
  const nn::Sequential free = make_critic(common.device);
  const std::vector<double> without = train(free, clouds, 0);
  const double length = gradient_length(held, clouds.between).mean().item();
  std::printf("  with the penalty    %.3f, gradient length %.3f\n", with.back(), length);
  std::printf("  without             %.3f, gradient length %.3f\n", without.back(),
              gradient_length(free, clouds.between).mean().item<double>());
  std::printf("  both terms balance at a length of %.3f\n", settled);
  document.claim("the critic's is that, to 3 %", std::abs(length / settled - 1) < 0.03);
  document.claim("divided by it the critic's difference is the shift of 2, to 3 %",
                 std::abs(with.back() / settled / distance - 1) < 0.03);
  document.claim("without it the value is more than twice the shift", without.back() > 4);

  std::vector<double> steps;
  for (std::size_t i = 0; i < with.size(); ++i) steps.push_back(static_cast<double>(i));
  samples::draw({.title = "A critic of two clouds that lie 2 apart",
                 .x_label = "step",
                 .y_label = "difference of the critic's means",
                 .right_label = "",
                 .curves = {{"with gradient penalty", steps, with},
                            {"without", steps, without},
                            {"true distance", steps, std::vector<double>(steps.size(), distance),
                             false, samples::Style::Dashed}},
                 .log_y = true},
                common.file("gradient_penalty.png"));
  return document.verdict();
}

int main(int argc, char** argv) {
  return samples::run(argc, argv, "A loss on the length of a gradient.", run);
}
