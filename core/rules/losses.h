// Losses of a prediction a and a target b, element by element, with their slopes: binary rules
// (op_list.h) that are also summed in one call. To add one: write the rule, put it into the list at
// the end, add its line to core/ops/losses.h.
#pragma once

#include "core/rules/math.h"
#include "core/rules/op_list.h"

namespace tandem {
inline namespace TANDEM_ISA {
namespace rules {

/// (a - b)^2
struct SquaredError {
  static constexpr const char* name = "squared_error";
  static constexpr bool float32_in_autocast = true;
  template <class T> TANDEM_HD T value(T a, T b) const { return (a - b) * (a - b); }
  template <class V> TANDEM_HD V slope_a(const V& a, const V& b) const {
    return constant<V>(2) * (a - b);
  }
  template <class V> TANDEM_HD V slope_b(const V& a, const V& b) const {
    return constant<V>(-2) * (a - b);
  }
};

/// |a - b|, with the slope 0 where they are equal.
struct AbsoluteError {
  static constexpr const char* name = "absolute_error";
  static constexpr bool float32_in_autocast = true;
  template <class T> TANDEM_HD T value(T a, T b) const { return math::abs(a - b); }
  template <class T> TANDEM_HD T slope_a(T a, T b) const {
    return a > b ? T(1) : (a < b ? T(-1) : T(0));
  }
  template <class T> TANDEM_HD T slope_b(T a, T b) const { return -slope_a(a, b); }
  template <class V> V derivative_a(const V& a, const V& b) const { return sign(a - b); }
  template <class V> V derivative_b(const V& a, const V& b) const { return sign(b - a); }
};

/// d^2 / (2 beta) where |d| < beta, |d| - beta/2 beyond (Girshick, "Fast R-CNN", 2015).
struct SmoothL1 {
  static constexpr const char* name = "smooth_l1";
  static constexpr bool float32_in_autocast = true;
  double beta = 1;
  template <class T> TANDEM_HD T value(T a, T b) const {
    const T d = math::abs(a - b);
    return d < T(beta) ? T(0.5) * d * d / T(beta) : d - T(0.5 * beta);
  }
  template <class T> TANDEM_HD T slope_a(T a, T b) const {
    const T d = a - b;
    return d < T(-beta) ? T(-1) : (d > T(beta) ? T(1) : (beta == 0 ? d : d / T(beta)));
  }
  template <class T> TANDEM_HD T slope_b(T a, T b) const { return slope_a(b, a); }
  template <class V> V derivative_a(const V& a, const V& b) const {
    const V d = a - b;
    return where(d < -beta, -1, where(d > beta, 1, beta == 0 ? d * 0 : d / beta));
  }
  template <class V> V derivative_b(const V& a, const V& b) const { return derivative_a(b, a); }
};

/// d^2 / 2 where |d| <= delta, delta (|d| - delta/2) beyond (Huber, 1964).
struct Huber {
  static constexpr const char* name = "huber";
  static constexpr bool float32_in_autocast = true;
  double delta = 1;
  template <class T> TANDEM_HD T value(T a, T b) const {
    const T d = math::abs(a - b);
    return d <= T(delta) ? T(0.5) * d * d : T(delta) * (d - T(0.5 * delta));
  }
  template <class T> TANDEM_HD T slope_a(T a, T b) const {
    const T d = a - b;
    return d < T(-delta) ? T(-delta) : (d > T(delta) ? T(delta) : d);
  }
  template <class T> TANDEM_HD T slope_b(T a, T b) const { return -slope_a(a, b); }
  template <class V> V derivative_a(const V& a, const V& b) const {
    return clamp(a - b, -delta, delta);
  }
  template <class V> V derivative_b(const V& a, const V& b) const { return -derivative_a(a, b); }
};

/// -(t log p + (1 - t) log(1 - p)), each log clamped at -100 and p (1 - p) in the slope at 1e-12.
struct BinaryCrossEntropy {
  static constexpr const char* name = "binary_cross_entropy";
  static constexpr bool float32_in_autocast = true;
  static constexpr double least = 1e-12f;  // PyTorch's bound is a float in every dtype
  static constexpr Domain domain = Domain::unit_interval;
  template <class T> TANDEM_HD T value(T p, T t) const {
    const T yes = clamped_log(math::log(p)), no = clamped_log(math::log1p(-p));
    return (t - T(1)) * no - t * yes;
  }
  template <class T> TANDEM_HD T slope_a(T p, T t) const {
    const T d = (T(1) - p) * p;
    return (p - t) / (d < T(least) ? T(least) : d);
  }
  template <class T> TANDEM_HD T slope_b(T p, T) const {
    return clamped_log(math::log1p(-p)) - clamped_log(math::log(p));
  }
  template <class V> V derivative_a(const V& p, const V& t) const {
    return (p - t) / clamp((1 - p) * p, least, math::infinity<double>());
  }
  template <class V> V derivative_b(const V& p, const V&) const {
    const double most = math::infinity<double>();
    return clamp(log1p(-p), -100, most) - clamp(log(p), -100, most);
  }

 private:
  template <class T> TANDEM_HD static T clamped_log(T x) { return x < T(-100) ? T(-100) : x; }
};

/// log(1 + e^z) - t z: binary cross entropy of sigmoid(z), without overflow or saturation.
struct BinaryCrossEntropyWithLogits {
  static constexpr const char* name = "binary_cross_entropy_with_logits";
  static constexpr bool float32_in_autocast = true;
  template <class T> TANDEM_HD T value(T z, T t) const {
    // softplus(z) - t z = max(z, 0) - t z + log(1 + e^-|z|)
    const T a = math::abs(z);
    return (z > T(0) ? z : T(0)) - z * t + math::log1p(math::exp(-a));
  }
  template <class V> TANDEM_HD V slope_a(const V& z, const V& t) const { return sigmoid(z) - t; }
  template <class V> TANDEM_HD V slope_b(const V& z, const V&) const { return -z; }
};

/// t (log t - a), 0 where t is 0; a holds log-probabilities.
struct KlDivergence {
  static constexpr const char* name = "kl_div";
  static constexpr bool float32_in_autocast = true;
  static constexpr Domain domain = Domain::unit_interval;
  template <class T> TANDEM_HD T value(T a, T t) const {
    const T tlogt = t == T(0) ? T(0) : t * math::log(t);
    return tlogt - t * a;
  }
  template <class V> TANDEM_HD V slope_a(const V&, const V& t) const { return -t; }
  template <class V> TANDEM_HD V slope_b(const V& a, const V& t) const {
    return log(t) + constant<V>(1) - a;
  }
};

}  // namespace rules

using LossOps =
    OpList<rules::SquaredError, rules::AbsoluteError, rules::SmoothL1, rules::Huber,
           rules::BinaryCrossEntropy, rules::BinaryCrossEntropyWithLogits, rules::KlDivergence>;

}  // namespace TANDEM_ISA
}  // namespace tandem
