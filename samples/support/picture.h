// Curves as pictures, drawn by gnuplot when it is installed.
#pragma once

#include <string>
#include <vector>

namespace samples {

struct Curve {
  std::string label;
  std::vector<double> x, y;
  bool right_axis = false;
};

struct Picture {
  std::string title, x_label, y_label, right_label;
  std::vector<Curve> curves;
};

/// Draws `picture` into a PNG file and says so; without gnuplot prints which package draws.
void draw(const Picture& picture, const std::string& path);

/// Writes columns of one length under their names.
void write_csv(const std::string& path, const std::vector<std::string>& names,
               const std::vector<std::vector<double>>& columns);

}  // namespace samples
