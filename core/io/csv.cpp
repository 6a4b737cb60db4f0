// Reads tables of numbers.
#include "core/io/csv.h"

#include <charconv>
#include <cmath>
#include <fstream>
#include <string_view>
#include <vector>

#include "core/ops/factories.h"

namespace tandem {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

double parse_field(std::string_view given, const std::string& path, std::int64_t row,
                   std::int64_t column) {
  std::string_view field = trimmed(given);
  if (field.size() > 1 && field.front() == '+') field.remove_prefix(1);
  double value = 0;
  const auto [end, status] = std::from_chars(field.data(), field.data() + field.size(), value);
  check<IoError>(status == std::errc() && end == field.data() + field.size() && !field.empty(),
                 "read_csv: ", path, ", row ", row, ", column ", column,
                 ": expected a number, got '", std::string(given.substr(0, 40)), "'");
  return value;
}

}  // namespace

Tensor read_csv(const std::string& path, const CsvOptions& options) {
  std::ifstream file(path);
  check<IoError>(file.is_open(), "read_csv: cannot open ", path);
  std::vector<double> numbers;
  std::int64_t rows = 0, columns = 0, line_number = 0;
  for (std::string line; std::getline(file, line);) {
    if (++line_number == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);  // UTF-8's mark
    if (line_number <= options.skip_rows || trimmed(line).empty()) continue;
    std::int64_t fields = 0;
    for (std::size_t start = 0; start <= line.size(); ++fields) {
      const std::size_t stop = std::min(line.find(options.delimiter, start), line.size());
      numbers.push_back(parse_field(std::string_view(line).substr(start, stop - start), path,
                                    line_number, fields + 1));
      start = stop + 1;
    }
    if (rows++ == 0) columns = fields;
    check<IoError>(fields == columns, "read_csv: ", path, ", row ", line_number, ": expected ",
                   columns, " columns, got ", fields);
  }
  check<IoError>(!file.bad(), "read_csv: reading ", path, " failed");
  if (!is_floating_point(options.dtype))
    for (std::size_t i = 0; i < numbers.size(); ++i)
      check<IoError>(std::fabs(numbers[i]) <= 0x1p53 && numbers[i] == std::trunc(numbers[i]),
                     "read_csv: ", path, ": ", numbers[i], " in column ",
                     i % static_cast<std::size_t>(columns) + 1, " is no whole number that ",
                     options.dtype, " could hold");
  return from_blob(numbers.data(), {rows, columns}, kFloat64).clone().to(options.dtype);
}

}  // namespace tandem
