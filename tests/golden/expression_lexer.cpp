#include "expression_lexer.h"

#include <array>
#include <cctype>
#include <string_view>

#include "unsupported.h"

namespace tandem::golden {

namespace {

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool is_name_part(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

class Lexer {
 public:
  explicit Lexer(std::string_view source) : rest_(source) {}

  Token next() {
    while (!rest_.empty() && std::isspace(static_cast<unsigned char>(rest_[0])) != 0) take(1);
    if (rest_.empty()) return {};
    if (is_digit(rest_[0]) || (rest_[0] == '.' && rest_.size() > 1 && is_digit(rest_[1]))) {
      return number();
    }
    if (is_name_part(rest_[0])) return {Token::Kind::name, take_while(is_name_part)};
    if (rest_[0] == '"' || rest_[0] == '\'') return quoted();
    return symbol();
  }

 private:
  std::string take(std::size_t count) {
    std::string text(rest_.substr(0, count));
    rest_.remove_prefix(count);
    return text;
  }

  std::string take_while(bool (*belongs)(char)) {
    std::size_t count = 0;
    while (count < rest_.size() && belongs(rest_[count])) ++count;
    return take(count);
  }

  Token number() {
    std::string text = take_while(is_digit);
    bool is_real = false;
    if (rest_.starts_with('.')) {
      is_real = true;
      text += take(1);
      text += take_while(is_digit);
    }
    if (rest_.starts_with('e') || rest_.starts_with('E')) {
      is_real = true;
      text += take(1);
      if (rest_.starts_with('-') || rest_.starts_with('+')) text += take(1);
      text += take_while(is_digit);
    }
    return {is_real ? Token::Kind::real : Token::Kind::integer, text};
  }

  Token quoted() {
    const std::size_t close = rest_.find(rest_[0], 1);
    if (close == std::string_view::npos) unsupported("a string without an end: ", rest_);
    const std::string text = take(close + 1);
    return {Token::Kind::text, text.substr(1, text.size() - 2)};
  }

  Token symbol() {
    // Longer symbols first: "**" is not two products.
    constexpr std::array<std::string_view, 7> long_symbols = {
        "...", "**", "//", "==", "!=", "<=", ">="};
    for (std::string_view candidate : long_symbols) {
      if (rest_.starts_with(candidate)) return {Token::Kind::symbol, take(candidate.size())};
    }
    constexpr std::string_view single = "+-*/%@<>=()[],.:&|~";
    if (single.find(rest_[0]) == std::string_view::npos) unsupported("syntax: ", rest_[0]);
    return {Token::Kind::symbol, take(1)};
  }

  std::string_view rest_;
};

}  // namespace

std::vector<Token> tokenize(const std::string& source) {
  Lexer lexer(source);
  std::vector<Token> tokens;
  do {
    tokens.push_back(lexer.next());
  } while (tokens.back().kind != Token::Kind::end);
  return tokens;
}

}  // namespace tandem::golden
