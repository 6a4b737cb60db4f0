// Every optimizer rule as a loop over a parameter. Compiled once per instruction set.
#include "core/rules/optimizers.h"

#include <utility>

#include "cpu/kernels/tables.h"

namespace tandem::cpu::TANDEM_ISA {
namespace {

/// Elements per loop: parameter, gradient and states of one block stay in L1.
constexpr std::int64_t block = 256;

/// The rule comes by value: what a loop might write to keeps it from being vectorised.
template <class Rule, class T, class... States>
void update_block(const Rule rule, std::int64_t n, T* __restrict p, const T* __restrict g,
                  States* __restrict... states) {
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) rule.update(p[i], g[i], states[i]...);
}

template <class Rule, class T> void update(const OptimizerStep& step, const ParameterSlot& slot,
                                           std::int64_t begin, std::int64_t end) {
  Rule rule = rule_from<Rule>(step.rule);
  rule.begin(step.number);
  // A state that the optimizer's options leave unused has no memory: it gets a spare block.
  T spare[Rule::states][block] = {};
  const auto state = [&](std::size_t s, std::int64_t at) {
    return slot.states[s] != nullptr ? static_cast<T*>(slot.states[s]) + at : spare[s];
  };
  const auto run = [&]<std::size_t... s>(std::index_sequence<s...>) {
    for (std::int64_t at = begin; at < end; at += block)
      update_block(rule, end - at < block ? end - at : block, static_cast<T*>(slot.parameter) + at,
                   static_cast<const T*>(slot.gradient) + at, state(s, at)...);
  };
  run(std::make_index_sequence<Rule::states>());
}

constexpr OptimizerKernels make_table() {
  OptimizerKernels table{};
  int id = 0;
  OptimizerRules::for_each([&]<class Rule>() {
    table.update[id][0] = update<Rule, float>;
    table.update[id][1] = update<Rule, double>;
    ++id;
  });
  return table;
}

constexpr OptimizerKernels table = make_table();

}  // namespace

const OptimizerKernels& optimizer_kernels() { return table; }

}  // namespace tandem::cpu::TANDEM_ISA
