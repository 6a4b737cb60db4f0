// Evaluates PyTorch expressions in Python syntax, such as "torch.softmax(x @ w.t(), 1)[:, 0]".
//
// Expressions have no branches, so one pass parses and evaluates. Reading order: expression_lexer.h
// splits the text, expression.cpp walks the grammar, expression_operators.h applies the operators,
// functions.h holds what can be called.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "expression_value.h"

namespace tandem::golden {

/// What PyTorch calls torch.`name`, if it is a dtype that Tandem has.
std::optional<DType> find_dtype(const std::string& name);

/// The value of `source` with the given names bound; tensors made by it go to `device`. Throws
/// Unsupported for syntax, names and functions without a counterpart, naming them.
Value evaluate(const std::string& source, const std::map<std::string, Tensor>& variables,
               const Device& device = {});

}  // namespace tandem::golden
