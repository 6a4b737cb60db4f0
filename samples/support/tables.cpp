#include "samples/support/tables.h"

#include <tandem/tandem.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include "samples/support/arguments.h"

namespace samples {

using namespace tandem;

namespace {

bool is_number(const std::string& text) {
  double value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  return status == std::errc() && end == text.data() + text.size();
}

std::vector<std::string> fields_of_first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line, field;
  std::getline(file, line);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
  std::vector<std::string> fields;
  for (std::stringstream rest(line); std::getline(rest, field, ',');) {
    const bool quoted = field.size() > 1 && field.front() == '"' && field.back() == '"';
    fields.push_back(quoted ? field.substr(1, field.size() - 2) : field);
  }
  return fields;
}

/// The position of `target` among `count` columns.
std::int64_t find_column(const std::string& target, const std::vector<std::string>& names,
                         std::int64_t count, const std::string& path) {
  if (target.empty()) return count - 1;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == target) return static_cast<std::int64_t>(i);
  std::int64_t number = 0;
  const auto [end, status] = std::from_chars(target.data(), target.data() + target.size(), number);
  if (status == std::errc() && *end == '\0' && number >= 1 && number <= count) return number - 1;
  std::string known = "1 to " + std::to_string(count);
  for (const std::string& name : names) known += ", " + name;
  fail("no column '", target, "' in ", path, "; there are: ", known);
}

Table table_of(const Tensor& numbers, std::int64_t target, double goal, const std::string& path) {
  const std::int64_t rows = numbers.size(0), columns = numbers.size(1);
  check(rows >= 10 && columns >= 2, path, " holds ", rows, " rows of ", columns,
        " columns; at least 10 rows and 2 columns are needed");
  check(isfinite(numbers).all().item<bool>(), path, " holds a number that is not finite");
  const Tensor labels = numbers.select(1, target);
  const bool in_range = logical_and(labels >= 0, labels < rows).all().item<bool>();
  const Tensor whole = in_range ? labels.to(kLong) : zeros({rows}, kLong);
  const std::int64_t most = whole.max().item<std::int64_t>();
  check(equal(whole.to(labels.dtype()), labels), "column ", target + 1, " of ", path,
        " holds no classes; expected whole numbers from 0 on");
  check(whole.min().item<std::int64_t>() < most, "column ", target + 1, " of ", path,
        " holds only the class ", most);
  const Tensor features =
      cat({numbers.slice(1, 0, target), numbers.slice(1, target + 1, columns)}, 1);
  return {features, whole, most + 1, goal, false};
}

}  // namespace

Table load_table(const std::string& data, const std::string& target) {
  struct Shipped {
    const char* name;
    double goal;
    int header_lines;
  };
  static const Shipped shipped[] = {
      {"digits", 0.96, 0}, {"iris", 0.9, 1}, {"breast_cancer", 0.95, 1}};
  CsvOptions options{.dtype = kFloat64};
  for (const Shipped& one : shipped) {
    if (data != one.name) continue;
    check(target.empty(), "--target is for --data csv:FILE; the classes of ", data, " are known");
    const std::string path = Common::data(data + ".csv");
    options.skip_rows = one.header_lines;
    const Tensor numbers = read_csv(path, options);
    Table table = table_of(numbers, numbers.size(1) - 1, one.goal, path);
    if (data == "digits") {
      table.x = table.x / 16;  // pixels from 0 to 16
      table.scaled = true;
    }
    return table;
  }
  check(data.starts_with("csv:") && data.size() > 4, "no data '", data,
        "'; there are: digits, iris, breast_cancer, csv:FILE");
  const std::string path = data.substr(4);
  std::vector<std::string> names = fields_of_first_line(path);
  if (std::all_of(names.begin(), names.end(), is_number)) names.clear();
  options.skip_rows = names.empty() ? 0 : 1;
  const Tensor numbers = read_csv(path, options);
  check(numbers.dim() == 2 && numbers.size(0) > 0, path, " holds no rows");
  check(names.empty() || static_cast<std::int64_t>(names.size()) == numbers.size(1), path,
        " names ", names.size(), " columns, its rows have ", numbers.size(1));
  return table_of(numbers, find_column(target, names, numbers.size(1), path), 0, path);
}

Split::Split(const Table& table) {
  const std::int64_t rows = table.x.size(0), test_rows = rows / 5;
  const auto parts = data::random_split({rows - test_rows, test_rows});
  train_x = table.x.index_select(0, parts[0]);
  train_y = table.y.index_select(0, parts[0]);
  test_x = table.x.index_select(0, parts[1]);
  test_y = table.y.index_select(0, parts[1]);
  if (table.scaled) return;
  const Tensor mean = train_x.mean({0}, true), deviation = train_x.std({0}, true, true);
  // A feature that never changes says nothing, and stays 0.
  const Tensor scale = where(deviation > 0, 1 / deviation, 0.0);
  train_x = (train_x - mean) * scale;
  test_x = (test_x - mean) * scale;
}

void Split::to(const Device& device, DType dtype) {
  for (Tensor* part : {&train_x, &test_x}) *part = part->to(dtype).to(device);
  for (Tensor* part : {&train_y, &test_y}) *part = part->to(device);
}

}  // namespace samples
