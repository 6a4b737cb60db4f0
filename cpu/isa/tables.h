// What the sources compiled once per instruction set provide.
#pragma once

#include "core/macros.h"
#include "cpu/kernels.h"

namespace tandem::cpu::TANDEM_ISA {

const ConvertKernels& convert_kernels();
const ElementwiseKernels& elementwise_kernels();
const LineKernels& line_kernels();
const OptimizerKernels& optimizer_kernels();
Kernels all_kernels();

}  // namespace tandem::cpu::TANDEM_ISA
