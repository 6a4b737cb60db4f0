// Loops along one dimension of a contiguous block: softmax, cross-entropy, cumulative sums.
#include <algorithm>
#include <vector>

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
                           sum += static_cast<A>(in[at]);
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
      std::vector<C> read(static_cast<std::size_t>(numel)), worked(read.size());
      const auto first = [&](std::int64_t row) {
        return (begin + row) / inner * size * inner + (begin + row) % inner;
      };
      if (inner == 1)
        widen(in + begin * size, read.data(), numel);
      else
        for (std::int64_t row = 0; row < rows; ++row)
          for (std::int64_t k = 0; k < size; ++k)
            read[static_cast<std::size_t>(row * size + k)] =
                static_cast<C>(in[first(row) + k * inner]);
      kernel(call.logarithm, read.data(), worked.data(), rows, size);
      if (inner == 1)
        narrow(worked.data(), result + begin * size, numel);
      else
        for (std::int64_t row = 0; row < rows; ++row)
          for (std::int64_t k = 0; k < size; ++k)
            result[first(row) + k * inner] =
                static_cast<T>(worked[static_cast<std::size_t>(row * size + k)]);
    });
  });
}

void CpuBackend::run(const CrossEntropyCall& call) {
  for (std::int64_t i = 0; i < call.rows; ++i)
    check<IndexError>(call.labels[i] == call.ignore_index ||
                          (call.labels[i] >= 0 && call.labels[i] < call.classes),
                      "cross_entropy: label ", call.labels[i], " at row ", i, " is outside [0, ",
                      call.classes, ") and is not ignore_index ", call.ignore_index);
  const auto kernel = kernels().rows.cross_entropy[call.dtype == DType::Float64];
  visit_floating("cross_entropy", call.dtype, [&]<class T>() {
    const std::int64_t piece =
        std::max<std::int64_t>(1, parallel_elements / 4 / std::max<std::int64_t>(1, call.classes));
    parallel_for(call.rows, piece, [&](std::int64_t begin, std::int64_t end) {
      using C = ComputeType<T>;
      constexpr bool narrow = !std::is_same_v<C, T>;
      const std::int64_t rows = end - begin, numel = rows * call.classes;
      const auto room = [](bool needed, std::int64_t n) {
        return std::vector<C>(needed ? static_cast<std::size_t>(n) : 0);
      };
      const T* logits = static_cast<const T*>(call.logits) + begin * call.classes;
      T* losses = static_cast<T*>(call.losses) + begin;
      T* gradient = call.gradient == nullptr
                        ? nullptr
                        : static_cast<T*>(call.gradient) + begin * call.classes;
      std::vector<C> read = room(narrow, numel), wide_losses = room(narrow, rows),
                     worked = room(narrow || gradient == nullptr, numel);
      if (narrow) conversion(dtype_of<T>, dtype_of<C>)(logits, read.data(), numel);
      kernel({narrow ? static_cast<const void*>(read.data()) : logits, call.labels + begin,
              call.ignore_index, narrow ? static_cast<void*>(wide_losses.data()) : losses,
              worked.empty() ? static_cast<void*>(gradient) : worked.data(), rows, call.classes});
      if (!narrow) return;
      conversion(dtype_of<C>, dtype_of<T>)(wide_losses.data(), losses, rows);
      if (gradient != nullptr) conversion(dtype_of<C>, dtype_of<T>)(worked.data(), gradient, numel);
    });
  });
}

}  // namespace tandem::cpu
