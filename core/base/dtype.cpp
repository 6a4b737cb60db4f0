// Names of dtypes, and their promotion.
#include "core/base/dtype.h"

#include <algorithm>
#include <atomic>
#include <ostream>

namespace tandem {

const char* name_of(DType dtype) { return dtype_names[static_cast<int>(dtype)].name; }
namespace {
std::atomic<DType> default_dtype = DType::Float32;
}
DType get_default_dtype() { return default_dtype.load(std::memory_order_relaxed); }
void set_default_dtype(DType dtype) {
  check(is_floating_point(dtype), "set_default_dtype: expected a real dtype, got ", dtype);
  default_dtype = dtype;
}
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
