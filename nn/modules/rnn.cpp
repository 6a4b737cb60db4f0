// Sequences through recurrent layers, step by step, composed of linear layers and gates.
#include "nn/modules/rnn.h"

#include "core/ops/cat.h"
#include "core/ops/factories.h"
#include "nn/functional.h"
#include "nn/modules/recurrent_steps.h"

namespace tandem::nn {

RecurrentImpl::RecurrentImpl(const char* name, const RecurrentOptions& given, std::int64_t gates)
    : options(given), gates_(gates) {
  check(given.input_size() > 0 && given.hidden_size() > 0 && given.num_layers() > 0, name,
        ": sizes and layers must be positive, got input ", given.input_size(), ", hidden ",
        given.hidden_size(), ", layers ", given.num_layers());
  check(given.dropout() >= 0 && given.dropout() <= 1, name,
        ": the dropout must lie in [0, 1], got ", given.dropout());
  check(given.nonlinearity() == "tanh" || gates == 1, name,
        ": has no nonlinearity to choose, got '", given.nonlinearity(), "'");
  reset_layers();
}

void RecurrentImpl::reset_layers() {
  weights_.clear();
  const std::int64_t hidden = options.hidden_size(), rows = gates_ * hidden,
                     directions = options.bidirectional() ? 2 : 1;
  for (std::int64_t layer = 0; layer < options.num_layers(); ++layer)
    for (std::int64_t direction = 0; direction < directions; ++direction) {
      const std::string suffix = "_l" + std::to_string(layer) + (direction == 1 ? "_reverse" : "");
      const std::int64_t inputs = layer == 0 ? options.input_size() : hidden * directions;
      const auto parameter = [&](const char* kind, const Shape& shape) {
        return register_parameter(kind + suffix, empty(shape));
      };
      Weights weights;
      weights.weight_ih = parameter("weight_ih", {rows, inputs});
      weights.weight_hh = parameter("weight_hh", {rows, hidden});
      if (options.bias()) {
        weights.bias_ih = parameter("bias_ih", {rows});
        weights.bias_hh = parameter("bias_hh", {rows});
      }
      weights_.push_back(weights);
    }
  start_recurrent(parameters(), hidden);
}

std::pair<Tensor, RecurrentImpl::States> RecurrentImpl::run_layer(const Tensor& x, States states,
                                                                  const Weights& weights,
                                                                  bool reverse) const {
  const std::vector<Tensor> inputs =
      functional::linear(x, weights.weight_ih, weights.bias_ih).unbind(0);
  TensorList outputs(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::size_t step = reverse ? inputs.size() - 1 - i : i;
    states = next(inputs[step], functional::linear(states[0], weights.weight_hh, weights.bias_hh),
                  states);
    outputs[step] = states[0];
  }
  return {stack(outputs), states};
}

std::pair<Tensor, RecurrentImpl::States> RecurrentImpl::run(const Tensor& given,
                                                            const States& given_states) const {
  check((given.dim() == 2 || given.dim() == 3) && given.size(-1) == options.input_size(), label(),
        ": expected [time, batch, ", options.input_size(), "] or without batch, got ",
        given.describe());
  const bool batched = given.dim() == 3;
  Tensor x = batched ? (options.batch_first() ? given.transpose(0, 1) : given) : given.unsqueeze(1);
  check(x.size(0) > 0, label(), ": the sequence ", given.describe(), " has no step");
  const auto count = static_cast<std::int64_t>(weights_.size());
  const std::int64_t directions = options.bidirectional() ? 2 : 1;
  const Shape expected{count, x.size(1), options.hidden_size()};
  States all;
  for (const Tensor& state : given_states) {
    if (!state.defined()) {
      all.push_back(zeros(expected, x.options()));
      continue;
    }
    all.push_back(batched ? state : state.unsqueeze(1));
    check(all.back().sizes() == expected, label(), ": the state ", state.describe(),
          " does not fit ", expected, batched ? "" : " without batch");
  }
  std::vector<TensorList> last(all.size());
  for (std::int64_t i = 0; i < count; i += directions) {
    if (i > 0) x = functional::dropout(x, options.dropout(), is_training());
    TensorList outputs;
    for (std::int64_t direction = 0; direction < directions; ++direction) {
      States states;
      for (const Tensor& state : all) states.push_back(state.select(0, i + direction));
      const Weights& weights = weights_[static_cast<std::size_t>(i + direction)];
      auto [output, end] = run_layer(x, states, weights, direction == 1);
      outputs.push_back(output);
      for (std::size_t s = 0; s < end.size(); ++s) last[s].push_back(end[s]);
    }
    x = directions == 1 ? outputs[0] : cat(outputs, -1);
  }
  States ends;
  for (const TensorList& states : last) {
    const Tensor end = stack(states);
    ends.push_back(batched ? end : end.squeeze(1));
  }
  if (!batched) return {x.squeeze(1), ends};
  return {options.batch_first() ? x.transpose(0, 1) : x, ends};
}

RNNImpl::RNNImpl(const RNNOptions& given) : SequenceImpl("RNN", given, 1) {
  check_nonlinearity("RNN", given.nonlinearity());
}
RecurrentImpl::States RNNImpl::next(const Tensor& from_input, const Tensor& from_state,
                                    const States&) const {
  return {rnn_step(options.nonlinearity(), from_input, from_state)};
}
std::tuple<Tensor, Tensor> RNNImpl::forward(const Tensor& x, const Tensor& h) const {
  const auto [output, states] = run(x, {h});
  return {output, states[0]};
}

RecurrentImpl::States GRUImpl::next(const Tensor& from_input, const Tensor& from_state,
                                    const States& states) const {
  return {gru_step(from_input, from_state, states[0])};
}
std::tuple<Tensor, Tensor> GRUImpl::forward(const Tensor& x, const Tensor& h) const {
  const auto [output, states] = run(x, {h});
  return {output, states[0]};
}

RecurrentImpl::States LSTMImpl::next(const Tensor& from_input, const Tensor& from_state,
                                     const States& states) const {
  const auto [h, c] = lstm_step(from_input, from_state, states[1]);
  return {h, c};
}
std::tuple<Tensor, std::tuple<Tensor, Tensor>> LSTMImpl::forward(
    const Tensor& x, const std::optional<std::tuple<Tensor, Tensor>>& states) const {
  const auto [h, c] = states.value_or(std::tuple<Tensor, Tensor>());
  const auto [output, ends] = run(x, {h, c});
  return {output, {ends[0], ends[1]}};
}

}  // namespace tandem::nn
