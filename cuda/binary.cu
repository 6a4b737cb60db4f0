// The kernels of every binary rule.
#include "core/binary_rules.h"
#include "cuda/elementwise.h"
#include "cuda/rules.h"

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
    return x[2] * (side == 0 ? rule.slope_a(x[0], x[1]) : rule.slope_b(x[0], x[1]));
  }
};

template <class Rule> void launch_value(DeviceContext& context, const RuleParameters& parameters,
                                        const LoopPlan& plan, const Input& a, const Input& b,
                                        const Output& out) {
  const Rule rule = rule_from<Rule>(parameters);
  const std::array<Input, 2> in{a, b};
  const bool packs =
      fits_packs(plan, a.dtype, is_predicate<Rule>() ? DType::Bool : a.dtype, in, out);
  const bool done = packs && visit_real(a.dtype, [&]<class T>() {
                      using R = std::conditional_t<is_predicate<Rule>(), bool, T>;
                      run_packs<T, R, 2>(Rule::name, context, BinaryValue<Rule, Computed<T>>{rule},
                                         plan.numel, in, out);
                    });
  if (done) return;
  visit_computed(a.dtype, [&]<class C>() {
    if constexpr (std::is_floating_point_v<C> || supports_integers<Rule>())
      run_walk<C, 2>(Rule::name, context, BinaryValue<Rule, C>{rule}, plan, in, out);
  });
}

template <class Rule, int side> void run_slope(DeviceContext& context, const Rule& rule,
                                               const LoopPlan& plan, const std::array<Input, 3>& in,
                                               const Output& out) {
  const bool done =
      fits_packs(plan, out.dtype, out.dtype, in, out) && visit_real(out.dtype, [&]<class T>() {
        run_packs<T, T, 3>(Rule::name, context, BinarySlope<Rule, Computed<T>, side>{rule},
                           plan.numel, in, out);
      });
  if (done) return;
  visit_computed(out.dtype, [&]<class C>() {
    if constexpr (std::is_floating_point_v<C>)
      run_walk<C, 3>(Rule::name, context, BinarySlope<Rule, C, side>{rule}, plan, in, out);
  });
}

template <class Rule> void launch_slope(DeviceContext& context, const RuleParameters& parameters,
                                        int side, const LoopPlan& plan, const Input& a,
                                        const Input& b, const Input& grad, const Output& out) {
  const Rule rule = rule_from<Rule>(parameters);
  if (side == 0)
    run_slope<Rule, 0>(context, rule, plan, {a, b, grad}, out);
  else
    run_slope<Rule, 1>(context, rule, plan, {a, b, grad}, out);
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
