// Every rule of the op lists as loops over contiguous memory. Compiled once per instruction set.
#include <utility>

#include "core/binary_rules.h"
#include "core/unary_rules.h"
#include "cpu/isa/tables.h"

namespace tandem::cpu::TANDEM_ISA {
namespace {

template <class Rule, class T>
void unary(const RuleParameters& parameters, const void* const* in, void* out, std::int64_t n) {
  const Rule rule = rule_from<Rule>(parameters);
  const T* x = static_cast<const T*>(in[0]);
  auto* y = static_cast<decltype(rule.value(T()))*>(out);
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) y[i] = rule.value(x[i]);
}

template <class Rule, class T> void unary_slope(const RuleParameters& parameters,
                                                const void* const* in, void* out, std::int64_t n) {
  const Rule rule = rule_from<Rule>(parameters);
  const T* saved = static_cast<const T*>(in[0]);
  const T* grad = static_cast<const T*>(in[1]);
  T* y = static_cast<T*>(out);
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) {
    if constexpr (HasSlopeFromInput<Rule>)
      y[i] = grad[i] * rule.slope_from_input(saved[i]);
    else
      y[i] = grad[i] * rule.slope_from_output(saved[i]);
  }
}

template <class Rule, class T> void value_and_slope(const RuleParameters& parameters,
                                                    const void* in, void* out, void* slope_out,
                                                    std::int64_t n) {
  const Rule rule = rule_from<Rule>(parameters);
  const T* x = static_cast<const T*>(in);
  T* y = static_cast<T*>(out);
  T* s = static_cast<T*>(slope_out);
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) {
    T slope;
    y[i] = rule.value_and_slope(x[i], slope);
    s[i] = slope;
  }
}

template <class Rule, class T>
void binary(const RuleParameters& parameters, const void* const* in, void* out, std::int64_t n) {
  const Rule rule = rule_from<Rule>(parameters);
  const T* a = static_cast<const T*>(in[0]);
  const T* b = static_cast<const T*>(in[1]);
  auto* y = static_cast<decltype(rule.value(T(), T()))*>(out);
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) y[i] = rule.value(a[i], b[i]);
}

template <class Rule, class T, int side> void binary_slope(const RuleParameters& parameters,
                                                           const void* const* in, void* out,
                                                           std::int64_t n) {
  const Rule rule = rule_from<Rule>(parameters);
  const T* a = static_cast<const T*>(in[0]);
  const T* b = static_cast<const T*>(in[1]);
  const T* grad = static_cast<const T*>(in[2]);
  T* y = static_cast<T*>(out);
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i)
    y[i] = grad[i] * (side == 0 ? rule.slope_a(a[i], b[i]) : rule.slope_b(a[i], b[i]));
}

template <class T> constexpr int column = static_cast<int>(dtype_of<T>);

template <class Rule, class T> constexpr void add_unary(ElementwiseKernels& table, int id) {
  table.unary[id][column<T>] = unary<Rule, T>;
  if constexpr (HasSlopeFromInput<Rule> || HasSlopeFromOutput<Rule>)
    if constexpr (std::is_floating_point_v<T>)
      table.unary_slope[id][column<T>] = unary_slope<Rule, T>;
  if constexpr (HasValueAndSlope<Rule> && std::is_floating_point_v<T>)
    table.value_and_slope[id][column<T>] = value_and_slope<Rule, T>;
}

template <class Rule, class T> constexpr void add_binary(ElementwiseKernels& table, int id) {
  table.binary[id][column<T>] = binary<Rule, T>;
  if constexpr (HasBinarySlopes<Rule> && std::is_floating_point_v<T>) {
    table.binary_slope[0][id][column<T>] = binary_slope<Rule, T, 0>;
    table.binary_slope[1][id][column<T>] = binary_slope<Rule, T, 1>;
  }
}

constexpr ElementwiseKernels make_table() {
  static_assert(UnaryOps::size <= most_ops && BinaryOps::size <= most_ops);
  ElementwiseKernels table{};
  int id = 0;
  UnaryOps::for_each([&]<class Rule>() {
    add_unary<Rule, float>(table, id);
    add_unary<Rule, double>(table, id);
    if constexpr (supports_integers<Rule>()) {
      add_unary<Rule, std::int64_t>(table, id);
      add_unary<Rule, std::int32_t>(table, id);
      add_unary<Rule, std::uint8_t>(table, id);
      add_unary<Rule, bool>(table, id);
    }
    ++id;
  });
  id = 0;
  BinaryOps::for_each([&]<class Rule>() {
    add_binary<Rule, float>(table, id);
    add_binary<Rule, double>(table, id);
    if constexpr (supports_integers<Rule>()) {
      add_binary<Rule, std::int64_t>(table, id);
      add_binary<Rule, std::int32_t>(table, id);
      add_binary<Rule, std::uint8_t>(table, id);
      add_binary<Rule, bool>(table, id);
    }
    ++id;
  });
  return table;
}

constexpr ElementwiseKernels table = make_table();

}  // namespace

const ElementwiseKernels& elementwise_kernels() { return table; }

}  // namespace tandem::cpu::TANDEM_ISA
