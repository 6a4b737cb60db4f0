// Every optimizer rule as a loop over a parameter. Compiled once per instruction set.
#include "core/optimizer_rules.h"
#include "cpu/isa/tables.h"

namespace tandem::cpu::TANDEM_ISA {
namespace {

template <class Rule, class T> void update(const OptimizerCall& call, const ParameterSlot& slot,
                                           std::int64_t begin, std::int64_t end) {
  Rule rule = *static_cast<const Rule*>(call.rule);
  rule.begin(call.step);
  T* p = static_cast<T*>(slot.parameter);
  const T* g = static_cast<const T*>(slot.gradient);
  T* states[3];
  for (int s = 0; s < 3; ++s) states[s] = static_cast<T*>(slot.states[s]);
  // A state that the optimizer's options leave unused has no memory: its element is a spare
  // register.
  const bool has[3] = {states[0] != nullptr, states[1] != nullptr, states[2] != nullptr};
#pragma omp simd
  for (std::int64_t i = begin; i < end; ++i) {
    T state[3] = {has[0] ? states[0][i] : T(0), has[1] ? states[1][i] : T(0),
                  has[2] ? states[2][i] : T(0)};
    T value = p[i];
    rule.update(value, g[i], state);
    p[i] = value;
    if (has[0]) states[0][i] = state[0];
    if (has[1]) states[1][i] = state[1];
    if (has[2]) states[2][i] = state[2];
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
