// Initialisers: each fills a tensor in place, off the tape, and returns it. They draw from
// default_generator() and give PyTorch's numbers on the CPU. Nothing happens to empty tensors.
#pragma once

#include <string>
#include <tuple>

#include "core/tensor/tensor.h"

namespace tandem {

namespace enumtype {
/// A word that options take, by the name that libtorch has for it: kReLU is "relu".
struct Word {
  const char* name;
  operator std::string() const { return name; }
};
}  // namespace enumtype
// Nonlinearities, for calculate_gain, kaiming_* and RNN.
inline constexpr enumtype::Word kLinear{"linear"}, kSigmoid{"sigmoid"}, kTanh{"tanh"},
    kReLU{"relu"}, kLeakyReLU{"leaky_relu"}, kGELU{"gelu"};
// Modes of pad.
inline constexpr enumtype::Word kConstant{"constant"}, kReflect{"reflect"}, kReplicate{"replicate"},
    kCircular{"circular"};

}  // namespace tandem

namespace tandem::nn::init {

/// Which size scales the variance.
enum class FanMode { FanIn, FanOut };

/// Columns and rows of [out, in, ...], each times the rest.
std::tuple<std::int64_t, std::int64_t> _calculate_fan_in_and_fan_out(const Tensor& tensor);

/// PyTorch's recommended gains: tanh 5/3, relu sqrt(2), leaky_relu sqrt(2 / (1 + slope^2)), selu
/// 3/4, sigmoid and linear 1. Throws for other names.
double calculate_gain(const std::string& nonlinearity, double param = 0.01);

Tensor constant_(Tensor tensor, Scalar value);
Tensor zeros_(Tensor tensor);
Tensor ones_(Tensor tensor);
Tensor eye_(Tensor matrix);
Tensor uniform_(Tensor tensor, double low = 0, double high = 1);
Tensor normal_(Tensor tensor, double mean = 0, double std = 1);
/// Glorot and Bengio, 2010; tensor: at least two dimensions [out, in, ...].
Tensor xavier_uniform_(Tensor tensor, double gain = 1);
Tensor xavier_normal_(Tensor tensor, double gain = 1);
/// He et al., 2015; `a` is the slope of a leaky_relu.
Tensor kaiming_uniform_(Tensor tensor, double a = 0, FanMode mode = FanMode::FanIn,
                        const std::string& nonlinearity = "leaky_relu");
Tensor kaiming_normal_(Tensor tensor, double a = 0, FanMode mode = FanMode::FanIn,
                       const std::string& nonlinearity = "leaky_relu");

/// A matrix with orthonormal rows or columns, from a normal one, times gain (Saxe et al., 2013);
/// more dimensions than two are taken as one.
Tensor orthogonal_(Tensor tensor, double gain = 1);
/// Normal with `std`, but for a share `sparsity` of every column, which is 0 (Martens, 2010).
Tensor sparse_(Tensor matrix, double sparsity, double std = 0.01);

}  // namespace tandem::nn::init

namespace tandem {
inline constexpr auto kFanIn = nn::init::FanMode::FanIn;
inline constexpr auto kFanOut = nn::init::FanMode::FanOut;
}  // namespace tandem
