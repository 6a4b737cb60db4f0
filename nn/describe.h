// How layers print their options.
#pragma once

#include <sstream>
#include <string>

namespace tandem::nn {

/// "first=1, second=true" of names and values in turn.
template <class Value, class... Rest>
std::string named_values(const char* name, const Value& value, const Rest&... rest) {
  std::ostringstream text;
  text << std::boolalpha << name << '=' << value;
  if constexpr (sizeof...(rest) > 0) text << ", " << named_values(rest...);
  return text.str();
}

/// The same for an option that PyTorch prints only where it is set, after others or alone.
inline std::string and_inplace(const std::string& others, bool inplace) {
  if (!inplace) return others;
  return others + (others.empty() ? "" : ", ") + "inplace=true";
}

}  // namespace tandem::nn
