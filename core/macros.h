// The only place with conditional compilation.
#pragma once

// Marks functions that run on both host and GPU.
#if defined(__CUDACC__)
#define TANDEM_HD __host__ __device__
#else
#define TANDEM_HD
#endif

// Memory checkers see every object only if none is kept for the next one.
#if defined(__SANITIZE_ADDRESS__)
#define TANDEM_KEEP_OBJECTS false
#else
#define TANDEM_KEEP_OBJECTS true
#endif

// The instruction set a source is compiled for. Rules live in an inline namespace of this name, so
// that a formula compiled for AVX-512 can never stand in for the same formula compiled for less.
#if !defined(TANDEM_ISA)
#define TANDEM_ISA baseline
#endif
