#include "samples/support/arguments.h"

#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <iostream>

#include "core/backend/backend.h"
#include "core/backend/registry.h"
#include "samples/support/flags.h"

namespace samples {

std::string Common::source(const std::string& name) {
  return std::string(TANDEM_SAMPLE_SOURCES) + "/" + name;
}

std::string Common::file(const std::string& name) const {
  std::filesystem::create_directories(out);
  return path(name);
}

namespace {

CLI::Validator number(const std::string& range, const std::function<bool(double)>& holds) {
  return CLI::Validator(
      [=](const std::string& text) {
        double value = 0;
        const bool good = CLI::detail::lexical_cast(text, value) && holds(value);
        return good ? std::string() : "expected a number " + range + ", got '" + text + "'";
      },
      "");
}

/// Before anything is computed: throws if `out` cannot become a directory to write to. Makes
/// nothing.
void check_out(const std::string& out) {
  std::filesystem::path at = std::filesystem::absolute(out);
  while (!std::filesystem::exists(at)) at = at.parent_path();
  tandem::check(std::filesystem::is_directory(at), "--out: ", at.string(), " is no directory");
  tandem::check(access(at.c_str(), W_OK | X_OK) == 0, "--out: ", at.string(),
                " cannot be written to");
}

}  // namespace

CLI::Validator above_0() {
  return number("above 0", [](double x) { return x > 0 && std::isfinite(x); });
}

CLI::Validator from_0(double most) {
  const bool open = most == std::numeric_limits<double>::max();
  return number(open ? "from 0 on" : "from 0 to " + std::to_string(std::lround(most)),
                [=](double x) { return x >= 0 && x <= most; });
}

int run(int argc, char** argv, const std::string& description,
        const std::function<void(CLI::App&)>& add_flags,
        const std::function<int(const Common&)>& sample) {
  const std::string name = std::filesystem::path(argv[0]).filename();
  CLI::App app(description, name);
  std::string device = "cpu";
  Common common{tandem::Device(), Common::source("out")};
  app.add_option("--device", device, "cpu, cuda or cuda:N")->capture_default_str();
  app.add_option("--out", common.out, "directory for what the sample writes")
      ->capture_default_str();
  add_flags(app);
  try {
    app.parse(argc, argv);
    common.device = tandem::Device(device);
    tandem::backend_of(common.device);
    check_out(common.out);
    return sample(common);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    std::cerr << name << ": " << error.what() << " (--help lists the flags)\n";
  } catch (const std::exception& error) {
    std::cerr << name << ": " << error.what() << '\n';
  }
  return 2;
}

int run(int argc, char** argv, const std::string& description,
        const std::function<int(const Common&)>& sample) {
  return run(
      argc, argv, description, [](CLI::App&) {}, sample);
}

}  // namespace samples
