// Files: safetensors and models, well formed and in every way malformed.
#include <atomic>
#include <filesystem>
#include <thread>

#include "tests/expect.h"
#include "tests/temporary_file.h"

namespace tandem::testing {
namespace {

/// A safetensors file of a header and data.
std::string file_of(const std::string& header, std::size_t data_bytes) {
  std::uint64_t length = header.size();
  std::string text(reinterpret_cast<const char*>(&length), 8);
  return text + header + std::string(data_bytes, '\1');
}

TEST(Safetensors, RoundTrip) {
  const TemporaryFile file;
  const NamedTensors saved = {{"w", randn({3, 4})},
                              {"strided", randn({3, 4}, kFloat64).t()},
                              {"scalar", tensor(7)},
                              {"none", zeros({0, 5})},
                              {"ints", tensor({1, -2}, kInt32)},
                              {"shorts", tensor({300, -2}, kInt16)},
                              {"bytes", tensor({0, 255}, kUInt8)},
                              {"flags", tensor({true, false, true})},
                              {"odd \"name\" \n \xc3\xa9", tensor({NAN, 1.0})}};
  save_safetensors(file.path(), saved, {{"made by", "a test"}, {"empty", ""}});
  std::map<std::string, std::string> metadata;
  const NamedTensors loaded = load_safetensors(file.path(), &metadata);
  EXPECT_EQ(metadata, (std::map<std::string, std::string>{{"made by", "a test"}, {"empty", ""}}));
  ASSERT_EQ(loaded.size(), saved.size());
  for (std::size_t i = 0; i < saved.size(); ++i) {
    EXPECT_EQ(loaded[i].first, saved[i].first);
    EXPECT_TRUE(same_bits(loaded[i].second, saved[i].second)) << saved[i].first;
  }
  const std::string text = file.read();
  std::uint64_t length;
  std::memcpy(&length, text.data(), 8);
  EXPECT_EQ(length % 8, 0u);
  EXPECT_FALSE(std::filesystem::exists(file.path() + ".unfinished"));
  save_safetensors(file.path(), {});
  EXPECT_TRUE(load_safetensors(file.path()).empty());
}

/// The files beside `path` whose names begin with its name.
int files_at(const std::string& path) {
  const std::filesystem::path whole = path;
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(whole.parent_path()))
    count += entry.path().filename().string().starts_with(whole.filename().string());
  return count;
}

TEST(Safetensors, SaversDoNotDisturbEachOther) {
  namespace fs = std::filesystem;
  const TemporaryFile file;
  save_safetensors(file.path(), {{"w", zeros({1})}});
  // Two threads save to one path: what is read is always one of them, whole.
  std::atomic<bool> stop = false;
  std::vector<std::thread> savers;
  for (const double value : {1.0, 2.0})
    savers.emplace_back([&, value] {
      while (!stop) save_safetensors(file.path(), {{"w", full({50000}, value)}, {"v", ones({3})}});
    });
  for (int i = 0; i < 50; ++i) {
    const Tensor w = load_safetensors(file.path())[0].second;
    EXPECT_TRUE(equal(w, full_like(w, w[0].item())));
  }
  stop = true;
  for (std::thread& saver : savers) saver.join();
  EXPECT_EQ(files_at(file.path()), 1);
  // The mode of what was there stays; a symbolic link stays one and its file changes.
  fs::permissions(file.path(), fs::perms::owner_read | fs::perms::owner_write);
  const std::string link = file.path() + "_link";
  fs::create_symlink(fs::path(file.path()).filename(), link);
  save_safetensors(link, {{"x", ones({2})}});
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(load_safetensors(file.path())[0].first, "x");
  EXPECT_EQ(fs::status(file.path()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  fs::remove(link);
  // What cannot be written leaves nothing behind.
  EXPECT_TRUE(throws<IoError>([&] { save_safetensors(file.path() + "/no/x", {}); },
                              {"save_safetensors", "/no/x"}));
  EXPECT_TRUE(
      throws<IoError>([&] { save_safetensors(::testing::TempDir(), {}); }, {"save_safetensors"}));
  EXPECT_EQ(files_at(file.path()), 1);
}

TEST(Safetensors, AHeaderWithANulByteIsRefused) {
  std::string header = R"({"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}})";
  header += std::string("\0 {\"b\"}", 7);
  const TemporaryFile file(file_of(header, 4));
  EXPECT_TRUE(throws<IoError>([&] { load_safetensors(file.path()); }, {"NUL"}));
}

TEST(Safetensors, ReadsWhatOthersWrite) {
  const TemporaryFile file(file_of(
      R"( {"b":{"shape":[1],"data_offsets":[4,8],"dtype":"F32"},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}   )",
      8));
  EXPECT_TRUE(throws<IoError>([&] { load_safetensors(file.path()); },
                              {"'{'"}));  // the format forbids leading blanks
  file.write(file_of(
      R"({"b":{"shape":[1],"data_offsets":[4,8],"dtype":"F32"},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}   )",
      8));
  const NamedTensors loaded = load_safetensors(file.path());
  ASSERT_EQ(loaded.size(), 2u);
  EXPECT_EQ(loaded[0].first, "a");
  EXPECT_EQ(loaded[0].second.dim(), 0);
}

TEST(Safetensors, MalformedFilesThrow) {
  const auto one = [](const std::string& inside) { return "{\"w\":{" + inside + "}}"; };
  const auto entry = [&](const std::string& dtype, const std::string& shape,
                         const std::string& offsets) {
    return one("\"dtype\":" + dtype + ",\"shape\":" + shape + ",\"data_offsets\":" + offsets);
  };
  const std::string two =
      R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":)";
  struct Case {
    const char* name;
    std::string header;
    std::size_t data;
    std::vector<std::string> parts;
  };
  const Case cases[] = {
      {"not JSON", "{\"w\"", 0, {"JSON"}},
      {"not an object", "[1]", 0, {"'{'"}},
      {"empty", "", 0, {"'{'"}},
      {"text behind", "{} {}", 0, {"JSON"}},
      {"not UTF-8", "{\"\xff\":1}", 0, {"JSON"}},
      {"not a tensor", "{\"w\":1}", 0, {"'w'", "dtype, shape and data_offsets"}},
      {"missing", one(R"("dtype":"F32","shape":[1])"), 4, {"'w'", "data_offsets"}},
      {"too many", one(R"("dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1)"), 4, {"'w'"}},
      {"unknown dtype", entry("\"F31\"", "[1]", "[0,4]"), 4, {"'w'", "F31"}},
      {"dtype number", entry("32", "[1]", "[0,4]"), 4, {"'w'", "dtype"}},
      {"negative size", entry("\"F32\"", "[-1]", "[0,4]"), 4, {"'w'", "-1"}},
      {"real size", entry("\"F32\"", "[1.5]", "[0,4]"), 4, {"'w'", "1.5"}},
      {"huge sizes",
       entry("\"F32\"", "[4294967296,4294967296]", "[0,4]"),
       4,
       {"'w'", "4294967296"}},
      {"huge size", entry("\"F32\"", "[9223372036854775808]", "[0,4]"), 4, {"'w'"}},
      {"beyond 64 bits", entry("\"F32\"", "[1]", "[0,36893488147419103232]"), 4, {"'w'"}},
      {"nine dimensions", entry("\"F32\"", "[1,1,1,1,1,1,1,1,1]", "[0,4]"), 4, {"'w'", "8"}},
      {"shape text", entry("\"F32\"", "\"1\"", "[0,4]"), 4, {"'w'", "shape"}},
      {"three offsets", entry("\"F32\"", "[1]", "[0,4,8]"), 4, {"'w'", "data_offsets"}},
      {"offsets backwards", entry("\"F32\"", "[1]", "[4,0]"), 4, {"'w'", "offsets"}},
      {"wrong bytes", entry("\"F32\"", "[2]", "[0,4]"), 4, {"'w'", "8 bytes", "[2]"}},
      {"beyond the end", entry("\"F32\"", "[2]", "[0,8]"), 4, {"8", "4"}},
      {"data left over", entry("\"F32\"", "[1]", "[0,4]"), 5, {"4", "5"}},
      {"starts late", entry("\"F32\"", "[1]", "[4,8]"), 8, {"'w'", "hole"}},
      {"overlap", two + "[2,6]}}", 6, {"'b'", "overlap"}},
      {"the same bytes", two + "[0,4]}}", 4, {"overlap"}},
      {"hole", two + "[5,9]}}", 9, {"'b'", "hole"}},
      {"repeated name",
       R"({"w":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"w":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})",
       0,
       {"repeats", "'w'"}},
      {"repeated field",
       one(R"("dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0])"),
       0,
       {"repeats", "'dtype'"}},
      {"metadata", "{\"__metadata__\":1}", 0, {"__metadata__"}},
      {"metadata number", "{\"__metadata__\":{\"a\":1}}", 0, {"__metadata__", "'a'"}},
      {"deep nesting",
       "{\"w\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}",
       0,
       {"nested"}}};
  for (const Case& c : cases) {
    const TemporaryFile file(file_of(c.header, c.data));
    std::vector<std::string> parts = c.parts;
    parts.insert(parts.end(), {"load_safetensors", file.path()});
    EXPECT_TRUE(throws<IoError>([&] { load_safetensors(file.path()); }, parts)) << c.name;
  }
  EXPECT_TRUE(
      throws<IoError>([] { load_safetensors("/nowhere/x"); }, {"load_safetensors", "/nowhere/x"}));
}

TEST(Safetensors, HeaderLengthIsChecked) {
  for (std::uint64_t length : {std::uint64_t{3}, std::uint64_t{100'000'001}, std::uint64_t{1} << 40,
                               ~std::uint64_t{0}, ~std::uint64_t{0} - 7}) {
    std::string text(reinterpret_cast<const char*>(&length), 8);
    const TemporaryFile file(text + "{}");
    EXPECT_TRUE(throws<IoError>([&] { load_safetensors(file.path()); },
                                {"load_safetensors", std::to_string(length)}))
        << length;
  }
}

TEST(Safetensors, CutShortAnywhere) {
  const TemporaryFile file;
  save_safetensors(file.path(), {{"a", ones({3})}, {"b", ones({2}, kInt64)}}, {{"k", "v"}});
  const std::string whole = file.read();
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    file.write(whole.substr(0, bytes));
    ASSERT_TRUE(
        throws<IoError>([&] { load_safetensors(file.path()); }, {"load_safetensors", file.path()}))
        << bytes;
  }
  file.write(whole + "x");
  EXPECT_TRUE(throws<IoError>([&] { load_safetensors(file.path()); }));
  file.write(whole);
  EXPECT_EQ(load_safetensors(file.path()).size(), 2u);
}

TEST(Safetensors, SavingRefusesBadNamesAndKeepsTheOldFile) {
  const TemporaryFile file("old");
  const std::vector<NamedTensors> cases = {{{"a", ones({1})}, {"a", ones({1})}},
                                           {{"__metadata__", ones({1})}},
                                           {{"a", Tensor()}},
                                           {{"\xff", ones({1})}}};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    EXPECT_TRUE(throws([&] { save_safetensors(file.path(), cases[i]); })) << "case " << i;
    EXPECT_EQ(file.read(), "old") << "case " << i;
  }
  EXPECT_TRUE(throws<IoError>(
      [] {
        save_safetensors("/nowhere/x", {{"a", ones({1})}});
      },
      {"save_safetensors", "/nowhere/x"}));
}

struct ModelImpl : nn::Module {
  nn::Linear layer{nullptr};
  Tensor count;
  ModelImpl() {
    layer = register_module("layer", nn::Linear(3, 2));
    count = register_buffer("count", zeros({2}, kInt64));
  }
};
TANDEM_MODULE(Model);

TEST(ModelFiles, RoundTripWithoutAliasing) {
  const TemporaryFile file;
  const Model first, second;
  first->count.fill_(5);
  nn::save(first, file.path());
  const Tensor before = second->layer->weight;
  nn::load(second, file.path());
  EXPECT_TRUE(same_bits(first->layer->weight, second->layer->weight));
  EXPECT_TRUE(same_bits(first->count, second->count));
  EXPECT_TRUE(before.is_same(second->layer->weight));
  EXPECT_TRUE(second->layer->weight.requires_grad());
  const NamedTensors values_of_first = nn::state_dict(*first);
  nn::load_state_dict(*second, values_of_first);
  EXPECT_FALSE(second->layer->weight.is_alias_of(first->layer->weight));
  const Model wide;
  wide->to(kFloat64);
  nn::load(wide, file.path());
  EXPECT_TRUE(same_bits(wide->layer->weight, first->layer->weight.to(kFloat64)));
}

TEST(ModelFiles, StrictAndAllOrNothing) {
  const Model model;
  const Tensor weight = model->layer->weight.detach().clone();
  const auto w = ones({2, 3}), b = ones({2}), c = ones({2}, kInt64);
  const std::tuple<const char*, NamedTensors, std::vector<std::string>> cases[] = {
      {"missing", {{"layer.weight", w}, {"count", c}}, {"missing [layer.bias]", "unknown []"}},
      {"unknown",
       {{"layer.weight", w}, {"layer.bias", b}, {"count", c}, {"more", b}},
       {"missing []", "unknown [more]"}},
      {"renamed",
       {{"layer.weight", w}, {"layer.bais", b}, {"count", c}},
       {"layer.bias", "layer.bais"}},
      {"shape",
       {{"layer.weight", w}, {"layer.bias", ones({3})}, {"count", c}},
       {"'layer.bias'", "[3]", "[2]"}},
      {"no broadcast",
       {{"layer.weight", ones({1, 3})}, {"layer.bias", b}, {"count", c}},
       {"'layer.weight'", "[1, 3]", "[2, 3]"}},
      {"kind",
       {{"layer.weight", w}, {"layer.bias", b}, {"count", ones({2})}},
       {"'count'", "float32", "int64"}},
      {"twice", {{"layer.weight", w}, {"layer.bias", b}, {"count", c}, {"count", c}}, {"twice"}}};
  for (const auto& [name, given, parts] : cases) {
    EXPECT_TRUE(throws([&, &given = given] { nn::load_state_dict(*model, given); }, parts)) << name;
    EXPECT_TRUE(same_bits(model->layer->weight.detach(), weight)) << name;
    EXPECT_TRUE(is_close(model->count, {0, 0})) << name;
  }
  const TemporaryFile file;
  nn::save(model, file.path());
  const std::string whole = file.read();
  file.write(whole.substr(0, whole.size() - 1));
  EXPECT_TRUE(throws<IoError>([&] { nn::load(model, file.path()); }, {file.path()}));
  EXPECT_TRUE(same_bits(model->layer->weight.detach(), weight));
}

}  // namespace
}  // namespace tandem::testing
