// A program for libtorch: namespaces reopened, macros, headers of its parts, a net that learns.
#include <ATen/ATen.h>
#include <c10/util/irange.h>
#include <torch/nn/modules/linear.h>
#include <torch/torch.h>

namespace torch {
namespace nn {
// In libtorch's own namespace, as programs add layers.
struct ScaleImpl : Module {
  explicit ScaleImpl(double start) {
    factor = register_parameter("factor", torch::full({1}, start));
  }
  Tensor forward(const Tensor& x) { return x * factor; }
  Tensor factor;
};
TORCH_MODULE(Scale);
}  // namespace nn
}  // namespace torch

namespace c10 {
inline int answer() { return 42; }
}  // namespace c10

using namespace torch;

struct NetOptions {
  explicit NetOptions(int64_t hidden) : hidden_(hidden) {}
  TORCH_ARG(int64_t, hidden);
};

struct Net : nn::Module {
  explicit Net(const NetOptions& options) {
    layers =
        register_module("layers", nn::Sequential(nn::Linear(1, options.hidden()), nn::Tanh(),
                                                 nn::Scale(1.0), nn::Linear(options.hidden(), 1)));
  }
  at::Tensor forward(const at::Tensor& x) { return layers->forward(x); }
  nn::Sequential layers{nullptr};
};

int main() {
  torch::manual_seed(1);
  auto net = std::make_shared<Net>(NetOptions(8));
  torch::optim::Adam optimizer(net->parameters(), torch::optim::AdamOptions(0.05));
  const at::Tensor x = torch::linspace(-1, 1, 32, at::kFloat).unsqueeze(1), y = x * x;
  double first = 0, last = 0;
  for (const auto step : c10::irange(200)) {
    optimizer.zero_grad();
    const auto loss = torch::mse_loss(net->forward(x), y);
    loss.backward();
    optimizer.step();
    (step == 0 ? first : last) = loss.item<double>();
  }
  std::cout << "loss " << first << " -> " << last << std::endl;
  try {
    TORCH_CHECK(last > first, "the loss fell from ", first, " to ", last);
    return 1;
  } catch (const c10::Error& error) {
    if (std::string(error.what()).find("fell from") == std::string::npos) return 2;
  }
  return last < first / 100 && c10::answer() == 42 ? 0 : 3;
}
