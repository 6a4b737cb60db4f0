// A vector that keeps its first N elements inside itself.
#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include "core/base/memory.h"

namespace tandem {

template <class T, std::size_t N> class SmallVector {
 public:
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](std::size_t i) { return i < N ? inline_[i] : more_[i - N]; }
  const T& operator[](std::size_t i) const { return i < N ? inline_[i] : more_[i - N]; }
  void push_back(T value) {
    if (size_ < N)
      inline_[size_] = std::move(value);
    else
      more_.push_back(std::move(value));
    ++size_;
  }
  void resize(std::size_t size) {
    for (std::size_t i = size; i < size_ && i < N; ++i) inline_[i] = T();
    more_.resize(size > N ? size - N : 0);
    size_ = size;
  }
  void clear() { resize(0); }

 private:
  std::array<T, N> inline_{};
  List<T> more_;
  std::size_t size_ = 0;
};

}  // namespace tandem
