// Reads tables of numbers.
#include "core/io/csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <deque>
#include <fstream>
#include <limits>
#include <optional>
#include <string_view>

#include "core/ops/factories.h"

namespace tandem {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Where a field stands, for errors.
struct Place {
  const std::string& path;
  std::int64_t row, column;
  std::string_view text;

  template <class... Parts> [[noreturn]] void refuse(const Parts&... parts) const {
    fail<IoError>("read_csv: ", path, ", row ", row, ", column ", column, ": ", parts..., ", got '",
                  std::string(text.substr(0, 40)), "'");
  }
};

/// A number that `from_chars` of T finds out of range: infinity or 0, of the text's sign.
template <class T> T beyond_range(std::string_view field) {
  long double value = 0;
  const char* end = field.data() + field.size();
  if (std::from_chars(field.data(), end, value).ec == std::errc()) return static_cast<T>(value);
  const auto exponent = field.find_first_of("eE");
  const bool tiny = exponent != std::string_view::npos && field.substr(exponent + 1, 1) == "-";
  const T size = tiny ? T(0) : std::numeric_limits<T>::infinity();
  return field.front() == '-' ? -size : size;
}

/// The whole field as a T, if it is one.
template <class T> std::optional<T> parse_as(std::string_view field) {
  T value{};
  const auto [end, status] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (end != field.data() + field.size()) return {};
  if constexpr (std::is_floating_point_v<T>)
    if (status == std::errc::result_out_of_range) return beyond_range<T>(field);
  return status == std::errc() ? std::optional(value) : std::nullopt;
}

/// A field as an element of type T: rounded once, and never wrapped.
template <class T> T parse_field(const Place& place) {
  std::string_view field = trimmed(place.text);
  if (field.size() > 1 && field.front() == '"' && field.back() == '"')
    field = trimmed(field.substr(1, field.size() - 2));
  if (field.size() > 1 && field[0] == '+' && field[1] != '-') field.remove_prefix(1);
  if constexpr (std::is_integral_v<T>) {
    std::optional<std::int64_t> whole = parse_as<std::int64_t>(field);
    if (!whole) {  // 1e3 and 2.0 are whole numbers, too
      const std::optional<double> real = parse_as<double>(field);
      if (!real) place.refuse("expected a number");
      if (!(std::fabs(*real) < 0x1p53) || *real != std::trunc(*real))
        place.refuse("expected a whole number for ", dtype_of<T>);
      whole = static_cast<std::int64_t>(*real);
    }
    if (*whole < std::int64_t{std::numeric_limits<T>::min()} ||
        *whole > std::int64_t{std::numeric_limits<T>::max()})
      place.refuse("expected a number that ", dtype_of<T>, " can hold");
    return static_cast<T>(*whole);
  } else {
    const auto real = parse_as<ComputeType<T>>(field);
    if (!real) place.refuse("expected a number");
    const T value = static_cast<T>(*real);
    if (HalfType<T> && std::isfinite(*real) && !std::isfinite(static_cast<float>(value)))
      place.refuse("expected a number that ", dtype_of<T>, " can hold");
    return value;
  }
}

/// Calls body(text) for each field. Blanks that delimit count once, however many there are.
template <class Body> void for_each_field(std::string_view line, char delimiter, const Body& body) {
  const bool blanks = delimiter == ' ';
  if (blanks) line = trimmed(line);
  for (std::size_t start = 0; start <= line.size();) {
    const std::size_t stop = std::min(line.find(delimiter, start), line.size());
    body(line.substr(start, stop - start));
    start = stop + 1;
    while (blanks && start < line.size() && line[start] == ' ') ++start;
  }
}

template <class T> Tensor read_table(const std::string& path, const CsvOptions& options) {
  std::ifstream file(path);
  check<IoError>(file.is_open(), "read_csv: cannot open ", path);
  std::deque<T> numbers;  // a vector<bool> has no array
  std::int64_t rows = 0, columns = 0, line_number = 0;
  for (std::string line; std::getline(file, line);) {
    if (++line_number == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);  // UTF-8's mark
    // A line of delimiters is no blank line: its fields are missing.
    const bool blank = trimmed(line).empty() && (options.delimiter == ' ' ||
                                                 line.find(options.delimiter) == std::string::npos);
    if (line_number <= options.skip_rows || blank) continue;
    std::int64_t fields = 0;
    for_each_field(line, options.delimiter, [&](std::string_view text) {
      numbers.push_back(parse_field<T>({path, line_number, ++fields, text}));
    });
    if (rows++ == 0) columns = fields;
    check<IoError>(fields == columns, "read_csv: ", path, ", row ", line_number, ": expected ",
                   columns, " columns, got ", fields);
  }
  check<IoError>(!file.bad(), "read_csv: reading ", path, " failed");
  Tensor table = empty({rows, columns}, options.dtype);
  std::copy(numbers.begin(), numbers.end(), static_cast<T*>(table.raw_data()));
  return table;
}

}  // namespace

Tensor read_csv(const std::string& path, const CsvOptions& options) {
  return reporting_bad_alloc("read_csv", [&] {
    return visit_dtype(options.dtype, [&]<class T>() { return read_table<T>(path, options); });
  });
}

}  // namespace tandem
