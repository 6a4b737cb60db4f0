// Plans loops: merges dimensions that every operand walks evenly.
#include "core/backend/loop_plan.h"

namespace tandem {

LoopPlan plan_loop(const Shape& shape, std::initializer_list<Shape> strides) {
  LoopPlan plan;
  plan.operands = static_cast<int>(strides.size());
  const Shape* operand = strides.begin();
  plan.numel = shape.numel();
  for (int dim = 0; dim < shape.rank(); ++dim) {
    if (shape[dim] == 1) continue;
    // The dimension before merges with this one if every operand steps over it as a whole.
    bool merges = plan.rank > 0;
    for (int i = 0; merges && i < plan.operands; ++i)
      merges = plan.strides[i][plan.rank - 1] == operand[i][dim] * shape[dim];
    if (!merges) plan.sizes[plan.rank++] = 1;
    plan.sizes[plan.rank - 1] *= shape[dim];
    for (int i = 0; i < plan.operands; ++i) plan.strides[i][plan.rank - 1] = operand[i][dim];
  }
  plan.contiguous = plan.rank <= 1;
  for (int i = 0; plan.rank == 1 && i < plan.operands; ++i)
    plan.contiguous = plan.contiguous && plan.strides[i][0] == 1;
  return plan;
}

Shape broadcast_strides(const Shape& shape, const Shape& strides, const Shape& target) {
  Shape result = Shape::filled(target.rank(), 0);
  const int offset = target.rank() - shape.rank();
  for (int i = 0; i < shape.rank(); ++i)
    result[i + offset] = shape[i] == 1 && target[i + offset] != 1 ? 0 : strides[i];
  return result;
}

}  // namespace tandem
