// Softmax, its logarithm and logsumexp, forward and backward.
#include "core/ops/softmax.h"

#include "core/autograd/node.h"
#include "core/backend/backend.h"
#include "core/ops/elementwise.h"
#include "core/ops/factories.h"
#include "core/ops/mixed_precision.h"
#include "core/ops/reduce.h"
#include "core/ops/reduced_dims.h"
#include "core/tensor/tensor_impl.h"

namespace tandem {

using autograd::BackwardContext;

namespace {

Tensor run_softmax(const Tensor& given, int dim, bool logarithm) {
  const Tensor x = given.contiguous();
  Tensor out = make_tensor(x.sizes(), x.dtype(), x.device());
  if (out.numel() > 0)
    backend_for(out).run(SoftmaxCall{split_axis(x, dim), logarithm, input_of(x), output_of(out)});
  return out;
}

}  // namespace

Tensor softmax(const Tensor& x, std::int64_t dim) {
  check_real("softmax", x);
  if (mixed::needs_float32(x)) return softmax(mixed::to_compute_dtype(x), dim);
  const int d = wrap_dim("softmax", dim, x.sizes().rank());
  Tensor out = run_softmax(x, d, false);
  if (autograd::records(x))
    autograd::record(out, "softmax", {x}, {autograd::output(out)}, [d](BackwardContext& pass) {
      const Tensor y = mixed::to_compute_dtype(pass.saved(0)),
                   grad = mixed::to_compute_dtype(pass.grad());
      // Dividing by the from_float32 sum of y makes the gradient of a constant exactly 0.
      const Tensor share = sum(grad * y, d, true) / sum(y, d, true).detach();
      pass.set(0, (y * (grad - share)).to(pass.grad().dtype()));
    });
  return out;
}

Tensor log_softmax(const Tensor& x, std::int64_t dim) {
  check_real("log_softmax", x);
  if (mixed::needs_float32(x)) return log_softmax(mixed::to_compute_dtype(x), dim);
  const int d = wrap_dim("log_softmax", dim, x.sizes().rank());
  Tensor out = run_softmax(x, d, true);
  if (autograd::records(x))
    autograd::record(out, "log_softmax", {x}, {autograd::output(out)}, [d](BackwardContext& pass) {
      const Tensor y = mixed::to_compute_dtype(pass.saved(0)),
                   grad = mixed::to_compute_dtype(pass.grad());
      pass.set(0, (grad - exp(y) * sum(grad, d, true)).to(pass.grad().dtype()));
    });
  return out;
}

Tensor logsumexp(const Tensor& x, std::int64_t dim, bool keepdim) {
  if (!x.is_floating_point()) return logsumexp(x.to(get_default_dtype()), dim, keepdim);
  if (is_half(x.dtype()))
    return mixed::from_float32(logsumexp(mixed::to_compute_dtype(x), dim, keepdim), x.dtype());
  const ReducedDims dims("logsumexp", x, {dim});
  Tensor out;
  {
    const NoGradGuard guard;
    const Tensor largest =
        dims.count > 0 ? amax(x, dim, true) : full(dims.kept_shape, 0, x.options());
    const Tensor shift = where(isfinite(largest), largest, 0);
    out = (log(sum(exp(x - shift), dim, true)) + shift)
              .reshape(keepdim ? dims.kept_shape : dims.short_shape);
  }
  if (autograd::records(x))
    autograd::record(
        out, "logsumexp", {x}, {x, autograd::output(out)},
        [kept = dims.kept_shape](BackwardContext& pass) {
          pass.set(0, exp(pass.saved(0) - pass.saved(1).reshape(kept)) * pass.grad().reshape(kept));
        });
  return out;
}

}  // namespace tandem
