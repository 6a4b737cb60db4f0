// What the sources compiled once per instruction set provide.
#pragma once

#include "core/base/macros.h"
#include "cpu/kernels/table.h"

namespace tandem::cpu::TANDEM_ISA {

const ConvertKernels& convert_kernels();
const ElementwiseKernels& elementwise_kernels();
const RowKernels& row_kernels();
const OptimizerKernels& optimizer_kernels();
Kernels all_kernels();

}  // namespace tandem::cpu::TANDEM_ISA
