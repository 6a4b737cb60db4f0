#include "golden_runner.h"

#include <algorithm>
#include <iomanip>
#include <limits>
#include <ostream>

#include "compare.h"
#include "kind.h"

namespace tandem::golden {

namespace {

const Kind* find_kind(const std::string& name) {
  for (const Kind& kind : all_kinds()) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

/// Compares the expected arrays of one section, "out" or "grad", and adds what is wrong to
/// `result`.
void compare_section(const Case& golden, const std::string& section, const Values& expected,
                     const Values& got, const Computed& computed, CaseResult& result) {
  for (const auto& [name, reference] : expected) {
    const bool is_out = section == "out";
    if (is_out && computed.not_compared.contains(name)) continue;
    Tolerance tolerance = golden.tolerance;
    if (is_out && computed.slack.contains(name)) tolerance.absolute += computed.slack.at(name);
    const std::string label = section + "." + name;
    const auto skip = golden.skip.find(label);
    const auto value = got.find(name);
    const Comparison comparison =
        compare(value == got.end() ? Tensor() : value->second, reference, tolerance,
                skip == golden.skip.end() ? std::set<std::int64_t>() : skip->second);
    result.worst = std::max(result.worst, comparison.worst);
    if (comparison.passed()) continue;
    result.outcome = Outcome::failed;
    result.message += (result.message.empty() ? "" : "; ") + label + ": " + comparison.message;
  }
}

struct KindCount {
  std::size_t outcomes[3] = {};
  double worst = 0;
};

std::map<std::string, KindCount> count_by_kind(const std::vector<CaseResult>& results) {
  std::map<std::string, KindCount> counts;
  for (const CaseResult& result : results) {
    KindCount& entry = counts[result.kind];
    ++entry.outcomes[static_cast<int>(result.outcome)];
    entry.worst = std::max(entry.worst, result.worst);
  }
  return counts;
}

void print_table(std::ostream& out, const std::vector<CaseResult>& results) {
  const auto row = [&out](const std::string& name, const auto&... cells) {
    out << std::left << std::setw(12) << name << std::right;
    ((out << std::setw(12) << cells), ...);
    out << '\n';
  };
  row("kind", "run", "passed", "failed", "unsupported", "worst");
  for (const auto& [kind, entry] : count_by_kind(results)) {
    const auto& [passed, failed, unsupported] = entry.outcomes;
    row(kind, passed + failed, passed, failed, unsupported, entry.worst);
  }
  const std::size_t passed = count(results, Outcome::passed);
  const std::size_t failed = count(results, Outcome::failed);
  row("all", passed + failed, passed, failed, count(results, Outcome::unsupported), "");
  out << "worst: the largest deviation, 1 being the most that is allowed\n";
}

}  // namespace

CaseResult run_case(const Case& golden, const Device& device) {
  CaseResult result;
  result.name = golden.name;
  result.kind = golden.kind;
  try {
    const Kind* kind = find_kind(golden.kind);
    if (!kind) unsupported("kind ", golden.kind);
    const Computed computed = kind->compute(golden, device);
    compare_section(golden, "out", golden.out, computed.out, computed, result);
    compare_section(golden, "grad", golden.grad, computed.grad, computed, result);
  } catch (const Unsupported& reason) {
    result.outcome = Outcome::unsupported;
    result.message = reason.what();
  } catch (const std::exception& error) {
    result.outcome = Outcome::failed;
    result.worst = std::numeric_limits<double>::infinity();
    result.message = std::string("threw: ") + error.what();
  }
  return result;
}

std::vector<CaseResult> run_cases(const std::vector<Case>& cases, const Device& device,
                                  const std::set<std::string>& kinds) {
  std::vector<CaseResult> results;
  for (const Case& golden : cases) {
    const Kind* kind = find_kind(golden.kind);
    if (kind && kind->cpu_only && !device.is_cpu()) continue;
    if (kinds.empty() || kinds.contains(golden.kind)) results.push_back(run_case(golden, device));
  }
  return results;
}

std::size_t count(const std::vector<CaseResult>& results, Outcome outcome) {
  return static_cast<std::size_t>(
      std::count_if(results.begin(), results.end(),
                    [outcome](const CaseResult& result) { return result.outcome == outcome; }));
}

void print_report(std::ostream& out, const std::vector<CaseResult>& results) {
  print_table(out, results);
  std::map<std::string, std::vector<std::string>> reasons;
  for (const CaseResult& result : results) {
    if (result.outcome == Outcome::failed)
      out << "FAILED " << result.name << ": " << result.message << '\n';
    if (result.outcome == Outcome::unsupported) reasons[result.message].push_back(result.name);
  }
  for (const auto& [reason, names] : reasons) {
    out << "unsupported: " << reason << " (" << names.size() << ", first " << names[0] << ")\n";
  }
}

}  // namespace tandem::golden
