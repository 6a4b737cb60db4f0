// Sums of products in Einstein's notation: operand by operand, each pair as one batched product.
#include <algorithm>
#include <cctype>
#include <iterator>
#include <map>

#include "core/ops/products.h"
#include "core/ops/reduce.h"
#include "core/ops/shape_ops.h"

namespace tandem {

namespace {

/// A tensor with a letter for each dimension; those of an ellipsis are digits.
struct Term {
  Tensor x;
  std::string labels;
};

bool has(const std::string& labels, char label) { return labels.find(label) != std::string::npos; }

/// The labels of `from` for which `condition` holds, in their order.
template <class Condition> std::string chosen(const std::string& from, const Condition& condition) {
  std::string result;
  std::copy_if(from.begin(), from.end(), std::back_inserter(result), condition);
  return result;
}

/// The labels of a subscript like "b...ij" of an operand with `rank` dimensions.
std::string labels_of(const std::string& equation, std::string text, std::int64_t rank) {
  const std::size_t dots = text.find("...");
  for (char label : text)
    check(label == '.' || std::isalpha(static_cast<unsigned char>(label)) != 0, "einsum: \"",
          equation, "\" has the letter \"", label, "\"");
  if (dots != std::string::npos) {
    const std::int64_t covered = rank - static_cast<std::int64_t>(text.size()) + 3;
    check(covered >= 0, "einsum: \"", text, "\" in \"", equation,
          "\" has more letters than an operand of ", rank, " dimensions");
    std::string digits;
    for (std::int64_t i = covered - 1; i >= 0; --i) digits += static_cast<char>('0' + i);
    text.replace(dots, 3, digits);
  }
  check(static_cast<std::int64_t>(text.size()) == rank, "einsum: \"", text, "\" in \"", equation,
        "\" does not name the dimensions of an operand that has ", rank);
  check(!has(text, '.'), "einsum: \"", equation, "\" has dots that are no ellipsis");
  return text;
}

/// Each label once: repeated ones are diagonals.
Term with_diagonals(Term term) {
  for (std::size_t i = 0; i < term.labels.size();) {
    const std::size_t j = term.labels.find(term.labels[i], i + 1);
    if (j == std::string::npos) {
      ++i;
      continue;
    }
    const auto first = static_cast<std::int64_t>(i), second = static_cast<std::int64_t>(j);
    check(term.x.size(first) == term.x.size(second), "einsum: dimension \"", term.labels[i],
          "\" of ", term.x.describe(), " has two sizes");
    const char label = term.labels[i];
    term.x = term.x.diagonal(0, first, second);
    term.labels.erase(j, 1);
    term.labels.erase(i, 1);
    term.labels += label;  // the diagonal is the last dimension, the ones after i moved up
  }
  return term;
}

/// Summed over the labels that are not in `kept`.
Term summed(const Term& term, const std::string& kept) {
  Shape dims;
  for (std::size_t i = 0; i < term.labels.size(); ++i)
    if (!has(kept, term.labels[i])) dims.push_back(static_cast<std::int64_t>(i));
  if (dims.rank() == 0) return term;
  return {sum(term.x, dims), chosen(term.labels, [&](char c) { return has(kept, c); })};
}

/// With the dimensions in that order.
Tensor ordered(const Term& term, const std::string& labels) {
  Shape order;
  for (char label : labels) order.push_back(static_cast<std::int64_t>(term.labels.find(label)));
  return term.x.permute(order);
}

using Sizes = std::map<char, std::int64_t>;

/// As [batch, rows, columns], each the product of the sizes of its labels.
Tensor as_batch(const Term& term, const Sizes& sizes, const std::string& batch,
                const std::string& rows, const std::string& columns) {
  Shape shape;
  for (const std::string* group : {&batch, &rows, &columns}) {
    std::int64_t size = 1;
    for (char label : *group) size *= sizes.at(label);
    shape.push_back(size);
  }
  return ordered(term, batch + rows + columns).reshape(shape);
}

/// Both multiplied, and summed over what `kept` does not name.
Term product(const Term& given_a, const Term& given_b, const Sizes& sizes,
             const std::string& kept) {
  const Term a = summed(given_a, kept + given_b.labels), b = summed(given_b, kept + given_a.labels);
  const std::string both = chosen(a.labels, [&](char c) { return has(b.labels, c); });
  const std::string batch = chosen(both, [&](char c) { return has(kept, c); });
  const std::string shared = chosen(both, [&](char c) { return !has(kept, c); });
  const std::string rows = chosen(a.labels, [&](char c) { return !has(both, c); });
  const std::string columns = chosen(b.labels, [&](char c) { return !has(both, c); });
  const Tensor x =
      bmm(as_batch(a, sizes, batch, rows, shared), as_batch(b, sizes, batch, shared, columns));
  Term result{Tensor(), batch + rows + columns};
  Shape shape;
  for (char label : result.labels) shape.push_back(sizes.at(label));
  result.x = x.reshape(shape);
  return result;
}

/// Without "->": the dimensions of ellipses, then the letters that are there once, in order.
std::string implied_result(const std::string& all) {
  std::string result;
  for (char digit = '9'; digit >= '0'; --digit)
    if (has(all, digit)) result += digit;
  std::string letters = chosen(all, [&](char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 &&
           std::count(all.begin(), all.end(), c) == 1;
  });
  std::sort(letters.begin(), letters.end());
  return result + letters;
}

}  // namespace

Tensor einsum(const std::string& equation, const TensorList& operands) {
  const std::string text = chosen(equation, [](char c) { return c != ' '; });
  const std::size_t arrow = text.find("->");
  std::string inputs = text.substr(0, arrow) + ",", all;
  std::vector<Term> terms;
  Sizes sizes;
  for (const Tensor& x : operands) {
    const std::size_t comma = inputs.find(',');
    check(comma != std::string::npos, "einsum: \"", equation, "\" has too few subscripts for ",
          operands.size(), " operands");
    const std::string labels = labels_of(equation, inputs.substr(0, comma), x.dim());
    terms.push_back(with_diagonals({x, labels}));
    all += labels;
    inputs.erase(0, comma + 1);
    for (std::size_t i = 0; i < terms.back().labels.size(); ++i) {
      std::int64_t& size = sizes.emplace(terms.back().labels[i], 1).first->second;
      const std::int64_t own = terms.back().x.size(static_cast<std::int64_t>(i));
      check(size == 1 || own == 1 || size == own, "einsum: dimension \"", terms.back().labels[i],
            "\" of \"", equation, "\" has the sizes ", size, " and ", own);
      if (own != 1) size = own;
    }
  }
  check(!terms.empty() && inputs.empty(), "einsum: \"", equation,
        "\" has another number of subscripts than ", operands.size(), " operands");
  std::string result;
  if (arrow == std::string::npos) {
    result = implied_result(all);
  } else {
    std::string digits = chosen(implied_result(all), [](char c) { return c <= '9'; });
    result = text.substr(arrow + 2);
    if (const std::size_t dots = result.find("..."); dots != std::string::npos)
      result.replace(dots, 3, digits);
    for (char label : result)
      check(has(all, label) && std::count(result.begin(), result.end(), label) == 1,
            "einsum: the result of \"", equation, "\" names \"", label,
            "\" twice, or no operand does");
  }
  for (Term& term : terms) {
    Shape shape;
    for (char label : term.labels) shape.push_back(sizes.at(label));
    term.x = term.x.expand(shape);
  }
  Term total = terms[0];
  for (std::size_t i = 1; i < terms.size(); ++i) {
    std::string kept = result;
    for (std::size_t later = i + 1; later < terms.size(); ++later) kept += terms[later].labels;
    total = product(total, terms[i], sizes, kept);
  }
  return ordered(summed(total, result), result);
}

}  // namespace tandem
