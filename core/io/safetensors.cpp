// Reads and writes safetensors files; every size is checked before it is used.
#include "core/io/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "core/io/atomic_file.h"
#include "core/tensor/tensor_impl.h"

namespace tandem {

static_assert(std::endian::native == std::endian::little, "the format is little-endian");

namespace {

using Json = nlohmann::ordered_json;
constexpr std::uint64_t most_header_bytes = 100'000'000;
constexpr int deepest_header = 4;

/// A JSON value for a message: formatted only when it is streamed, and never at length.
struct Quoted {
  const Json& value;
};
std::ostream& operator<<(std::ostream& out, const Quoted& quoted) {
  const std::string text = quoted.value.dump(-1, ' ', true, Json::error_handler_t::replace);
  return out << text.substr(0, 200) << (text.size() > 200 ? "..." : "");
}

/// One entry of the header, checked on its own.
struct Entry {
  std::string name;
  DType dtype;
  Shape shape;
  std::uint64_t begin, end;
};

std::uint64_t unsigned_field(const std::string& where, const Json& value) {
  check<IoError>(value.is_number_unsigned(), where, ": expected a whole number, got ",
                 Quoted{value});
  return value.get<std::uint64_t>();
}

DType parse_dtype(const std::string& where, const Json& value) {
  std::string expected;
  for (int i = 0; i < dtype_count; ++i) {
    if (value.is_string() && value.get<std::string>() == dtype_names[i].safetensors)
      return static_cast<DType>(i);
    expected += (i == 0 ? "" : ", ") + std::string(dtype_names[i].safetensors);
  }
  fail<IoError>(where, ": unknown dtype ", Quoted{value}, "; expected one of ", expected);
}

Shape parse_shape(const std::string& where, const Json& value) {
  check<IoError>(value.is_array() && value.size() <= max_rank, where,
                 ": the shape must be a list of at most ", max_rank, " sizes, got ", Quoted{value});
  Shape shape;
  std::uint64_t bytes = 8;
  for (const Json& item : value) {
    const std::uint64_t size = unsigned_field(where, item);
    check<IoError>(size == 0 || bytes <= (std::uint64_t{1} << 62) / size, where, ": the shape ",
                   Quoted{value}, " is too large");
    bytes *= std::max<std::uint64_t>(size, 1);
    shape.push_back(static_cast<std::int64_t>(size));
  }
  return shape;
}

Entry parse_entry(const std::string& path, const std::string& name, const Json& value) {
  const std::string where = "load_safetensors: " + path + ": tensor '" + name + "'";
  check<IoError>(value.is_object() && value.size() == 3 && value.contains("dtype") &&
                     value.contains("shape") && value.contains("data_offsets"),
                 where, ": expected dtype, shape and data_offsets, got ", Quoted{value});
  const Json& offsets = value["data_offsets"];
  check<IoError>(offsets.is_array() && offsets.size() == 2, where,
                 ": data_offsets must be two numbers, got ", Quoted{offsets});
  Entry entry{name, parse_dtype(where, value["dtype"]), parse_shape(where, value["shape"]),
              unsigned_field(where, offsets[0]), unsigned_field(where, offsets[1])};
  const auto bytes = static_cast<std::uint64_t>(entry.shape.numel()) * item_size(entry.dtype);
  check<IoError>(entry.begin <= entry.end && entry.end - entry.begin == bytes, where,
                 ": the offsets ", Quoted{offsets}, " do not hold the ", bytes, " bytes of ",
                 name_of(entry.dtype), entry.shape);
  return entry;
}

/// Parses the header; a duplicate key is an error, which a plain parse would hide.
Json parse_header(const std::string& path, const std::string& text) {
  std::vector<std::set<std::string>> keys;
  std::string repeated;
  bool too_deep = false;
  const auto watch = [&](int depth, nlohmann::detail::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
      repeated = parsed.get<std::string>();
    too_deep = too_deep || depth > deepest_header;
    return !too_deep;
  };
  Json header;
  try {
    header = Json::parse(text, watch);
  } catch (const Json::exception& error) {
    fail<IoError>("load_safetensors: ", path, ": the header is not JSON: ", error.what());
  }
  check<IoError>(!too_deep, "load_safetensors: ", path, ": the header is nested too deeply");
  check<IoError>(repeated.empty(), "load_safetensors: ", path, ": the header repeats the key '",
                 repeated, "'");
  check<IoError>(header.is_object(), "load_safetensors: ", path, ": the header is not an object");
  return header;
}

std::map<std::string, std::string> parse_metadata(const std::string& path, const Json& value) {
  std::map<std::string, std::string> metadata;
  check<IoError>(value.is_object(), "load_safetensors: ", path, ": __metadata__ is not an object");
  for (const auto& [key, text] : value.items()) {
    check<IoError>(text.is_string(), "load_safetensors: ", path, ": __metadata__ '", key,
                   "' is not a text");
    metadata[key] = text.get<std::string>();
  }
  return metadata;
}

std::string read_header(const std::string& path, std::istream& file, std::uint64_t file_bytes) {
  std::uint64_t length = 0;
  check<IoError>(file_bytes >= 8 && file.read(reinterpret_cast<char*>(&length), 8),
                 "load_safetensors: ", path, ": ", file_bytes, " bytes are too few for a header");
  check<IoError>(length <= most_header_bytes && length <= file_bytes - 8,
                 "load_safetensors: ", path, ": a header of ", length,
                 " bytes does not fit (file: ", file_bytes, " bytes, at most ", most_header_bytes,
                 ")");
  std::string text(length, '\0');
  check<IoError>(static_cast<bool>(file.read(text.data(), static_cast<std::streamsize>(length))),
                 "load_safetensors: ", path, ": reading the header failed");
  check<IoError>(text.find('\0') == std::string::npos, "load_safetensors: ", path,
                 ": the header holds a NUL byte");
  check<IoError>(!text.empty() && text.front() == '{', "load_safetensors: ", path,
                 ": the header does not begin with '{'");
  return text;
}

/// Sorts by position and throws unless the data lie side by side and fill the file.
void check_layout(const std::string& path, std::vector<Entry>& entries, std::uint64_t data_bytes) {
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  std::uint64_t position = 0;
  for (const Entry& entry : entries) {
    check<IoError>(entry.begin == position, "load_safetensors: ", path, ": tensor '", entry.name,
                   "' begins at ", entry.begin, ", expected ", position,
                   entry.begin < position ? " (overlap)" : " (hole)");
    position = entry.end;
  }
  check<IoError>(position == data_bytes, "load_safetensors: ", path, ": the tensors end at byte ",
                 position, " of the data, the file at ", data_bytes);
}

/// A bool's byte must be 0 or 1.
void check_bools(const std::string& path, const std::string& name, const Tensor& tensor) {
  if (tensor.dtype() != kBool) return;
  const auto* bytes = static_cast<const unsigned char*>(tensor.raw_data());
  const bool valid =
      std::all_of(bytes, bytes + tensor.numel(), [](unsigned char b) { return b <= 1; });
  check<IoError>(valid, "load_safetensors: ", path, ": tensor '", name,
                 "' holds bytes that are no bools");
}

std::string header_text(const std::string& path, const Json& header) {
  try {
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    return text;
  } catch (const Json::exception& error) {
    fail<IoError>("save_safetensors: ", path, ": a name or metadata is not UTF-8: ", error.what());
  }
}

/// The bytes from here to the end, where the stream can tell.
std::optional<std::uint64_t> bytes_left(std::istream& stream) {
  const std::streamoff here = stream.tellg();
  if (here < 0 || !stream.seekg(0, std::ios::end)) return stream.clear(), std::nullopt;
  const std::streamoff end = stream.tellg();
  stream.seekg(here);
  return end < here ? 0 : static_cast<std::uint64_t>(end - here);
}

/// `path` is for messages. What has the stream to itself must end with its last tensor.
NamedTensors read_tensors(const std::string& path, std::istream& file, bool is_alone,
                          std::map<std::string, std::string>* metadata) {
  const std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  const std::uint64_t file_bytes = bytes_left(file).value_or(most);
  const std::string text = read_header(path, file, file_bytes);
  const Json header = parse_header(path, text);
  std::vector<Entry> entries;
  std::map<std::string, std::string> found;
  std::uint64_t end = 0;
  for (const auto& [name, value] : header.items()) {
    if (name == "__metadata__") {
      found = parse_metadata(path, value);
      continue;
    }
    entries.push_back(parse_entry(path, name, value));
    end = std::max(end, entries.back().end);
  }
  const std::uint64_t data_bytes = file_bytes - 8 - text.size();
  check_layout(path, entries, is_alone ? data_bytes : std::min(data_bytes, end));
  NamedTensors tensors;
  for (const Entry& entry : entries) {
    Tensor tensor = make_tensor(entry.shape, entry.dtype, Device());
    const auto bytes = static_cast<std::streamsize>(entry.end - entry.begin);
    check<IoError>(bytes == 0 || file.read(static_cast<char*>(tensor.raw_data()), bytes),
                   "load_safetensors: ", path, ": reading tensor '", entry.name, "' failed");
    check_bools(path, entry.name, tensor);
    tensors.emplace_back(entry.name, tensor);
  }
  if (metadata != nullptr) *metadata = found;
  return tensors;
}

NamedTensors read_file(const std::string& path, std::map<std::string, std::string>* metadata) {
  std::error_code error;
  std::ifstream file(path, std::ios::binary);
  check<IoError>(file.is_open() && std::filesystem::is_regular_file(path, error),
                 "load_safetensors: cannot open ", path);
  return read_tensors(path, file, true, metadata);
}

/// `path` is for messages; write(data, bytes) takes the parts of the file in their order.
template <class Write> void write_tensors(const std::string& path, const NamedTensors& tensors,
                                          const std::map<std::string, std::string>& metadata,
                                          const Write& write) {
  Json header = Json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::uint64_t position = 0;
  for (const auto& [name, tensor] : tensors) {
    check(name != "__metadata__" && !header.contains(name), "save_safetensors: the name '", name,
          "' is reserved or appears twice");
    const std::uint64_t bytes = static_cast<std::uint64_t>(tensor.numel()) * tensor.element_size();
    header[name] = {{"dtype", dtype_names[static_cast<int>(tensor.dtype())].safetensors},
                    {"shape", tensor.sizes().vec()},
                    {"data_offsets", {position, position + bytes}}};
    position += bytes;
  }
  const std::string text = header_text(path, header);
  const std::uint64_t length = text.size();
  write(&length, 8);
  write(text.data(), text.size());
  for (const auto& [name, tensor] : tensors) {
    const Tensor host = tensor.detach().cpu().contiguous();
    write(host.raw_data(), static_cast<std::size_t>(host.numel()) * host.element_size());
  }
}

void write_file(const std::string& path, const NamedTensors& tensors,
                const std::map<std::string, std::string>& metadata) {
  AtomicFile file("save_safetensors", path);
  write_tensors(path, tensors, metadata,
                [&](const void* data, std::size_t bytes) { file.write(data, bytes); });
  file.commit();
}

}  // namespace

NamedTensors load_safetensors(const std::string& path,
                              std::map<std::string, std::string>* metadata) {
  return reporting_bad_alloc("load_safetensors", [&] { return read_file(path, metadata); });
}

NamedTensors load_safetensors(std::istream& stream, std::map<std::string, std::string>* metadata) {
  return reporting_bad_alloc("load_safetensors",
                             [&] { return read_tensors("a stream", stream, false, metadata); });
}

void save_safetensors(const std::string& path, const NamedTensors& tensors,
                      const std::map<std::string, std::string>& metadata) {
  reporting_bad_alloc("save_safetensors", [&] { write_file(path, tensors, metadata); });
}

void save_safetensors(std::ostream& stream, const NamedTensors& tensors,
                      const std::map<std::string, std::string>& metadata) {
  reporting_bad_alloc("save_safetensors", [&] {
    write_tensors("a stream", tensors, metadata, [&](const void* data, std::size_t bytes) {
      check<IoError>(static_cast<bool>(stream.write(static_cast<const char*>(data),
                                                    static_cast<std::streamsize>(bytes))),
                     "save_safetensors: writing to a stream failed");
    });
  });
}

}  // namespace tandem
