// How options of layers and functions are written.
#pragma once

/// An option, in the class of the options: `options.name(value)` sets it and returns the options,
/// `options.name()` reads it. Its default follows: `TANDEM_ARG(double, eps) = 1e-5;`
#define TANDEM_ARG(T, name)                         \
 public:                                            \
  auto name(const T& new_##name)->decltype(*this) { \
    this->name##_ = new_##name;                     \
    return *this;                                   \
  }                                                 \
  const T& name() const { return this->name##_; }   \
  T& name() { return this->name##_; }               \
                                                    \
 private:                                           \
  T name##_
