// libtorch's one header, for programs that are built against Tandem in its place: the names that
// libtorch has in its own namespaces and as macros, and the standard headers that its header
// brings.
#pragma once

#include <tandem/tandem.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <cfloat>
#include <chrono>
#include <climits>
#include <cmath>
#include <complex>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <exception>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <queue>
#include <random>
#include <ranges>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <type_traits>
#include <typeindex>
#include <typeinfo>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

// A macro, not a namespace alias: programs also reopen torch and its nested namespaces and
// specialise templates in them, which an alias forbids and a using-directive makes ambiguous.
#define torch tandem

namespace tandem {

/// A tensor's dtype() is its ScalarType.
constexpr ScalarType scalarTypeToTypeMeta(ScalarType dtype) { return dtype; }

}  // namespace tandem
namespace at {
using namespace tandem;
}
namespace c10 {
using namespace tandem;
}
namespace caffe2 {
using TypeMeta = tandem::ScalarType;
}

#define TORCH_VERSION_MAJOR 2
#define TORCH_VERSION_MINOR 15
#define TORCH_VERSION_PATCH 0
#define TORCH_VERSION "2.15.0"

#define TORCH_API
#define C10_UNUSED [[maybe_unused]]
#define TORCH_ARG TANDEM_ARG
#define TORCH_MODULE TANDEM_MODULE
#define FORWARD_HAS_DEFAULT_ARGS TANDEM_FORWARD_DEFAULTS
#define TORCH_WARN TANDEM_WARN
#define TORCH_WARN_ONCE TANDEM_WARN_ONCE

namespace tandem::detail {

/// The text of a failed TORCH_CHECK: its arguments, or the condition if there are none.
template <class E> [[noreturn]] void check_failed(const char* condition) { fail<E>(condition); }
template <class E, class... Parts>
[[noreturn]] void check_failed(const char* /*condition*/, const Parts&... parts) {
  fail<E>(parts...);
}

}  // namespace tandem::detail

#define TORCH_CHECK_WITH(E, condition, ...)                                         \
  do {                                                                              \
    if (!(condition)) [[unlikely]]                                                  \
      ::tandem::detail::check_failed<E>("Expected " #condition                      \
                                        " to be true, but"                          \
                                        " it is false" __VA_OPT__(, ) __VA_ARGS__); \
  } while (false)
#define TORCH_CHECK(...) TORCH_CHECK_WITH(::tandem::Error, __VA_ARGS__)
#define TORCH_CHECK_INDEX(...) TORCH_CHECK_WITH(::tandem::IndexError, __VA_ARGS__)
#define TORCH_CHECK_VALUE TORCH_CHECK
#define TORCH_CHECK_TYPE TORCH_CHECK
#define TORCH_CHECK_NOT_IMPLEMENTED TORCH_CHECK
#define TORCH_INTERNAL_ASSERT TORCH_CHECK
#define TORCH_INTERNAL_ASSERT_DEBUG_ONLY TORCH_CHECK
#define AT_ASSERT TORCH_CHECK
#define AT_ASSERTM TORCH_CHECK
#define AT_ERROR(...) ::tandem::fail(__VA_ARGS__)

namespace c10 {

/// The texts of all parts, one after the other.
template <class... Parts> std::string str(const Parts&... parts) {
  return tandem::detail::concatenate(parts...);
}

/// The elements' texts with a delimiter between them.
template <class Container> std::string Join(const std::string& delimiter, const Container& parts) {
  std::string joined;
  bool first = true;
  for (const auto& part : parts) {
    if (!first) joined += delimiter;
    joined += str(part);
    first = false;
  }
  return joined;
}

/// The integers from 0, or begin, up to end, which is left out.
template <class Integer> auto irange(Integer end) {
  return std::views::iota(Integer{0}, end < Integer{0} ? Integer{0} : end);
}
template <class First, class Integer> auto irange(First begin, Integer end) {
  const auto first = static_cast<Integer>(begin);
  return std::views::iota(first, end < first ? first : end);
}

}  // namespace c10
