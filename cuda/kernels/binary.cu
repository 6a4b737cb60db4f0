// The kernels of every binary rule.
#include "core/rules/binary.h"
#include "cuda/kernels/elementwise.cuh"
#include "cuda/kernels/kernel_table.h"

namespace tandem::gpu {
namespace {

template <class Rule, class C> struct BinaryValue {
  Rule rule;
  TANDEM_HD auto operator()(const C* x) const { return rule.value(x[0], x[1]); }
};

/// x: the operands, and the gradient.
template <class Rule, class C, int side> struct BinarySlope {
  Rule rule;
  TANDEM_HD C operator()(const C* x) const {
    return passed_gradient<Rule>(
        x[2], C(side == 0 ? rule.slope_a(x[0], x[1]) : rule.slope_b(x[0], x[1])));
  }
};

template <class Rule> void launch_value(DeviceContext& context, const BinaryCall& call) {
  const Rule rule = rule_from<Rule>(call.op.parameters);
  run_rule<is_predicate<Rule>(), supports_integers<Rule>()>(
      Rule::name, context, call.plan, call.a.dtype, std::array{call.a, call.b}, call.out,
      [rule]<class C>() { return BinaryValue<Rule, C>{rule}; });
}

template <class Rule> void launch_slope(DeviceContext& context, const BinaryBackwardCall& call) {
  const Rule rule = rule_from<Rule>(call.op.parameters);
  const auto run = [&]<int operand>() {
    run_rule<false, false>(Rule::name, context, call.plan, call.out.dtype,
                           std::array{call.a, call.b, call.grad}, call.out,
                           [rule]<class C>() { return BinarySlope<Rule, C, operand>{rule}; });
  };
  if (call.side == 0)
    run.template operator()<0>();
  else
    run.template operator()<1>();
}

template <class Rule> constexpr BinaryLaunchers launchers() {
  if constexpr (HasBinarySlopes<Rule>)
    return {launch_value<Rule>, launch_slope<Rule>};
  else
    return {launch_value<Rule>, nullptr};
}

template <class... Rules> std::span<const BinaryLaunchers> launchers_of(OpList<Rules...>) {
  static constexpr std::array<BinaryLaunchers, sizeof...(Rules)> table{launchers<Rules>()...};
  return table;
}

}  // namespace

std::span<const BinaryLaunchers> binary_launchers() { return launchers_of(BinaryOps{}); }

}  // namespace tandem::gpu
