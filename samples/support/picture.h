// Pictures of curves and fields, drawn by gnuplot when it is installed.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace samples {

enum class Style {
  Line,
  Path,  ///< a line with a mark at its end
  Dashed,
  Points,
  Cross,  ///< a large black one at every point
  Band
};

struct Curve {
  std::string label;
  std::vector<double> x, y;
  bool right_axis = false;
  Style style = Style::Line;
  /// Of a band: what it is filled up to. It has the colour of the curve after it, and no label.
  std::vector<double> upper = {};
};

/// Values on a regular grid, as colours below the curves.
struct Field {
  double x_min, x_max, y_min, y_max;
  std::size_t columns, rows;
  std::vector<double> values;  ///< row by row, the lowest y first
  std::string label;
  /// Draws a line where the values pass it.
  std::optional<double> contour = {};
};

struct Picture {
  std::string title, x_label, y_label, right_label;
  std::vector<Curve> curves;
  bool log_x = false, log_y = false;
  /// Axes through the origin instead of a frame.
  bool centred_axes = false;
  /// One unit is as long on either axis.
  bool equal_axes = false;
  std::optional<Field> field = {};
};

/// Draws `picture` into a PNG file and says so; without gnuplot prints which package draws.
void draw(const Picture& picture, const std::string& path);

/// Writes columns of one length under their names.
void write_csv(const std::string& path, const std::vector<std::string>& names,
               const std::vector<std::vector<double>>& columns);

}  // namespace samples
