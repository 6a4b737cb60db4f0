// Mutates safetensors files by their grammar: an input is taken apart into tensors and metadata,
// one thing is changed, and it is put together with offsets that fit, so that most inputs are
// accepted and reach the code behind the checks. Every third one is damaged afterwards.
#include "tests/fuzz/safetensors_mutator.h"

#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "core/base/dtype.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed);

namespace tandem::fuzz {

namespace {

using Json = nlohmann::ordered_json;
using namespace nlohmann::literals;

struct Item {
  std::string name;
  int dtype = static_cast<int>(kFloat32);
  std::vector<std::uint64_t> shape;
  std::string data;
};

struct Document {
  std::vector<Item> items;
  std::optional<Json> metadata;
};

std::uint64_t bytes_of(const Item& item) {
  std::uint64_t bytes = item_size(static_cast<DType>(item.dtype));
  for (std::uint64_t size : item.shape) bytes *= size;
  return bytes;
}

/// The data fit the form; bools are 0 and 1.
void fit(Item& item) {
  while (bytes_of(item) > 512)
    for (std::uint64_t& size : item.shape) size /= 2;
  item.data.resize(bytes_of(item), '\1');
  if (static_cast<DType>(item.dtype) == kBool)
    for (char& byte : item.data) byte = static_cast<char>(byte & 1);
}

std::optional<Document> take_apart(const std::string& text) {
  std::uint64_t length = 0;
  if (text.size() < sizeof length) return {};
  std::memcpy(&length, text.data(), sizeof length);
  if (length > text.size() - 8) return {};
  const Json header = Json::parse(text.substr(8, length), nullptr, /*allow_exceptions=*/false);
  if (!header.is_object()) return {};
  Document document;
  const std::string data = text.substr(8 + length);
  for (const auto& [name, value] : header.items()) {
    if (name == "__metadata__") {
      document.metadata = value;
      continue;
    }
    Item item{name, 0, {}, {}};
    const auto number = [](const Json& json) {
      return json.is_number_unsigned() ? json.get<std::uint64_t>() : 1;
    };
    if (value.is_object()) {
      while (item.dtype + 1 < dtype_count &&
             value.value("dtype", Json()) != dtype_names[item.dtype].safetensors)
        ++item.dtype;
      for (const Json& size : value.value("shape", Json::array()))
        item.shape.push_back(number(size));
      const std::uint64_t begin = number(value.value("/data_offsets/0"_json_pointer, Json()));
      if (begin <= data.size()) item.data = data.substr(begin, 512);
    }
    if (item.shape.size() > 8) item.shape.resize(8);
    for (std::uint64_t& size : item.shape) size %= 64;
    fit(item);
    document.items.push_back(std::move(item));
  }
  return document;
}

class Mutation {
 private:
  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  template <class List> auto& any(List& list) { return list[random_() % std::size(list)]; }

 public:
  explicit Mutation(unsigned seed) : random_(seed) {}

  std::string apply(const std::string& text) {
    Document document =
        take_apart(text).value_or(Document{{{"a", 7, {2}, std::string(8, '\0')}}, {}});
    const bool keep_form = below(2) == 0;
    for (int changes = 1 + below(3); changes > 0; --changes)
      keep_form && !document.items.empty() ? change_values(any(document.items)) : change(document);
    std::string header = header_of(document).dump(-1, ' ', below(2) == 0);
    if (below(3) == 0) damage(header);
    std::uint64_t length = header.size();
    if (below(30) == 0) length += below(9) - 4;
    std::string result(8, '\0');
    std::memcpy(result.data(), &length, sizeof length);
    result += header;
    for (const Item& item : document.items) result += item.data;
    return result;
  }

 private:
  std::string some_text() {
    static const char* const pieces[] = {
        "weight", "bias",         "0",     "1",    ".",  "lr",       "step",
        "state",  "\"",           "\\",    "\n",   "\t", "\xc3\xa4", "\xf0\x9f\x98\x80",
        " ",      "__metadata__", "dtype", "shape"};
    std::string text;
    for (int parts = below(4); parts > 0; --parts) text += any(pieces);
    return text;
  }

  void change(Document& document) {
    if (document.items.empty() || below(8) == 0) return document.items.push_back(add(some_text()));
    Item& item = any(document.items);
    switch (below(9)) {
      case 0:
        item.dtype = below(dtype_count);
        break;
      case 1:
        item.name = some_text();
        break;
      case 2:
        item.shape.insert(item.shape.begin(), below(3));
        break;
      case 3:
        if (!item.shape.empty()) any(item.shape) = below(6);
        break;
      case 4:
        if (!item.shape.empty()) item.shape.pop_back();
        break;
      case 5:
        mutate(item.data);
        break;
      case 6:
        std::swap(item, any(document.items));
        break;
      case 7:
        change_metadata(document);
        break;
      default:
        if (below(4) == 0) std::swap(item, document.items.back()), document.items.pop_back();
    }
    for (Item& each : document.items) {
      if (each.shape.size() > 8) each.shape.pop_back();
      fit(each);
    }
  }

  /// Names and shapes stay, as a state dict needs them.
  void change_values(Item& item) {
    if (below(4) == 0) item.dtype = below(dtype_count);
    mutate(item.data);
    fit(item);
  }

  Item add(const std::string& name) {
    Item item{name, below(dtype_count), {}, {}};
    for (int rank = below(4); rank > 0; --rank) item.shape.push_back(below(4));
    fit(item);
    return item;
  }

  void change_metadata(Document& document) {
    if (below(4) == 0) return document.metadata.reset();
    if (!document.metadata || !document.metadata->is_object()) document.metadata = Json::object();
    (*document.metadata)[some_text()] = some_text();
  }

  void mutate(std::string& bytes) {
    const std::size_t most = bytes.size() + 16;
    std::string room = bytes;
    room.resize(most);
    room.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(room.data()), bytes.size(), most));
    bytes = room;
  }

  /// The data stand in the order of the items; a name that is there twice is renamed.
  static Json header_of(Document& document) {
    Json header = Json::object();
    std::uint64_t position = 0;
    if (document.metadata) header["__metadata__"] = *document.metadata;
    for (Item& item : document.items) {
      while (item.name == "__metadata__" || header.contains(item.name)) item.name += "_";
      header[item.name] = {{"dtype", dtype_names[item.dtype].safetensors},
                           {"shape", item.shape},
                           {"data_offsets", {position, position + item.data.size()}}};
      position += item.data.size();
    }
    return header;
  }

  /// Replaces a number, doubles a stretch, or changes any bytes.
  void damage(std::string& header) {
    static const char* const numbers[] = {"0",
                                          "-1",
                                          "1e3",
                                          "1.5",
                                          "4294967296",
                                          "4611686018427387904",
                                          "18446744073709551615",
                                          "18446744073709551616",
                                          "null",
                                          "[]",
                                          "\"x\"",
                                          "{}"};
    const std::size_t start = random_() % (header.size() + 1);
    const std::size_t digit = header.find_first_of("0123456789", start);
    if (below(3) > 0 && digit != std::string::npos) {
      const std::size_t end =
          std::min(header.find_first_not_of("0123456789", digit), header.size());
      header.replace(digit, end - digit, any(numbers));
    } else if (below(2) == 0) {
      header.insert(start, header.substr(random_() % (start + 1), below(40)));
    } else {
      mutate(header);
    }
  }

  std::minstd_rand random_;
};

}  // namespace

}  // namespace tandem::fuzz

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                    unsigned seed) {
  const std::string given(reinterpret_cast<const char*>(data), size);
  const std::string result =
      tandem::fuzz::Mutation(seed).apply(tandem::fuzz::file_to_mutate(given, seed));
  if (result.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::memcpy(data, result.data(), result.size());
  return result.size();
}
