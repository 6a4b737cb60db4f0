// Scans, reductions, selections and run lengths over device memory, in order of the elements.
#pragma once

#include <cstdint>
#include <limits>

#include "cub/emulated_common.h"

namespace gpu_emulator {

struct Plus {
  template <class T> T operator()(const T& a, const T& b) const { return static_cast<T>(a + b); }
};

struct Equal {
  template <class T> bool operator()(const T& a, const T& b) const { return a == b; }
};

/// Folds in[begin, end) onto `initial`.
template <class T, class Input, class Op>
T fold(Input in, std::int64_t begin, std::int64_t end, Op op, T initial) {
  for (std::int64_t i = begin; i < end; ++i) initial = static_cast<T>(op(initial, in[i]));
  return initial;
}

}  // namespace gpu_emulator

namespace cub {

struct DeviceScan {
  template <class Input, class Output, class Op, class Count>
  static cudaError_t InclusiveScan(void* storage, std::size_t& bytes, Input in, Output out, Op op,
                                   Count count, cudaStream_t stream = nullptr) {
    return gpu_emulator::two_phase(storage, bytes, stream, [=]() mutable {
      if (count <= 0) return;
      gpu_emulator::Value<Input> sum = in[0];
      out[0] = sum;
      for (std::int64_t i = 1; i < static_cast<std::int64_t>(count); ++i) {
        sum = op(sum, in[i]);
        out[i] = sum;
      }
    });
  }
  template <class Input, class Output, class Op, class T, class Count>
  static cudaError_t ExclusiveScan(void* storage, std::size_t& bytes, Input in, Output out, Op op,
                                   T initial, Count count, cudaStream_t stream = nullptr) {
    return gpu_emulator::two_phase(storage, bytes, stream, [=]() mutable {
      T sum = initial;
      for (std::int64_t i = 0; i < static_cast<std::int64_t>(count); ++i) {
        const T next = op(sum, in[i]);  // read before `out` overwrites it
        out[i] = sum;
        sum = next;
      }
    });
  }
  template <class Input, class Output, class Count>
  static cudaError_t InclusiveSum(void* storage, std::size_t& bytes, Input in, Output out,
                                  Count count, cudaStream_t stream = nullptr) {
    return InclusiveScan(storage, bytes, in, out, gpu_emulator::Plus{}, count, stream);
  }
  template <class Input, class Output, class Count>
  static cudaError_t ExclusiveSum(void* storage, std::size_t& bytes, Input in, Output out,
                                  Count count, cudaStream_t stream = nullptr) {
    return ExclusiveScan(storage, bytes, in, out, gpu_emulator::Plus{},
                         gpu_emulator::Value<Input>{}, count, stream);
  }
  template <class Keys, class Input, class Output, class Op, class Count,
            class Same = gpu_emulator::Equal>
  static cudaError_t InclusiveScanByKey(void* storage, std::size_t& bytes, Keys keys, Input in,
                                        Output out, Op op, Count count, Same same = {},
                                        cudaStream_t stream = nullptr) {
    return gpu_emulator::two_phase(storage, bytes, stream, [=]() mutable {
      gpu_emulator::Value<Input> sum{};
      for (std::int64_t i = 0; i < static_cast<std::int64_t>(count); ++i) {
        const bool goes_on = i > 0 && same(keys[i - 1], keys[i]);
        sum = goes_on ? op(sum, in[i]) : static_cast<decltype(sum)>(in[i]);
        out[i] = sum;
      }
    });
  }
  template <class Keys, class Input, class Output, class Count, class Same = gpu_emulator::Equal>
  static cudaError_t InclusiveSumByKey(void* storage, std::size_t& bytes, Keys keys, Input in,
                                       Output out, Count count, Same same = {},
                                       cudaStream_t stream = nullptr) {
    return InclusiveScanByKey(storage, bytes, keys, in, out, gpu_emulator::Plus{}, count, same,
                              stream);
  }
};

struct DeviceReduce {
  template <class Input, class Output, class Count, class Op, class T>
  static cudaError_t Reduce(void* storage, std::size_t& bytes, Input in, Output out, Count count,
                            Op op, T initial, cudaStream_t stream = nullptr) {
    return gpu_emulator::two_phase(storage, bytes, stream, [=]() mutable {
      *out = gpu_emulator::fold(in, 0, static_cast<std::int64_t>(count), op, initial);
    });
  }
  template <class Input, class Output, class Count>
  static cudaError_t Sum(void* storage, std::size_t& bytes, Input in, Output out, Count count,
                         cudaStream_t stream = nullptr) {
    return Reduce(storage, bytes, in, out, count, gpu_emulator::Plus{},
                  gpu_emulator::Value<Input>{}, stream);
  }
  template <class Input, class Output, class Count>
  static cudaError_t Max(void* storage, std::size_t& bytes, Input in, Output out, Count count,
                         cudaStream_t stream = nullptr) {
    using T = gpu_emulator::Value<Input>;
    const auto larger = [](const T& a, const T& b) { return a < b ? b : a; };
    return Reduce(storage, bytes, in, out, count, larger, std::numeric_limits<T>::lowest(), stream);
  }
  template <class Input, class Output, class Count>
  static cudaError_t Min(void* storage, std::size_t& bytes, Input in, Output out, Count count,
                         cudaStream_t stream = nullptr) {
    using T = gpu_emulator::Value<Input>;
    const auto smaller = [](const T& a, const T& b) { return b < a ? b : a; };
    return Reduce(storage, bytes, in, out, count, smaller, std::numeric_limits<T>::max(), stream);
  }
};

struct DeviceSegmentedReduce {
  template <class Input, class Output, class Begins, class Ends, class Op, class T>
  static cudaError_t Reduce(void* storage, std::size_t& bytes, Input in, Output out,
                            std::int64_t segments, Begins begins, Ends ends, Op op, T initial,
                            cudaStream_t stream = nullptr) {
    return gpu_emulator::two_phase(storage, bytes, stream, [=]() mutable {
      for (std::int64_t s = 0; s < segments; ++s) {
        out[s] = gpu_emulator::fold(in, static_cast<std::int64_t>(begins[s]),
                                    static_cast<std::int64_t>(ends[s]), op, initial);
      }
    });
  }
  template <class Input, class Output, class Begins, class Ends>
  static cudaError_t Sum(void* storage, std::size_t& bytes, Input in, Output out,
                         std::int64_t segments, Begins begins, Ends ends,
                         cudaStream_t stream = nullptr) {
    return Reduce(storage, bytes, in, out, segments, begins, ends, gpu_emulator::Plus{},
                  gpu_emulator::Value<Input>{}, stream);
  }
};

struct DeviceSelect {
  template <class Input, class Output, class Selected, class Predicate>
  static cudaError_t If(void* storage, std::size_t& bytes, Input in, Output out, Selected selected,
                        std::int64_t count, Predicate predicate, cudaStream_t stream = nullptr) {
    return gpu_emulator::two_phase(storage, bytes, stream, [=]() mutable {
      std::int64_t kept = 0;
      for (std::int64_t i = 0; i < count; ++i) {
        const gpu_emulator::Value<Input> value = in[i];
        if (predicate(value)) out[kept++] = value;
      }
      *selected = static_cast<gpu_emulator::Value<Selected>>(kept);
    });
  }
  template <class Input, class Flags, class Output, class Selected>
  static cudaError_t Flagged(void* storage, std::size_t& bytes, Input in, Flags flags, Output out,
                             Selected selected, std::int64_t count, cudaStream_t stream = nullptr) {
    return gpu_emulator::two_phase(storage, bytes, stream, [=]() mutable {
      std::int64_t kept = 0;
      for (std::int64_t i = 0; i < count; ++i) {
        const gpu_emulator::Value<Input> value = in[i];
        if (flags[i]) out[kept++] = value;
      }
      *selected = static_cast<gpu_emulator::Value<Selected>>(kept);
    });
  }
};

struct DeviceRunLengthEncode {
  template <class Input, class Unique, class Lengths, class Runs>
  static cudaError_t Encode(void* storage, std::size_t& bytes, Input in, Unique unique,
                            Lengths lengths, Runs runs, std::int64_t count,
                            cudaStream_t stream = nullptr) {
    return gpu_emulator::two_phase(storage, bytes, stream, [=]() mutable {
      std::int64_t run = 0;
      for (std::int64_t i = 0, start = 0; i < count; ++i) {
        if (i + 1 < count && in[i] == in[i + 1]) continue;
        unique[run] = in[i];
        lengths[run] = static_cast<gpu_emulator::Value<Lengths>>(i + 1 - start);
        ++run;
        start = i + 1;
      }
      *runs = static_cast<gpu_emulator::Value<Runs>>(run);
    });
  }
};

}  // namespace cub
