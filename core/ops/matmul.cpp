// Matrix products of all ranks, forward and backward.
#include "core/ops/matmul.h"

#include <algorithm>

#include "core/autograd/node.h"
#include "core/backend/backend.h"
#include "core/ops/elementwise.h"
#include "core/ops/factories.h"
#include "core/ops/mixed_precision.h"
#include "core/ops/product_operands.h"
#include "core/ops/scatter.h"
#include "core/tensor/tensor_impl.h"

namespace tandem {

using autograd::BackwardContext;

namespace {

/// A [batch, rows, columns] operand that gemm can read as it lies, or a copy that it can.
struct Matrix {
  Tensor tensor;
  bool transposed = false;
  std::int64_t leading = 1, stride = 0;

  explicit Matrix(const Tensor& given) : tensor(given) {
    if (!describe_layout()) {
      tensor = tensor.contiguous();
      describe_layout();
    }
  }

 private:
  bool describe_layout() {
    const Shape &shape = tensor.sizes(), &strides = tensor.strides();
    stride = shape[0] == 1 ? 0 : strides[0];
    if ((strides[2] == 1 || shape[2] == 1) && (strides[1] >= shape[2] || shape[1] == 1)) {
      transposed = false;
      leading = std::max(std::max<std::int64_t>(1, shape[2]), shape[1] == 1 ? 1 : strides[1]);
      return true;
    }
    if ((strides[1] == 1 || shape[1] == 1) && (strides[2] >= shape[1] || shape[2] == 1)) {
      transposed = true;
      leading = std::max(std::max<std::int64_t>(1, shape[1]), shape[2] == 1 ? 1 : strides[2]);
      return true;
    }
    return false;
  }
};

/// [b, m, n]·[b, n, k], where a batch of 1 repeats; off the tape.
Tensor batched_product(const Tensor& a, const Tensor& b) {
  const NoGradGuard guard;
  const Matrix left(a), right(b);
  const std::int64_t batch = std::max(a.size(0), b.size(0)), m = a.size(1), n = b.size(2),
                     k = a.size(2);
  Tensor out =
      make_tensor({a.size(0) == 0 || b.size(0) == 0 ? 0 : batch, m, n}, a.dtype(), a.device());
  if (out.numel() == 0) return out;
  backend_for(out).run(GemmCall{.dtype = a.dtype(),
                                .m = m,
                                .n = n,
                                .k = k,
                                .batch = out.size(0),
                                .transpose_a = left.transposed,
                                .transpose_b = right.transposed,
                                .a = left.tensor.raw_data(),
                                .b = right.tensor.raw_data(),
                                .c = out.raw_data(),
                                .lda = left.leading,
                                .ldb = right.leading,
                                .ldc = n,
                                .stride_a = left.stride,
                                .stride_b = right.stride,
                                .stride_c = m * n});
  return out;
}

/// The product of [b, m, n] and [b, n, k] on the tape, for equal batches or a batch of 1.
Tensor product(const char* op, const Tensor& a, const Tensor& b) {
  check(a.size(2) == b.size(1), op, ": inner sizes differ: ", a.size(2), " and ", b.size(1),
        " for shapes ", a.sizes(), " and ", b.sizes());
  Tensor out = batched_product(a, b);
  if (autograd::records(a, b))
    autograd::record(out, op, {a, b}, {kept_for(b, a), kept_for(a, b)},
                     [op, shape_a = a.sizes(), shape_b = b.sizes()](BackwardContext& pass) {
                       const Tensor left = pass.saved(0), right = pass.saved(1);
                       const Tensor& grad = pass.grad();
                       if (pass.needs(0))
                         pass.set(0,
                                  sum_to_size(product(op, grad, right.transpose(1, 2)), shape_a));
                       if (pass.needs(1))
                         pass.set(1, sum_to_size(product(op, left.transpose(1, 2), grad), shape_b));
                     });
  return out;
}

void check_ranks(const char* op, const Tensor& a, std::int64_t rank_a, const Tensor& b,
                 std::int64_t rank_b) {
  check(a.defined() && b.defined() && a.dim() == rank_a && b.dim() == rank_b, op,
        ": expected tensors of ", rank_a, " and ", rank_b, " dimensions, got ", a.describe(),
        " and ", b.describe());
}

void check_inner(const char* op, const Tensor& a, const Tensor& b, std::int64_t inner_a,
                 std::int64_t inner_b) {
  check(inner_a == inner_b, op, ": inner sizes ", inner_a, " and ", inner_b,
        " differ: ", a.describe(), " and ", b.describe());
}

/// Leading dimensions followed by two more.
Shape with_matrix(Shape leading, std::int64_t rows, std::int64_t columns) {
  leading.push_back(rows);
  leading.push_back(columns);
  return leading;
}

/// Both operands have at least two dimensions.
Tensor batched_matmul(const Tensor& a, const Tensor& b) {
  check_inner("matmul", a, b, a.size(-1), b.size(-2));
  const auto leading = [](const Tensor& x) {
    return Shape(x.sizes().data(), x.sizes().size() - 2);
  };
  check(broadcasts(leading(a), leading(b)), "matmul: the leading sizes of ", a.describe(), " and ",
        b.describe(), " do not broadcast");
  const Shape batch = broadcast_shapes("matmul", leading(a), leading(b));
  const Shape shape = with_matrix(batch, a.size(-2), b.size(-1));
  if (b.dim() == 2 && a.is_contiguous())  // one big product instead of a batch of small ones
    return product(
               "matmul",
               a.reshape({1, checked_product("matmul", leading(a).numel(), a.size(-2), a.sizes()),
                          a.size(-1)}),
               b.unsqueeze(0))
        .reshape(shape);
  const auto flattened = [&](const Tensor& x) {
    const bool repeats = leading(x).numel() == 1;
    const Tensor whole = repeats ? x : x.expand(with_matrix(batch, x.size(-2), x.size(-1)));
    return whole.reshape({repeats ? 1 : batch.numel(), x.size(-2), x.size(-1)});
  };
  return product("matmul", flattened(a), flattened(b)).reshape(shape);
}

}  // namespace

Tensor matmul(const Tensor& a, const Tensor& b) {
  if (mixed::needs_autocast(a) || mixed::needs_autocast(b))
    return matmul(mixed::to_autocast_dtype(a), mixed::to_autocast_dtype(b));
  check_product("matmul", a, b);
  check(a.dim() > 0 && b.dim() > 0, "matmul: operands need at least one dimension, got ",
        a.describe(), " and ", b.describe());
  if (a.dim() == 1 && b.dim() == 1) return dot(a, b);
  if (a.dim() == 1) {
    check_inner("matmul", a, b, a.size(0), b.size(-2));
    return batched_matmul(a.unsqueeze(0), b).squeeze(-2);
  }
  if (b.dim() == 1) {
    check_inner("matmul", a, b, a.size(-1), b.size(0));
    return batched_matmul(a, b.unsqueeze(1)).squeeze(-1);
  }
  return batched_matmul(a, b);
}

Tensor mm(const Tensor& a, const Tensor& b) {
  check_ranks("mm", a, 2, b, 2);
  return matmul(a, b);
}

Tensor bmm(const Tensor& a, const Tensor& b) {
  check_ranks("bmm", a, 3, b, 3);
  check(a.size(0) == b.size(0), "bmm: batch sizes differ: ", a.describe(), " and ", b.describe());
  return matmul(a, b);
}

Tensor mv(const Tensor& a, const Tensor& b) {
  check_ranks("mv", a, 2, b, 1);
  return matmul(a, b);
}

Tensor dot(const Tensor& a, const Tensor& b) {
  if (mixed::needs_autocast(a) || mixed::needs_autocast(b))
    return dot(mixed::to_autocast_dtype(a), mixed::to_autocast_dtype(b));
  check_product("dot", a, b);
  check_ranks("dot", a, 1, b, 1);
  check_inner("dot", a, b, a.size(0), b.size(0));
  return product("dot", a.reshape({1, 1, a.size(0)}), b.reshape({1, b.size(0), 1})).reshape({});
}

Tensor add_product(const char* op, const Tensor& input, const Tensor& product, Scalar beta,
                   Scalar alpha) {
  check(input.defined() && broadcasts(input.sizes(), product.sizes()) &&
            broadcast_shapes(op, input.sizes(), product.sizes()) == product.sizes(),
        op, ": ", input.describe(), " does not broadcast to the product's shape ", product.sizes());
  const auto times = [](const Tensor& x, Scalar factor) {
    return factor.to<double>() == 0 ? masked_fill(x, ones_like(x).to(kBool), 0) : x * factor;
  };
  return times(mixed::to_autocast_dtype(input), beta) + times(product, alpha);
}

Tensor addmm(const Tensor& input, const Tensor& a, const Tensor& b, Scalar beta, Scalar alpha) {
  check_ranks("addmm", a, 2, b, 2);
  check_inner("addmm", a, b, a.size(1), b.size(0));
  return add_product("addmm", input, mm(a, b), beta, alpha);
}

}  // namespace tandem
