// Names of dtypes, and their promotion.
#include "core/base/dtype.h"

#include <algorithm>
#include <ostream>

namespace tandem {

const char* name_of(DType dtype) {
  constexpr const char* names[dtype_count] = {"bool",    "uint8",    "int32",   "int64",
                                              "float16", "bfloat16", "float32", "float64"};
  return names[static_cast<int>(dtype)];
}

std::ostream& operator<<(std::ostream& out, DType dtype) { return out << name_of(dtype); }

// The enumerators are ordered so that the wider, or the more real, comes later; only the two 16-bit
// dtypes do not hold each other.
DType promote(DType a, DType b) {
  return is_half(a) && is_half(b) && a != b ? DType::Float32 : std::max(a, b);
}

}  // namespace tandem
