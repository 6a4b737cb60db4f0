// Splits a Python expression into tokens.
#pragma once

#include <string>
#include <vector>

namespace tandem::golden {

struct Token {
  enum class Kind { name, integer, real, text, symbol, end };
  Kind kind = Kind::end;
  /// As written; a string's contents without its quotes; empty at the end.
  std::string text;
};

/// The tokens of `source`, closed by one of kind end. Throws Unsupported on a character that no
/// token begins with and on an open string.
std::vector<Token> tokenize(const std::string& source);

}  // namespace tandem::golden
