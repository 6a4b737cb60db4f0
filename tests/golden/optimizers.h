// Optimizers from the names and keyword arguments of PyTorch.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "case_file.h"
#include "nn/optim/lbfgs.h"

namespace tandem::golden {

/// Parameters and the keyword arguments that hold for them.
struct Group {
  std::vector<Tensor> parameters;
  Json keywords;
};

/// Throws Unsupported for a name or a keyword that Tandem does not have.
std::unique_ptr<optim::Optimizer> make_optimizer(const std::string& name,
                                                 const std::vector<Group>& groups);

}  // namespace tandem::golden
