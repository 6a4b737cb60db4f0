// What optimizers keep of a parameter from step to step.
#pragma once

#include <memory>

#include "core/rules/optimizers.h"
#include "core/tensor/tensor.h"

namespace tandem::optim {

/// The base of every optimizer's, and of one's own.
class OptimizerParamState {
 public:
  virtual ~OptimizerParamState() = default;
};

/// The states of a rule; those that are defined have the parameter's shape, dtype and device.
struct RuleParamState : OptimizerParamState {
  Tensor parameter;  ///< keeps it alive, so that no other takes its address
  Tensor states[max_optimizer_states];
  std::int64_t steps = 0;

  /// How many steps the parameter made.
  std::int64_t step() const { return steps; }
  void step(std::int64_t count) { steps = count; }
};

/// A state under the name that PyTorch gives it.
#define TANDEM_STATE(name, i)                            \
  Tensor& name() { return this->states[i]; }             \
  const Tensor& name() const { return this->states[i]; } \
  void name(const Tensor& value) { this->states[i] = value; }

struct SGDParamState : RuleParamState {
  TANDEM_STATE(momentum_buffer, 0)
};
struct AdamParamState : RuleParamState {
  TANDEM_STATE(exp_avg, 0)
  TANDEM_STATE(exp_avg_sq, 1)
  TANDEM_STATE(max_exp_avg_sq, 2)
};
struct AdamWParamState : AdamParamState {};
struct RMSpropParamState : RuleParamState {
  TANDEM_STATE(square_avg, 0)
  TANDEM_STATE(momentum_buffer, 1)
  TANDEM_STATE(grad_avg, 2)
};
struct AdagradParamState : RuleParamState {
  TANDEM_STATE(sum, 0)
};

#undef TANDEM_STATE

}  // namespace tandem::optim
