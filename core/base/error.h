// Errors. A user's mistake throws tandem::Error with a text that names the op and shows every
// shape, dtype and device involved; the library never prints, exits or aborts.
#pragma once

#include <locale>
#include <new>
#include <sstream>
#include <stdexcept>
#include <string>
#include <typeinfo>

namespace tandem {

/// Base of everything that Tandem throws.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  /// what(), by the names that libtorch's errors have for it.
  std::string msg() const { return what(); }
  const char* what_without_backtrace() const noexcept { return what(); }
};

/// An index, label or dimension outside its range.
class IndexError : public Error {
 public:
  using Error::Error;
};

/// A file that cannot be opened, read, written or understood.
class IoError : public Error {
 public:
  using Error::Error;
};

/// A device, or the machine, has no memory left for a request; the library stays usable.
class OutOfMemoryError : public Error {
 public:
  using Error::Error;
};

namespace detail {

template <class... Parts> std::string concatenate(const Parts&... parts) {
  std::ostringstream text;
  text.imbue(std::locale::classic());
  text.exceptions(std::ios::badbit);  // or a text that finds no memory would end early
  (text << ... << parts);
  return text.str();
}

/// Memory set aside for the text of an error while there is none, and its release for that.
void keep_reserve() noexcept;
void spend_reserve() noexcept;

template <class E, class... Parts>
[[gnu::cold, gnu::noinline]] E make_error(const Parts&... parts) {
  keep_reserve();
  try {
    return E(concatenate(parts...));
  } catch (const std::bad_alloc&) {
    spend_reserve();
    return E(concatenate(parts...));
  }
}

}  // namespace detail

/// Throws `E` with the concatenated parts unless `condition` holds. Parts are streamed only on
/// failure.
template <class E = Error, class... Parts>
inline void check(bool condition, const Parts&... parts) {
  if (!condition) [[unlikely]]
    throw detail::make_error<E>(parts...);
}

/// Throws `E` with the concatenated parts.
template <class E = Error, class... Parts> [[noreturn]] void fail(const Parts&... parts) {
  throw detail::make_error<E>(parts...);
}

/// Prints as what C++ calls the type; nothing is looked up until it is streamed.
struct TypeName {
  const std::type_info& type;
};
std::ostream& operator<<(std::ostream& stream, const TypeName& name);
inline TypeName type_name(const std::type_info& type) { return {type}; }

/// What body() returns. The standard library's std::bad_alloc becomes OutOfMemoryError.
template <class Body> auto reporting_bad_alloc(const char* op, const Body& body) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    fail<OutOfMemoryError>(op, ": not enough memory");
  }
}

}  // namespace tandem
