// The ranges of optimizers' options.
#include "nn/optim/optimizer_options.h"

#include <cmath>

namespace tandem::optim {

namespace {

void check_option(bool valid, const char* optimizer, const char* option, double value) {
  check(valid, optimizer, ": invalid ", option, ": ", value);
}

bool is_rate(double lr) { return lr >= 0 && std::isfinite(lr); }

}  // namespace

void detail::check_moments(const char* optimizer, double lr, double beta1, double beta2, double eps,
                           double weight_decay) {
  check_option(is_rate(lr), optimizer, "lr", lr);
  check_option(beta1 >= 0 && beta1 < 1, optimizer, "beta1", beta1);
  check_option(beta2 >= 0 && beta2 < 1, optimizer, "beta2", beta2);
  check_option(eps >= 0, optimizer, "eps", eps);
  check_option(weight_decay >= 0, optimizer, "weight_decay", weight_decay);
}

void SGDOptions::validate() const {
  check_option(is_rate(rule.lr), "SGD", "lr", rule.lr);
  check_option(rule.momentum >= 0, "SGD", "momentum", rule.momentum);
  check_option(rule.weight_decay >= 0, "SGD", "weight_decay", rule.weight_decay);
  check(rule.nesterov == 0 || (rule.momentum > 0 && rule.dampening == 0),
        "SGD: nesterov needs a momentum above 0 and no dampening, got momentum ", rule.momentum,
        " and dampening ", rule.dampening);
}

void RMSpropOptions::validate() const {
  check_option(is_rate(rule.lr), "RMSprop", "lr", rule.lr);
  check_option(rule.alpha >= 0 && rule.alpha <= 1, "RMSprop", "alpha", rule.alpha);
  check_option(rule.eps >= 0, "RMSprop", "eps", rule.eps);
  check_option(rule.momentum >= 0, "RMSprop", "momentum", rule.momentum);
  check_option(rule.weight_decay >= 0, "RMSprop", "weight_decay", rule.weight_decay);
}

void AdagradOptions::validate() const {
  check_option(is_rate(rule.lr), "Adagrad", "lr", rule.lr);
  check_option(rule.lr_decay >= 0, "Adagrad", "lr_decay", rule.lr_decay);
  check_option(rule.eps >= 0, "Adagrad", "eps", rule.eps);
  check_option(rule.initial_state >= 0, "Adagrad", "initial_accumulator_value", rule.initial_state);
  check_option(rule.weight_decay >= 0, "Adagrad", "weight_decay", rule.weight_decay);
}

void NAdamOptions::validate() const {
  MomentOptions::validate();
  check_option(rule.momentum_decay >= 0, "NAdam", "momentum_decay", rule.momentum_decay);
}

void AdadeltaOptions::validate() const {
  check_option(is_rate(rule.lr), "Adadelta", "lr", rule.lr);
  check_option(rule.rho >= 0 && rule.rho <= 1, "Adadelta", "rho", rule.rho);
  check_option(rule.eps >= 0, "Adadelta", "eps", rule.eps);
  check_option(rule.weight_decay >= 0, "Adadelta", "weight_decay", rule.weight_decay);
}

void RpropOptions::validate() const {
  check_option(is_rate(rule.lr), "Rprop", "lr", rule.lr);
  check(0 < rule.eta_minus && rule.eta_minus < 1 && 1 < rule.eta_plus,
        "Rprop: invalid etas: ", rule.eta_minus, " and ", rule.eta_plus);
  check(0 <= rule.least_step && rule.least_step <= rule.most_step,
        "Rprop: invalid step_sizes: ", rule.least_step, " and ", rule.most_step);
}

}  // namespace tandem::optim
