#include "case_file.h"

#include <fstream>
#include <iterator>

#include "core/ops/factories.h"

namespace tandem::golden {

namespace {

std::vector<char> read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  check<IoError>(file.good(), "golden cases: cannot open ", path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// The flat arrays of every kind, found by the byte positions that cases.json states.
class Arrays {
 public:
  Arrays(std::string directory, const Json& index)
      : directory_(std::move(directory)), index_(index) {}

  /// A copy of the array that `reference`, [dtype, shape, offset], names.
  Tensor read(const std::string& kind, const Json& reference) {
    const DType dtype = dtype_named(reference.at(0));
    const Shape shape(reference.at(1).get<std::vector<std::int64_t>>());
    const Json& pool = index_.at(kind).at(reference.at(0).get<std::string>());
    const std::size_t item = item_size(dtype);
    const std::size_t begin =
        pool.at("byte").get<std::size_t>() + reference.at(2).get<std::size_t>() * item;
    std::vector<char>& bytes = bytes_of(kind);
    const std::size_t length = static_cast<std::size_t>(shape.numel()) * item;
    check<IoError>(begin + length <= bytes.size(), "golden cases: ", kind, " has no array at byte ",
                   begin);
    return from_blob(bytes.data() + begin, shape, dtype).clone();
  }

 private:
  std::vector<char>& bytes_of(const std::string& kind) {
    auto [entry, is_new] = bytes_.try_emplace(kind);
    if (is_new) {
      entry->second = read_bytes(directory_ + "/" + index_.at(kind).at("file").get<std::string>());
    }
    return entry->second;
  }

  std::string directory_;
  const Json& index_;
  std::map<std::string, std::vector<char>> bytes_;
};

Values read_values(Arrays& arrays, const std::string& kind, const Json& entries) {
  Values values;
  for (const auto& [name, reference] : entries.items()) {
    const bool is_ones = reference.is_string();
    values[name] = is_ones ? Tensor() : arrays.read(kind, reference);
  }
  return values;
}

Case read_case(Arrays& arrays, const Json& entry) {
  Case result;
  result.name = entry.at("name");
  result.kind = entry.at("kind");
  result.op = entry.at("op");
  result.dtype = entry.at("dtype");
  result.args = entry.at("args");
  result.in = read_values(arrays, result.kind, entry.at("in"));
  result.upstream = read_values(arrays, result.kind, entry.at("gout"));
  result.out = read_values(arrays, result.kind, entry.at("out"));
  result.grad = read_values(arrays, result.kind, entry.at("grad"));
  result.tolerance = {entry.at("tol").at("rtol"), entry.at("tol").at("atol")};
  if (entry.contains("skip")) entry.at("skip").get_to(result.skip);
  return result;
}

}  // namespace

DType dtype_named(const std::string& name) {
  if (name == "f32") return kFloat32;
  if (name == "f64") return kFloat64;
  if (name == "i64") return kInt64;
  check<IoError>(name == "bool", "golden cases: unknown dtype ", name);
  return kBool;
}

std::vector<Case> read_cases(const std::string& directory) {
  const std::string path = directory + "/cases.json";
  std::ifstream file(path);
  check<IoError>(file.good(), "golden cases: cannot open ", path);
  try {
    const Json root = Json::parse(file);
    Arrays arrays(directory, root.at("data"));
    std::vector<Case> cases;
    for (const Json& entry : root.at("cases")) cases.push_back(read_case(arrays, entry));
    return cases;
  } catch (const Json::exception& error) {
    fail<IoError>(path, ": ", error.what());
  }
}

}  // namespace tandem::golden
