// What reductions do with elements carried as A (double for reals, int64 for integers, or the
// element's own type): what they start from and how two carried values join. nan wins over every
// number.
#pragma once

#include "core/rules/math.h"

namespace tandem {
inline namespace TANDEM_ISA {
namespace reductions {

template <class A> struct Sum {
  static TANDEM_HD A start() { return A(0); }
  static TANDEM_HD A join(A a, A b) { return a + b; }
};
template <class A> struct Product {
  static TANDEM_HD A start() { return A(1); }
  static TANDEM_HD A join(A a, A b) { return a * b; }
};
template <class A> struct Largest {
  static TANDEM_HD A start() {
    if constexpr (std::numeric_limits<A>::has_infinity)
      return -std::numeric_limits<A>::infinity();
    else
      return std::numeric_limits<A>::lowest();
  }
  static TANDEM_HD A join(A a, A b) { return ((a > b) | (a != a)) ? a : b; }
};
template <class A> struct Smallest {
  static TANDEM_HD A start() {
    if constexpr (std::numeric_limits<A>::has_infinity)
      return std::numeric_limits<A>::infinity();
    else
      return std::numeric_limits<A>::max();
  }
  static TANDEM_HD A join(A a, A b) { return ((a < b) | (a != a)) ? a : b; }
};

}  // namespace reductions
}  // namespace TANDEM_ISA
}  // namespace tandem
