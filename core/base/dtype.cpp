// Names of dtypes, and their promotion.
#include "core/base/dtype.h"

#include <algorithm>
#include <ostream>

namespace tandem {

const char* name_of(DType dtype) { return dtype_names[static_cast<int>(dtype)].name; }

std::ostream& operator<<(std::ostream& out, DType dtype) { return out << name_of(dtype); }

// Of the order of the enumerators, only the two 16-bit reals do not hold each other.
DType promote(DType a, DType b) {
  return is_half(a) && is_half(b) && a != b ? DType::Float32 : std::max(a, b);
}

}  // namespace tandem
