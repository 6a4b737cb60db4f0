// What reductions do with elements. A combination says what it carries, what it starts from, how it
// takes in an element at a position, how it joins two carried values, and what comes out.
#pragma once

#include "core/math.h"

namespace tandem::gpu {

template <class A> TANDEM_HD A lowest() {
  if constexpr (std::is_same_v<A, std::int64_t>)
    return -0x7fffffffffffffff - 1;
  else
    return -math::infinity<A>();
}
template <class A> TANDEM_HD A highest() {
  if constexpr (std::is_same_v<A, std::int64_t>)
    return 0x7fffffffffffffff;
  else
    return math::infinity<A>();
}

template <class A> struct Sum {
  using Carried = A;
  static TANDEM_HD A start() { return A(0); }
  static TANDEM_HD A take(A x, std::int64_t) { return x; }
  static TANDEM_HD A join(A a, A b) { return a + b; }
  static TANDEM_HD A result(A a) { return a; }
};
template <class A> struct Product : Sum<A> {
  static TANDEM_HD A start() { return A(1); }
  static TANDEM_HD A join(A a, A b) { return a * b; }
};
template <class A> struct Largest : Sum<A> {
  static TANDEM_HD A start() { return lowest<A>(); }
  static TANDEM_HD A join(A a, A b) { return ((a > b) | (a != a)) ? a : b; }
};
template <class A> struct Smallest : Sum<A> {
  static TANDEM_HD A start() { return highest<A>(); }
  static TANDEM_HD A join(A a, A b) { return ((a < b) | (a != a)) ? a : b; }
};

template <class A> struct Placed {
  A value;
  std::int64_t position;  ///< -1: nothing yet
};
/// The first position of the extreme; nan counts as it.
template <class A, bool largest> struct Position {
  using Carried = Placed<A>;
  static TANDEM_HD Carried start() { return {A(0), -1}; }
  static TANDEM_HD Carried take(A x, std::int64_t position) { return {x, position}; }
  static TANDEM_HD Carried join(const Carried& a, const Carried& b) {
    if (a.position < 0) return b;
    if (b.position < 0) return a;
    const bool a_nan = a.value != a.value, b_nan = b.value != b.value;
    const bool tie = (a_nan & b_nan) | (a.value == b.value);
    if (tie) return a.position < b.position ? a : b;
    if (a_nan | b_nan) return a_nan ? a : b;
    return (largest ? a.value > b.value : a.value < b.value) ? a : b;
  }
  static TANDEM_HD std::int64_t result(const Carried& a) { return a.position; }
};

}  // namespace tandem::gpu
