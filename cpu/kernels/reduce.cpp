// Loops along a line of contiguous memory: reductions, softmax, cross-entropy. Compiled once per
// instruction set; every sum has a fixed order, so all of them give the same bits.

#include <cmath>
#include <limits>
#include <type_traits>

#include "core/rules/reductions.h"
#include "cpu/kernels/tables.h"

namespace tandem::cpu::TANDEM_ISA {
namespace {

/// Sums run in sixteen lanes, whatever the vectors' width: SSE2 holds them in eight registers of
/// two doubles, AVX-512 in two of eight, and every instruction set adds the same numbers in the
/// same order.
constexpr int lanes = 16;

using reductions::Max;
using reductions::Sum;

/// Reals are carried in double, which makes a float32 sum nearly exact; integers in int64.
template <class T> using AccumulateType =
    std::conditional_t<std::is_floating_point_v<T>, double, std::int64_t>;

template <class A> A& as(Partial& partial) {
  if constexpr (std::is_same_v<A, double>)
    return partial.real;
  else
    return partial.integer;
}

/// Element i goes to lane i mod 16; the lanes join in a tree.
template <class Op, class T> AccumulateType<T> reduce_line(const T* x, std::int64_t n) {
  using A = AccumulateType<T>;
  A lane[lanes];
  for (A& value : lane) value = Op::template identity<A>();
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes)
#pragma omp simd
    for (int j = 0; j < lanes; ++j)
      lane[j] = Op::combine(lane[j], reductions::take<Op>(static_cast<A>(x[i + j])));
  for (int j = 0; i < n; ++i, ++j)
    lane[j] = Op::combine(lane[j], reductions::take<Op>(static_cast<A>(x[i])));
  for (int width = lanes / 2; width > 0; width /= 2)
    for (int j = 0; j < width; ++j) lane[j] = Op::combine(lane[j], lane[j + width]);
  return lane[0];
}

template <class Op, class T> Partial reduce(const void* x, std::int64_t n) {
  Partial result;
  as<AccumulateType<T>>(result) = reduce_line<Op>(static_cast<const T*>(x), n);
  return result;
}

template <class Op, class T> void accumulate(const void* data, std::int64_t stride,
                                             std::int64_t rows, Partial* partial, std::int64_t n) {
  using A = AccumulateType<T>;
  std::int64_t j = 0;
  for (; j + lanes <= n; j += lanes) {
    const T* x = static_cast<const T*>(data) + j;
    A lane[lanes];
    for (int i = 0; i < lanes; ++i) lane[i] = as<A>(partial[j + i]);
    for (std::int64_t row = 0; row < rows; ++row, x += stride)
#pragma omp simd
      for (int i = 0; i < lanes; ++i)
        lane[i] = Op::combine(lane[i], reductions::take<Op>(static_cast<A>(x[i])));
    for (int i = 0; i < lanes; ++i) as<A>(partial[j + i]) = lane[i];
  }
  for (; j < n; ++j) {
    const T* x = static_cast<const T*>(data) + j;
    A own = as<A>(partial[j]);
    for (std::int64_t row = 0; row < rows; ++row, x += stride)
      own = Op::combine(own, reductions::take<Op>(static_cast<A>(*x)));
    as<A>(partial[j]) = own;
  }
}

double log_of_sum(float, double sum) { return math::f64::log(sum); }
double log_of_sum(double, double sum) { return std::log(sum); }

/// Lines too short to fill a vector are worked on side by side: element k of line j is [k][j].
/// More of them than a vector holds, because one chain of arithmetic would leave a core waiting.
constexpr std::int64_t short_line = 32;
constexpr int batch = 2 * lanes;
template <class T> struct ShortRows {
  T value[short_line][batch] = {};
  T largest[batch];
  double sum[batch], log_sum[batch];
  int width = batch;

  /// Reads `count` <= batch lines of n; the exponentials, shifted by the largest, replace them.
  void read(const T* x, std::int64_t count, std::int64_t n) {
    width = count <= lanes ? lanes : batch;
    for (std::int64_t j = 0; j < count; ++j)
      for (std::int64_t k = 0; k < n; ++k) value[k][j] = x[j * n + k];
    for (int j = 0; j < width; ++j) largest[j] = value[0][j], sum[j] = 0;
    for (std::int64_t k = 1; k < n; ++k)
#pragma omp simd
      for (int j = 0; j < width; ++j) largest[j] = Max::combine(largest[j], value[k][j]);
    for (std::int64_t k = 0; k < n; ++k)
#pragma omp simd
      for (int j = 0; j < width; ++j) {
        value[k][j] = math::exp(value[k][j] - largest[j]);
        sum[j] += value[k][j];
      }
#pragma omp simd
    for (int j = 0; j < width; ++j) log_sum[j] = log_of_sum(T(), sum[j]);
  }
  /// The exponentials become shares of their sum.
  void divide(std::int64_t n) {
    double share[batch];
    for (int j = 0; j < width; ++j) share[j] = 1.0 / sum[j];
    for (std::int64_t k = 0; k < n; ++k)
#pragma omp simd
      for (int j = 0; j < width; ++j) value[k][j] = static_cast<T>(value[k][j] * share[j]);
  }
};

/// A long line: its exponentials, shifted by the largest, go to `out`.
template <class T> struct LongRow {
  T largest;
  double sum;

  LongRow(const T* x, T* out, std::int64_t n) : largest(static_cast<T>(reduce_line<Max>(x, n))) {
    const T shift = largest;
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) out[i] = math::exp(x[i] - shift);
    sum = reduce_line<Sum>(out, n);
  }
};

/// Short lines side by side, long ones one by one; both in the order of lanes above.
template <class T>
void softmax(bool logarithm, const void* in, void* result, std::int64_t rows, std::int64_t n) {
  const T* x = static_cast<const T*>(in);
  T* out = static_cast<T*>(result);
  // One rounding: (x - largest) - log(sum) is formed in double.
  const auto logarithm_of = [](T value, T largest, double log_sum) {
    return static_cast<T>((static_cast<double>(value) - largest) - log_sum);
  };
  if (n <= short_line) {
    ShortRows<T> lines;
    for (std::int64_t first = 0; first < rows; first += batch, x += batch * n, out += batch * n) {
      const std::int64_t count = rows - first < batch ? rows - first : batch;
      lines.read(x, count, n);
      if (!logarithm) lines.divide(n);
      for (std::int64_t j = 0; j < count; ++j)
        for (std::int64_t k = 0; k < n; ++k)
          out[j * n + k] = logarithm
                               ? logarithm_of(x[j * n + k], lines.largest[j], lines.log_sum[j])
                               : lines.value[k][j];
    }
    return;
  }
  for (std::int64_t row = 0; row < rows; ++row, x += n, out += n) {
    const LongRow<T> line(x, out, n);
    const double log_sum = log_of_sum(T(), line.sum), share = 1.0 / line.sum;
    if (logarithm) {  // NOLINT(bugprone-branch-clone): the loops differ
#pragma omp simd
      for (std::int64_t i = 0; i < n; ++i) out[i] = logarithm_of(x[i], line.largest, log_sum);
    } else {
#pragma omp simd
      for (std::int64_t i = 0; i < n; ++i) out[i] = static_cast<T>(out[i] * share);
    }
  }
}

/// A row's loss with weights and smoothing; `out` holds the softmax and gets the gradient, where
/// `own` is the softmax of the label, unrounded.
template <class T> T weigh(const CrossEntropyRows& call, std::int64_t label, const T* x, T largest,
                           double log_sum, double own, T* out) {
  const T* weight = static_cast<const T*>(call.weight);
  const auto weight_of = [&](std::int64_t k) {
    return weight == nullptr ? 1.0 : static_cast<double>(weight[k]);
  };
  const auto nll = [&](std::int64_t k) {
    return log_sum - (static_cast<double>(x[k]) - static_cast<double>(largest));
  };
  // The row's target gives `hit` to the label and `spread` weight[k] to every class.
  const double hit = (1 - call.smoothing) * weight_of(label);
  const double spread = call.smoothing / static_cast<double>(call.n);
  double loss = hit * nll(label), total = hit;
  if (spread != 0)
    for (std::int64_t k = 0; k < call.n; ++k) {
      loss += spread * weight_of(k) * nll(k);
      total += spread * weight_of(k);
    }
  const double gradient = total * own - spread * weight_of(label) - hit;
  for (std::int64_t k = 0; k < call.n; ++k)
    out[k] = static_cast<T>(total * static_cast<double>(out[k]) - spread * weight_of(k));
  out[label] = static_cast<T>(gradient);
  return static_cast<T>(loss);
}

/// Log-probabilities as they are: a row's loss is one of its elements, its gradient a single -w.
template <class T> void negative_log_likelihood(const CrossEntropyRows& call) {
  const T *x = static_cast<const T*>(call.logits), *weight = static_cast<const T*>(call.weight);
  T *losses = static_cast<T*>(call.losses), *gradient = static_cast<T*>(call.gradient);
  const std::int64_t n = call.n;
  for (std::int64_t i = 0; i < call.rows * n; ++i) gradient[i] = T(0);
  for (std::int64_t row = 0; row < call.rows; ++row) {
    const std::int64_t label = call.labels[row], at = row * n + label;
    const bool counts = label != call.ignore_index;
    const T own = weight == nullptr ? T(1) : (counts ? weight[label] : T(0));
    losses[row] = counts ? -x[at] * own : T(0);
    if (counts) gradient[at] = -own;
  }
}

template <class T> void cross_entropy(const CrossEntropyRows& call) {
  const T* x = static_cast<const T*>(call.logits);
  T *losses = static_cast<T*>(call.losses), *gradient = static_cast<T*>(call.gradient);
  const std::int64_t n = call.n;
  if (call.log_probabilities) return negative_log_likelihood<T>(call);
  const bool plain = call.weight == nullptr && call.smoothing == 0;
  // The gradient's row holds the softmax.
  const auto finish = [&](std::int64_t row, T largest, double sum, double log_sum, T exponential) {
    const std::int64_t label = call.labels[row];
    T* out = gradient + row * n;
    if (label == call.ignore_index) {
      losses[row] = T(0);
      for (std::int64_t k = 0; k < n; ++k) out[k] = T(0);
    } else if (plain) {
      losses[row] = static_cast<T>(log_sum - (static_cast<double>(x[row * n + label]) - largest));
      out[label] = static_cast<T>(exponential * (1.0 / sum) - 1.0);
    } else {
      losses[row] = weigh(call, label, x + row * n, largest, log_sum, exponential / sum, out);
    }
  };
  const auto label_or_first = [&](std::int64_t row) {
    return call.labels[row] == call.ignore_index ? 0 : call.labels[row];
  };
  if (n <= short_line) {
    ShortRows<T> lines;
    for (std::int64_t first = 0; first < call.rows; first += batch) {
      const std::int64_t count = call.rows - first < batch ? call.rows - first : batch;
      lines.read(x + first * n, count, n);
      T exponential[batch];
      for (std::int64_t j = 0; j < count; ++j)
        exponential[j] = lines.value[label_or_first(first + j)][j];
      lines.divide(n);
      for (std::int64_t j = 0; j < count; ++j) {
        for (std::int64_t k = 0; k < n; ++k) gradient[(first + j) * n + k] = lines.value[k][j];
        finish(first + j, lines.largest[j], lines.sum[j], lines.log_sum[j], exponential[j]);
      }
    }
    return;
  }
  for (std::int64_t row = 0; row < call.rows; ++row) {
    T* out = gradient + row * n;
    const LongRow<T> line(x + row * n, out, n);
    const T exponential = out[label_or_first(row)];
    const double share = 1.0 / line.sum;
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) out[i] = static_cast<T>(out[i] * share);
    finish(row, line.largest, line.sum, log_of_sum(T(), line.sum), exponential);
  }
}

template <class Rule> constexpr void add_reduction(RowKernels& table, int id) {
  ElementTypes::for_each([&]<class T>() {
    if constexpr (!HalfType<T>) {
      table.reduce[id][static_cast<int>(dtype_of<T>)] = reduce<Rule, T>;
      table.accumulate[id][static_cast<int>(dtype_of<T>)] = accumulate<Rule, T>;
    }
  });
}

constexpr RowKernels make_table() {
  RowKernels table{};
  int id = 0;
  ReduceOps::for_each([&]<class Rule>() {
    if constexpr (!reductions::FindsPosition<Rule>) add_reduction<Rule>(table, id);
    ++id;
  });
  table.softmax[0] = softmax<float>;
  table.softmax[1] = softmax<double>;
  table.cross_entropy[0] = cross_entropy<float>;
  table.cross_entropy[1] = cross_entropy<double>;
  return table;
}

constexpr RowKernels table = make_table();

}  // namespace

const RowKernels& row_kernels() { return table; }

}  // namespace tandem::cpu::TANDEM_ISA
