#include "samples/support/picture.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "core/error.h"

namespace samples {

namespace {

bool has_gnuplot() { return std::system("command -v gnuplot >/dev/null 2>&1") == 0; }

/// Text inside single quotes, where gnuplot doubles the quote itself.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (char c : text) result += c == '\'' ? "''" : std::string(1, c);
  return result + "'";
}

std::string script(const Picture& picture, const std::string& path) {
  std::string text = "set terminal pngcairo size 900,540 font 'sans,11' noenhanced\nset output " +
                     quoted(path) + "\nset title " + quoted(picture.title) + "\nset xlabel " +
                     quoted(picture.x_label) + "\nset ylabel " + quoted(picture.y_label) +
                     "\nset grid\nset key above horizontal\n";
  if (!picture.right_label.empty())
    text += "set ytics nomirror\nset y2tics\nset y2label " + quoted(picture.right_label) + "\n";
  for (std::size_t i = 0; i < picture.curves.size(); ++i) {
    const Curve& curve = picture.curves[i];
    text += (i == 0 ? "plot " : ", ") + std::string("'-' with lines linewidth 2 ") +
            (curve.right_axis ? "axes x1y2 " : "") + "title " + quoted(curve.label);
  }
  text += "\n";
  for (const Curve& curve : picture.curves) {
    char line[80];
    for (std::size_t i = 0; i < curve.x.size(); ++i) {
      std::snprintf(line, sizeof line, "%.9g %.9g\n", curve.x[i], curve.y[i]);
      text += line;
    }
    text += "e\n";
  }
  return text;
}

}  // namespace

void draw(const Picture& picture, const std::string& path) {
  if (!has_gnuplot()) {
    std::printf("no picture: install gnuplot-nox to get %s\n", path.c_str());
    return;
  }
  FILE* gnuplot = popen("gnuplot", "w");
  tandem::check<tandem::IoError>(gnuplot != nullptr, "draw: cannot start gnuplot");
  const std::string text = script(picture, path);
  std::fwrite(text.data(), 1, text.size(), gnuplot);
  tandem::check<tandem::IoError>(pclose(gnuplot) == 0, "draw: gnuplot failed to write ", path);
  std::printf("wrote %s\n", path.c_str());
}

void write_csv(const std::string& path, const std::vector<std::string>& names,
               const std::vector<std::vector<double>>& columns) {
  std::ofstream file(path);
  for (std::size_t i = 0; i < names.size(); ++i) file << (i > 0 ? "," : "") << names[i];
  file << '\n';
  file.precision(9);
  for (std::size_t row = 0; row < columns.front().size(); ++row)
    for (std::size_t i = 0; i < columns.size(); ++i)
      file << columns[i][row] << (i + 1 < columns.size() ? ',' : '\n');
  file.close();
  tandem::check<tandem::IoError>(static_cast<bool>(file), "write_csv: writing ", path, " failed");
  std::printf("wrote %s\n", path.c_str());
}

}  // namespace samples
