// What an optimizer carries from step to step, to save and to load.
#pragma once

#include <string>

#include "core/io/safetensors.h"
#include "nn/optim/optimizer.h"

namespace tandem::optim {

/// Copies under the names, with groups and their parameters counted from 0,
///   "0.lr", "0.momentum", "0.initial_lr"   float64, those that the group has
///   "0.3.step"                             int64, of the group's fourth parameter
///   "0.3.state.1"                          its second state, once there is one
/// Other options (betas, eps, weight decay) are the program's.
NamedTensors state_dict(Optimizer& optimizer);
/// Continues from a state. The optimizer needs the same groups, parameters and kind; otherwise
/// throws Error naming what differs, and nothing changes.
void load_state_dict(Optimizer& optimizer, const NamedTensors& values);

/// state_dict to a safetensors file and back.
void save(Optimizer& optimizer, const std::string& path);
void load(Optimizer& optimizer, const std::string& path);

}  // namespace tandem::optim

namespace tandem {
using optim::load;
using optim::save;
}  // namespace tandem
