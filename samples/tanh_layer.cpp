// A documentation page about a Tanh layer. Its first example is right. The outputs of its two small
// models are copied from that example, so here both run for real, with weights that are named.
#include <tandem/tandem.h>

#include "samples/support/arguments.h"
#include "samples/support/documented.h"

using namespace tandem;

/// 3 -> 2, tanh.
struct SimpleTanhModelImpl : nn::Module {
  SimpleTanhModelImpl() { linear = register_module("linear", nn::Linear(3, 2)); }
  Tensor forward(const Tensor& x) { return nn::Tanh()(linear(x)); }
  nn::Linear linear{nullptr};
};
TANDEM_MODULE(SimpleTanhModel);

/// 4 -> 8, tanh, 8 -> 2.
struct TanhNetworkImpl : nn::Module {
  TanhNetworkImpl() {
    fc1 = register_module("fc1", nn::Linear(4, 8));
    fc2 = register_module("fc2", nn::Linear(8, 2));
  }
  Tensor forward(const Tensor& x) { return fc2(nn::Tanh()(fc1(x))); }
  nn::Linear fc1{nullptr}, fc2{nullptr};
};
TANDEM_MODULE(TanhNetwork);

/// A row that wants a gradient.
Tensor input(std::initializer_list<TensorData> row, const Device& device) {
  return tensor({TensorData(row)}).to(device).detach().requires_grad_();
}

void single_tensor(samples::Document& document, const Device& device) {
  const Tensor x = input({-1.0, 0.0, 1.0, 2.0}, device), y = nn::Tanh()(x);
  document.numbers("output", y, {"-0.7616", "0.0", "0.7616", "0.9640"});
  bool refused = false;
  try {
    y.backward();
  } catch (const Error&) {
    refused = true;
  }
  document.claim("backward() of four elements without a gradient throws, as in libtorch", refused);
  y.backward(ones_like(y));
  document.numbers("gradient", x.grad(), {"0.4199743", "1.0", "0.4199743", "0.0706508"}, 6e-8);
}

void simple_model(samples::Document& document, const Device& device) {
  SimpleTanhModel model;
  nn::load_state_dict(*model, {{"linear.weight", tensor({{0.1, 0.2, 0.3}, {-0.4, 0.5, -0.6}})},
                               {"linear.bias", tensor({0.05, -0.05})}});
  model->to(device);
  const Tensor x = input({0.5, -1.2, 3.3}, device), y = model(x);
  y.backward(ones_like(y));
  document.source("recomputed");
  document.numbers("output", y, {"0.6910694698", "-0.9930591379"}, 2e-7);
  document.numbers("dx", x.grad(), {"0.0467088793", "0.1114013719", "0.1484267671"}, 1e-7);
  document.numbers("dW", model->linear->weight.grad(),
                   {"0.2612114939", "-0.6269075854", "1.7239958600", "0.0069167743",
                    "-0.0166002584", "0.0456507107"},
                   3e-7);
  document.numbers("db", model->linear->bias.grad(), {"0.5224229879", "0.0138335487"}, 1e-7);
  document.note(
      "The page prints 0.7616, 0.9640 and a gradient of 0.4199743, 0.0706508, 0.4199743:");
  document.note("wrong, since default weights, within 1/sqrt(3), give at most 0.2833 there.");
  const double most = (1 - square(tanh(tensor({1.0, 2.0}, kFloat64)))).sum().item() / std::sqrt(3);
  document.number("that bound", most, "0.2833");
}

void network(samples::Document& document, const Device& device) {
  TanhNetwork model;
  const auto ramp = [](std::int64_t rows, std::int64_t columns) {
    return (remainder(arange(rows * columns), 5) - 2).reshape({rows, columns}).to(kFloat) * 0.125;
  };
  nn::load_state_dict(*model, NamedTensors{{"fc1.weight", ramp(8, 4)},
                                           {"fc1.bias", zeros({8})},
                                           {"fc2.weight", ramp(2, 8)},
                                           {"fc2.bias", full({2}, 0.25)}});
  model->to(device);
  const Tensor x = input({0.5, -1.2, 3.3, 0.7}, device), y = model(x);
  y.backward(ones_like(y));
  document.source("numpy");
  document.numbers("output", y, {"0.3690134", "0.6353690"}, 2e-7);
  document.numbers("dx", x.grad(), {"0.0794975", "-0.0730422", "0.0341681", "0.0378539"}, 2e-7);
  document.note("The page prints 0.7616, 0.9640 and a gradient of tanh'(1), tanh'(2), tanh'(1),");
  document.note("tanh'(2): wrong, copied from the first example; no weights are given for it.");
}

int main(int argc, char** argv) {
  return samples::run(argc, argv, "A documentation page's tanh layer and models.",
                      [](const samples::Common& common) {
                        samples::Document document("Tanh of a tensor:");
                        single_tensor(document, common.device);
                        document.section("SimpleTanhModel, 3 -> 2, with weights of ours:");
                        simple_model(document, common.device);
                        document.section("TanhNetwork, 4 -> 8 -> 2, with weights of ours:");
                        network(document, common.device);
                        return document.verdict();
                      });
}
