// The kernels of one unary rule, for any list of rules.
#pragma once

#include "core/rules/op_list.h"
#include "cuda/kernels/elementwise.cuh"
#include "cuda/kernels/kernel_table.h"

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
      return passed_gradient<Rule>(x[1], C(rule.slope_from_input(x[0])));
    else
      return passed_gradient<Rule>(x[1], C(rule.slope_from_output(x[0])));
  }
};

template <class Rule> void launch_unary(DeviceContext& context, const UnaryCall& call) {
  const Rule rule = rule_from<Rule>(call.op.parameters);
  run_rule<is_predicate<Rule>(), supports_integers<Rule>()>(
      Rule::name, context, call.plan, call.x.dtype, std::array{call.x}, call.out,
      [rule]<class C>() { return UnaryValue<Rule, C>{rule}; });
}

template <class Rule>
void launch_unary_slope(DeviceContext& context, const UnaryBackwardCall& call) {
  const Rule rule = rule_from<Rule>(call.op.parameters);
  run_rule<false, false>(Rule::name, context, call.plan, call.out.dtype,
                         std::array{call.saved, call.grad}, call.out,
                         [rule]<class C>() { return UnarySlope<Rule, C>{rule}; });
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
