// Sequences through recurrent layers, step by step, composed of linear layers and gates.
#include "nn/modules/rnn.h"

#include <algorithm>

#include "core/ops/cat.h"
#include "core/ops/factories.h"
#include "nn/functional.h"
#include "nn/modules/recurrent_steps.h"

namespace tandem::nn {

RecurrentImpl::RecurrentImpl(const char* name, const RecurrentOptions& given, std::int64_t gates)
    : options(given), gates_(gates) {
  const auto check_positive = [&](const char* what, std::int64_t value) {
    check(value > 0, name, ": ", what, " must be greater than zero, got ", value);
  };
  check_positive("input_size", given.input_size());
  check_positive("hidden_size", given.hidden_size());
  check_positive("num_layers", given.num_layers());
  check(given.proj_size() == 0 || gates == 4, name, ": has no proj_size, got ", given.proj_size());
  check(given.proj_size() >= 0 && given.proj_size() < given.hidden_size(), name,
        ": proj_size must be at least 0 and smaller than hidden_size ", given.hidden_size(),
        ", got ", given.proj_size());
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
      const std::int64_t inputs = layer == 0 ? options.input_size() : output_size() * directions;
      const auto parameter = [&](const char* kind, const Shape& shape) {
        return register_parameter(kind + suffix, empty(shape));
      };
      Weights weights;
      weights.weight_ih = parameter("weight_ih", {rows, inputs});
      weights.weight_hh = parameter("weight_hh", {rows, output_size()});
      if (options.bias()) {
        weights.bias_ih = parameter("bias_ih", {rows});
        weights.bias_hh = parameter("bias_hh", {rows});
      }
      if (options.proj_size() > 0)
        weights.weight_hr = parameter("weight_hr", {options.proj_size(), hidden});
      weights_.push_back(weights);
    }
  start_recurrent(parameters(), hidden);
}

std::int64_t RecurrentImpl::output_size() const {
  return options.proj_size() > 0 ? options.proj_size() : options.hidden_size();
}

std::pair<Tensor, RecurrentImpl::States> RecurrentImpl::run_layer(const Tensor& x,
                                                                  const BatchSizes& sizes,
                                                                  const States& first,
                                                                  const Weights& weights,
                                                                  bool reverse) const {
  const std::vector<Tensor> inputs =
      functional::linear(x, weights.weight_ih, weights.bias_ih).split(sizes, 0);
  TensorList outputs(inputs.size());
  States states = first;
  // Sequences that ended, the longest of them last; in reverse, those that are still to begin are
  // the later rows of the first states.
  std::vector<TensorList> ended(first.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::size_t step = reverse ? inputs.size() - 1 - i : i;
    for (std::size_t s = 0; s < states.size(); ++s) {
      const std::int64_t have = i == 0 && reverse ? 0 : states[s].size(0), want = sizes[step];
      if (want < have) {
        ended[s].push_back(states[s].narrow(0, want, have - want));
        states[s] = states[s].narrow(0, 0, want);
      } else if (want > have) {
        const Tensor begun = first[s].narrow(0, have, want - have);
        states[s] = have == 0 ? begun : cat({states[s], begun}, 0);
      }
    }
    states = next(inputs[step], functional::linear(states[0], weights.weight_hh, weights.bias_hh),
                  states);
    if (weights.weight_hr.defined()) states[0] = functional::linear(states[0], weights.weight_hr);
    outputs[step] = states[0];
  }
  for (std::size_t s = 0; s < states.size(); ++s) {
    if (ended[s].empty()) continue;
    std::reverse(ended[s].begin(), ended[s].end());
    ended[s].insert(ended[s].begin(), states[s]);
    states[s] = cat(ended[s], 0);
  }
  return {cat(outputs, 0), states};
}

std::pair<Tensor, RecurrentImpl::States> RecurrentImpl::run_layers(Tensor x,
                                                                   const BatchSizes& sizes,
                                                                   const States& first) const {
  const std::int64_t directions = options.bidirectional() ? 2 : 1;
  std::vector<TensorList> last(first.size());
  for (std::size_t i = 0; i < weights_.size(); i += static_cast<std::size_t>(directions)) {
    if (i > 0) x = functional::dropout(x, options.dropout(), is_training());
    TensorList outputs;
    for (std::int64_t direction = 0; direction < directions; ++direction) {
      States states;
      for (const Tensor& state : first)
        states.push_back(state.select(0, static_cast<std::int64_t>(i) + direction));
      const Weights& weights = weights_[i + static_cast<std::size_t>(direction)];
      auto [output, end] = run_layer(x, sizes, states, weights, direction == 1);
      outputs.push_back(output);
      for (std::size_t s = 0; s < end.size(); ++s) last[s].push_back(end[s]);
    }
    x = directions == 1 ? outputs[0] : cat(outputs, -1);
  }
  States ends;
  for (const TensorList& states : last) ends.push_back(stack(states));
  return {x, ends};
}

RecurrentImpl::States RecurrentImpl::checked_states(const States& given, const Tensor& x,
                                                    std::int64_t batch, bool batched) const {
  States all;
  for (std::size_t s = 0; s < given.size(); ++s) {
    const Shape expected{static_cast<std::int64_t>(weights_.size()), batch,
                         s == 0 ? output_size() : options.hidden_size()};
    if (!given[s].defined()) {
      all.push_back(zeros(expected, x.options()));
      continue;
    }
    all.push_back(batched ? given[s] : given[s].unsqueeze(1));
    check(all.back().sizes() == expected, label(), ": the state ", given[s].describe(),
          " does not fit ", expected, batched ? "" : " without batch");
  }
  return all;
}

std::pair<Tensor, RecurrentImpl::States> RecurrentImpl::run(const Tensor& given,
                                                            const States& given_states) const {
  check((given.dim() == 2 || given.dim() == 3) && given.size(-1) == options.input_size(), label(),
        ": expected [time, batch, ", options.input_size(), "] or without batch, got ",
        given.describe());
  const bool batched = given.dim() == 3;
  const Tensor x =
      batched ? (options.batch_first() ? given.transpose(0, 1) : given) : given.unsqueeze(1);
  const std::int64_t steps = x.size(0), batch = x.size(1);
  check(steps > 0, label(), ": the sequence ", given.describe(), " has no step");
  auto [rows, ends] = run_layers(x.reshape({steps * batch, options.input_size()}),
                                 BatchSizes(static_cast<std::size_t>(steps), batch),
                                 checked_states(given_states, x, batch, batched));
  Tensor output = rows.reshape({steps, batch, rows.size(1)});
  if (batched) return {options.batch_first() ? output.transpose(0, 1) : output, ends};
  for (Tensor& end : ends) end = end.squeeze(1);
  return {output.squeeze(1), ends};
}

std::pair<RecurrentImpl::PackedSequence, RecurrentImpl::States> RecurrentImpl::run(
    const PackedSequence& x, const States& given) const {
  const auto* sizes = x.batch_sizes().const_data_ptr<std::int64_t>();
  const auto reordered = [](States states, const Tensor& order) {
    for (Tensor& state : states)
      if (state.defined() && order.defined()) state = state.index_select(1, order);
    return states;
  };
  check(x.data().dim() == 2 && x.data().size(1) == options.input_size(), label(),
        ": expected packed data [steps, ", options.input_size(), "], got ", x.data().describe());
  auto [output, ends] =
      run_layers(x.data(), BatchSizes(sizes, sizes + x.batch_sizes().numel()),
                 checked_states(reordered(given, x.sorted_indices()), x.data(), sizes[0], true));
  return {x.with_data(output), reordered(ends, x.unsorted_indices())};
}

RNNImpl::RNNImpl(const RNNOptions& given) : HiddenSequenceImpl("RNN", given, 1) {
  check_nonlinearity("RNN", given.nonlinearity());
}
RecurrentImpl::States RNNImpl::next(const Tensor& from_input, const Tensor& from_state,
                                    const States&) const {
  return {rnn_step(options.nonlinearity(), from_input, from_state)};
}

RecurrentImpl::States GRUImpl::next(const Tensor& from_input, const Tensor& from_state,
                                    const States& states) const {
  return {gru_step(from_input, from_state, states[0])};
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
std::tuple<RecurrentImpl::PackedSequence, std::tuple<Tensor, Tensor>>
LSTMImpl::forward_with_packed_input(const PackedSequence& x,
                                    const std::optional<std::tuple<Tensor, Tensor>>& states) const {
  const auto [h, c] = states.value_or(std::tuple<Tensor, Tensor>());
  const auto [output, ends] = run(x, {h, c});
  return {output, {ends[0], ends[1]}};
}

}  // namespace tandem::nn
