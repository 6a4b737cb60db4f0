// Every rule of the op lists as loops over contiguous memory. Compiled once per instruction set.
#include <algorithm>
#include <utility>

#include "core/rules/binary.h"
#include "core/rules/unary.h"
#include "cpu/kernels/tables.h"

namespace tandem::cpu::TANDEM_ISA {
namespace {

/// The body comes by value: what a loop might write to keeps it from being vectorised.
template <std::int64_t count, class Body, class... Ts> void run(const Body body, Ts*... at) {
#pragma omp simd
  for (std::int64_t i = 0; i < count; ++i) body(at[i]...);
}

/// The n < 2 count elements that are left, in ever shorter vectors.
template <std::int64_t count, class Body, class... Ts>
void run_rest(std::int64_t n, const Body body, Ts*... at) {
  const std::int64_t done = n >= count ? count : 0;
  if (done > 0) run<count>(body, at...);
  if constexpr (count > 1) run_rest<count / 2>(n - done, body, at + done...);
}

/// body(at[i]...) for i in [0, n), at[i] being constant where the body reads it and a reference
/// where it writes. Large inputs are asked for ahead: the arithmetic between two lines of the cache
/// keeps a core from looking that far by itself.
template <class Body, class... Ts> void loop(std::int64_t n, const Body body, Ts*... at) {
  constexpr std::int64_t cache_line = 64, ahead = 32 * cache_line;
  constexpr std::int64_t count = cache_line / std::min({sizeof(Ts)...});
  const auto ask_for = []<class T>(T* from) {
    if constexpr (std::is_const_v<T>)
      for (std::size_t byte = 0; byte < count * sizeof(T); byte += cache_line)
        __builtin_prefetch(reinterpret_cast<const char*>(from) + byte + ahead);
  };
  for (; n >= count; n -= count) {
    (ask_for(at), ...);
    run<count>(body, at...);
    ((at += count), ...);
  }
  run_rest<count / 2>(n, body, at...);
}

template <class Rule, class T>
void unary(const RuleParameters& parameters, const void* const* in, void* out, std::int64_t n) {
  const Rule rule = rule_from<Rule>(parameters);
  using Result = decltype(rule.value(T()));
  const auto body = [=](Result& y, T x) { y = rule.value(x); };
  loop(n, body, static_cast<Result*>(out), static_cast<const T*>(in[0]));
}

template <class Rule, class T> void unary_slope(const RuleParameters& parameters,
                                                const void* const* in, void* out, std::int64_t n) {
  const Rule rule = rule_from<Rule>(parameters);
  const auto body = [=](T& y, T saved, T grad) {
    if constexpr (HasSlopeFromInput<Rule>)
      y = passed_gradient<Rule>(grad, T(rule.slope_from_input(saved)));
    else
      y = passed_gradient<Rule>(grad, T(rule.slope_from_output(saved)));
  };
  loop(n, body, static_cast<T*>(out), static_cast<const T*>(in[0]), static_cast<const T*>(in[1]));
}

/// For activations whose value and slope share most of their arithmetic: backward then only
/// multiplies.
template <class Rule, class T> void value_and_slope(const RuleParameters& parameters,
                                                    const void* in, void* out, void* slope_out,
                                                    std::int64_t n) {
  const Rule rule = rule_from<Rule>(parameters);
  const auto body = [=](T& y, T& s, T x) {
    T slope;
    y = rule.value_and_slope(x, slope);
    s = slope;
  };
  loop(n, body, static_cast<T*>(out), static_cast<T*>(slope_out), static_cast<const T*>(in));
}

template <class Rule, class T>
void binary(const RuleParameters& parameters, const void* const* in, void* out, std::int64_t n) {
  const Rule rule = rule_from<Rule>(parameters);
  using Result = decltype(rule.value(T(), T()));
  const auto body = [=](Result& y, T a, T b) { y = rule.value(a, b); };
  loop(n, body, static_cast<Result*>(out), static_cast<const T*>(in[0]),
       static_cast<const T*>(in[1]));
}

template <class Rule, class T, int side> void binary_slope(const RuleParameters& parameters,
                                                           const void* const* in, void* out,
                                                           std::int64_t n) {
  const Rule rule = rule_from<Rule>(parameters);
  const auto body = [=](T& y, T a, T b, T grad) {
    y = passed_gradient<Rule>(grad, T(side == 0 ? rule.slope_a(a, b) : rule.slope_b(a, b)));
  };
  loop(n, body, static_cast<T*>(out), static_cast<const T*>(in[0]), static_cast<const T*>(in[1]),
       static_cast<const T*>(in[2]));
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

/// Whether a rule has kernels of its own for T.
template <class Rule, class T>
inline constexpr bool computes = std::is_floating_point_v<T> ||
                                 (std::is_integral_v<T> && supports_integers<Rule>());

constexpr ElementwiseKernels make_table() {
  static_assert(UnaryOps::size <= max_ops && BinaryOps::size <= max_ops);
  ElementwiseKernels table{};
  int id = 0;
  UnaryOps::for_each([&]<class Rule>() {
    ElementTypes::for_each([&]<class T>() {
      if constexpr (computes<Rule, T>) add_unary<Rule, T>(table, id);
    });
    ++id;
  });
  id = 0;
  BinaryOps::for_each([&]<class Rule>() {
    ElementTypes::for_each([&]<class T>() {
      if constexpr (computes<Rule, T>) add_binary<Rule, T>(table, id);
    });
    ++id;
  });
  return table;
}

constexpr ElementwiseKernels table = make_table();

}  // namespace

const ElementwiseKernels& elementwise_kernels() { return table; }

}  // namespace tandem::cpu::TANDEM_ISA
