// Reductions: what each starts from and how it combines values; the list is at the end.
//
// Elements are carried as A: double for reals, int64 for integers (some loops carry the element's
// own type). A rule has
//   identity<A>()        the result of reducing nothing
//   combine(a, b)        of two carried values, in this order
//   take(x)              optional: an element as it goes in
// or, if its result is a position, `largest`: which extreme it looks for. nan wins over every
// number. To add a reduction: write the rule, put it into the list, add its public lines to
// core/ops/reduce.h and .cpp.
#pragma once

#include "core/rules/math.h"
#include "core/rules/op_list.h"

namespace tandem {
inline namespace TANDEM_ISA {
namespace reductions {

struct Sum {
  template <class A> static TANDEM_HD A identity() { return A(0); }
  template <class A> static TANDEM_HD A combine(A a, A b) { return math::add(a, b); }
};

/// The sum of what is not nan.
struct NanSum : Sum {
  template <class A> static TANDEM_HD A take(A x) { return x != x ? A(0) : x; }
};

struct Product {
  template <class A> static TANDEM_HD A identity() { return A(1); }
  template <class A> static TANDEM_HD A combine(A a, A b) { return math::mul(a, b); }
};

struct Max {
  template <class A> static TANDEM_HD A identity() {
    if constexpr (std::numeric_limits<A>::has_infinity)
      return -std::numeric_limits<A>::infinity();
    else
      return std::numeric_limits<A>::lowest();
  }
  template <class A> static TANDEM_HD A combine(A a, A b) { return ((a > b) | (a != a)) ? a : b; }
};

struct Min {
  template <class A> static TANDEM_HD A identity() {
    if constexpr (std::numeric_limits<A>::has_infinity)
      return std::numeric_limits<A>::infinity();
    else
      return std::numeric_limits<A>::max();
  }
  template <class A> static TANDEM_HD A combine(A a, A b) { return ((a < b) | (a != a)) ? a : b; }
};

/// The position of the first largest element, or of the first nan.
struct ArgMax {
  static constexpr bool largest = true;
};
struct ArgMin {
  static constexpr bool largest = false;
};

template <class Rule>
concept FindsPosition = requires {
  Rule::largest;
};

/// An element as the rule takes it in.
template <class Rule, class A> TANDEM_HD A take(A x) {
  if constexpr (requires { Rule::take(x); })
    return Rule::take(x);
  else
    return x;
}

}  // namespace reductions

using ReduceOps = OpList<reductions::Sum, reductions::NanSum, reductions::Product, reductions::Max,
                         reductions::Min, reductions::ArgMax, reductions::ArgMin>;

}  // namespace TANDEM_ISA
}  // namespace tandem
