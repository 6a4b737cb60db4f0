// Tandem only: the floors of tanh's rows, which are the backend's loops on memory that is there,
// and rows for the rules of the list that libtorch has no op for.
#include <algorithm>

#include "benchmarks/elementwise.h"
#include "core/backend/backend.h"
#include "core/backend/registry.h"

namespace bench {
namespace {

using namespace tandem;

/// tanh as the backend's calls; `backward` adds the pass that multiplies by the slope.
struct BareTanh {
  Tensor x, grad, y, grad_x;
  LoopPlan forward_plan, backward_plan;
  ElementwiseCall call{UnaryOps::index_of<rules::Tanh>, {}};
  bool backward;

  BareTanh(std::int64_t n, bool with_backward)
      : x(input(n, Inputs::real)),
        grad(input(n, Inputs::real, 1)),
        y(empty({n})),
        grad_x(empty({n})),
        forward_plan(plan_loop({n}, {Shape{1}, Shape{1}})),
        backward_plan(plan_loop({n}, {Shape{1}, Shape{1}, Shape{1}})),
        backward(with_backward) {}

  void operator()() const {
    Backend& cpu = backend_of(kCPU);
    cpu.run(UnaryCall{call, forward_plan, read(x), write(y)});
    const Tensor& saved = slope_form<rules::Tanh>() == SlopeForm::from_input ? x : y;
    if (backward)
      cpu.run(UnaryBackwardCall{call, backward_plan, read(saved), read(grad), write(grad_x)});
  }

  bool equals_the_op() const {
    (*this)();
    const Tensor leaf = x.clone().requires_grad_(), result = tanh(leaf);
    if (backward) result.backward(grad);
    return equal(result, y) && (!backward || equal(leaf.grad(), grad_x));
  }

 private:
  static Input read(const Tensor& tensor) { return {tensor.raw_data(), tensor.dtype()}; }
  static Output write(const Tensor& tensor) { return {tensor.raw_data(), tensor.dtype()}; }
};

void add_floor(const char* kind, std::int64_t n, bool backward) {
  add_row("floor/" + row_name(kind, "tanh", n), [=](benchmark::State& state) {
    BareTanh bare(n, backward);
    if (!bare.equals_the_op()) state.SkipWithError("the floor computes something else");
    return bare;
  });
}

template <class Rule> void add_rule(std::int64_t n) {
  add_row(row_name("forward", Rule::name, n), [=](benchmark::State& state) {
    const Tensor x = input(n, domain_of<Rule>() == Domain::real ? Inputs::real : Inputs::positive);
    count_bytes(state, 8.0 * static_cast<double>(n));
    return [=] { benchmark::DoNotOptimize(elementwise(Rule{}, x)); };
  });
}

const bool registered = [] {
  for (const std::int64_t n : all_sizes) {
    add_floor("forward", n, false);
    add_floor("forward_backward", n, true);
  }
  UnaryOps::for_each([]<class Rule>() {
    const auto same = [](const UnaryRow& row) { return std::string(row.name) == Rule::name; };
    if (std::none_of(unary_rows().begin(), unary_rows().end(), same))
      for (const std::int64_t n : sizes) add_rule<Rule>(n);
  });
  return true;
}();

}  // namespace
}  // namespace bench
