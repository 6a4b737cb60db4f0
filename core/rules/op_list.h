// What an elementwise rule is, and the lists they stand in.
//
// A unary rule is a small struct, at most four doubles of parameters, with
//   name                         its public name, for errors and tests
//   value(x)                     y for one element; a bool result makes a predicate
// and, if it is differentiable, exactly one slope, whose form says what the tape keeps:
//   slope_from_input(x)          dy/dx computed from x       (keeps the input)
//   slope_from_output(y)         dy/dx computed from y       (keeps the output)
//   slope()                      a constant                  (keeps nothing)
// A slope is a template that serves numbers and, as differentiable ops for create_graph, tensors:
// functions are named without namespace, constants as constant<V>(c). Where a number needs what a
// tensor does not have (a comparison that chooses, a bound), the slope is for numbers and
// derivative(v) beside it for tensors; tests hold the two against each other for every rule.
//
// A binary rule has value(a, b) and, if differentiable, slope_a and slope_b, either both of (a, b),
// with derivative_a and derivative_b beside them where needed, or both constants slope_a() and
// slope_b().
//
// Optional: value_and_slope(x, slope) gives value(x) and sets slope to slope_from_input(x), the
// same bits for less than both cost; `slopes_read_other_operand` = true says that a binary rule's
// slopes each read the other operand only, so that the tape keeps less; `integers` = true computes
// integer tensors as they are (others go to float32 first), `float32_in_autocast` = true has
// autocast widen 16-bit operands, and `domain` = where random inputs make sense, for tests and
// documentation. `masks` = true says that the slopes are masks, constant in pieces, which let
// nothing through where they are 0, not even a gradient that is infinite or nan.
#pragma once

#include <concepts>
#include <cstring>
#include <type_traits>

#include "core/base/macros.h"

namespace tandem {

enum class Domain { real, positive, above_minus_one, above_one, unit_interval };

/// The bytes of an elementwise rule's parameters, as they travel through the backend contract.
struct RuleParameters {
  double values[4] = {};
};
/// The same of an optimizer's rule.
struct OptimizerParameters {
  double values[12] = {};
};

template <class Parameters = RuleParameters, class Rule>
Parameters parameters_of(const Rule& rule) {
  static_assert(std::is_trivially_copyable_v<Rule> && sizeof(Rule) <= sizeof(Parameters));
  Parameters parameters;
  if constexpr (!std::is_empty_v<Rule>) std::memcpy(parameters.values, &rule, sizeof(Rule));
  return parameters;
}

template <class Rule, class Parameters> Rule rule_from(const Parameters& parameters) {
  Rule rule;
  if constexpr (!std::is_empty_v<Rule>) std::memcpy(&rule, parameters.values, sizeof(Rule));
  return rule;
}

/// An elementwise op: its position in UnaryOps or BinaryOps and its parameters.
struct ElementwiseCall {
  int id = 0;
  RuleParameters parameters;
};

/// `value` in a slope that serves numbers and tensors: a number of V, or a double beside tensors.
template <class V> TANDEM_HD constexpr auto constant(double value) {
  if constexpr (std::is_floating_point_v<V>)
    return static_cast<V>(value);
  else
    return value;
}

enum class SlopeForm { none, from_input, from_output, constant };

template <class Rule>
concept HasSlopeFromInput = requires(const Rule rule, float x) {
  rule.slope_from_input(x);
};
template <class Rule>
concept HasValueAndSlope = HasSlopeFromInput<Rule> && requires(const Rule rule, float x) {
  rule.value_and_slope(x, x);
};
template <class Rule>
concept HasSlopeFromOutput = requires(const Rule rule, float y) {
  rule.slope_from_output(y);
};
template <class Rule>
concept HasConstantSlope = requires(const Rule rule) {
  rule.slope();
};

template <class Rule>
concept UnaryRule = requires(const Rule rule, float x) {
  rule.value(x);
  Rule::name;
}
&&(int{HasSlopeFromInput<Rule>} + HasSlopeFromOutput<Rule> + HasConstantSlope<Rule> <= 1);

template <class Rule> constexpr SlopeForm slope_form() {
  if constexpr (HasSlopeFromInput<Rule>)
    return SlopeForm::from_input;
  else if constexpr (HasSlopeFromOutput<Rule>)
    return SlopeForm::from_output;
  else if constexpr (HasConstantSlope<Rule>)
    return SlopeForm::constant;
  else
    return SlopeForm::none;
}

template <class Rule>
concept HasBinarySlopes = requires(const Rule rule, float x) {
  rule.slope_a(x, x);
  rule.slope_b(x, x);
};
template <class Rule>
concept HasConstantBinarySlopes = requires(const Rule rule) {
  rule.slope_a();
  rule.slope_b();
};

template <class Rule>
concept BinaryRule = requires(const Rule rule, float x) {
  rule.value(x, x);
  Rule::name;
}
&&(int{HasBinarySlopes<Rule>} + HasConstantBinarySlopes<Rule> <= 1);

/// Whether integer tensors are computed in their own dtype.
template <class Rule> constexpr bool supports_integers() {
  if constexpr (requires { Rule::integers; })
    return Rule::integers;
  else
    return false;
}

/// Whether autocast has the op take 16-bit operands in float32.
template <class Rule> constexpr bool is_float32_in_autocast() {
  if constexpr (requires { Rule::float32_in_autocast; })
    return Rule::float32_in_autocast;
  else
    return false;
}

template <class Rule> constexpr Domain domain_of() {
  if constexpr (requires { Rule::domain; })
    return Rule::domain;
  else
    return Domain::real;
}

/// Whether a rule says (`masks` = true) that its slopes are masks: where one is 0 nothing passes.
template <class Rule> constexpr bool is_mask() {
  if constexpr (requires { Rule::masks; })
    return Rule::masks;
  else
    return false;
}

/// The gradient that passes a rule: grad * slope, and for a mask 0 where the slope is 0, also if
/// grad is infinite or nan there.
template <class Rule, class T> TANDEM_HD T passed_gradient(T grad, T slope) {
  if constexpr (is_mask<Rule>())
    return slope == T(0) ? T(0) : grad * slope;
  else
    return grad * slope;
}

/// Whether a binary rule says (`slopes_read_other_operand` = true) that each slope reads the other
/// operand only.
template <class Rule> constexpr bool slopes_read_other_operand() {
  if constexpr (requires { Rule::slopes_read_other_operand; })
    return Rule::slopes_read_other_operand;
  else
    return false;
}

/// Whether value() returns bool.
template <class Rule> constexpr bool is_predicate() {
  if constexpr (requires(const Rule rule, float x) { rule.value(x); })
    return std::is_same_v<decltype(std::declval<const Rule>().value(1.0f)), bool>;
  else
    return std::is_same_v<decltype(std::declval<const Rule>().value(1.0f, 1.0f)), bool>;
}

/// The registry: an op's id is its position in its list.
template <class... Rules> struct OpList {
  static constexpr int size = sizeof...(Rules);

  template <class Rule> static constexpr int index_of = [] {
    static_assert((std::is_same_v<Rule, Rules> + ...) == 1,
                  "the rule stands in the list exactly once");
    int index = 0;
    (void)((std::is_same_v<Rule, Rules> ? false : (++index, true)) && ...);
    return index;
  }();

  /// Calls body.operator()<Rule>() for every rule in order.
  template <class Body> static constexpr void for_each(Body&& body) {
    (body.template operator()<Rules>(), ...);
  }

  /// Calls body.operator()<Rule>() for the rule at position `id`.
  template <class Body> static constexpr void visit(int id, Body&& body) {
    int at = 0;
    (void)((at++ == id && (body.template operator()<Rules>(), true)) || ...);
  }
};

namespace detail {
template <class A, class B> struct Concatenated;
template <class... A, class... B> struct Concatenated<OpList<A...>, OpList<B...>> {
  using type = OpList<A..., B...>;
};
}  // namespace detail

template <class A, class B> using Concatenate = typename detail::Concatenated<A, B>::type;

}  // namespace tandem
