// The limited-memory BFGS method, which trains physics-informed and other small nets on all of
// their data at once.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "nn/optim/optimizer.h"
#include "nn/options.h"

namespace tandem::optim {

/// max_iter steps at most for each call of step(), and max_eval calls of the closure (5/4 of
/// max_iter unless set). A step() ends early where no gradient is above tolerance_grad or where
/// parameters or loss change by less than tolerance_change. history_size moves describe the
/// curvature. Without line_search_fn each step is lr times the direction; "strong_wolfe" looks for
/// one.
struct LBFGSOptions : OptimizerCloneableOptions<LBFGSOptions> {
  LBFGSOptions(double lr = 1) : lr_(lr) {}
  double get_lr() const override { return lr_; }
  void set_lr(double value) override { lr_ = value; }
  void validate() const override;
  TANDEM_ARG(double, lr);
  TANDEM_ARG(std::int64_t, max_iter) = 20;
  TANDEM_ARG(std::optional<std::int64_t>, max_eval);
  TANDEM_ARG(double, tolerance_grad) = 1e-7;
  TANDEM_ARG(double, tolerance_change) = 1e-9;
  TANDEM_ARG(std::int64_t, history_size) = 100;
  TANDEM_ARG(std::optional<std::string>, line_search_fn);
};

/// All parameters count as one vector; the state stands under the first.
struct LBFGSParamState : OptimizerParamState {
  TANDEM_ARG(std::int64_t, func_evals) = 0;
  TANDEM_ARG(std::int64_t, n_iter) = 0;
  TANDEM_ARG(double, t) = 0;          ///< the last step's length
  TANDEM_ARG(double, prev_loss) = 0;  ///< before it
  TANDEM_ARG(Tensor, d);              ///< its direction
  TANDEM_ARG(Tensor, prev_flat_grad);
  TANDEM_ARG(Tensor, H_diag);  ///< 0-d: the scale of the first guess of the inverse Hessian
  /// Differences of gradients and of parameters, oldest first, and 1 over their products.
  TANDEM_ARG(std::deque<Tensor>, old_dirs);
  TANDEM_ARG(std::deque<Tensor>, old_stps);
  TANDEM_ARG(std::deque<Tensor>, ro);

  friend class LBFGS;
};

/// LBFGS (Nocedal, 1980) with the line search of Nocedal and Wright, Numerical Optimization, 2nd
/// ed., algorithms 3.5 and 3.6, as PyTorch has both: the same steps for the same losses. One
/// parameter group; the parameters share dtype and device.
class LBFGS : public Optimizer {
 public:
  explicit LBFGS(std::vector<OptimizerParamGroup> groups, LBFGSOptions defaults = {});
  explicit LBFGS(std::vector<Tensor> parameters, LBFGSOptions defaults = {})
      : LBFGS(std::vector<OptimizerParamGroup>{{std::move(parameters)}}, std::move(defaults)) {}

  /// The closure clears gradients, computes the loss and its gradients, and returns the loss; it is
  /// called several times. Returns the first loss. If it throws, parameters and state are what they
  /// were before.
  Tensor step(LossClosure closure = nullptr) override;
  /// The keys are the learning rate's, "0.lr", and the names of LBFGSParamState.
  void save(serialize::OutputArchive& archive) const override;
  void load(serialize::InputArchive& archive) override;

 private:
  /// The loss and the gradient as one vector.
  struct Value {
    double loss;
    Tensor gradient;
    double slope = 0;  ///< along the direction of a line search
    double at = 0;     ///< its position there
  };
  void check_group(const OptimizerParamGroup& group, bool is_new) const override;
  const std::vector<Tensor>& params() const { return param_groups_.front().params(); }
  LBFGSParamState& own_state();
  Tensor flat_gradient() const;
  void move(double length, const Tensor& direction) const;
  void put(const std::vector<Tensor>& values) const;
  void find_direction(LBFGSParamState& state, const Tensor& gradient,
                      const LBFGSOptions& options) const;
  Value search(const LossClosure& closure, const Tensor& direction, const Value& start,
               double first, std::int64_t& evaluations) const;
  void run(const LossClosure& closure, LBFGSParamState& state, Value now,
           const LBFGSOptions& options) const;
};

}  // namespace tandem::optim
