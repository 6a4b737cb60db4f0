// The program on README's first screen: a tanh net learns the sine.
#include "samples/support/arguments.h"

// [readme]
#include <tandem/tandem.h>

#include <iostream>

using namespace tandem;

double learn_sine(const Device& device) {
  manual_seed(0);
  const Tensor x = linspace(-3, 3, 200).unsqueeze(1).to(device);  // [200, 1]
  const Tensor y = sin(x);
  nn::Sequential net(nn::Linear(1, 32), nn::Tanh(), nn::Linear(32, 1));
  net->to(device);
  optim::Adam optimizer(net->parameters(), optim::AdamOptions(1e-2));
  Tensor loss;
  for (int step = 0; step < 1000; ++step) {
    loss = nn::functional::mse_loss(net->forward(x), y);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
  }
  std::cout << "mean squared error after 1000 steps: " << loss.item() << '\n';
  return loss.item();
}
// [readme]

int main(int argc, char** argv) {
  return samples::run(argc, argv, "A tanh net learns the sine.", [](const samples::Common& common) {
    return learn_sine(common.device) < 1e-3 ? 0 : 1;
  });
}
