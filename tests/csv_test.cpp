// Tables from text files, well formed and in every way malformed.
#include "tests/expect.h"
#include "tests/temporary_file.h"

namespace tandem::testing {
namespace {

TEST(Csv, Reads) {
  const double infinity = std::numeric_limits<double>::infinity();
  struct Case {
    const char* text;
    CsvOptions options;
    Shape shape;
    std::vector<double> expected;
  };
  const Case cases[] = {
      {"1,2\n3,4\n", {}, {2, 2}, {1, 2, 3, 4}},
      {"1,2\r\n3,4", {}, {2, 2}, {1, 2, 3, 4}},
      {"\n 1.5 , -2e3\n\n+3,.25\n\n", {}, {2, 2}, {1.5, -2000, 3, 0.25}},
      {"\xEF\xBB\xBF"
       "1,2\n",
       {},
       {1, 2},
       {1, 2}},
      {"a;b\n1;2\n", {';', 1, kFloat64}, {1, 2}, {1, 2}},
      {"7\n8\n9\n", {',', 0, kInt64}, {3, 1}, {7, 8, 9}},
      {"\"1.5\",\" -2 \"\n", {}, {1, 2}, {1.5, -2}},
      {"  1   2 \n 3 4\n   \n", {' ', 0, kFloat32}, {2, 2}, {1, 2, 3, 4}},
      {"1e3,2.0,-0\n", {',', 0, kInt32}, {1, 3}, {1000, 2, 0}},
      {"1e400,-1e400,1e-400,-1e-5000\n", {}, {1, 4}, {infinity, -infinity, 0, -0.0}},
      {"", {}, {0, 0}, {}}};
  for (const Case& c : cases) {
    const TemporaryFile file(c.text);
    const Tensor x = read_csv(file.path(), c.options);
    EXPECT_EQ(x.sizes(), c.shape) << c.text;
    EXPECT_EQ(x.dtype(), c.options.dtype) << c.text;
    EXPECT_TRUE(is_close(x, c.expected)) << c.text;
  }
}

TEST(Csv, NumbersAreRoundedOnceAndNeverWrapped) {
  const auto read = [](const char* text, DType dtype) {
    const TemporaryFile file(text);
    return read_csv(file.path(), {',', 0, dtype});
  };
  EXPECT_EQ(read("9007199254740993", kInt64).item<std::int64_t>(), 9007199254740993);
  EXPECT_EQ(read("-9223372036854775808", kInt64).item<std::int64_t>(),
            std::numeric_limits<std::int64_t>::min());
  // Just above the middle of two floats; the nearest double is the middle itself.
  EXPECT_EQ(read("1.00000005960464477540", kFloat32).item<float>(), 1.00000012f);
  EXPECT_TRUE(is_close(read("0,255", kUInt8), {0, 255}));
  const std::pair<const char*, DType> refused[] = {
      {"300", kUInt8},   {"-1", kUInt8},   {"32768", kInt16}, {"2147483648", kInt32},
      {"1.5", kInt64},   {"1e19", kInt64}, {"nan", kInt64},   {"9007199254740992.5", kInt64},
      {"1e6", kFloat16}, {"2", kBool}};
  for (const auto& [text, dtype] : refused)
    EXPECT_TRUE(throws<IoError>([&, text = text, dtype = dtype] { read(text, dtype); },
                                {"row 1", "column 1", name_of(dtype), text}))
        << text;
}

TEST(Csv, ARowOfMissingFieldsIsNoBlankLine) {
  const TemporaryFile tabs("1\t2\n\t\n3\t4\n"), commas("1,2\n , \n");
  EXPECT_TRUE(throws<IoError>([&] { read_csv(tabs.path(), {.delimiter = '\t'}); },
                              {"row 2", "column 1", "''"}));
  EXPECT_TRUE(throws<IoError>([&] { read_csv(commas.path()); }, {"row 2", "column 1"}));
}

TEST(Csv, MalformedFilesNameRowAndColumn) {
  const std::pair<const char*, std::vector<std::string>> cases[] = {
      {"1,2\n3,x\n", {"row 2", "column 2", "'x'"}},
      {"1,2\n3\n", {"row 2", "2 columns", "1"}},
      {"1,2\n3,4,5\n", {"row 2", "2 columns", "3"}},
      {"1,,3\n", {"row 1", "column 2", "''"}},
      {"1,2,\n", {"row 1", "column 3"}},
      {"1 2\n", {"row 1", "column 1", "'1 2'"}},
      {"0x10\n", {"row 1", "column 1"}},
      {"\n\n1,2\n3,4e\n", {"row 4", "column 2"}},
      {"1,2\n3,\xff\n", {"row 2", "column 2"}},
      {"1,--2\n", {"row 1", "column 2"}},
      {"1,+-5\n", {"row 1", "column 2", "'+-5'"}},
      {"1,\"2\n", {"row 1", "column 2"}}};
  for (const auto& [text, parts] : cases) {
    const TemporaryFile file(text);
    std::vector<std::string> all = parts;
    all.insert(all.end(), {"read_csv", file.path()});
    EXPECT_TRUE(throws<IoError>([&] { read_csv(file.path()); }, all)) << text;
  }
  EXPECT_TRUE(throws<IoError>([] { read_csv("/nowhere/at all.csv"); },
                              {"read_csv", "/nowhere/at all.csv"}));
  EXPECT_TRUE(throws<IoError>([] { read_csv(::testing::TempDir()); }, {"read_csv"}));
}

}  // namespace
}  // namespace tandem::testing
