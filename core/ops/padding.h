// Tensors made larger at their ends.
#pragma once

#include <string>

#include "core/tensor/tensor.h"

namespace tandem {

/// `pad` holds pairs, before and after, from the last dimension on; negative ones cut. mode
/// "constant" puts `value` there, "reflect" mirrors at the first and last elements, "replicate"
/// repeats them, "circular" continues at the other end; all but the first need what they show: at
/// least one element, more than the pad to reflect it, as many to go round.
Tensor pad(const Tensor& self, const Shape& pad, const std::string& mode = "constant",
           double value = 0);
inline Tensor constant_pad_nd(const Tensor& self, const Shape& pad, double value = 0) {
  return tandem::pad(self, pad, "constant", value);
}
/// Sequences [length, ...] of different lengths, `value` after the shorter ones, or before them if
/// padding_side is "left" and not "right": [longest, batch, ...], or [batch, longest, ...] with
/// batch_first.
Tensor pad_sequence(const TensorList& sequences, bool batch_first = false, double value = 0,
                    const std::string& padding_side = "right");

}  // namespace tandem
