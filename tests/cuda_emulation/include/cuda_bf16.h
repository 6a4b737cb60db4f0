// Stands in for the header of the CUDA toolkit: storage only, no arithmetic.
#pragma once

struct alignas(2) __nv_bfloat16 {
  unsigned short bits;
};
using nv_bfloat16 = __nv_bfloat16;
