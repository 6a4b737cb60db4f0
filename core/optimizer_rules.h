// The update of one parameter element, for every optimizer: what PyTorch's optimizers of the same
// names compute. A rule holds its hyperparameters; begin(step) derives what depends on the step
// (from 1); update() changes the parameter p and its states given the gradient g. `states` says how
// many states an element can have, uses(i) which of them these hyperparameters need; they start at
// 0 unless `initial_state` says otherwise.
#pragma once

#include "core/math.h"
#include "core/op_list.h"

namespace tandem {
inline namespace TANDEM_ISA {
namespace rules {

/// Stochastic gradient descent with momentum (Sutskever et al., 2013). State: the velocity.
struct Sgd {
  static constexpr int states = 1;
  double lr = 1e-3, momentum = 0, dampening = 0, weight_decay = 0, nesterov = 0, maximize = 0;
  double kept = 0, taken = 0;  // shares of the old velocity and the new gradient at this step

  bool uses(int) const { return momentum != 0; }
  TANDEM_HD void begin(double step) {
    kept = step > 1 ? momentum : 0;
    taken = step > 1 ? 1 - dampening : 1;
  }
  template <class T> TANDEM_HD void update(T& p, T g, T* state) const {
    g = maximize != 0 ? -g : g;
    g = weight_decay != 0 ? g + T(weight_decay) * p : g;
    if (momentum != 0) {
      state[0] = T(kept) * state[0] + T(taken) * g;
      g = nesterov != 0 ? g + T(momentum) * state[0] : state[0];
    }
    p = p - T(lr) * g;
  }
};

/// Adam (Kingma and Ba, 2015) and, with `decoupled`, AdamW (Loshchilov and Hutter, 2019).
/// States: first moment, second moment, largest second moment (amsgrad).
struct Adam {
  static constexpr int states = 3;
  double lr = 1e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weight_decay = 0, amsgrad = 0,
         maximize = 0, decoupled = 0;
  double step_size = 0, root_correction = 1;

  bool uses(int state) const { return state < 2 || amsgrad != 0; }
  TANDEM_HD void begin(double step) {
    step_size = lr / (1 - math::whole_power(beta1, step));
    root_correction = math::sqrt(1 - math::whole_power(beta2, step));
  }
  template <class T> TANDEM_HD void update(T& p, T g, T* state) const {
    g = maximize != 0 ? -g : g;
    if (decoupled != 0)
      p = p * T(1 - lr * weight_decay);
    else
      g = weight_decay != 0 ? g + T(weight_decay) * p : g;
    state[0] = state[0] * T(beta1) + g * T(1 - beta1);
    state[1] = state[1] * T(beta2) + g * g * T(1 - beta2);
    T second = state[1];
    if (amsgrad != 0) {
      state[2] = state[2] > second ? state[2] : second;
      second = state[2];
    }
    p = p - T(step_size) * (state[0] / (math::sqrt(second) / T(root_correction) + T(eps)));
  }
};

/// RMSprop (Hinton, 2012). States: mean square, velocity, mean gradient (centered).
struct RmsProp {
  static constexpr int states = 3;
  double lr = 1e-2, alpha = 0.99, eps = 1e-8, weight_decay = 0, momentum = 0, centered = 0,
         maximize = 0;

  bool uses(int state) const { return state == 0 || (state == 1 ? momentum : centered) != 0; }
  TANDEM_HD void begin(double) {}
  template <class T> TANDEM_HD void update(T& p, T g, T* state) const {
    g = maximize != 0 ? -g : g;
    g = weight_decay != 0 ? g + T(weight_decay) * p : g;
    state[0] = state[0] * T(alpha) + g * g * T(1 - alpha);
    T spread = state[0];
    if (centered != 0) {
      state[2] = state[2] * T(alpha) + g * T(1 - alpha);
      spread = spread - state[2] * state[2];
    }
    T change = g / (math::sqrt(spread) + T(eps));
    if (momentum != 0) change = state[1] = state[1] * T(momentum) + change;
    p = p - T(lr) * change;
  }
};

/// Adagrad (Duchi, Hazan and Singer, 2011). State: the sum of squared gradients.
struct Adagrad {
  static constexpr int states = 1;
  double lr = 1e-2, lr_decay = 0, weight_decay = 0, initial_state = 0, eps = 1e-10, maximize = 0;
  double step_size = 0;

  bool uses(int) const { return true; }
  TANDEM_HD void begin(double step) { step_size = lr / (1 + (step - 1) * lr_decay); }
  template <class T> TANDEM_HD void update(T& p, T g, T* state) const {
    g = maximize != 0 ? -g : g;
    g = weight_decay != 0 ? g + T(weight_decay) * p : g;
    state[0] = state[0] + g * g;
    p = p - T(step_size) * (g / (math::sqrt(state[0]) + T(eps)));
  }
};

}  // namespace rules

using OptimizerRules = OpList<rules::Sgd, rules::Adam, rules::RmsProp, rules::Adagrad>;

}  // namespace TANDEM_ISA
}  // namespace tandem
