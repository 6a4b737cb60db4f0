// Loops along one dimension of a contiguous block: softmax and cumulative sums.
#include <algorithm>

#include "core/base/memory.h"
#include "core/rules/math.h"
#include "cpu/backend.h"
#include "cpu/kernels/table.h"
#include "cpu/loops.h"

namespace tandem::cpu {

void CpuBackend::run(const CumulativeSumCall& call) {
  const AxisSplit& split = call.split;
  visit_dtype(call.x.dtype, [&]<class T>() {
    visit_dtype(call.out.dtype, [&]<class R>() {
      using A = std::conditional_t<RealType<R>, double, std::int64_t>;
      const T* in = static_cast<const T*>(call.x.data);
      R* result = static_cast<R*>(call.out.data);
      parallel_for(split.outer,
                   std::max<std::int64_t>(1, parallel_elements / (split.size * split.inner)),
                   [&](std::int64_t begin, std::int64_t end) {
                     for (std::int64_t o = begin; o < end; ++o)
                       for (std::int64_t i = 0; i < split.inner; ++i) {
                         A sum = 0;
                         for (std::int64_t k = 0; k < split.size; ++k) {
                           const std::int64_t at = (o * split.size + k) * split.inner + i;
                           sum = math::add(sum, static_cast<A>(in[at]));
                           result[at] = static_cast<R>(sum);
                         }
                       }
                   });
    });
  });
}

void CpuBackend::run(const SoftmaxCall& call) {
  const auto kernel = kernels().rows.softmax[call.x.dtype == DType::Float64];
  visit_floating("softmax", call.x.dtype, [&]<class T>() {
    using C = ComputeType<T>;
    const ConvertKernel widen = conversion(dtype_of<T>, dtype_of<C>),
                        narrow = conversion(dtype_of<C>, dtype_of<T>);
    const T* in = static_cast<const T*>(call.x.data);
    T* result = static_cast<T*>(call.out.data);
    const std::int64_t size = call.split.size, inner = call.split.inner;
    const std::int64_t piece = std::max<std::int64_t>(1, parallel_elements / 4 / size);
    parallel_for(call.split.outer * inner, piece, [&](std::int64_t begin, std::int64_t end) {
      const std::int64_t rows = end - begin, numel = rows * size;
      if (inner == 1 && std::is_same_v<C, T>)
        return kernel(call.logarithm, in + begin * size, result + begin * size, rows, size);
      // Any other layout or dtype goes through lines of its own.
      const ScratchBuffer<C> read(numel), worked(numel);
      const auto first = [&](std::int64_t row) {
        return (begin + row) / inner * size * inner + (begin + row) % inner;
      };
      if (inner == 1)
        widen(in + begin * size, read.data(), numel);
      else
        for (std::int64_t row = 0; row < rows; ++row)
          for (std::int64_t k = 0; k < size; ++k)
            read.data()[row * size + k] = static_cast<C>(in[first(row) + k * inner]);
      kernel(call.logarithm, read.data(), worked.data(), rows, size);
      if (inner == 1)
        narrow(worked.data(), result + begin * size, numel);
      else
        for (std::int64_t row = 0; row < rows; ++row)
          for (std::int64_t k = 0; k < size; ++k)
            result[first(row) + k * inner] = static_cast<T>(worked.data()[row * size + k]);
    });
  });
}

}  // namespace tandem::cpu
