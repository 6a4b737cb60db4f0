// In-place writes on the tape.
#pragma once

#include "core/tensor/tensor.h"

namespace tandem {

/// Throws, naming `op`, if `x` cannot be written in place: a leaf that requires a gradient (or a
/// view of one) while recording, or a tensor whose elements share memory with each other.
void check_inplace(const char* op, const Tensor& x);

/// The part of it that asks who requires a gradient.
void check_no_leaf(const char* op, const Tensor& x);

/// Tells the tape that all of `x` is about to be overwritten with `value` (undefined: with
/// constants). If x is a view, its base gets a history of which the rest stays as it was.
void rebase_history(const char* op, const Tensor& x, const Tensor& value);

/// Sets all elements, unseen by the tape and the version.
void fill_values(const Tensor& x, Scalar value);

/// Gives x the values and the history of `value`, which has x's shape and dtype.
const Tensor& overwrite(const char* op, const Tensor& x, const Tensor& value);

/// Writes compute(x) into x, on the tape, too, which then keeps a copy of what x was.
template <class Compute>
const Tensor& write_in_place(const char* op, const Tensor& x, const Compute& compute) {
  check(x.defined(), op, ": the operand is an undefined tensor");
  check_inplace(op, x);
  const bool recorded = is_grad_enabled() && x.requires_grad();
  Tensor value = compute(recorded ? x.clone() : x);
  check(value.sizes() == x.sizes(), op, ": a result of the shape ", value.sizes(),
        " does not fit in place into ", x.describe());
  check(can_cast(value.dtype(), x.dtype()), op, ": the result is ", value.dtype(),
        ", which does not fit in place into ", x.describe());
  if (value.requires_grad() && !recorded) value = compute(x.clone());
  return overwrite(op, x, value.to(x.dtype()));
}

/// compute(x), written into x if options have an inplace() that is true.
template <class Options, class Compute>
Tensor placed(const char* op, const Tensor& x, const Options& options, const Compute& compute) {
  if constexpr (requires { options.inplace(); })
    if (options.inplace()) return write_in_place(op, x, compute);
  return compute(x);
}

/// Gives `out` the values of compute(), in its own dtype; another shape becomes the result's.
/// Throws, naming `op`, if the result does not fit, or would belong on the tape.
template <class Compute>
const Tensor& write_out(const char* op, const Tensor& out, const Compute& compute) {
  check(out.defined(), op, ": the tensor for the result is undefined");
  const Tensor value = compute();
  check(!value.requires_grad() && !(is_grad_enabled() && out.requires_grad()), op,
        ": does not record gradients; give it tensors that require none, or use NoGradGuard");
  check(can_cast(value.dtype(), out.dtype()) && value.device() == out.device(), op, ": the result ",
        value.describe(), " does not fit into ", out.describe());
  const NoGradGuard guard;
  if (out.sizes() != value.sizes()) out.resize_(value.sizes());
  return out.copy_(value);
}

}  // namespace tandem
