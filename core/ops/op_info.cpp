// Instantiates every rule's slope for tensors.
#include "core/ops/op_info.h"

#include <vector>

#include "core/ops/elementwise.h"
#include "core/ops/factories.h"
#include "core/ops/mixed_precision.h"

namespace tandem {
namespace {

template <class Rule> UnaryInfo describe_unary() {
  UnaryInfo info{Rule::name,
                 slope_form<Rule>(),
                 supports_integers<Rule>(),
                 is_predicate<Rule>(),
                 is_float32_in_autocast<Rule>(),
                 is_mask<Rule>(),
                 0,
                 nullptr};
  if constexpr (HasConstantSlope<Rule>) info.constant_slope = Rule{}.slope();
  if constexpr (HasSlopeFromInput<Rule> || HasSlopeFromOutput<Rule>)
    info.derivative = [](const RuleParameters& parameters, const Tensor& saved) {
      const Rule rule = rule_from<Rule>(parameters);
      if constexpr (requires { rule.derivative(saved); })
        return rule.derivative(saved);
      else if constexpr (HasSlopeFromInput<Rule>)
        return rule.slope_from_input(saved);
      else
        return rule.slope_from_output(saved);
    };
  return info;
}

template <class Rule> BinaryInfo describe_binary() {
  BinaryInfo info{Rule::name,
                  HasBinarySlopes<Rule> || HasConstantBinarySlopes<Rule>,
                  HasConstantBinarySlopes<Rule>,
                  supports_integers<Rule>(),
                  is_predicate<Rule>(),
                  is_float32_in_autocast<Rule>(),
                  is_mask<Rule>(),
                  slopes_read_other_operand<Rule>(),
                  {0, 0},
                  {nullptr, nullptr}};
  if constexpr (HasConstantBinarySlopes<Rule>) {
    info.slopes[0] = Rule{}.slope_a();
    info.slopes[1] = Rule{}.slope_b();
  }
  if constexpr (HasBinarySlopes<Rule>) {
    info.derivative[0] = [](const RuleParameters& parameters, const Tensor& a, const Tensor& b) {
      const Rule rule = rule_from<Rule>(parameters);
      if constexpr (requires { rule.derivative_a(a, b); })
        return rule.derivative_a(a, b);
      else
        return rule.slope_a(a, b);
    };
    info.derivative[1] = [](const RuleParameters& parameters, const Tensor& a, const Tensor& b) {
      const Rule rule = rule_from<Rule>(parameters);
      if constexpr (requires { rule.derivative_b(a, b); })
        return rule.derivative_b(a, b);
      else
        return rule.slope_b(a, b);
    };
  }
  return info;
}

}  // namespace

Tensor passed_gradient(bool masks, const Tensor& grad, const Tensor& slope) {
  const Tensor product = mixed::to_compute_dtype(grad) * slope;
  return (masks ? where(slope == 0, 0, product) : product).to(grad.dtype());
}

const UnaryInfo& unary_info(int id) {
  static const auto& table = *new auto([] {  // never destroyed: ops may run at exit
    List<UnaryInfo> infos;
    UnaryOps::for_each([&]<class Rule>() { infos.push_back(describe_unary<Rule>()); });
    return infos;
  }());
  return table[static_cast<std::size_t>(id)];
}

const BinaryInfo& binary_info(int id) {
  static const auto& table = *new auto([] {  // never destroyed: ops may run at exit
    List<BinaryInfo> infos;
    BinaryOps::for_each([&]<class Rule>() { infos.push_back(describe_binary<Rule>()); });
    return infos;
  }());
  return table[static_cast<std::size_t>(id)];
}

}  // namespace tandem
