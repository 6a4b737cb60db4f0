// The only place with conditional compilation.
#pragma once

// Marks functions that run on both host and GPU.
#if defined(__CUDACC__)
#define TANDEM_HD __host__ __device__
#else
#define TANDEM_HD
#endif

// Memory checkers see every object only if none is kept for the next one.
#define TANDEM_KEEP_OBJECTS true
#if defined(__SANITIZE_ADDRESS__)
#undef TANDEM_KEEP_OBJECTS
#define TANDEM_KEEP_OBJECTS false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#undef TANDEM_KEEP_OBJECTS
#define TANDEM_KEEP_OBJECTS false
#endif
#endif

// The instruction set a source is compiled for. Rules live in an inline namespace of this name, so
// that a formula compiled for AVX-512 can never stand in for the same formula compiled for less.
#if !defined(TANDEM_ISA)
#define TANDEM_ISA baseline
#endif
