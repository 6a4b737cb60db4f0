#include <tandem/tandem.h>

#include <cstdio>

int main() {
  const tandem::Tensor x = tandem::tensor({-1.0, 0.0, 1.0}, tandem::requires_grad());
  tandem::tanh(x).sum().backward();
  std::printf("%.7f\n", x.grad()[0].item<double>());
  return x.grad()[1].item() == 1.0 ? 0 : 1;
}
