// Conversions between every two dtypes as loops over contiguous memory. Compiled once per
// instruction set.
#include "cpu/kernels/tables.h"

namespace tandem::cpu::TANDEM_ISA {
namespace {

template <class From, class To> void convert(const void* in, void* out, std::int64_t n) {
  const From* x = static_cast<const From*>(in);
  To* y = static_cast<To*>(out);
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) {
    if constexpr (HalfType<To>)  // assigned as a struct, it would keep the loop scalar
      y[i].bits = static_cast<To>(x[i]).bits;
    else
      y[i] = static_cast<To>(x[i]);
  }
}

constexpr ConvertKernels make_table() {
  ConvertKernels table{};
  ElementTypes::for_each([&]<class From>() {
    ElementTypes::for_each([&]<class To>() {
      table.convert[static_cast<int>(dtype_of<From>)][static_cast<int>(dtype_of<To>)] =
          convert<From, To>;
    });
  });
  return table;
}

constexpr ConvertKernels table = make_table();

}  // namespace

const ConvertKernels& convert_kernels() { return table; }

}  // namespace tandem::cpu::TANDEM_ISA
