#include "program.h"

#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "compare.h"
#include "core/autograd/engine.h"
#include "core/ops/compare.h"
#include "core/ops/factories.h"
#include "expression.h"

namespace tandem::differential {

namespace {

using Variables = std::map<std::string, Tensor>;

DType dtype_of(const Json& array) {
  const std::string& name = array.at("dtype").get_ref<const std::string&>();
  const std::optional<DType> dtype = golden::find_dtype(name);
  check<IoError>(dtype.has_value(), "programs: unknown dtype ", name);
  return *dtype;
}

Shape shape_of(const Json& array) {
  return Shape(array.at("shape").get<std::vector<std::int64_t>>());
}

/// The numbers of an array on the CPU. Integers of 64 bits pass unrounded.
Tensor read_array(const Json& array) {
  const DType dtype = dtype_of(array);
  const Tensor result = empty(shape_of(array), dtype);
  const std::string& values = array.at("values").get_ref<const std::string&>();
  std::istringstream words(values);
  visit_dtype(dtype, [&]<class T>() {
    T* data = result.data_ptr<T>();
    std::string word;
    for (std::int64_t i = 0; i < result.numel(); ++i) {
      check<IoError>(static_cast<bool>(words >> word), "programs: ", i, " numbers for the shape ",
                     result.sizes());
      if constexpr (RealType<T>) {
        data[i] = static_cast<T>(std::strtod(word.c_str(), nullptr));
      } else {
        data[i] = static_cast<T>(std::stoll(word));
      }
    }
  });
  return result;
}

/// A copy, whose dimensions lie in memory in `order`, the innermost one with the stride `step`.
Tensor laid_out(const Tensor& values, const std::vector<std::int64_t>& order, std::int64_t step) {
  std::vector<std::int64_t> sizes, position(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    sizes.push_back(values.size(order[i]));
    position[static_cast<std::size_t>(order[i])] = static_cast<std::int64_t>(i);
  }
  sizes.push_back(step);
  const Tensor memory = empty(Shape(sizes), values.options());
  Tensor result = memory.select(-1, 0).permute(Shape(position)).detach();
  return result.copy_(values);
}

Tensor upstream_of(const Tensor& root) {
  const Tensor result = empty(root.sizes(), kFloat64);
  for (std::int64_t i = 0; i < result.numel(); ++i) {
    result.data_ptr<double>()[i] = 0.5 + static_cast<double>(i * 37 % 100) / 100;
  }
  return result.to(root.options().requires_grad(false));
}

/// One run of a program: its variables and what was found to differ.
class Run {
 public:
  Run(const Json& program, const Device& device) : program_(program), device_(device) {
    for (const Json& input : program.at("in")) {
      const std::string name = input.at(0);
      const Tensor values = read_array(input.at(1)).to(device);
      given_[name] = values;
      variables_[name] = laid_out(values, input.at(3).get<std::vector<std::int64_t>>(), input.at(4))
                             .requires_grad_(input.at(2).get<bool>());
      if (variables_[name].requires_grad()) leaves_[name] = variables_[name];
    }
  }

  std::vector<std::string> compare() {
    run_lines();
    if (!found_.empty()) return found_;
    compare_variables();
    compare_memory();
    if (program_.contains("grad")) compare_gradients();
    return found_;
  }

 private:
  template <class... Parts> void report(const Parts&... parts) {
    found_.push_back(tandem::detail::concatenate(parts...));
  }

  void run_lines() {
    const auto errors = program_.at("errors").get<std::set<int>>();
    int number = 0;
    for (const Json& line : program_.at("lines")) {
      const std::string& text = line.get_ref<const std::string&>();
      const bool expected = errors.contains(number++);
      try {
        run_line(text);
        if (expected) report("no error in: ", text);
      } catch (const Error& error) {
        if (!expected) report("an error in: ", text, ": ", error.what());
      } catch (const std::exception& error) {
        report("not an Error of Tandem's in: ", text, ": ", error.what());
      }
      if (!found_.empty()) return;
    }
  }

  void run_line(const std::string& line) {
    const std::size_t name_length = line.find_first_of(" .([");
    const bool binds = line.compare(name_length, 3, " = ") == 0;
    const std::string expression = binds ? line.substr(name_length + 3) : line;
    const golden::Value value = golden::evaluate(expression, variables_, device_);
    if (binds) variables_[line.substr(0, name_length)] = value.tensor();
  }

  void compare_array(const std::string& label, const Tensor& got, const Json& array,
                     double slack = 1) {
    const Json& allowed = program_.at("tolerance");
    const golden::Tolerance tolerance{slack * allowed.at(0).get<double>(),
                                      slack * allowed.at(1).get<double>()};
    const auto skip = array.value("skip", std::set<std::int64_t>());
    const golden::Comparison comparison = golden::compare(got, read_array(array), tolerance, skip);
    if (!comparison.passed()) report(label, ": ", comparison.message);
  }

  void compare_variables() {
    const auto roots = program_.at("requires_grad").get<std::set<std::string>>();
    for (const auto& [name, array] : program_.at("out").items()) {
      if (!array.is_null())
        compare_array(name, variables_.at(name), array);
      else if (!golden::compare(variables_.at(name), given_.at(name).cpu(), {0, 0}, {}).passed())
        report(name, " has changed");
      if (variables_.at(name).requires_grad() != roots.contains(name)) {
        report(name, roots.contains(name) ? " requires no gradient" : " requires a gradient");
      }
    }
  }

  void compare_memory() {
    std::set<std::pair<std::string, std::string>> expected;
    for (const Json& pair : program_.at("alias")) expected.emplace(pair.at(0), pair.at(1));
    for (auto a = variables_.begin(); a != variables_.end(); ++a) {
      for (auto b = std::next(a); b != variables_.end(); ++b) {
        if (a->second.numel() == 0 || b->second.numel() == 0) continue;
        const bool shared = a->second.is_alias_of(b->second);
        if (shared == expected.contains({a->first, b->first})) continue;
        report(a->first, " and ", b->first, shared ? " share memory" : " share no memory");
      }
    }
  }

  /// The gradients of all leaves; nothing if there was an error, which is reported unless PyTorch
  /// has one there.
  std::optional<Variables> gradients_of(const TensorList& roots, const std::string& section,
                                        bool create_graph = false) {
    const Json& answers = program_.at(section);
    TensorList leaves, upstreams;
    for (const auto& [name, leaf] : leaves_) leaves.push_back(leaf);
    for (const Tensor& root : roots) upstreams.push_back(upstream_of(root));
    Variables result;
    try {
      const TensorList gradients =
          autograd::grad(roots, leaves, upstreams, true, create_graph, /*allow_unused=*/true);
      std::size_t position = 0;
      for (const auto& [name, leaf] : leaves_) result[name] = gradients[position++];
    } catch (const Error& error) {
      // Which of its operands an op keeps is its own affair.
      const bool kept = std::string(error.what()).find("modified in place") != std::string::npos;
      if (!answers.is_string() && !kept) report(section, ": ", error.what());
      return {};
    }
    if (answers.is_string()) return {};
    return result;
  }

  /// An undefined gradient and one of zeros are the same: which it is depends on how it came about.
  void compare_gradient(const std::string& label, const Tensor& given, const Tensor& leaf,
                        const Json& array, double slack) {
    const Tensor gradient = given.defined() ? given : zeros_like(leaf.detach());
    if (!array.is_null())
      compare_array(label, gradient, array, slack);
    else if (!all(gradient.eq(0)).item<bool>())
      report(label, ": defined");
  }

  void compare_first(const Variables& gradients) {
    for (const auto& [name, array] : program_.at("grad").items()) {
      compare_gradient("grad of " + name, gradients.at(name), leaves_.at(name), array, 1);
    }
  }

  void compare_second(const Variables& gradients) {
    for (const auto& [name, array] : program_.at("second").items()) {
      const Tensor gradient = gradients.contains(name) ? gradients.at(name) : Tensor();
      compare_gradient("second of " + name, gradient, leaves_.at(name), array, 10);
    }
  }

  void compare_gradients() {
    TensorList roots;
    for (const Json& name : program_.at("roots")) roots.push_back(variables_.at(name));
    // As backward computes them, and as ops that can be differentiated again.
    const std::optional<Variables> plain = gradients_of(roots, "grad");
    if (!plain) return;
    compare_first(*plain);
    const std::optional<Variables> first = gradients_of(roots, "grad", /*create_graph=*/true);
    if (!first) return;
    compare_first(*first);
    if (!found_.empty() || !program_.contains("second") || program_.at("second").is_string())
      return;  // what PyTorch cannot differentiate, Tandem may
    TensorList second_roots;
    for (const Json& name : program_.at("second_roots")) {
      // A derivative that is constant is on nobody's tape.
      if (first->at(name).defined() && first->at(name).requires_grad())
        second_roots.push_back(first->at(name));
    }
    if (second_roots.empty()) return compare_second({});
    if (const auto second = gradients_of(second_roots, "second")) compare_second(*second);
  }

  const Json& program_;
  Device device_;
  Variables given_, variables_, leaves_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> disagreements(const Json& program, const Device& device) {
  return Run(program, device).compare();
}

std::vector<Json> read_programs(const std::string& path) {
  std::ifstream file(path);
  check<IoError>(file.good(), "programs: cannot open ", path);
  std::vector<Json> programs;
  try {
    for (std::string line; std::getline(file, line);) programs.push_back(Json::parse(line));
  } catch (const Json::exception& error) {
    fail<IoError>(path, ", line ", programs.size() + 1, ": ", error.what());
  }
  return programs;
}

void print_program(std::ostream& out, const Json& program) {
  for (const Json& input : program.at("in")) {
    const Json& array = input.at(1);
    out << "  " << input.at(0).get<std::string>() << ": " << array.at("dtype").get<std::string>()
        << ' ' << array.at("shape") << ' ' << array.at("values").get<std::string>()
        << (input.at(2).get<bool>() ? ", requires a gradient\n" : "\n");
  }
  for (const Json& line : program.at("lines")) out << "  " << line.get<std::string>() << '\n';
}

}  // namespace tandem::differential
