// The only place with conditional compilation.
#pragma once

// Marks functions that run on both host and GPU.
#if defined(__CUDACC__)
#define TANDEM_HD __host__ __device__
#else
#define TANDEM_HD
#endif

// Memory checkers see every object and every byte beyond it only if no memory is kept for the next.
#define TANDEM_KEEP_MEMORY true
#if defined(__SANITIZE_ADDRESS__)
#undef TANDEM_KEEP_MEMORY
#define TANDEM_KEEP_MEMORY false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#undef TANDEM_KEEP_MEMORY
#define TANDEM_KEEP_MEMORY false
#endif
#endif

// The instruction set a source is compiled for. Rules live in an inline namespace of this name, so
// that a formula compiled for AVX-512 can never stand in for the same formula compiled for less.
#if !defined(TANDEM_ISA)
#define TANDEM_ISA baseline
#endif
