// The kernels of one unary rule, for any list of rules.
#pragma once

#include "core/op_list.h"
#include "cuda/elementwise.h"
#include "cuda/rules.h"

namespace tandem::gpu {

template <class Rule, class C> struct UnaryValue {
  Rule rule;
  TANDEM_HD auto operator()(const C* x) const { return rule.value(x[0]); }
};

/// x: what the slope reads, and the gradient.
template <class Rule, class C> struct UnarySlope {
  Rule rule;
  TANDEM_HD C operator()(const C* x) const {
    if constexpr (HasSlopeFromInput<Rule>)
      return x[1] * rule.slope_from_input(x[0]);
    else
      return x[1] * rule.slope_from_output(x[0]);
  }
};

template <class Rule> void launch_unary(DeviceContext& context, const RuleParameters& parameters,
                                        const LoopPlan& plan, const Input& x, const Output& out) {
  const Rule rule = rule_from<Rule>(parameters);
  const std::array<Input, 1> in{x};
  const bool packs =
      fits_packs(plan, x.dtype, is_predicate<Rule>() ? DType::Bool : x.dtype, in, out);
  const bool done = packs && visit_real(x.dtype, [&]<class T>() {
                      using R = std::conditional_t<is_predicate<Rule>(), bool, T>;
                      run_packs<T, R, 1>(Rule::name, context, UnaryValue<Rule, Computed<T>>{rule},
                                         plan.numel, in, out);
                    });
  if (done) return;
  visit_computed(x.dtype, [&]<class C>() {
    if constexpr (std::is_floating_point_v<C> || supports_integers<Rule>())
      run_walk<C, 1>(Rule::name, context, UnaryValue<Rule, C>{rule}, plan, in, out);
  });
}

template <class Rule> void launch_unary_slope(DeviceContext& context,
                                              const RuleParameters& parameters,
                                              const LoopPlan& plan, const Input& saved,
                                              const Input& grad, const Output& out) {
  const Rule rule = rule_from<Rule>(parameters);
  const std::array<Input, 2> in{saved, grad};
  const bool done =
      fits_packs(plan, out.dtype, out.dtype, in, out) && visit_real(out.dtype, [&]<class T>() {
        run_packs<T, T, 2>(Rule::name, context, UnarySlope<Rule, Computed<T>>{rule}, plan.numel, in,
                           out);
      });
  if (done) return;
  visit_computed(out.dtype, [&]<class C>() {
    if constexpr (std::is_floating_point_v<C>)
      run_walk<C, 2>(Rule::name, context, UnarySlope<Rule, C>{rule}, plan, in, out);
  });
}

template <class Rule> constexpr UnaryLaunchers unary_launchers() {
  if constexpr (HasSlopeFromInput<Rule> || HasSlopeFromOutput<Rule>)
    return {launch_unary<Rule>, launch_unary_slope<Rule>};
  else
    return {launch_unary<Rule>, nullptr};
}

template <class... Rules> std::span<const UnaryLaunchers> launchers_of(OpList<Rules...>) {
  static constexpr std::array<UnaryLaunchers, sizeof...(Rules)> table{unary_launchers<Rules>()...};
  return table;
}

}  // namespace tandem::gpu
