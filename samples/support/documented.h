// A document's printed numbers beside what Tandem computes.
#pragma once

#include <string>
#include <vector>

#include "core/tensor/tensor.h"

namespace samples {

/// Prints each number in the document's own format and compares it to the printed digits: with half
/// a unit of the last digit as tolerance, or the one given.
class Document {
 public:
  explicit Document(const std::string& title);
  /// A new heading.
  void section(const std::string& title) const;
  /// Where the printed numbers are from, "documented" unless said otherwise.
  void source(const std::string& word) { source_ = word; }

  /// `printed` is the document's text: its decimals and an exponent, if any, are the format.
  void number(const std::string& what, double value, const std::string& printed,
              double tolerance = 0);
  /// The elements of a tensor, in row-major order.
  void numbers(const std::string& what, const tandem::Tensor& values,
               const std::vector<std::string>& printed, double tolerance = 0);
  /// A claim in words, the document's or ours.
  void claim(const std::string& what, bool holds);
  /// A line of explanation.
  void note(const std::string& text) const;

  /// The sample's exit code: 0, or 1 if something differed, which is said once more.
  int verdict() const;

 private:
  std::string source_ = "documented";
  std::vector<std::string> differing_;
};

/// The elements as doubles, in row-major order.
std::vector<double> values_of(const tandem::Tensor& tensor);

}  // namespace samples
