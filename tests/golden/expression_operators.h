// Python's operators on the interpreter's values.
#pragma once

#include <string>

#include "expression_value.h"

namespace tandem::golden {

/// `a symbol b`: tensors and numbers, with Python's rules for two numbers. Throws Unsupported.
Value apply_infix(const std::string& symbol, const Value& a, const Value& b);
/// `-a`, `+a` and `~a`.
Value apply_prefix(const std::string& symbol, const Value& a);
/// `value[subscript]`; a tuple subscript indexes several dimensions.
Value apply_subscript(const Value& value, const Value& subscript);

}  // namespace tandem::golden
