// Names of dtypes, and their promotion.
#include "core/base/dtype.h"

#include <algorithm>
#include <ostream>

namespace tandem {

const char* name_of(DType dtype) { return dtype_names[static_cast<int>(dtype)].name; }
const char* toString(DType dtype) { return dtype_names[static_cast<int>(dtype)].type_name; }

std::ostream& operator<<(std::ostream& out, DType dtype) { return out << name_of(dtype); }

std::ostream& operator<<(std::ostream& out, const Scalar& number) {
  if (is_floating_point(number.dtype())) return out << number.to<double>();
  return out << number.to<std::int64_t>();
}

void check_fits(const char* op, const Scalar& number, DType dtype) {
  visit_dtype(dtype, [&]<class T>() {
    check(number.fits<T>(), op, ": ", number, " is outside the range of ", dtype);
  });
}

// Of the order of the enumerators, only the two 16-bit reals do not hold each other.
DType promote(DType a, DType b) {
  return is_half(a) && is_half(b) && a != b ? DType::Float32 : std::max(a, b);
}

}  // namespace tandem
