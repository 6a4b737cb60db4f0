#include "samples/support/picture.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "core/base/error.h"

namespace samples {

namespace {

bool has_gnuplot() { return std::system("command -v gnuplot >/dev/null 2>&1") == 0; }

/// Text inside single quotes, where gnuplot doubles the quote itself.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (char c : text) result += c == '\'' ? "''" : std::string(1, c);
  return result + "'";
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

template <class... Numbers> std::string row(Numbers... numbers) {
  std::string text;
  for (const double value : {static_cast<double>(numbers)...}) text += number(value) + " ";
  return text + "\n";
}

/// Colours that stay apart for colour-blind eyes (Okabe and Ito, 2008).
std::string colour(std::size_t number) {
  static const char* const colours[] = {"0072b2", "d55e00", "009e73", "cc79a7",
                                        "e69f00", "56b4e9", "000000"};
  return std::string(" linecolor rgb '#") + colours[number % std::size(colours)] + "'";
}

std::string axes(const Picture& picture) {
  std::string text =
      "set xlabel " + quoted(picture.x_label) + "\nset ylabel " + quoted(picture.y_label) + "\n";
  if (picture.equal_axes) text += "set size ratio -1\n";
  if (picture.log_x) text += "set logscale x\nset format x '10^{%L}'\n";
  if (picture.log_y) text += "set logscale y\nset format y '10^{%L}'\n";
  if (!picture.right_label.empty())
    text += "set ytics nomirror\nset y2tics\nset y2label " + quoted(picture.right_label) + "\n";
  if (picture.centred_axes)
    text += "unset border\nset xzeroaxis linetype -1\nset yzeroaxis linetype -1\n" +
            std::string("set xtics axis add ('' 0)\nset ytics axis offset -0.5,0 add ('' 0)\n") +
            "unset xlabel\nset label " + quoted(picture.x_label) + " at graph 1.02, first 0\n";
  else
    text += "set grid\n";
  if (!picture.field) text += "set xrange [*:*] noextend\n";
  if (!picture.field && !picture.log_y)
    text += "set yrange [*:*] noextend\nset offsets 0, 0, graph 0.03, graph 0.03\n";
  return text;
}

/// The field, and the line of its contour, as data blocks.
std::string blocks(const Field& field) {
  const auto coordinate = [](double from, double to, std::size_t i, std::size_t count) {
    return from + (to - from) * (static_cast<double>(i) + 0.5) / static_cast<double>(count);
  };
  std::string text = "$field << EOD\n";
  for (std::size_t j = 0; j < field.rows; ++j) {
    for (std::size_t i = 0; i < field.columns; ++i)
      text += row(coordinate(field.x_min, field.x_max, i, field.columns),
                  coordinate(field.y_min, field.y_max, j, field.rows),
                  field.values[j * field.columns + i]);
    text += "\n";
  }
  text += "EOD\nset cblabel " + quoted(field.label) +
          "\nset palette defined (0 '#7fa8d6', 0.5 '#f7f7f7', 1 '#e39b86')\nset xrange [" +
          number(field.x_min) + ":" + number(field.x_max) + "]\nset yrange [" +
          number(field.y_min) + ":" + number(field.y_max) + "]\n";
  if (field.contour)
    text += "set contour base\nset cntrparam levels discrete " + number(*field.contour) +
            "\nunset surface\nset table $contour\nsplot $field\nunset table\nunset contour\n";
  return text;
}

std::string plots(const Picture& picture) {
  std::vector<std::string> parts;
  if (picture.field) {
    parts.push_back("$field with image notitle");
    if (picture.field->contour)
      parts.push_back("$contour with lines linewidth 2 linecolor rgb 'black' title 'boundary'");
  }
  std::size_t hue = 0;
  for (const Curve& curve : picture.curves) {
    const std::string on = curve.right_axis ? " axes x1y2" : "";
    const std::string title = " title " + quoted(curve.label);
    switch (curve.style) {
      case Style::Line:
        parts.push_back("'-' with lines linewidth 2" + colour(hue++) + on + title);
        break;
      case Style::Path:
        parts.push_back("'-' with lines linewidth 2" + colour(hue) + on + title);
        parts.push_back("'-' with points pointtype 7 pointsize 1.5" + colour(hue++) + on +
                        " notitle");
        break;
      case Style::Dashed:
        parts.push_back("'-' with lines linewidth 2 dashtype 2 linecolor rgb '#777777'" + on +
                        title);
        break;
      case Style::Points:
        parts.push_back("'-' with points pointtype 7 pointsize 0.6" + colour(hue++) + on + title);
        break;
      case Style::Cross:
        parts.push_back(
            "'-' with points pointtype 2 pointsize 2 linewidth 2 linecolor rgb 'black'" + on +
            title);
        break;
      case Style::Band:
        parts.push_back("'-' with filledcurves fillstyle transparent solid 0.2 noborder" +
                        colour(hue) + on + " notitle");
        break;
    }
  }
  std::string text = "plot ";
  for (std::size_t i = 0; i < parts.size(); ++i) text += (i > 0 ? ", " : "") + parts[i];
  return text + "\n";
}

std::string script(const Picture& picture, const std::string& path) {
  std::string text = "set terminal pngcairo size 900,540 font 'sans,11'\nset output " +
                     quoted(path) + "\nset title " + quoted(picture.title) + " font ',13'" +
                     "\nset key below horizontal height 1\n" + axes(picture);
  if (picture.field) text += blocks(*picture.field);
  text += plots(picture);
  for (const Curve& curve : picture.curves) {
    for (std::size_t i = 0; i < curve.x.size(); ++i)
      text += curve.style == Style::Band ? row(curve.x[i], curve.y[i], curve.upper[i])
                                         : row(curve.x[i], curve.y[i]);
    text += "e\n";
    if (curve.style == Style::Path) text += row(curve.x.back(), curve.y.back()) + "e\n";
  }
  return text;
}

}  // namespace

void draw(const Picture& picture, const std::string& path) {
  if (!has_gnuplot()) {
    std::printf("no picture: install gnuplot-nox to get %s\n", path.c_str());
    return;
  }
  // What gnuplot itself says of a failure takes several lines, and a picture that it cannot write
  // goes to stdout.
  FILE* gnuplot = popen("gnuplot >/dev/null 2>&1", "w");
  tandem::check<tandem::IoError>(gnuplot != nullptr, "draw: cannot start gnuplot");
  const std::string text = script(picture, path);
  const auto on_broken_pipe = std::signal(SIGPIPE, SIG_IGN);
  std::fwrite(text.data(), 1, text.size(), gnuplot);
  const int status = pclose(gnuplot);
  std::signal(SIGPIPE, on_broken_pipe);
  tandem::check<tandem::IoError>(status == 0, "draw: gnuplot failed to write ", path);
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
