// Directions from the last moves, and the line search along them.
#include "nn/optim/lbfgs.h"

#include <algorithm>
#include <cmath>

#include "core/ops/cat.h"
#include "core/ops/compare.h"
#include "core/ops/elementwise.h"
#include "core/ops/factories.h"
#include "core/ops/matmul.h"
#include "core/ops/reduce.h"
#include "nn/optim/state_source.h"

namespace tandem::optim {

void LBFGSOptions::validate() const {
  check(lr_ >= 0 && std::isfinite(lr_), "LBFGS: invalid lr: ", lr_);
  check(max_iter_ > 0, "LBFGS: invalid max_iter: ", max_iter_);
  check(max_eval_.value_or(1) > 0, "LBFGS: invalid max_eval: ", max_eval_.value_or(1));
  check(history_size_ > 0, "LBFGS: invalid history_size: ", history_size_);
  check(!line_search_fn_ || *line_search_fn_ == "strong_wolfe",
        "LBFGS: the only line_search_fn is strong_wolfe, got ", line_search_fn_.value_or(""));
}

namespace {

double largest(const Tensor& x) { return x.abs().max().item(); }

/// The end of a bracket, or a point between, where a cubic through two values with these slopes is
/// smallest.
struct Point {
  double at, loss, slope;
};
double cubic_minimum(const Point& a, const Point& b, double least, double most) {
  const double d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.at - b.at);
  const double square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return (least + most) / 2;
  const double d2 = std::sqrt(square);
  const double at =
      a.at <= b.at ? b.at - (b.at - a.at) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2))
                   : a.at - (a.at - b.at) * ((a.slope + d2 - d1) / (a.slope - b.slope + 2 * d2));
  return std::min(std::max(at, least), most);
}

}  // namespace

LBFGS::LBFGS(std::vector<OptimizerParamGroup> groups, LBFGSOptions defaults)
    : Optimizer(std::make_unique<LBFGSOptions>(std::move(defaults))) {
  check(groups.size() == 1, "LBFGS: expected one parameter group, got ", groups.size());
  add_param_group(std::move(groups.front()));
}

void LBFGS::check_group(const OptimizerParamGroup& group, bool is_new) const {
  check(!is_new || param_groups_.empty(), "LBFGS: has one parameter group and takes no other");
  check(is_new || state_.empty(), "LBFGS: takes no more parameters after its first step");
  for (const Tensor& parameter : group.params()) {
    const Tensor& first = group.params().front();
    check(parameter.dtype() == first.dtype() && parameter.device() == first.device(),
          "LBFGS: parameters must share dtype and device, got ", first.describe(), " and ",
          parameter.describe());
  }
}

LBFGSParamState& LBFGS::own_state() {
  std::shared_ptr<OptimizerParamState>& entry = state_[params().front().unsafeGetTensorImpl()];
  if (entry == nullptr) entry = std::make_shared<LBFGSParamState>();
  auto* own = dynamic_cast<LBFGSParamState*>(entry.get());
  check(own != nullptr, "LBFGS: the first parameter has the state of another optimizer");
  return *own;
}

Tensor LBFGS::flat_gradient() const {
  TensorList parts;
  for (const Tensor& parameter : params()) {
    const Tensor& grad = parameter.grad();
    parts.push_back((grad.defined() ? grad.detach() : zeros(parameter.sizes(), parameter.options()))
                        .reshape({-1}));
  }
  return cat(parts);
}

/// Adds length times the direction to the parameters.
void LBFGS::move(double length, const Tensor& direction) const {
  std::int64_t begin = 0;
  for (const Tensor& parameter : params()) {
    const std::int64_t end = begin + parameter.numel();
    parameter.add_(direction.slice(0, begin, end).view(parameter.sizes()), length);
    begin = end;
  }
}

void LBFGS::put(const std::vector<Tensor>& values) const {
  for (std::size_t i = 0; i < values.size(); ++i) params()[i].copy_(values[i]);
}

/// The two loops of Nocedal (1980): the gradient times the inverse Hessian that the last moves
/// describe. Numbers stay on the device.
void LBFGS::find_direction(LBFGSParamState& state, const Tensor& gradient,
                           const LBFGSOptions& options) const {
  if (state.n_iter_ == 1) {
    state.d_ = -gradient;
    state.old_dirs_.clear();
    state.old_stps_.clear();
    state.ro_.clear();
    state.H_diag_ = ones({}, gradient.options());
    return;
  }
  const Tensor y = gradient - state.prev_flat_grad_, s = state.d_ * state.t_, ys = dot(y, s);
  if (ys.item() > 1e-10) {
    while (static_cast<std::int64_t>(state.old_dirs_.size()) >= options.history_size()) {
      state.old_dirs_.pop_front();
      state.old_stps_.pop_front();
      state.ro_.pop_front();
    }
    state.old_dirs_.push_back(y);
    state.old_stps_.push_back(s);
    state.ro_.push_back(1 / ys);
    state.H_diag_ = ys / dot(y, y);
  }
  const std::size_t count = state.old_dirs_.size();
  Tensor q = -gradient;
  std::vector<Tensor> shares(count);
  for (std::size_t i = count; i-- > 0;) {
    shares[i] = dot(state.old_stps_[i], q) * state.ro_[i];
    q.sub_(state.old_dirs_[i] * shares[i]);
  }
  q.mul_(state.H_diag_);
  for (std::size_t i = 0; i < count; ++i) {
    const Tensor own = dot(state.old_dirs_[i], q) * state.ro_[i];
    q.add_(state.old_stps_[i] * (shares[i] - own));
  }
  state.d_ = q;
}

/// A point along the direction where the loss has fallen enough and its slope has flattened enough
/// (the strong Wolfe conditions), or the best that 25 evaluations find.
LBFGS::Value LBFGS::search(const LossClosure& closure, const Tensor& direction, const Value& start,
                           double first, std::int64_t& evaluations) const {
  constexpr double fall = 1e-4, flatten = 0.9, least_change = 1e-9;
  constexpr int most = 25;
  std::vector<Tensor> origin;
  for (const Tensor& parameter : params()) origin.push_back(parameter.detach().clone());
  const auto evaluate = [&](double at) {
    move(at, direction);
    const double loss = loss_of(closure).item();
    Tensor gradient = flat_gradient();
    put(origin);
    ++evaluations;
    const double slope = dot(gradient, direction).item();
    return Value{loss, gradient, slope, at};
  };
  const auto point = [](const Value& value) { return Point{value.at, value.loss, value.slope}; };
  const auto falls_too_little = [&](const Value& value) {
    return value.loss > start.loss + fall * value.at * start.slope;
  };
  const auto is_flat = [&](const Value& value) {
    return std::abs(value.slope) <= -flatten * start.slope;
  };

  // Longer and longer steps, until a minimum lies between the last two.
  Value previous = start, now = evaluate(first);
  std::vector<Value> bracket;
  int count = 0;
  for (; count < most; ++count) {
    if (falls_too_little(now) || (count > 1 && now.loss >= previous.loss)) {
      bracket = {previous, now};
      break;
    }
    if (is_flat(now)) return now;
    if (now.slope >= 0) {
      bracket = {previous, now};
      break;
    }
    const double next = cubic_minimum(point(previous), point(now),
                                      now.at + 0.01 * (now.at - previous.at), now.at * 10);
    previous = now;
    now = evaluate(next);
  }
  if (bracket.empty()) bracket = {start, now};

  // Shorter and shorter brackets; `low` is the better end.
  const double longest = largest(direction);
  const auto lower_end = [&] { return bracket[0].loss <= bracket[1].loss ? 0 : 1; };
  int low = lower_end();
  for (bool is_stuck = false; count < most; ++count) {
    const double least = std::min(bracket[0].at, bracket[1].at),
                 greatest = std::max(bracket[0].at, bracket[1].at);
    if ((greatest - least) * longest < least_change) break;
    double at = cubic_minimum(point(bracket[0]), point(bracket[1]), least, greatest);
    // A second time close to an end, or on it, is no progress.
    const double margin = 0.1 * (greatest - least);
    const bool is_close = std::min(greatest - at, at - least) < margin;
    if (is_close && (is_stuck || at >= greatest || at <= least)) {
      at = std::abs(at - greatest) < std::abs(at - least) ? greatest - margin : least + margin;
      is_stuck = false;
    } else {
      is_stuck = is_close;
    }
    now = evaluate(at);
    const std::size_t better = static_cast<std::size_t>(low), worse = 1 - better;
    if (falls_too_little(now) || now.loss >= bracket[better].loss) {
      bracket[worse] = now;
      low = lower_end();
      continue;
    }
    if (is_flat(now)) return now;
    if (now.slope * (bracket[worse].at - bracket[better].at) >= 0) bracket[worse] = bracket[better];
    bracket[better] = now;
  }
  return bracket[static_cast<std::size_t>(low)];
}

void LBFGS::run(const LossClosure& closure, LBFGSParamState& state, Value now,
                const LBFGSOptions& options) const {
  const std::int64_t most_evaluations = options.max_eval().value_or(options.max_iter() * 5 / 4);
  std::int64_t evaluations = 1;
  if (largest(now.gradient) <= options.tolerance_grad()) return;
  for (std::int64_t i = 1; i <= options.max_iter(); ++i) {
    ++state.n_iter_;
    find_direction(state, now.gradient, options);
    state.prev_flat_grad_ = now.gradient;
    state.prev_loss_ = now.loss;
    state.t_ = options.lr();
    if (state.n_iter_ == 1) state.t_ *= std::min(1.0, 1 / now.gradient.abs().sum().item());
    now.slope = dot(now.gradient, state.d_).item();
    now.at = 0;
    if (now.slope > -options.tolerance_change()) return;
    std::int64_t made = 0;
    if (options.line_search_fn()) {
      now = search(closure, state.d_, now, state.t_, made);
      state.t_ = now.at;
      move(state.t_, state.d_);
    } else {
      move(state.t_, state.d_);
      if (i < options.max_iter()) {
        const double loss = loss_of(closure).item();
        now = {loss, flat_gradient()};
        made = 1;
      }
    }
    evaluations += made;
    state.func_evals_ += made;
    if (evaluations >= most_evaluations || largest(now.gradient) <= options.tolerance_grad() ||
        largest(state.d_ * state.t_) <= options.tolerance_change() ||
        std::abs(now.loss - state.prev_loss_) < options.tolerance_change())
      return;
  }
}

Tensor LBFGS::step(LossClosure closure) {
  check_not_empty();
  check(closure != nullptr, "LBFGS: step() needs a closure that computes the loss again");
  const auto* options = dynamic_cast<const LBFGSOptions*>(&group_at(0).options());
  check(options != nullptr, "LBFGS: the parameter group has the options of another optimizer");
  const NoGradGuard guard;
  LBFGSParamState& state = own_state();
  const LBFGSParamState state_before = state;
  std::vector<Tensor> before;
  for (const Tensor& parameter : params()) before.push_back(parameter.detach().clone());
  try {
    Tensor loss = loss_of(closure);
    ++state.func_evals_;
    run(closure, state, {loss.item(), flat_gradient()}, *options);
    return loss;
  } catch (...) {
    state = state_before;
    put(before);
    throw;
  }
}

// ---- files ----

namespace {

std::string nth(const char* list, std::size_t i) {
  return tandem::detail::concatenate(list, ".", i);
}

/// Calls visit(name, member) for the tensors of a state, of which an optimizer that made no step
/// has none.
template <class State, class Visit> void each_tensor(State& state, const Visit& visit) {
  visit("d", state.d());
  visit("prev_flat_grad", state.prev_flat_grad());
  visit("H_diag", state.H_diag());
}

}  // namespace

void LBFGS::save(serialize::OutputArchive& archive) const {
  check_not_empty();
  const auto found = state_.find(params().front().unsafeGetTensorImpl());
  const LBFGSParamState state = found == state_.end()
                                    ? LBFGSParamState()
                                    : dynamic_cast<const LBFGSParamState&>(*found->second);
  archive.write("0.lr", scalar_tensor(get_lr(), kFloat64));
  archive.write("func_evals", scalar_tensor(state.func_evals_, kInt64));
  archive.write("n_iter", scalar_tensor(state.n_iter_, kInt64));
  archive.write("t", scalar_tensor(state.t_, kFloat64));
  archive.write("prev_loss", scalar_tensor(state.prev_loss_, kFloat64));
  each_tensor(state, [&](const char* name, const Tensor& tensor) {
    if (tensor.defined()) archive.write(name, tensor.clone());
  });
  const auto write_list = [&](const char* name, const std::deque<Tensor>& list) {
    for (std::size_t i = 0; i < list.size(); ++i) archive.write(nth(name, i), list[i].clone());
  };
  write_list("old_dirs", state.old_dirs_);
  write_list("old_stps", state.old_stps_);
  write_list("ro", state.ro_);
}

void LBFGS::load(serialize::InputArchive& archive) {
  check_not_empty();
  const NoGradGuard guard;
  detail::StateSource source(archive.tensors());
  const std::unique_ptr<OptimizerOptions> options = group_at(0).options().clone();
  options->set_lr(source.take("0.lr", {}, true).item());
  options->validate();
  LBFGSParamState state;
  state.func_evals_ = source.take("func_evals", {}, false).item<std::int64_t>();
  state.n_iter_ = source.take("n_iter", {}, false).item<std::int64_t>();
  check(state.n_iter_ >= 0 && state.func_evals_ >= 0, "load_state_dict: n_iter is ", state.n_iter_,
        " and func_evals ", state.func_evals_);
  state.t_ = source.take("t", {}, true).item();
  state.prev_loss_ = source.take("prev_loss", {}, true).item();
  const Tensor like = flat_gradient();
  const auto own = [&](const Tensor& value) { return value.to(like.options()); };
  if (state.n_iter_ > 0) {
    state.d_ = own(source.take("d", like.sizes(), true));
    state.prev_flat_grad_ = own(source.take("prev_flat_grad", like.sizes(), true));
    state.H_diag_ = own(source.take("H_diag", {}, true));
    for (;;) {
      const std::size_t i = state.old_dirs_.size();
      const Tensor y = source.find(nth("old_dirs", i), like.sizes(), true);
      if (!y.defined()) break;
      state.old_dirs_.push_back(own(y));
      state.old_stps_.push_back(own(source.take(nth("old_stps", i), like.sizes(), true)));
      state.ro_.push_back(own(source.take(nth("ro", i), {}, true)));
    }
  }
  if (archive.is_strict()) source.expect_empty();
  group_at(0).options().set_lr(options->get_lr());
  own_state() = std::move(state);
}

}  // namespace tandem::optim
