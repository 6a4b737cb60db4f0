// The update of one parameter element, for every optimizer: what PyTorch's optimizers of the same
// names compute. A rule holds its hyperparameters; begin(step) derives what depends on the step
// (from 1); update() changes the parameter p and its states given the gradient g. `states` says how
// many states an element has (arguments of update, not an array, which would keep loops from being
// vectorised), uses(i) which of them these hyperparameters need; they start at 0 unless
// `initial_state` says otherwise. Options choose without branches, so that the loop over elements
// is one of vectors.
#pragma once

#include "core/rules/math.h"
#include "core/rules/op_list.h"

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
  template <class T> TANDEM_HD void update(T& p, T g, T& velocity) const {
    g = math::bit_select(maximize != 0, -g, g);
    g = math::bit_select(weight_decay != 0, g + T(weight_decay) * p, g);
    const T moved = T(kept) * velocity + T(taken) * g;
    const T step = math::bit_select(nesterov != 0, g + T(momentum) * moved, moved);
    velocity = math::bit_select(momentum != 0, moved, velocity);
    g = math::bit_select(momentum != 0, step, g);
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
    step_size = lr / (1 - math::pow_int(beta1, step));
    root_correction = math::sqrt(1 - math::pow_int(beta2, step));
  }
  template <class T> TANDEM_HD void update(T& p, T g, T& mean, T& square, T& largest) const {
    g = math::bit_select(maximize != 0, -g, g);
    g = math::bit_select(weight_decay != 0 && decoupled == 0, g + T(weight_decay) * p, g);
    p = math::bit_select(decoupled != 0, p * T(1 - lr * weight_decay), p);
    mean = mean * T(beta1) + g * T(1 - beta1);
    square = square * T(beta2) + g * g * T(1 - beta2);
    const T larger = largest > square ? largest : square;
    largest = math::bit_select(amsgrad != 0, larger, largest);
    const T second = math::bit_select(amsgrad != 0, larger, square);
    p = p - T(step_size) * (mean / (math::sqrt(second) / T(root_correction) + T(eps)));
  }
};

/// RMSprop (Hinton, 2012). States: mean square, velocity, mean gradient (centered).
struct RmsProp {
  static constexpr int states = 3;
  double lr = 1e-2, alpha = 0.99, eps = 1e-8, weight_decay = 0, momentum = 0, centered = 0,
         maximize = 0;

  bool uses(int state) const { return state == 0 || (state == 1 ? momentum : centered) != 0; }
  TANDEM_HD void begin(double) {}
  template <class T> TANDEM_HD void update(T& p, T g, T& square, T& velocity, T& mean) const {
    g = math::bit_select(maximize != 0, -g, g);
    g = math::bit_select(weight_decay != 0, g + T(weight_decay) * p, g);
    square = square * T(alpha) + g * g * T(1 - alpha);
    const T moved_mean = mean * T(alpha) + g * T(1 - alpha);
    mean = math::bit_select(centered != 0, moved_mean, mean);
    // Rounding can bring the difference below 0, where it has no root.
    const T difference = square - moved_mean * moved_mean;
    const T spread = math::bit_select(centered != 0, difference < T(0) ? T(0) : difference, square);
    const T change = g / (math::sqrt(spread) + T(eps)), moved = velocity * T(momentum) + change;
    velocity = math::bit_select(momentum != 0, moved, velocity);
    p = p - T(lr) * math::bit_select(momentum != 0, moved, change);
  }
};

/// Adagrad (Duchi, Hazan and Singer, 2011). State: the sum of squared gradients.
struct Adagrad {
  static constexpr int states = 1;
  double lr = 1e-2, lr_decay = 0, weight_decay = 0, initial_state = 0, eps = 1e-10, maximize = 0;
  double step_size = 0;

  bool uses(int) const { return true; }
  TANDEM_HD void begin(double step) { step_size = lr / (1 + (step - 1) * lr_decay); }
  template <class T> TANDEM_HD void update(T& p, T g, T& sum) const {
    g = math::bit_select(maximize != 0, -g, g);
    g = math::bit_select(weight_decay != 0, g + T(weight_decay) * p, g);
    sum = sum + g * g;
    p = p - T(step_size) * (g / (math::sqrt(sum) + T(eps)));
  }
};

/// Adamax, the variant of Adam with the infinity norm (Kingma and Ba, 2015). States: first moment,
/// the largest decayed gradient.
struct Adamax {
  static constexpr int states = 2;
  double lr = 2e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weight_decay = 0, maximize = 0;
  double step_size = 0;

  bool uses(int) const { return true; }
  TANDEM_HD void begin(double step) { step_size = lr / (1 - math::pow_int(beta1, step)); }
  template <class T> TANDEM_HD void update(T& p, T g, T& mean, T& largest) const {
    g = math::bit_select(maximize != 0, -g, g);
    g = math::bit_select(weight_decay != 0, g + T(weight_decay) * p, g);
    mean = mean + (g - mean) * T(1 - beta1);
    const T decayed = largest * T(beta2), own = math::abs(g) + T(eps);
    largest = math::bit_select((decayed > own) | (decayed != decayed), decayed, own);
    p = p - T(step_size) * (mean / largest);
  }
};

/// NAdam (Dozat, 2016). States: first moment, second moment, 1 less the product of the momenta.
struct NAdam {
  static constexpr int states = 3;
  double lr = 2e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weight_decay = 0, momentum_decay = 4e-3,
         decoupled_weight_decay = 0, maximize = 0;
  double momentum_now = 0, momentum_next = 0, correction = 1;

  bool uses(int) const { return true; }
  TANDEM_HD double momentum_at(double step) const {
    return beta1 * (1 - 0.5 * math::exp(step * momentum_decay * -0.040821994520255166));  // ln 0.96
  }
  TANDEM_HD void begin(double step) {
    momentum_now = momentum_at(step);
    momentum_next = momentum_at(step + 1);
    correction = 1 - math::pow_int(beta2, step);
  }
  template <class T> TANDEM_HD void update(T& p, T g, T& mean, T& square, T& complement) const {
    g = math::bit_select(maximize != 0, -g, g);
    g = math::bit_select(weight_decay != 0 && decoupled_weight_decay == 0, g + T(weight_decay) * p,
                         g);
    p = math::bit_select(decoupled_weight_decay != 0, p * T(1 - lr * weight_decay), p);
    complement = complement * T(momentum_now) + T(1 - momentum_now);
    const T next = complement * T(momentum_next) + T(1 - momentum_next);
    mean = mean + (g - mean) * T(1 - beta1);
    square = square * T(beta2) + g * g * T(1 - beta2);
    const T scale = math::sqrt(square / T(correction)) + T(eps);
    p = p - T(lr * (1 - momentum_now)) / complement * (g / scale);
    p = p - T(lr * momentum_next) / next * (mean / scale);
  }
};

/// RAdam (Liu et al., 2020). States: first moment, second moment.
struct RAdam {
  static constexpr int states = 2;
  double lr = 1e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weight_decay = 0,
         decoupled_weight_decay = 0, maximize = 0;
  double step_size = 0, adaptive = 0, rectified = 0;  // the last: whether there is a variance yet

  bool uses(int) const { return true; }
  TANDEM_HD void begin(double step) {
    step_size = lr / (1 - math::pow_int(beta1, step));
    const double kept = math::pow_int(beta2, step), correction = 1 - kept;
    const double longest = 2 / (1 - beta2) - 1, length = longest - 2 * step * kept / correction;
    rectified = length > 5;
    adaptive = length > 5 ? math::sqrt(correction * ((length - 4) * (length - 2) * longest /
                                                     ((longest - 4) * (longest - 2) * length)))
                          : 0;
  }
  template <class T> TANDEM_HD void update(T& p, T g, T& mean, T& square) const {
    g = math::bit_select(maximize != 0, -g, g);
    g = math::bit_select(weight_decay != 0 && decoupled_weight_decay == 0, g + T(weight_decay) * p,
                         g);
    p = math::bit_select(decoupled_weight_decay != 0, p * T(1 - lr * weight_decay), p);
    mean = mean + (g - mean) * T(1 - beta1);
    square = square * T(beta2) + g * g * T(1 - beta2);
    const T scaled = T(adaptive) * (mean / (math::sqrt(square) + T(eps)));
    p = p - T(step_size) * math::bit_select(rectified != 0, scaled, mean);
  }
};

/// Adadelta (Zeiler, 2012). States: the mean squares of gradients and of moves.
struct Adadelta {
  static constexpr int states = 2;
  double lr = 1, rho = 0.9, eps = 1e-6, weight_decay = 0, maximize = 0;

  bool uses(int) const { return true; }
  TANDEM_HD void begin(double) {}
  template <class T> TANDEM_HD void update(T& p, T g, T& square, T& moved) const {
    g = math::bit_select(maximize != 0, -g, g);
    g = math::bit_select(weight_decay != 0, g + T(weight_decay) * p, g);
    square = square * T(rho) + g * g * T(1 - rho);
    const T move = math::sqrt(moved + T(eps)) / math::sqrt(square + T(eps)) * g;
    moved = moved * T(rho) + move * move * T(1 - rho);
    p = p - T(lr) * move;
  }
};

/// Rprop (Riedmiller and Braun, 1993). States: the last gradient, 0 where it turned; the step size.
struct Rprop {
  static constexpr int states = 2;
  double lr = 1e-2, eta_minus = 0.5, eta_plus = 1.2, least_step = 1e-6, most_step = 50,
         maximize = 0;
  double is_first = 0;

  bool uses(int) const { return true; }
  TANDEM_HD void begin(double step) { is_first = step == 1; }
  template <class T> TANDEM_HD void update(T& p, T g, T& last, T& size) const {
    g = math::bit_select(maximize != 0, -g, g);
    const T agreement = g * last;
    const bool turned = agreement < T(0);
    const T factor = math::bit_select(turned, T(eta_minus),
                                      math::bit_select(agreement > T(0), T(eta_plus), T(1)));
    T next = math::bit_select(is_first != 0, T(lr), size) * factor;
    next = next < T(least_step) ? T(least_step) : next;
    size = next > T(most_step) ? T(most_step) : next;
    last = math::bit_select(turned, T(0), g);
    const T up = math::bit_select(last > T(0), size, T(0));
    p = p - math::bit_select(last < T(0), -size, up);
  }
};

}  // namespace rules

using OptimizerRules =
    OpList<rules::Sgd, rules::Adam, rules::RmsProp, rules::Adagrad, rules::Adamax, rules::NAdam,
           rules::RAdam, rules::Adadelta, rules::Rprop>;

/// The most states that a rule of the list has.
inline constexpr int max_optimizer_states = [] {
  int most = 0;
  OptimizerRules::for_each([&]<class Rule>() { most = Rule::states > most ? Rule::states : most; });
  return most;
}();

}  // namespace TANDEM_ISA
}  // namespace tandem
