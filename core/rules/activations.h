// Activation functions: formula and slope of each; the list is at the end. op_list.h says what a
// rule is. To add an elementwise op: write the rule, put it into the list, add a line to
// ops/elementwise.h.
#pragma once

#include "core/rules/math.h"
#include "core/rules/op_list.h"

namespace tandem {
inline namespace TANDEM_ISA {
namespace rules {

/// (e^x - e^-x) / (e^x + e^-x)
struct Tanh {
  static constexpr const char* name = "tanh";
  template <class T> TANDEM_HD T value(T x) const { return math::tanh(x); }
  template <class V> TANDEM_HD V slope_from_input(const V& x) const { return sech_squared(x); }
  template <class T> TANDEM_HD T value_and_slope(T x, T& slope) const {
    return math::tanh_and_slope(x, slope);
  }
};

/// 1 / cosh^2, the derivative of tanh, as an op of its own so that every order stays accurate.
struct SechSquared {
  static constexpr const char* name = "sech_squared";
  template <class T> TANDEM_HD T value(T x) const { return math::sech_squared(x); }
  template <class V> TANDEM_HD V slope_from_input(const V& x) const {
    return constant<V>(-2) * tanh(x) * sech_squared(x);
  }
};

/// 1 / (1 + e^-x)
struct Sigmoid {
  static constexpr const char* name = "sigmoid";
  template <class T> TANDEM_HD T value(T x) const { return math::sigmoid(x); }
  template <class T> TANDEM_HD T slope_from_input(T x) const { return math::sigmoid_slope(x); }
  template <class T> TANDEM_HD T value_and_slope(T x, T& slope) const {
    return math::sigmoid_and_slope(x, slope);
  }
  template <class V> V derivative(const V& x) const { return sigmoid(x) * sigmoid(-x); }
};

/// log(1 / (1 + e^-x)) = -softplus(-x)
struct LogSigmoid {
  static constexpr const char* name = "logsigmoid";
  template <class T> TANDEM_HD T value(T x) const { return -math::softplus(-x); }
  template <class V> TANDEM_HD V slope_from_input(const V& x) const { return sigmoid(-x); }
};

/// log(1 + e^(beta x)) / beta, and x itself where beta x > threshold.
struct Softplus {
  static constexpr const char* name = "softplus";
  static constexpr bool float32_in_autocast = true;
  double beta = 1, threshold = 20;
  template <class T> TANDEM_HD T value(T x) const {
    const T z = x * T(beta);
    return z > T(threshold) ? x : math::softplus(z) / T(beta);
  }
  template <class T> TANDEM_HD T slope_from_input(T x) const {
    const T z = x * T(beta);
    return z > T(threshold) ? T(1) : math::sigmoid(z);
  }
  template <class V> V derivative(const V& x) const {
    // At the threshold itself the slope no longer changes, as in PyTorch.
    const V z = x * beta;
    return where(z < threshold, sigmoid(z), where(z > threshold, 1, sigmoid(z.detach())));
  }
};

/// max(x, 0). The slope is found from the result, so that nothing but it is kept; at nan it is 1,
/// as in PyTorch.
struct Relu {
  static constexpr const char* name = "relu";
  static constexpr bool masks = true;
  static constexpr bool integers = true;
  template <class T> TANDEM_HD T value(T x) const { return x < T(0) ? T(0) : x; }
  template <class T> TANDEM_HD T slope_from_output(T y) const { return y <= T(0) ? T(0) : T(1); }
  template <class V> V derivative(const V& y) const { return logical_not(y <= 0).to(y.dtype()); }
};

/// min(max(x, 0), 6)
struct Relu6 {
  static constexpr const char* name = "relu6";
  static constexpr bool masks = true;
  template <class T> TANDEM_HD T value(T x) const {
    return x < T(0) ? T(0) : (x > T(6) ? T(6) : x);
  }
  template <class T> TANDEM_HD T slope_from_input(T x) const {
    return ((x <= T(0)) | (x >= T(6))) ? T(0) : T(1);
  }
  template <class V> V derivative(const V& x) const {
    return logical_not(logical_or(x <= 0, x >= 6)).to(x.dtype());
  }
};

/// x where x > 0, negative_slope x elsewhere (Maas et al., 2013).
struct LeakyRelu {
  static constexpr const char* name = "leaky_relu";
  double negative_slope = 0.01;
  template <class T> TANDEM_HD T value(T x) const { return x > T(0) ? x : x * T(negative_slope); }
  template <class T> TANDEM_HD T slope_from_input(T x) const {
    return x > T(0) ? T(1) : T(negative_slope);
  }
  template <class V> V derivative(const V& x) const {
    return where(x > 0, ones_like(x), negative_slope);
  }
};

/// x where x > 0, alpha (e^x - 1) elsewhere (Clevert et al., 2016).
struct Elu {
  static constexpr const char* name = "elu";
  double alpha = 1;
  template <class T> TANDEM_HD T value(T x) const {
    return x > T(0) ? x : T(alpha) * math::expm1(x);
  }
  template <class T> TANDEM_HD T slope_from_input(T x) const {
    return x <= T(0) ? T(alpha) * math::exp(x) : T(1);
  }
  template <class V> V derivative(const V& x) const {
    // The branch that is not taken must not overflow: its slope would be inf * 0.
    const V negative = clamp(x, -math::infinity<double>(), 0);
    return where(logical_not(x <= 0), 1, where(x == 0, alpha, alpha * exp(negative)));
  }
};

/// scale x where x > 0, scale alpha (e^x - 1) elsewhere (Klambauer et al., "Self-Normalizing Neural
/// Networks", 2017).
struct Selu {
  static constexpr const char* name = "selu";
  static constexpr double alpha = 1.6732632423543772, scale = 1.0507009873554805;
  template <class T> TANDEM_HD T value(T x) const {
    return x > T(0) ? T(scale) * x : T(scale * alpha) * math::expm1(x);
  }
  template <class T> TANDEM_HD T slope_from_input(T x) const {
    return x <= T(0) ? T(scale * alpha) * math::exp(x) : T(scale);
  }
  template <class V> V derivative(const V& x) const {
    const V negative = clamp(x, -math::infinity<double>(), 0);
    return where(logical_not(x <= 0), scale,
                 where(x == 0, scale * alpha, scale * alpha * exp(negative)));
  }
};

/// x Phi(x) (Hendrycks and Gimpel, 2016).
struct Gelu {
  static constexpr const char* name = "gelu";
  template <class T> TANDEM_HD T value(T x) const { return math::gelu(x); }
  template <class T> TANDEM_HD T slope_from_input(T x) const {
    // x phi(x) vanishes long before |x| = 40, also where it would be inf * 0.
    const T near = x < T(-40) ? T(-40) : (x > T(40) ? T(40) : x);
    return math::normal_cdf(near) + near * math::normal_pdf(near);
  }
  template <class V> V derivative(const V& x) const {
    const V near = clamp(x, -40, 40);
    return normal_cdf(near) + near * exp(near * near * -0.5) * 0.39894228040143267794;
  }
};

/// x sigmoid(2 sqrt(2/pi) (x + 0.044715 x^3)), the tanh approximation of gelu.
struct GeluTanh {
  static constexpr const char* name = "gelu_tanh";
  static constexpr double k = 1.5957691216057308;
  template <class T> TANDEM_HD T value(T x) const {
    const T near = x < T(-40) ? T(-40) : x;  // -0.0 from there on
    return near * math::sigmoid(T(k) * (near + T(0.044715) * near * near * near));
  }
  template <class T> TANDEM_HD T slope_from_input(T x) const {
    const T near = x < T(-40) ? T(-40) : (x > T(40) ? T(40) : x);
    const T u = T(k) * (near + T(0.044715) * near * near * near);
    const T du = T(k) * (T(1) + T(3 * 0.044715) * near * near);
    return math::sigmoid(u) + near * math::sigmoid_slope(u) * du;
  }
  template <class V> V derivative(const V& x) const {
    const V near = clamp(x, -40, 40);
    const V u = k * (near + 0.044715 * near * near * near);
    return sigmoid(u) + near * sigmoid(u) * sigmoid(-u) * (k + k * 3 * 0.044715 * near * near);
  }
};

/// x sigmoid(x) (Elfwing et al., 2018; Ramachandran et al., 2017, as swish).
struct Silu {
  static constexpr const char* name = "silu";
  template <class T> TANDEM_HD T value(T x) const { return math::silu(x); }
  template <class T> TANDEM_HD T slope_from_input(T x) const {
    const T near = x < T(-1000) ? T(-1000) : (x > T(1000) ? T(1000) : x);
    return math::sigmoid(near) + near * math::sigmoid_slope(near);
  }
  template <class V> V derivative(const V& x) const {
    const V near = clamp(x, -1000, 1000);
    return sigmoid(near) * (1 + near * sigmoid(-near));
  }
};

/// x tanh(softplus(x)) (Misra, 2019); tanh(softplus(x)) = w (w + 2) / (w (w + 2) + 2), w = e^x.
struct Mish {
  static constexpr const char* name = "mish";
  template <class T> TANDEM_HD T value(T x) const {
    const double near = x < T(-700) ? -700.0 : (x > T(40) ? 40.0 : double(x));
    double w;
    if constexpr (sizeof(T) == 4)
      w = math::f64::exp(near);
    else
      w = math::exp(near);
    const double n = w * (w + 2.0);
    return x < T(-700) ? T(-0.0) : (x != x ? x : T(x * (n / (n + 2.0))));
  }
  template <class T> TANDEM_HD T slope_from_input(T x) const {
    const T near = x < T(-700) ? T(-700) : (x > T(40) ? T(40) : x);
    const T t = math::tanh(math::softplus(near));
    return t + near * math::sigmoid(near) * math::sech_squared(math::softplus(near));
  }
  template <class V> V derivative(const V& x) const {
    const V near = clamp(x, -700, 40);
    return tanh(softplus(near)) + near * sigmoid(near) * sech_squared(softplus(near));
  }
};

/// x / (1 + |x|), whose limits at the infinities are -1 and 1.
struct Softsign {
  static constexpr const char* name = "softsign";
  template <class T> TANDEM_HD T value(T x) const {
    const T a = math::abs(x);
    return a == math::infinity<T>() ? math::copysign(T(1), x) : x / (T(1) + a);
  }
  template <class T> TANDEM_HD T slope_from_input(T x) const {
    const T d = T(1) + math::abs(x);
    return T(1) / (d * d);
  }
  template <class V> V derivative(const V& x) const { return 1 / square(1 + abs(x)); }
};

/// x - tanh(x), with the slope tanh(x)^2.
struct Tanhshrink {
  static constexpr const char* name = "tanhshrink";
  template <class T> TANDEM_HD T value(T x) const { return x - math::tanh(x); }
  template <class T> TANDEM_HD T slope_from_input(T x) const {
    const T t = math::tanh(x);
    return t * t;
  }
  template <class V> V derivative(const V& x) const { return square(tanh(x)); }
};

/// x limited to [low, high]; the bounds themselves have the slope 0.
struct Hardtanh {
  static constexpr const char* name = "hardtanh";
  static constexpr bool masks = true;
  double low = -1, high = 1;
  template <class T> TANDEM_HD T value(T x) const {
    return x < T(low) ? T(low) : (x > T(high) ? T(high) : x);
  }
  template <class T> TANDEM_HD T slope_from_input(T x) const {
    return ((x <= T(low)) | (x >= T(high))) ? T(0) : T(1);
  }
  template <class V> V derivative(const V& x) const {
    return logical_not(logical_or(x <= low, x >= high)).to(x.dtype());
  }
};

/// As hardtanh, but the bounds themselves still pass the gradient.
struct Clamp {
  static constexpr const char* name = "clamp";
  static constexpr bool masks = true;
  static constexpr bool integers = true;
  double low = -math::infinity<double>(), high = math::infinity<double>();
  template <class T> TANDEM_HD T value(T x) const {
    if constexpr (std::is_floating_point_v<T>) {
      const T floored = x < T(low) ? T(low) : x;
      return floored > T(high) ? T(high) : floored;
    } else {
      const double floored = double(x) < low ? low : double(x);
      return ((floored == double(x)) & !(floored > high)) ? x : T(floored > high ? high : floored);
    }
  }
  template <class T> TANDEM_HD T slope_from_input(T x) const {
    return ((x >= T(low)) & (x <= T(high))) ? T(1) : T(0);
  }
  template <class V> V derivative(const V& x) const {
    return logical_and(x >= low, x <= high).to(x.dtype());
  }
};

/// x / 6 + 1/2 limited to [0, 1].
struct Hardsigmoid {
  static constexpr const char* name = "hardsigmoid";
  static constexpr bool masks = true;
  template <class T> TANDEM_HD T value(T x) const {
    const T y = x / T(6) + T(0.5);
    return y < T(0) ? T(0) : (y > T(1) ? T(1) : y);
  }
  template <class T> TANDEM_HD T slope_from_input(T x) const {
    return ((x > T(-3)) & (x < T(3))) ? T(1) / T(6) : T(0);
  }
  template <class V> V derivative(const V& x) const {
    return logical_and(x > -3, x < 3).to(x.dtype()) / 6;
  }
};

/// x hardsigmoid(x) (Howard et al., "Searching for MobileNetV3", 2019).
struct Hardswish {
  static constexpr const char* name = "hardswish";
  template <class T> TANDEM_HD T value(T x) const {
    return x <= T(-3) ? T(0) : (x >= T(3) ? x : x * (x + T(3)) / T(6));
  }
  template <class T> TANDEM_HD T slope_from_input(T x) const {
    return x <= T(-3) ? T(0) : (x < T(3) ? x / T(3) + T(0.5) : T(1));
  }
  template <class V> V derivative(const V& x) const {
    return where(x <= -3, 0, where(x < 3, x / 3 + 0.5, 1));
  }
};

}  // namespace rules

using ActivationOps =
    OpList<rules::Tanh, rules::SechSquared, rules::Sigmoid, rules::LogSigmoid, rules::Softplus,
           rules::Relu, rules::Relu6, rules::LeakyRelu, rules::Elu, rules::Selu, rules::Gelu,
           rules::GeluTanh, rules::Silu, rules::Mish, rules::Softsign, rules::Tanhshrink,
           rules::Hardtanh, rules::Clamp, rules::Hardsigmoid, rules::Hardswish>;

}  // namespace TANDEM_ISA
}  // namespace tandem
