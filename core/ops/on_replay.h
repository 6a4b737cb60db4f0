// How an optimizer's update joins a recorded step.
#pragma once

#include <functional>

#include "core/backend/calls.h"
#include "core/base/device.h"

namespace tandem {

/// For an update that was just recorded on `device`: before each replay, `next` gives the step to
/// run and counts it. Throws Error if this thread is not recording, or not on that device.
void on_replay(const Device& device, std::function<OptimizerStep()> next);

}  // namespace tandem
