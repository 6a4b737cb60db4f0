// CUDA's small vectors, with CUDA's alignments.
#pragma once

#define EMULATOR_VECTOR2(name, type)      \
  struct alignas(2 * sizeof(type)) name { \
    type x, y;                            \
  };                                      \
  inline constexpr name make_##name(type x, type y) noexcept { return {x, y}; }
#define EMULATOR_VECTOR3(name, type) \
  struct name {                      \
    type x, y, z;                    \
  };                                 \
  inline constexpr name make_##name(type x, type y, type z) noexcept { return {x, y, z}; }
#define EMULATOR_VECTOR4(name, type, alignment)                                \
  struct alignas(alignment) name {                                             \
    type x, y, z, w;                                                           \
  };                                                                           \
  inline constexpr name make_##name(type x, type y, type z, type w) noexcept { \
    return {x, y, z, w};                                                       \
  }

EMULATOR_VECTOR2(char2, signed char)
EMULATOR_VECTOR2(uchar2, unsigned char)
EMULATOR_VECTOR2(short2, short)
EMULATOR_VECTOR2(ushort2, unsigned short)
EMULATOR_VECTOR2(int2, int)
EMULATOR_VECTOR2(uint2, unsigned)
EMULATOR_VECTOR2(float2, float)
EMULATOR_VECTOR2(double2, double)
EMULATOR_VECTOR2(longlong2, long long)
EMULATOR_VECTOR2(ulonglong2, unsigned long long)
EMULATOR_VECTOR3(int3, int)
EMULATOR_VECTOR3(uint3, unsigned)
EMULATOR_VECTOR3(float3, float)
EMULATOR_VECTOR3(double3, double)
EMULATOR_VECTOR4(char4, signed char, 4)
EMULATOR_VECTOR4(uchar4, unsigned char, 4)
EMULATOR_VECTOR4(short4, short, 8)
EMULATOR_VECTOR4(ushort4, unsigned short, 8)
EMULATOR_VECTOR4(int4, int, 16)
EMULATOR_VECTOR4(uint4, unsigned, 16)
EMULATOR_VECTOR4(float4, float, 16)
EMULATOR_VECTOR4(double4, double, 16)
EMULATOR_VECTOR4(longlong4, long long, 16)

#undef EMULATOR_VECTOR2
#undef EMULATOR_VECTOR3
#undef EMULATOR_VECTOR4

struct dim3 {
  unsigned x = 1, y = 1, z = 1;
  constexpr dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x(x_), y(y_), z(z_) {}
  constexpr dim3(uint3 v) : x(v.x), y(v.y), z(v.z) {}
  constexpr operator uint3() const { return {x, y, z}; }
};
