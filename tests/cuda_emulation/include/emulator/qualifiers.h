// What nvcc adds to C++: the qualifiers of functions and variables.
//
// __CUDACC__ and __CUDA_ARCH__ stay undefined: to the sources this is a host compiler.
#pragma once

#define __global__
#define __device__
#define __host__
// The blocks of a grid run one after another and one kernel at a time, so that a static variable is
// what all threads of a block share. `extern __shared__` cannot be had this way and fails to
// compile.
#define __shared__ static
#define __launch_bounds__(...)
#define __grid_constant__
