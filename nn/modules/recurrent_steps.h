// One step of each recurrent net, for cells and for nets over sequences; and how both start.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "core/tensor/tensor.h"

namespace tandem::nn {

/// Throws, naming `module`, unless it is "tanh" or "relu".
void check_nonlinearity(const char* module, const std::string& nonlinearity);
/// All parameters uniform in ±1/sqrt(hidden).
void start_recurrent(const std::vector<Tensor>& parameters, std::int64_t hidden);

// The next states, [batch, hidden], from W_ih x + b_ih and W_hh h + b_hh: [batch, gates hidden];
// the formulas are beside the cells in nn/modules/recurrent.h.
Tensor rnn_step(const std::string& nonlinearity, const Tensor& from_input,
                const Tensor& from_state);
Tensor gru_step(const Tensor& from_input, const Tensor& from_state, const Tensor& h);
std::tuple<Tensor, Tensor> lstm_step(const Tensor& from_input, const Tensor& from_state,
                                     const Tensor& c);

}  // namespace tandem::nn
