// Loops along a line of contiguous memory: reductions, softmax, cross-entropy. Compiled once per
// instruction set; every sum has a fixed order, so all of them give the same bits.

#include <cmath>
#include <limits>
#include <type_traits>

#include "core/reduce_rules.h"
#include "cpu/isa/tables.h"

namespace tandem::cpu::TANDEM_ISA {
namespace {

constexpr int lanes = 16;

using reductions::Largest;
using reductions::Product;
using reductions::Smallest;
using reductions::Sum;

/// Reals are carried in double, which makes a float32 sum nearly exact; integers in int64.
template <class T> using Carrier =
    std::conditional_t<std::is_floating_point_v<T>, double, std::int64_t>;

template <class A> A& as(Partial& partial) {
  if constexpr (std::is_same_v<A, double>)
    return partial.real;
  else
    return partial.integer;
}

template <template <class> class Op, class T> Carrier<T> reduce_line(const T* x, std::int64_t n) {
  using A = Carrier<T>;
  A lane[lanes];
  for (A& value : lane) value = Op<A>::start();
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes)
#pragma omp simd
    for (int j = 0; j < lanes; ++j) lane[j] = Op<A>::join(lane[j], static_cast<A>(x[i + j]));
  for (int j = 0; i < n; ++i, ++j) lane[j] = Op<A>::join(lane[j], static_cast<A>(x[i]));
  for (int width = lanes / 2; width > 0; width /= 2)
    for (int j = 0; j < width; ++j) lane[j] = Op<A>::join(lane[j], lane[j + width]);
  return lane[0];
}

template <template <class> class Op, class T> Partial reduce(const void* x, std::int64_t n) {
  Partial result;
  as<Carrier<T>>(result) = reduce_line<Op>(static_cast<const T*>(x), n);
  return result;
}

template <template <class> class Op, class T>
void accumulate(const void* data, Partial* partial, std::int64_t n) {
  using A = Carrier<T>;
  const T* x = static_cast<const T*>(data);
#pragma omp simd
  for (std::int64_t j = 0; j < n; ++j)
    as<A>(partial[j]) = Op<A>::join(as<A>(partial[j]), static_cast<A>(x[j]));
}

/// The shifted exponentials of a line into `out`; returns the largest element and their sum.
template <class T> void exponentials(const T* x, T* out, std::int64_t n, T& largest, double& sum) {
  largest = static_cast<T>(reduce_line<Largest>(x, n));
  const T shift = largest;
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) out[i] = math::exp(x[i] - shift);
  sum = reduce_line<Sum>(out, n);
}

template <class T> void softmax(bool logarithm, const void* in, void* result, std::int64_t n) {
  const T* x = static_cast<const T*>(in);
  T* out = static_cast<T*>(result);
  T largest;
  double sum;
  exponentials(x, out, n, largest, sum);
  if (logarithm) {
    // One rounding: (x - largest) - log(sum) is formed in double.
    const double shift = std::log(sum);
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i)
      out[i] = static_cast<T>((static_cast<double>(x[i]) - largest) - shift);
  } else {
    const double share = 1.0 / sum;
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) out[i] = static_cast<T>(out[i] * share);
  }
}

/// label < 0 marks an ignored row.
template <class T>
void cross_entropy(const void* in, std::int64_t label, void* loss, void* result, std::int64_t n) {
  const T* x = static_cast<const T*>(in);
  T* gradient = static_cast<T*>(result);
  if (label < 0) {
    *static_cast<T*>(loss) = T(0);
    for (std::int64_t i = 0; i < n; ++i) gradient[i] = T(0);
    return;
  }
  T largest;
  double sum;
  exponentials(x, gradient, n, largest, sum);
  *static_cast<T*>(loss) =
      static_cast<T>(std::log(sum) - (static_cast<double>(x[label]) - largest));
  const double share = 1.0 / sum;
  const double own = gradient[label] * share - 1.0;
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) gradient[i] = static_cast<T>(gradient[i] * share);
  gradient[label] = static_cast<T>(own);
}

template <template <class> class Op, int row> constexpr void add_reduction(LineKernels& table) {
  const auto add = [&]<class T>() {
    table.reduce[row][static_cast<int>(dtype_of<T>)] = reduce<Op, T>;
    table.accumulate[row][static_cast<int>(dtype_of<T>)] = accumulate<Op, T>;
  };
  add.template operator()<bool>();
  add.template operator()<std::uint8_t>();
  add.template operator()<std::int32_t>();
  add.template operator()<std::int64_t>();
  add.template operator()<float>();
  add.template operator()<double>();
}

constexpr LineKernels make_table() {
  LineKernels table{};
  add_reduction<Sum, static_cast<int>(ReduceOp::sum)>(table);
  add_reduction<Product, static_cast<int>(ReduceOp::product)>(table);
  add_reduction<Largest, static_cast<int>(ReduceOp::maximum)>(table);
  add_reduction<Smallest, static_cast<int>(ReduceOp::minimum)>(table);
  table.softmax[0] = softmax<float>;
  table.softmax[1] = softmax<double>;
  table.cross_entropy[0] = cross_entropy<float>;
  table.cross_entropy[1] = cross_entropy<double>;
  return table;
}

constexpr LineKernels table = make_table();

}  // namespace

const LineKernels& line_kernels() { return table; }

}  // namespace tandem::cpu::TANDEM_ISA
