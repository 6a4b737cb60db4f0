// Matrices are brought into dense arrays of the type that sums, columns are built from axpys.
#include "gemm.h"

#include <bit>
#include <cmath>
#include <vector>

namespace gpu_emulator {
namespace {

float from_half(std::uint16_t bits) {
  const int exponent = bits >> 10 & 31;
  const int fraction = bits & 1023;
  float magnitude = 0;
  if (exponent == 31) {
    magnitude = fraction == 0 ? INFINITY : NAN;
  } else if (exponent == 0) {
    magnitude = std::ldexp(static_cast<float>(fraction), -24);
  } else {
    magnitude = std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
  }
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

// Rounds to nearest even, which std::nearbyint does to a number scaled to units of the last place.
std::uint16_t to_half(float value) {
  const std::uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  const float magnitude = std::fabs(value);
  if (std::isnan(value)) return 0x7fff;
  if (magnitude >= 65520) return sign | 0x7c00;
  if (magnitude == 0) return sign;
  int exponent = 0;
  std::frexp(magnitude, &exponent);  // magnitude < 2^exponent
  const int unit = exponent - 11 < -24 ? -24 : exponent - 11;
  const int count = static_cast<int>(std::nearbyint(std::ldexp(magnitude, -unit)));
  // 1024 units are one step of the exponent, so that a carry out of the fraction adds up.
  return static_cast<std::uint16_t>(sign + ((unit + 24) << 10) + count);
}

float from_bfloat16(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

std::uint16_t to_bfloat16(float value) {
  if (std::isnan(value)) return 0x7fff;
  const auto bits = std::bit_cast<std::uint32_t>(value);
  return static_cast<std::uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

float to_tf32(float value) {
  if (!std::isfinite(value)) return value;
  return std::bit_cast<float>((std::bit_cast<std::uint32_t>(value) + 0x1000) & 0xffffe000u);
}

/// Calls `body` with a function that reads element i of an array of type `type`.
template <class Body> void with_reader(const void* data, cudaDataType_t type, Body body) {
  const auto* halves = static_cast<const std::uint16_t*>(data);
  switch (type) {
    case CUDA_R_32F:
      return body([p = static_cast<const float*>(data)](std::int64_t i) { return p[i]; });
    case CUDA_R_64F:
      return body([p = static_cast<const double*>(data)](std::int64_t i) { return p[i]; });
    case CUDA_R_16F:
      return body([=](std::int64_t i) { return from_half(halves[i]); });
    case CUDA_R_16BF:
      return body([=](std::int64_t i) { return from_bfloat16(halves[i]); });
  }
}

void write(void* data, cudaDataType_t type, std::int64_t i, double value) {
  switch (type) {
    case CUDA_R_32F:
      static_cast<float*>(data)[i] = static_cast<float>(value);
      break;
    case CUDA_R_64F:
      static_cast<double*>(data)[i] = value;
      break;
    case CUDA_R_16F:
      static_cast<std::uint16_t*>(data)[i] = to_half(static_cast<float>(value));
      break;
    case CUDA_R_16BF:
      static_cast<std::uint16_t*>(data)[i] = to_bfloat16(static_cast<float>(value));
      break;
  }
}

/// Column-major copy of a [rows, columns] matrix.
template <class Sum> std::vector<Sum> dense(const Matrix& matrix, std::int64_t rows,
                                            std::int64_t columns, std::int64_t batch, bool tf32) {
  std::vector<Sum> result(static_cast<std::size_t>(rows * columns));
  with_reader(matrix.data, matrix.type, [&](auto read) {
    Sum* to = result.data();
    for (std::int64_t j = 0; j < columns; ++j) {
      for (std::int64_t i = 0; i < rows; ++i) {
        const auto value =
            read(batch * matrix.batch_stride + i * matrix.row_stride + j * matrix.column_stride);
        *to++ =
            tf32 ? static_cast<Sum>(to_tf32(static_cast<float>(value))) : static_cast<Sum>(value);
      }
    }
  });
  return result;
}

/// sums[i] += sum over p of a[i, p] b[p], four columns of A at a time.
template <class Sum> void add_product(Sum* __restrict__ sums, const Sum* __restrict__ a,
                                      const Sum* b, std::int64_t m, std::int64_t k) {
  std::int64_t p = 0;
  for (; p + 4 <= k; p += 4, a += 4 * m) {
    const Sum b0 = b[p], b1 = b[p + 1], b2 = b[p + 2], b3 = b[p + 3];
    for (std::int64_t i = 0; i < m; ++i) {
      sums[i] += a[i] * b0 + a[i + m] * b1 + a[i + 2 * m] * b2 + a[i + 3 * m] * b3;
    }
  }
  for (; p < k; ++p, a += m) {
    for (std::int64_t i = 0; i < m; ++i) sums[i] += a[i] * b[p];
  }
}

template <class Sum> void run_batch(const Gemm& g, std::int64_t batch, Sum alpha, Sum beta) {
  const bool reads_inputs = alpha != 0;
  const auto a = reads_inputs ? dense<Sum>(g.a, g.m, g.k, batch, g.tf32) : std::vector<Sum>();
  const auto b = reads_inputs ? dense<Sum>(g.b, g.k, g.n, batch, g.tf32) : std::vector<Sum>();
  std::vector<Sum> bias;
  if (g.bias != nullptr) {
    bias = dense<Sum>({const_cast<void*>(g.bias), g.bias_type, 1, 0, 0}, g.m, 1, 0, false);
  }
  std::vector<Sum> sums(static_cast<std::size_t>(g.m));
  for (std::int64_t j = 0; j < g.n; ++j) {
    sums.assign(sums.size(), Sum{0});
    if (reads_inputs) add_product(sums.data(), a.data(), b.data() + j * g.k, g.m, g.k);
    for (std::int64_t i = 0; i < g.m; ++i) {
      Sum value = alpha * sums[static_cast<std::size_t>(i)];
      // Where beta is 0, C may hold anything, or be null.
      if (beta != 0) {
        const std::int64_t at =
            batch * g.c.batch_stride + i * g.c.row_stride + j * g.c.column_stride;
        with_reader(g.c.data, g.c.type,
                    [&](auto read) { value += beta * static_cast<Sum>(read(at)); });
      }
      if (!bias.empty()) value += bias[static_cast<std::size_t>(i)];
      write(g.d.data, g.d.type,
            batch * g.d.batch_stride + i * g.d.row_stride + j * g.d.column_stride, value);
    }
  }
}

}  // namespace

void run_gemm(const Gemm& gemm) {
  for (std::int64_t batch = 0; batch < gemm.batch; ++batch) {
    if (gemm.wide) {
      run_batch<double>(gemm, batch, gemm.alpha, gemm.beta);
    } else {
      run_batch<float>(gemm, batch, static_cast<float>(gemm.alpha), static_cast<float>(gemm.beta));
    }
  }
}

}  // namespace gpu_emulator
