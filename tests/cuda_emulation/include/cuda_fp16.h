// Stands in for the header of the CUDA toolkit: storage only, no arithmetic.
#pragma once

struct alignas(2) __half {
  unsigned short bits;
};
using half = __half;
