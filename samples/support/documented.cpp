#include "samples/support/documented.h"

#include <cmath>
#include <cstdio>

namespace samples {

namespace {

struct Format {
  int decimals = 0;
  bool point = false;
  bool exponential = false;
  double half_unit = 0;

  explicit Format(const std::string& printed) {
    const std::size_t exponent = printed.find('e'), dot = printed.find('.');
    exponential = exponent != std::string::npos;
    const std::size_t end = exponential ? exponent : printed.size();
    point = dot < end;
    if (point) decimals = static_cast<int>(end - dot - 1);
    const double scale = exponential ? std::stod(printed.substr(exponent + 1)) : 0;
    // A number exactly between two prints may go either way.
    half_unit = 0.5000001 * std::pow(10, scale - decimals);
  }
  std::string operator()(double value) const {
    char text[64];
    const char* format = exponential ? "%.*e" : point ? "%#.*f" : "%.*f";
    std::snprintf(text, sizeof text, format, decimals, value);
    return text;
  }
};

bool agrees(double value, const std::string& printed, double tolerance) {
  const double expected = std::stod(printed);
  if (std::isnan(expected)) return std::isnan(value);
  return std::fabs(value - expected) <= (tolerance > 0 ? tolerance : Format(printed).half_unit);
}

std::string outcome(bool same, double tolerance) {
  if (!same) return "DIFFERS";
  if (tolerance == 0) return "agrees";
  char text[40];
  std::snprintf(text, sizeof text, "agrees within %.0e", tolerance);
  return text;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text = "[";
  for (const std::string& part : parts) text += (text.size() > 1 ? ", " : "") + part;
  return text + "]";
}

}  // namespace

Document::Document(const std::string& title) { std::printf("%s\n", title.c_str()); }

void Document::section(const std::string& title) const { std::printf("\n%s\n", title.c_str()); }

void Document::number(const std::string& what, double value, const std::string& printed,
                      double tolerance) {
  const bool same = agrees(value, printed, tolerance);
  std::printf("  %-30s %s   %s %s   %s\n", what.c_str(), Format(printed)(value).c_str(),
              source_.c_str(), printed.c_str(), outcome(same, tolerance).c_str());
  if (!same) differing_.push_back(what);
}

void Document::numbers(const std::string& what, const tandem::Tensor& values,
                       const std::vector<std::string>& printed, double tolerance) {
  const std::vector<double> all = values_of(values);
  bool same = all.size() == printed.size();
  std::vector<std::string> own;
  for (std::size_t i = 0; i < all.size(); ++i) {
    own.push_back(Format(printed[std::min(i, printed.size() - 1)])(all[i]));
    same = same && agrees(all[i], printed[i], tolerance);
  }
  std::printf("  %-12s %s\n  %12s %s   %s\n", what.c_str(), joined(own).c_str(), source_.c_str(),
              joined(printed).c_str(), outcome(same, tolerance).c_str());
  if (!same) differing_.push_back(what);
}

void Document::claim(const std::string& what, bool holds) {
  std::printf("  %s: %s\n", what.c_str(), holds ? "true" : "FALSE");
  if (!holds) differing_.push_back(what);
}

void Document::note(const std::string& text) const { std::printf("  %s\n", text.c_str()); }

int Document::verdict() const {
  for (const std::string& what : differing_) std::fprintf(stderr, "differs: %s\n", what.c_str());
  return differing_.empty() ? 0 : 1;
}

std::vector<double> values_of(const tandem::Tensor& tensor) {
  const tandem::Tensor host = tensor.detach().cpu().to(tandem::kFloat64).contiguous();
  const double* data = host.data_ptr<double>();
  return {data, data + host.numel()};
}

}  // namespace samples
