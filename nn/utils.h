// Gradients cleared and clipped, and parameters as one vector.
#pragma once

#include <vector>

#include "core/tensor/tensor.h"

namespace tandem::nn::utils {

/// Forgets the parameters' gradients or, with set_to_none = false, fills those that are there with
/// zeros.
void zero_grad(const std::vector<Tensor>& parameters, bool set_to_none);
/// Scales all gradients so that their joint p-norm is at most max_norm; returns the norm before.
/// norm_type may be infinity. With error_if_nonfinite, Error for a norm that is infinite or nan.
double clip_grad_norm_(const std::vector<Tensor>& parameters, double max_norm, double norm_type = 2,
                       bool error_if_nonfinite = false);
inline double clip_grad_norm_(const Tensor& parameter, double max_norm, double norm_type = 2,
                              bool error_if_nonfinite = false) {
  return clip_grad_norm_(std::vector<Tensor>{parameter}, max_norm, norm_type, error_if_nonfinite);
}
/// Limits every gradient element to [-clip_value, clip_value].
void clip_grad_value_(const std::vector<Tensor>& parameters, double clip_value);
inline void clip_grad_value_(const Tensor& parameter, double clip_value) {
  clip_grad_value_(std::vector<Tensor>{parameter}, clip_value);
}

/// All elements of the parameters in one dimension, and back into the parameters.
Tensor parameters_to_vector(const std::vector<Tensor>& parameters);
void vector_to_parameters(const Tensor& vector, const std::vector<Tensor>& parameters);

}  // namespace tandem::nn::utils
