#include "benchmarks/bare_step.h"

#include <algorithm>

#include "core/backend/registry.h"

namespace bench {

using namespace tandem;

namespace {

constexpr bool slope_reads_input = slope_form<rules::Tanh>() == SlopeForm::from_input;

}  // namespace

BareStep::BareStep(const Net& net, const Training& training)
    : tanh_{UnaryOps::index_of<rules::Tanh>, {}},
      x_(training.x),
      labels_(training.y),
      loss_(empty({})),
      count_(empty({})),
      one_(ones({})),
      layers_(net.widths.size() - 1) {
  const NoGradGuard guard;
  const std::vector<Tensor> parameters = training.model->parameters();
  adam_.lr = learning_rate;
  const std::int64_t widest = *std::max_element(net.widths.begin() + 1, net.widths.end());
  for (Tensor& gradient : gradients_) gradient = empty({net.rows * widest});
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i].weight = parameters[2 * i].detach().clone();
    layers_[i].bias = parameters[2 * i + 1].detach().clone();
    lay_out(i, net.rows);
  }
  const Layer& last = layers_.back();
  cross_entropy_.rows = cross_entropy_backward_.rows = net.rows;
  cross_entropy_.classes = cross_entropy_backward_.classes = net.widths.back();
  cross_entropy_.reduction = cross_entropy_backward_.reduction = kMean;
  cross_entropy_.logits = last.z.raw_data();
  cross_entropy_.labels = cross_entropy_backward_.labels =
      static_cast<const std::int64_t*>(labels_.raw_data());
  cross_entropy_.loss = loss_.raw_data();
  cross_entropy_.gradient = last.grad_y.raw_data();
  cross_entropy_.total_weight = count_.raw_data();
  cross_entropy_backward_.gradient = cross_entropy_backward_.grad_logits = last.grad_y.raw_data();
  cross_entropy_backward_.total_weight = count_.raw_data();
  cross_entropy_backward_.grad_loss = one_.raw_data();
}

void BareStep::lay_out(std::size_t i, std::int64_t rows) {
  Layer& layer = layers_[i];
  const bool inner = i + 1 < layers_.size();
  const Tensor& x = i == 0 ? x_ : layers_[i - 1].y;
  const std::int64_t in = layer.weight.size(1), out = layer.weight.size(0);
  layer.y = empty({rows, out});
  layer.z = inner && slope_reads_input ? empty({rows, out}) : layer.y;
  layer.grad_y = gradients_[i % 2].slice(0, 0, rows * out);
  layer.grad_weight = empty({out, in});
  layer.grad_bias = empty({out});
  layer.forward = {.dtype = kFloat32, .rows = rows, .in = in, .out = out};
  layer.forward.x = x.raw_data();
  layer.forward.weight = layer.weight.raw_data();
  layer.forward.bias = layer.bias.raw_data();
  layer.forward.saved_for_backward = layer.z.raw_data();
  layer.backward = {.dtype = kFloat32, .rows = rows, .in = in, .out = out};
  layer.backward.x = x.raw_data();
  layer.backward.weight = layer.weight.raw_data();
  layer.backward.grad = layer.grad_y.raw_data();
  layer.backward.grad_x = i == 0 ? nullptr : layers_[i - 1].grad_y.raw_data();
  layer.backward.grad_weight = layer.grad_weight.raw_data();
  layer.backward.grad_bias = layer.grad_bias.raw_data();
  if (inner) {
    layer.forward.activation = layer.backward.activation = tanh_;
    layer.forward.y = layer.y.raw_data();
    layer.backward.saved = (slope_reads_input ? layer.z : layer.y).raw_data();
    layer.backward.grad_z = layer.grad_y.raw_data();  // in place
  }
  add_slot(layer.weight, layer.grad_weight, layer.moments[0]);
  add_slot(layer.bias, layer.grad_bias, layer.moments[1]);
}

void BareStep::add_slot(const Tensor& parameter, const Tensor& gradient, Tensor (&moments)[2]) {
  for (Tensor& moment : moments) moment = zeros_like(parameter);
  slots_.push_back({kFloat32,
                    parameter.numel(),
                    parameter.raw_data(),
                    gradient.raw_data(),
                    {moments[0].raw_data(), moments[1].raw_data(), nullptr}});
}

void BareStep::forward() {
  for (const Layer& layer : layers_) backend_of(kCPU).run(layer.forward);
}

void BareStep::loss() {
  Backend& cpu = backend_of(kCPU);
  cpu.run(cross_entropy_);
  cpu.run(cross_entropy_backward_);
}

void BareStep::backward() {
  for (std::size_t i = layers_.size(); i-- > 0;) backend_of(kCPU).run(layers_[i].backward);
}

void BareStep::update() {
  backend_of(kCPU).run(
      UpdateCall{{OptimizerRules::index_of<rules::Adam>, parameters_of<OptimizerParameters>(adam_),
                  static_cast<double>(++steps_)},
                 slots_});
}

bool BareStep::equals(Training& training, int steps) {
  for (int i = 0; i < steps; ++i) {
    training.step();
    (*this)();
    const NoGradGuard guard;
    if (!equal(training.loss, loss_)) return false;
  }
  const std::vector<Tensor> parameters = training.model->parameters();
  for (std::size_t i = 0; i < layers_.size(); ++i)
    if (!equal(parameters[2 * i], layers_[i].weight) ||
        !equal(parameters[2 * i + 1], layers_[i].bias))
      return false;
  return true;
}

}  // namespace bench
