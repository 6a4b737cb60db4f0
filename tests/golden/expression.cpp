#include "expression.h"

#include <optional>

#include "expression_lexer.h"
#include "expression_operators.h"
#include "functions.h"

namespace tandem::golden {

namespace {

// Binding powers, Python's precedence from loose to tight. Power binds tighter than a sign on its
// left.
constexpr int comparison_power = 1;
constexpr int sign_power = 6;
const std::map<std::string, int> infix_powers = {
    {"==", 1}, {"!=", 1}, {"<", 1}, {"<=", 1}, {">", 1},  {">=", 1}, {"|", 2}, {"&", 3},
    {"+", 4},  {"-", 4},  {"*", 5}, {"/", 5},  {"//", 5}, {"%", 5},  {"@", 5}, {"**", 7}};

class Evaluator {
 public:
  Evaluator(const std::string& source, const std::map<std::string, Tensor>& variables,
            const Device& device)
      : tokens_(tokenize(source)), variables_(variables), device_(device) {}

  Value run() {
    Value value = items_or_one("");
    if (token().kind != Token::Kind::end) unsupported("syntax near ", token().text);
    return value;
  }

 private:
  // ---- tokens ----
  const Token& token() const { return tokens_[position_]; }
  bool at(const std::string& symbol) const {
    return token().kind == Token::Kind::symbol && token().text == symbol;
  }
  bool at_end_of_items(const std::string& close) const {
    return token().kind == Token::Kind::end || at(close);
  }
  std::string take() { return tokens_[position_++].text; }
  bool accept(const std::string& symbol) {
    if (!at(symbol)) return false;
    ++position_;
    return true;
  }
  void expect(const std::string& symbol) {
    if (!accept(symbol)) unsupported("syntax: '", symbol, "' expected before '", token().text, "'");
  }

  // ---- grammar ----
  /// `a` is itself, `a, b` and `a,` are tuples; up to `close` or the end.
  Value items_or_one(const std::string& close) {
    if (close != ")" && at_end_of_items(close)) unsupported("syntax: nothing to evaluate");
    Sequence items;
    bool has_comma = false;
    while (!at_end_of_items(close)) {
      items.items.push_back(close == "]" ? subscript_item() : infix(0));
      if (!accept(",")) break;
      has_comma = true;
    }
    if (items.items.size() == 1 && !has_comma) return items.items[0];
    return items;
  }

  Value infix(int least_power) {
    Value left = prefix();
    bool compared = false;
    while (token().kind == Token::Kind::symbol) {
      const auto entry = infix_powers.find(token().text);
      if (entry == infix_powers.end() || entry->second < least_power) break;
      const int power = entry->second;
      if (power == comparison_power && compared) unsupported("syntax: chained comparison");
      compared = power == comparison_power;
      const std::string symbol = take();
      // "**" groups from the right, everything else from the left.
      const Value right = infix(symbol == "**" ? power : power + 1);
      left = apply_infix(symbol, left, right);
    }
    return left;
  }

  Value prefix() {
    if (at("-") || at("+") || at("~")) {
      const std::string symbol = take();
      return apply_prefix(symbol, infix(sign_power));
    }
    return postfix(primary());
  }

  Value postfix(Value value) {
    while (true) {
      if (accept(".")) {
        value = attribute(value, take());
      } else if (accept("[")) {
        const Value subscript = items_or_one("]");
        expect("]");
        value = apply_subscript(value, subscript);
      } else {
        return value;
      }
    }
  }

  Value primary() {
    const Token first = token();
    if (first.kind != Token::Kind::end) ++position_;
    switch (first.kind) {
      case Token::Kind::integer:
        return static_cast<std::int64_t>(std::stoll(first.text));
      case Token::Kind::real:
        return std::stod(first.text);
      case Token::Kind::text:
        return first.text;
      case Token::Kind::name:
        return name(first.text);
      default:
        break;
    }
    if (first.text == "(") return enclosed(")");
    if (first.text == "[") return list();
    if (first.text == "...") return indexing::Ellipsis;
    unsupported("syntax near '", first.text, "'");
  }

  Value enclosed(const std::string& close) {
    Value value = items_or_one(close);
    expect(close);
    return value;
  }

  Value list() {
    Sequence items;
    items.is_tuple = false;
    while (!at_end_of_items("]")) {
      items.items.push_back(infix(0));
      if (!accept(",")) break;
    }
    expect("]");
    return items;
  }

  /// `start:stop:step` with any part left out, or an ordinary value.
  Value subscript_item() {
    std::optional<std::int64_t> parts[3];
    int part = 0;
    while (true) {
      if (!at(":") && !at(",") && !at("]")) {
        const Value value = infix(0);
        if (part == 0 && !at(":")) return value;
        parts[part] = value.integer();
      }
      if (part == 2 || !accept(":")) break;
      ++part;
    }
    return indexing::Slice(parts[0], parts[1], parts[2]);
  }

  Value name(const std::string& name) {
    if (at("(")) return called(name, {}, CallForm::function);
    if (const auto entry = variables_.find(name); entry != variables_.end()) return entry->second;
    if (name == "None") return Nothing();
    if (name == "True" || name == "False") return name == "True";
    if (name == "torch" || name == "F") return Module{name};
    unsupported(name);
  }

  Value attribute(const Value& value, const std::string& name) {
    const bool is_module = value.is<Module>();
    if (at("(")) {
      if (is_module) return called(name, {}, CallForm::function);
      return called(name, {value}, CallForm::method);
    }
    if (is_module) return module_attribute(value.get<Module>(), name);
    if (name == "dtype") return value.tensor().dtype();
    if (name == "T") return value.tensor().t();
    if (name == "shape") return shape_of(value.tensor());
    unsupported("attribute ", name);
  }

  static Value module_attribute(const Module& module, const std::string& name) {
    if (name == "nn" || name == "functional") return Module{module.name + "." + name};
    const std::optional<DType> dtype = find_dtype(name);
    if (!dtype) unsupported(module.name, ".", name);
    return *dtype;
  }

  static Value shape_of(const Tensor& tensor) {
    Sequence sizes;
    for (std::int64_t size : tensor.sizes()) sizes.items.push_back(size);
    return sizes;
  }

  Value called(const std::string& name, std::vector<Value> positional, CallForm form) {
    Arguments::Keywords keywords;
    expect("(");
    while (!at_end_of_items(")")) {
      const bool is_keyword = token().kind == Token::Kind::name &&
                              tokens_[position_ + 1].kind == Token::Kind::symbol &&
                              tokens_[position_ + 1].text == "=";
      if (is_keyword) {
        const std::string keyword = take();
        expect("=");
        keywords[keyword] = infix(0);
      } else {
        positional.push_back(infix(0));
      }
      if (!accept(",")) break;
    }
    expect(")");
    if (form == CallForm::function && (name == "tuple" || name == "list")) {
      return as_sequence(positional, name == "tuple");
    }
    return call(name, Arguments(std::move(positional), std::move(keywords), device_), form);
  }

  static Value as_sequence(const std::vector<Value>& arguments, bool is_tuple) {
    if (arguments.size() != 1) unsupported("a sequence of ", arguments.size(), " arguments");
    return Sequence{arguments[0].sequence().items, is_tuple};
  }

  std::vector<Token> tokens_;
  std::size_t position_ = 0;
  const std::map<std::string, Tensor>& variables_;
  Device device_;
};

}  // namespace

std::optional<DType> find_dtype(const std::string& name) {
  for (int i = 0; i < dtype_count; ++i)
    if (name == dtype_names[i].name) return static_cast<DType>(i);
  static const std::map<std::string, DType> aliases = {
      {"half", kHalf}, {"float", kFloat}, {"double", kDouble}, {"long", kLong}};
  const auto entry = aliases.find(name);
  return entry == aliases.end() ? std::nullopt : std::optional(entry->second);
}

Value evaluate(const std::string& source, const std::map<std::string, Tensor>& variables,
               const Device& device) {
  return Evaluator(source, variables, device).run();
}

}  // namespace tandem::golden
