// How an optimizer's update joins a recorded step.
#pragma once

#include <functional>

#include "core/backend/backend.h"

namespace tandem {

/// For an update that `backend` has just recorded: before each replay, `next` gives the call to run
/// and counts the step. Throws Error if this thread is not recording.
void on_replay(Backend& backend, std::function<OptimizerCall()> next);

}  // namespace tandem
