// Schedules from the names and keyword arguments of PyTorch.
#pragma once

#include <memory>
#include <string>

#include "case_file.h"
#include "nn/optim/lr_scheduler.h"

namespace tandem::golden {

/// Throws Unsupported for a name or a keyword that Tandem does not have.
std::unique_ptr<optim::LRScheduler> make_scheduler(const std::string& name, const Json& keywords,
                                                   optim::Optimizer& optimizer);
optim::ReduceLROnPlateauOptions plateau_options(const Json& keywords);

}  // namespace tandem::golden
