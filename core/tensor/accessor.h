// Elements of a tensor on the CPU by their indices, without the cost of an op.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tandem {

/// N dimensions of elements of T, as libtorch's: `a[i][j]` is an element of a tensor of two. Looks
/// at the tensor's memory, shape and strides, which must outlive it; checks no index.
template <class T, std::size_t N> class TensorAccessor {
 public:
  TensorAccessor(T* data, const std::int64_t* sizes, const std::int64_t* strides)
      : data_(data), sizes_(sizes), strides_(strides) {}

  std::int64_t size(std::int64_t dim) const { return sizes_[dim]; }
  std::int64_t stride(std::int64_t dim) const { return strides_[dim]; }
  T* data() const { return data_; }
  decltype(auto) operator[](std::int64_t index) const {
    T* const at = data_ + index * strides_[0];
    if constexpr (N == 1)
      return static_cast<T&>(*at);
    else
      return TensorAccessor<T, N - 1>(at, sizes_ + 1, strides_ + 1);
  }

 private:
  T* data_;
  const std::int64_t *sizes_, *strides_;
};

}  // namespace tandem
