// Atomics, bit tricks and the arithmetic intrinsics. Nothing runs at the same time, so an atomic is
// an ordinary read and write.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <type_traits>

namespace gpu_emulator {

template <class T>
concept AtomicInteger =
    std::is_same_v<T, int> || std::is_same_v<T, unsigned> || std::is_same_v<T, unsigned long long>;
template <class T>
concept AtomicNumber = AtomicInteger<T> || std::is_same_v<T, float> || std::is_same_v<T, double>;

template <class T> T exchange(T* address, T value) {
  const T old = *address;
  *address = value;
  return old;
}

}  // namespace gpu_emulator

// ---- atomics, for the types that CUDA has them for ----
// The second operand converts to the type of the first, as it does in CUDA's overloads.
template <gpu_emulator::AtomicNumber T> T atomicAdd(T* address, std::type_identity_t<T> value) {
  return gpu_emulator::exchange(address, static_cast<T>(*address + value));
}
template <gpu_emulator::AtomicInteger T> T atomicSub(T* address, std::type_identity_t<T> value) {
  return gpu_emulator::exchange(address, static_cast<T>(*address - value));
}
template <class T>
requires gpu_emulator::AtomicInteger<T> || std::is_same_v<T, long long> T
atomicMax(T* address, std::type_identity_t<T> value) {
  return gpu_emulator::exchange(address, *address < value ? value : *address);
}
template <class T>
requires gpu_emulator::AtomicInteger<T> || std::is_same_v<T, long long> T
atomicMin(T* address, std::type_identity_t<T> value) {
  return gpu_emulator::exchange(address, value < *address ? value : *address);
}
template <gpu_emulator::AtomicInteger T> T atomicAnd(T* address, std::type_identity_t<T> value) {
  return gpu_emulator::exchange(address, *address & value);
}
template <gpu_emulator::AtomicInteger T> T atomicOr(T* address, std::type_identity_t<T> value) {
  return gpu_emulator::exchange(address, *address | value);
}
template <class T>
requires gpu_emulator::AtomicInteger<T> || std::is_same_v<T, float> T
atomicExch(T* address, std::type_identity_t<T> value) {
  return gpu_emulator::exchange(address, value);
}
template <class T>
requires gpu_emulator::AtomicInteger<T> || std::is_same_v<T, unsigned short> T
atomicCAS(T* address, std::type_identity_t<T> expected, std::type_identity_t<T> value) {
  return gpu_emulator::exchange(address, *address == expected ? value : *address);
}

inline void __threadfence() {}
inline void __threadfence_block() {}
inline void __threadfence_system() {}

[[noreturn]] inline void __trap() {
  std::fputs("gpu emulator: a kernel called __trap()\n", stderr);
  std::abort();
}

// ---- loads and stores with a cache hint ----
template <class T> T __ldg(const T* address) { return *address; }
template <class T> T __ldcs(const T* address) { return *address; }
template <class T> T __ldcg(const T* address) { return *address; }
template <class T> void __stcs(T* address, T value) { *address = value; }
template <class T> void __stcg(T* address, T value) { *address = value; }

// ---- bits ----
inline unsigned __float_as_uint(float x) { return std::bit_cast<unsigned>(x); }
inline int __float_as_int(float x) { return std::bit_cast<int>(x); }
inline float __uint_as_float(unsigned x) { return std::bit_cast<float>(x); }
inline float __int_as_float(int x) { return std::bit_cast<float>(x); }
inline long long __double_as_longlong(double x) { return std::bit_cast<long long>(x); }
inline double __longlong_as_double(long long x) { return std::bit_cast<double>(x); }
inline int __popc(unsigned x) { return std::popcount(x); }
inline int __popcll(unsigned long long x) { return std::popcount(x); }
inline int __clz(int x) { return std::countl_zero(static_cast<unsigned>(x)); }
inline int __clzll(long long x) { return std::countl_zero(static_cast<unsigned long long>(x)); }
inline int __ffs(int x) { return __builtin_ffs(x); }
inline int __ffsll(long long x) { return __builtin_ffsll(x); }
inline unsigned __umulhi(unsigned a, unsigned b) {
  return static_cast<unsigned>(static_cast<std::uint64_t>(a) * b >> 32);
}
inline unsigned long long __umul64hi(unsigned long long a, unsigned long long b) {
  __extension__ typedef unsigned __int128 Wide;
  return static_cast<unsigned long long>(static_cast<Wide>(a) * b >> 64);
}

// ---- arithmetic that is never contracted ----
inline float __fadd_rn(float a, float b) { return a + b; }
inline float __fmul_rn(float a, float b) { return a * b; }
inline float __fmaf_rn(float a, float b, float c) { return std::fma(a, b, c); }
inline float __fdiv_rn(float a, float b) { return a / b; }
inline float __fsqrt_rn(float a) { return std::sqrt(a); }
inline double __dadd_rn(double a, double b) { return a + b; }
inline double __dmul_rn(double a, double b) { return a * b; }
inline double __fma_rn(double a, double b, double c) { return std::fma(a, b, c); }
inline float rsqrtf(float x) { return 1 / std::sqrt(x); }
inline double rsqrt(double x) { return 1 / std::sqrt(x); }

// ---- min and max, as CUDA overloads them; NaN gives way to the other operand ----
#define EMULATOR_MIN_MAX(type)                              \
  inline type min(type a, type b) { return b < a ? b : a; } \
  inline type max(type a, type b) { return a < b ? b : a; }
EMULATOR_MIN_MAX(int)
EMULATOR_MIN_MAX(unsigned)
EMULATOR_MIN_MAX(long)
EMULATOR_MIN_MAX(unsigned long)
EMULATOR_MIN_MAX(long long)
EMULATOR_MIN_MAX(unsigned long long)
#undef EMULATOR_MIN_MAX
inline float min(float a, float b) { return std::fmin(a, b); }
inline float max(float a, float b) { return std::fmax(a, b); }
inline double min(double a, double b) { return std::fmin(a, b); }
inline double max(double a, double b) { return std::fmax(a, b); }
