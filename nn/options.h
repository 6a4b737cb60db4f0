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

/// The same in a base of the class `Derived` of the options, which the setter returns.
#define TANDEM_ARG_OF(Derived, T, name)           \
 public:                                          \
  Derived& name(const T& new_##name) {            \
    this->name##_ = new_##name;                   \
    return static_cast<Derived&>(*this);          \
  }                                               \
  const T& name() const { return this->name##_; } \
  T& name() { return this->name##_; }             \
                                                  \
 private:                                         \
  T name##_
