// The three matrix products of a linear layer.
#include "core/backend/calls.h"

#include <algorithm>

namespace tandem {

namespace {

/// Elements from row to row; an empty row still has one, as products ask.
std::int64_t leading(std::int64_t columns) { return std::max<std::int64_t>(1, columns); }

}  // namespace

GemmCall forward_product(const LinearCall& call) {
  return {.dtype = call.dtype,
          .m = call.rows,
          .n = call.out,
          .k = call.in,
          .transpose_b = true,
          .a = call.x,
          .b = call.weight,
          .c = call.saved_for_backward,
          .lda = leading(call.in),
          .ldb = leading(call.in),
          .ldc = leading(call.out)};
}

GemmCall input_gradient_product(const LinearBackwardCall& call, const void* grad_z) {
  return {.dtype = call.dtype,
          .m = call.rows,
          .n = call.in,
          .k = call.out,
          .a = grad_z,
          .b = call.weight,
          .c = call.grad_x,
          .lda = leading(call.out),
          .ldb = leading(call.in),
          .ldc = leading(call.in)};
}

GemmCall weight_gradient_product(const LinearBackwardCall& call, const void* grad_z) {
  return {.dtype = call.dtype,
          .m = call.out,
          .n = call.in,
          .k = call.rows,
          .transpose_a = true,
          .a = grad_z,
          .b = call.x,
          .c = call.grad_weight,
          .lda = leading(call.out),
          .ldb = leading(call.in),
          .ldc = leading(call.in)};
}

}  // namespace tandem
