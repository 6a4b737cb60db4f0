// Every optimizer rule as a loop over a parameter. Compiled once per instruction set.
#include "core/rules/optimizers.h"

#include "cpu/kernels/tables.h"

namespace tandem::cpu::TANDEM_ISA {
namespace {

constexpr std::int64_t block = 256;

/// The rule comes by value: what a loop might write to keeps it from being vectorised.
template <class Rule, class T>
void update_block(const Rule rule, T* __restrict p, const T* __restrict g, T* __restrict s0,
                  T* __restrict s1, T* __restrict s2, std::int64_t n) {
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) rule.update(p[i], g[i], s0[i], s1[i], s2[i]);
}

template <class Rule, class T> void update(const OptimizerCall& call, const ParameterSlot& slot,
                                           std::int64_t begin, std::int64_t end) {
  Rule rule = *static_cast<const Rule*>(call.rule);
  rule.begin(call.step);
  // A state that the optimizer's options leave unused has no memory: it gets a spare block.
  T spare[3][block] = {};
  for (std::int64_t at = begin; at < end; at += block) {
    const auto state = [&](int s) {
      return slot.states[s] != nullptr ? static_cast<T*>(slot.states[s]) + at : spare[s];
    };
    update_block(rule, static_cast<T*>(slot.parameter) + at,
                 static_cast<const T*>(slot.gradient) + at, state(0), state(1), state(2),
                 end - at < block ? end - at : block);
  }
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
