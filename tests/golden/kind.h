// How each kind of case is computed with Tandem.
#pragma once

#include <string>
#include <vector>

#include "case_file.h"
#include "unsupported.h"

namespace tandem::golden {

/// What Tandem makes of a case, under the names of its expected arrays.
struct Computed {
  Values out, grad;
  /// Added to the absolute tolerance of an output ("printed_y" carries few digits).
  std::map<std::string, double> slack;
  /// Outputs that the case holds for the record only.
  std::set<std::string> not_compared;
};

using ComputeFunction = Computed (*)(const Case&, const Device&);

struct Kind {
  const char* name;
  ComputeFunction compute;
  /// Its results are defined on the CPU alone.
  bool cpu_only = false;
};

const std::vector<Kind>& all_kinds();

// One function per kind; each throws Unsupported for what Tandem does not have.
Computed compute_activation(const Case& golden, const Device& device);
Computed compute_linear(const Case& golden, const Device& device);
Computed compute_loss(const Case& golden, const Device& device);
Computed compute_optim(const Case& golden, const Device& device);
Computed compute_seed_experiment(const Case& golden, const Device& device);
Computed compute_document(const Case& golden, const Device& device);
Computed compute_rng(const Case& golden, const Device& device);
Computed compute_tensor(const Case& golden, const Device& device);
Computed compute_double_backward(const Case& golden, const Device& device);
Computed compute_recurrent(const Case& golden, const Device& device);

// ---- what they share ----

/// "o3" from "o" and 3.
std::string numbered(std::string prefix, std::size_t number);
/// The case's inputs as new leaves on `device`; those with an expected gradient require one.
Values make_leaves(const Case& golden, const Device& device);
/// A leaf that requires a gradient, with the numbers of `values`.
Tensor leaf(const Tensor& values, const Device& device);
/// `out` and the gradients of sum(out * upstream) with respect to the leaves that the case expects
/// one of.
Computed with_gradients(const Case& golden, const Values& leaves, Values out);

}  // namespace tandem::golden
