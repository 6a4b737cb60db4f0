// Ends, kills, full disks and full memory.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <random>
#include <thread>

#include "core/core.h"
#include "tests/stress/stress.h"

namespace tandem::testing {
namespace {

namespace fs = std::filesystem;

/// A folder of the running test that is removed at the end.
struct Folder {
  fs::path path = fs::path(::testing::TempDir()) /
                  ("tandem_stress_" +
                   std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
  Folder() {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  std::string file() const { return (path / "net.safetensors").string(); }
};

/// The value that every element of both tensors has; throws if the file is torn.
double value_of(const std::string& path) {
  const NamedTensors read = load_safetensors(path);
  const double value = read.at(0).second[0].item();
  for (const auto& [name, tensor] : read)
    check(all(tensor.eq(value)).item<bool>(), "the file is mixed from two");
  return value;
}

TEST(StressProcess, ThreadsTrainWhileMainReturns) {
  for (int i = 0; i < 5 * rounds(); ++i) ASSERT_EQ(run_helper({"exit", std::to_string(i % 4)}), 0);
}

TEST(StressProcess, AKilledSaverLeavesAWholeFile) {
  const Folder folder;
  std::mt19937 random(1);
  save_safetensors(folder.file(), {{"w", full({5}, 7)}, {"v", full({3}, 7)}});
  for (int i = 0; i < 5 * rounds(); ++i) {
    const int saver = start_helper({"save", folder.file(), "8"});
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + random() % 100));
    kill(saver, SIGKILL);
    ASSERT_EQ(finish(saver), -SIGKILL);
    const double value = value_of(folder.file());
    ASSERT_TRUE(value == 7 || value == 8) << value;
  }
}

TEST(StressProcess, TwoSaversAndAReader) {
  const Folder folder;
  const std::vector<int> savers = {start_helper({"save", folder.file(), "1"}),
                                   start_helper({"save", folder.file(), "2"})};
  while (!fs::exists(folder.file())) std::this_thread::yield();
  bool seen[3] = {};
  for (int i = 0; i < 50 * rounds() || !(seen[1] && seen[2]); ++i) {
    const double value = value_of(folder.file());
    ASSERT_TRUE(value == 1 || value == 2) << value;
    seen[static_cast<int>(value)] = true;
  }
  for (const int saver : savers) kill(saver, SIGKILL);
  for (const int saver : savers) EXPECT_EQ(finish(saver), -SIGKILL);
}

TEST(StressProcess, AFullDiskKeepsTheOldFile) {
  const Folder folder;
  const int code = run_helper({"full", folder.path.string()});
  if (code == 77) GTEST_SKIP() << "no right to mount a small disk";
  EXPECT_EQ(code, 0);
}

TEST(StressProcess, AFileTooLargeKeepsTheOldFile) {
  const Folder folder;
  EXPECT_EQ(run_helper({"large-file", folder.file()}), 0);
}

TEST(StressProcess, OutOfMemoryLosesNothing) {
  if (TANDEM_SANITIZED) GTEST_SKIP() << "the sanitizers' own memory is limited, too";
  EXPECT_EQ(run_helper({"memory"}), 0);
}

}  // namespace
}  // namespace tandem::testing
