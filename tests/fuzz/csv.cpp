// Fuzz target: read_csv. The first byte chooses delimiter and skipped rows, the second the dtype;
// the rest is the file. What is accepted is written again, digit for digit, and must read as the
// same.
#include <charconv>
#include <cmath>

#include "tests/fuzz/fuzz.h"

namespace tandem::fuzz {

namespace {

constexpr char delimiters[] = {',', '\t', ' ', ';', '|', '"', 'e', '\n'};
constexpr int usual_delimiters = 5;

template <class T> void append_number(std::string& text, T value) {
  char digits[64];
  const ComputeType<T> number = value;
  if constexpr (std::is_same_v<T, bool>) {
    text += number ? '1' : '0';
  } else {
    text.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
  }
}

template <class T> std::string written(const Tensor& table, char delimiter) {
  std::string text;
  const T* next = static_cast<const T*>(table.raw_data());
  for (std::int64_t row = 0; row < table.size(0); ++row)
    for (std::int64_t column = 0; column < table.size(1); ++column) {
      append_number(text, *next++);
      text += column + 1 < table.size(1) ? delimiter : '\n';
    }
  return text;
}

}  // namespace

bool run_input(Bytes input) {
  static const ScratchFile file("tandem_fuzz_csv");
  if (input.size() < 2) return false;
  const int choice = input[0] % 8;
  CsvOptions options{delimiters[choice], input[0] / 8 % 4,
                     static_cast<DType>(input[1] % dtype_count)};
  Tensor table;
  try {
    table = read_csv(file.write(input.subspan(2)), options);
  } catch (const Error&) {
    return false;
  }
  require(table.dim() == 2 && table.dtype() == options.dtype, "not a table of the dtype");
  if (choice >= usual_delimiters) return true;
  options.skip_rows = 0;
  const std::string text =
      visit_dtype(options.dtype, [&]<class T>() { return written<T>(table, options.delimiter); });
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const Tensor again = read_csv(file.write({bytes, text.size()}), options);
  const bool equal = again.sizes() == table.sizes() &&
                     (same(again, table) || allclose(again, table, 0, 0, /*equal_nan=*/true));
  require(equal, "a written table reads differently");
  return true;
}

}  // namespace tandem::fuzz
