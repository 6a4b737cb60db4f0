// In-place writes on the tape.
#pragma once

#include "core/tensor/tensor.h"

namespace tandem {

/// Throws, naming `op`, if `x` cannot be written in place: a leaf that requires a gradient (or a
/// view of one) while recording, or a tensor whose elements share memory with each other.
void check_inplace(const char* op, const Tensor& x);

/// Tells the tape that all of `x` is about to be overwritten with `value` (undefined: with
/// constants). If x is a view, its base gets a history of which the rest stays as it was.
void rebase_history(const char* op, const Tensor& x, const Tensor& value);

/// Sets all elements, unseen by the tape and the version.
void fill_values(const Tensor& x, Scalar value);

/// Gives x the values and the history of `value`, which has x's shape and dtype.
const Tensor& overwrite(const char* op, const Tensor& x, const Tensor& value);

}  // namespace tandem
