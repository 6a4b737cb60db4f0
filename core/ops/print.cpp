// Printing, in libtorch's layout: a common width and precision for all values, matrices in column
// blocks of at most 80 characters, leading dimensions as "(1,.,.) =" headings, the type and shape
// last.
#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <limits>
#include <ostream>
#include <sstream>

#include "core/tensor/tensor.h"

namespace tandem {
namespace {

constexpr int line_width = 80;

/// How to print numbers: width, a common factor, and the stream's flags.
struct NumberFormat {
  int width = 1;
  double scale = 1;
  std::ios::fmtflags flags{};

  void apply(std::ostream& out) const {
    out.flags(flags);
    out << std::setprecision(flags == std::ios::fmtflags{} ? 6 : 4);
  }
};

/// Digits before the decimal point, at least as log10 sees them; 1 for zero.
int digits(double magnitude) {
  return magnitude == 0 ? 1 : static_cast<int>(std::floor(std::log10(magnitude))) + 1;
}

NumberFormat choose_format(const List<double>& values) {
  if (values.empty()) return {0, 1, {}};
  bool whole = true, any = false;
  double least = std::numeric_limits<double>::infinity(), most = 0;
  for (double value : values) {
    if (!std::isfinite(value)) continue;
    any = true;
    whole = whole && value == std::ceil(value);
    least = std::min(least, std::fabs(value));
    most = std::max(most, std::fabs(value));
  }
  const int low = any ? digits(least) : 1, high = any ? digits(most) : 1;
  if (whole)
    return high > 9 ? NumberFormat{11, 1, std::ios::scientific} : NumberFormat{high + 1, 1, {}};
  if (high - low > 4)
    return {std::abs(high) > 99 || std::abs(low) > 99 ? 12 : 11, 1, std::ios::scientific};
  if (high > 5 || high < 0) return {7, std::pow(10.0, high - 1), std::ios::fixed};
  return {high == 0 ? 7 : high + 6, 1, std::ios::fixed};
}

void print_scale(std::ostream& out, const NumberFormat& format) {
  if (format.scale == 1) return;
  const std::ios::fmtflags before = out.flags({});
  out << format.scale << " *\n";
  out.flags(before);
}

/// A [rows, columns] block of row-major values, indented by one space when it is part of a larger
/// tensor.
void print_matrix(std::ostream& out, const double* values, std::int64_t rows, std::int64_t columns,
                  int indent) {
  const NumberFormat format = choose_format({values, values + rows * columns});
  const std::int64_t per_line =
      std::max<std::int64_t>(1, (line_width - indent) / (format.width + 1));
  for (std::int64_t first = 0; first < columns || (first == 0 && columns == 0); first += per_line) {
    const std::int64_t last = std::min(first + per_line, columns) - 1;
    if (per_line < columns) {
      if (first != 0) out << '\n';
      out << "Columns " << first + 1 << " to " << last + 1;
      out << std::string(static_cast<std::size_t>(indent), ' ');
    }
    if (format.scale != 1) print_scale(out, format);
    if (per_line < columns && format.scale == 1) out << '\n';
    format.apply(out);
    for (std::int64_t row = 0; row < rows; ++row) {
      out << std::string(static_cast<std::size_t>(indent), ' ');
      for (std::int64_t column = first; column <= last; ++column)
        out << std::setw(format.width) << values[row * columns + column] / format.scale
            << (column == last ? '\n' : ' ');
    }
    if (columns == 0) break;
  }
}

void print_blocks(std::ostream& out, const List<double>& values, const Shape& shape) {
  const std::int64_t rows = shape[shape.size() - 2], columns = shape.back(), block = rows * columns;
  const std::int64_t blocks = block == 0 ? 0 : static_cast<std::int64_t>(values.size()) / block;
  for (std::int64_t i = 0; i < blocks; ++i) {
    if (i > 0) out << '\n';
    std::string heading;
    std::int64_t rest = i;
    for (int d = shape.rank() - 3; d >= 0; --d) {
      heading.insert(0, std::to_string(rest % shape[d] + 1) + ",");
      rest /= shape[d];
    }
    out << '(' << heading << ".,.) = \n";
    print_matrix(out, values.data() + i * block, rows, columns, 1);
  }
}

std::string type_name(const Tensor& tensor) {
  std::string name = info_of(tensor.device().type()).name;
  std::transform(name.begin(), name.end(), name.begin(), [](char c) { return std::toupper(c); });
  return name + dtype_names[static_cast<int>(tensor.dtype())].type_name + "Type";
}

List<double> values_of(const Tensor& tensor) {
  const Tensor host = tensor.detach().cpu().to(kFloat64).contiguous();
  const double* data = host.data_ptr<double>();
  List<double> values(data, data + host.numel());
  for (double& value : values)
    if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();  // "nan", never "-nan"
  return values;
}

void print(std::ostream& out, const Tensor& tensor) {
  if (!tensor.defined()) {
    out << "[ Tensor (undefined) ]";
    return;
  }
  const Shape& shape = tensor.sizes();
  const List<double> values = values_of(tensor);
  if (shape.rank() == 0) {
    out << values[0] << '\n';
  } else if (shape.rank() == 1 && !values.empty()) {
    const NumberFormat format = choose_format(values);
    print_scale(out, format);
    format.apply(out);
    for (double value : values) out << std::setw(format.width) << value / format.scale << '\n';
  } else if (shape.rank() == 2 && !values.empty()) {
    print_matrix(out, values.data(), shape[0], shape[1], 0);
  } else if (!values.empty()) {
    print_blocks(out, values, shape);
  }
  out << "[ " << type_name(tensor) << "{";
  for (int d = 0; d < shape.rank(); ++d) out << (d > 0 ? "," : "") << shape[d];
  out << "} ]";
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Tensor& tensor) {
  return out << reporting_bad_alloc("print", [&] {
           std::ostringstream text;
           text.imbue(std::locale::classic());
           print(text, tensor);
           return text.str();
         });
}

std::string Tensor::toString() const { return defined() ? type_name(*this) : "UndefinedType"; }

void Tensor::print() const {
  if (defined())
    std::cerr << '[' << toString() << ' ' << sizes() << "]\n";
  else
    std::cerr << "[UndefinedTensor]\n";
}

}  // namespace tandem
