// Gathers one instruction set's tables.
#include "cpu/kernels/tables.h"

namespace tandem::cpu::TANDEM_ISA {

Kernels all_kernels() {
  return {convert_kernels(), elementwise_kernels(), row_kernels(), optimizer_kernels()};
}

}  // namespace tandem::cpu::TANDEM_ISA
