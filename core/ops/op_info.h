// What the elementwise ops need to know of a rule at run time, by its position in the list.
#pragma once

#include "core/ops/elementwise.h"
#include "core/rules/op_list.h"
#include "core/tensor/tensor.h"

namespace tandem {

struct UnaryInfo {
  const char* name;
  SlopeForm form;
  bool integers;
  bool predicate;
  bool float32_in_autocast;
  bool masks;
  double constant_slope;
  /// The slope as differentiable ops on what the tape kept.
  Tensor (*derivative)(const RuleParameters&, const Tensor& saved);
};

struct BinaryInfo {
  const char* name;
  bool differentiable;
  bool constant_slopes;
  bool integers;
  bool predicate;
  bool float32_in_autocast;
  bool masks;
  /// The slope of each operand is a function of the other alone (Mul).
  bool slopes_read_other_operand;
  double slopes[2];
  Tensor (*derivative[2])(const RuleParameters&, const Tensor& a, const Tensor& b);
};

/// Brings both operands into the dtype that the rule computes in, which it returns. Throws Error,
/// naming the op, if one is undefined or they are on different devices.
DType prepare_operands(const BinaryInfo& info, Operand& a, Operand& b);

/// passed_gradient of core/rules/op_list.h as differentiable ops; 16-bit gradients are computed in
/// float32.
Tensor passed_gradient(bool masks, const Tensor& grad, const Tensor& slope);

const UnaryInfo& unary_info(int id);
const BinaryInfo& binary_info(int id);

}  // namespace tandem
