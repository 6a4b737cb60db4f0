// An op of one's own, outside the library: snake(x) = x + sin(a x)^2 / a (Ziyin et al., 2020), with
// a learned a. Forward and backward are written in ops of the library, so it runs wherever they do,
// on a GPU without nvcc, and its gradient can be differentiated again.
#include <tandem/tandem.h>

#include <cstdio>

#include "samples/support/arguments.h"
#include "samples/support/documented.h"
#include "samples/support/picture.h"

using namespace tandem;
namespace F = nn::functional;

struct SnakeOp : autograd::Function<SnakeOp> {
  static Tensor forward(autograd::AutogradContext* ctx, const Tensor& x, const Tensor& a) {
    ctx->save_for_backward({x, a});
    return x + square(sin(a * x)) / a;
  }
  /// d/dx = 1 + sin(2ax), d/da = (x sin(2ax) - sin(ax)^2 / a) / a
  static TensorList backward(autograd::AutogradContext* ctx, const TensorList& grads) {
    const TensorList saved = ctx->get_saved_variables();
    const Tensor &x = saved[0], &a = saved[1];
    const Tensor wave = sin(2 * a * x);
    return {grads[0] * (1 + wave), (grads[0] * (x * wave - square(sin(a * x)) / a) / a).sum()};
  }
};

/// The op as a layer whose a is a parameter.
struct SnakeImpl : nn::Module {
  SnakeImpl() { a = register_parameter("a", ones({})); }
  Tensor forward(const Tensor& x) { return SnakeOp::apply(x, a); }
  Tensor a;
};
TANDEM_MODULE(Snake);

/// Against finite differences, once and twice.
void check_gradients(samples::Document& document, const Device& device) {
  const auto op = [](const TensorList& in) { return TensorList{SnakeOp::apply(in[0], in[1])}; };
  const TensorOptions options = TensorOptions(kFloat64).device(device);
  const TensorList at = {linspace(-3, 3, 13, options).requires_grad_(),
                         full({}, 1.5, options).requires_grad_()};
  const autograd::GradcheckOptions quiet{.raise_exception = false};
  document.claim("gradients are those of finite differences", autograd::gradcheck(op, at, quiet));
  document.claim("second derivatives, too", autograd::gradgradcheck(op, at, quiet));
}

int run(const samples::Common& common) {
  samples::Document document("snake(x) = x + sin(a x)^2 / a, as an op of this program:");
  check_gradients(document, common.device);

  // A periodic function is what snake is for: tanh goes flat outside the data.
  manual_seed(0);
  const Tensor x = linspace(-6, 6, 241).unsqueeze(1).to(common.device), y = sin(2 * x) + x / 2;
  nn::Sequential net(nn::Linear(1, 32), Snake(), nn::Linear(32, 1));
  net->to(common.device);
  optim::Adam optimizer(net->parameters(), optim::AdamOptions(1e-2));
  Tensor loss;
  for (int step = 0; step < 1500; ++step) {
    loss = F::mse_loss(net(x), y);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
  }
  const NoGradGuard guard;
  std::printf("  mean squared error %.2e, the learned a %.3f\n", loss.item<double>(),
              net->named_parameters()[2].value().item<double>());
  document.claim("a net with it learns sin(2x) + x/2 to less than 1e-2", loss.item() < 1e-2);
  const Tensor wide = linspace(-9, 9, 361).unsqueeze(1).to(common.device);
  const auto points = samples::values_of(wide);
  samples::draw({.title = "A net with an op of its own, trained on [-6, 6]",
                 .x_label = "x",
                 .y_label = "y",
                 .right_label = "",
                 .curves = {{"net", points, samples::values_of(net(wide))},
                            {"sin(2x) + x/2", points, samples::values_of(sin(2 * wide) + wide / 2),
                             false, samples::Style::Dashed}}},
                common.file("add_an_op.png"));
  return document.verdict();
}

int main(int argc, char** argv) {
  return samples::run(argc, argv, "An op of one's own, differentiated twice, in one file.", run);
}
