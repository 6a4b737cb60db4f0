// The one build of cpu/kernels/ on a processor that is not x86-64.
#include "cpu/kernels/table.h"

namespace tandem::cpu {

namespace baseline {
Kernels all_kernels();
}

const Kernels& kernels() {
  static const Kernels only = baseline::all_kernels();
  return only;
}

}  // namespace tandem::cpu
