// Functions that only random programs have: optimizer steps, nets and custom functions. The same
// for PyTorch are in program_functions.py.
#pragma once

#include "functions.h"

namespace tandem::differential {

void add_program_functions(golden::FunctionTable& table);

}  // namespace tandem::differential
