// Initialisers: each fills a tensor in place, off the tape, and returns it. They draw from
// default_generator() and give PyTorch's numbers on the CPU. Nothing happens to empty tensors.
#pragma once

#include <string>

#include "core/tensor/tensor.h"

namespace tandem::nn::init {

/// Which size scales the variance.
enum class FanMode { FanIn, FanOut };

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

}  // namespace tandem::nn::init
