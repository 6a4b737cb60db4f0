// Data sets, transforms, samplers and loaders, as libtorch's programs use them.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <set>

#include "tests/expect.h"
#include "tests/temporary_file.h"

namespace tandem::testing {
namespace {

using namespace data;
using datasets::TensorDataset;
using transforms::Stack;

struct Squares : Dataset<Squares> {
  explicit Squares(std::size_t count = 10) : count_(count) {}
  Example<> get(std::size_t index) override {
    const auto x = static_cast<double>(index);
    return {full({1}, x), full({}, static_cast<std::int64_t>(index * index))};
  }
  std::optional<std::size_t> size() const override { return count_; }
  std::size_t count_;
};

template <class Loader> std::vector<std::vector<double>> batches(Loader& loader) {
  std::vector<std::vector<double>> all;
  for (auto& batch : loader) {
    std::vector<double> numbers;
    for (std::int64_t i = 0; i < batch.data.size(0); ++i) {
      numbers.push_back(batch.data[i][0].item());
      EXPECT_EQ(batch.target[i].template item<double>(), numbers.back() * numbers.back());
    }
    all.push_back(numbers);
  }
  return all;
}

using Numbers = std::vector<std::vector<double>>;

TEST(Data, SequentialBatches) {
  auto loader = make_data_loader<samplers::SequentialSampler>(Squares().map(Stack<>()),
                                                              DataLoaderOptions().batch_size(4));
  const Numbers expected = {{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9}};
  EXPECT_EQ(batches(*loader), expected);
  EXPECT_EQ(batches(*loader), expected);
  auto dropping = make_data_loader(Squares().map(Stack<>()), samplers::SequentialSampler(10),
                                   DataLoaderOptions(4).drop_last(true));
  EXPECT_EQ(batches(*dropping).size(), 2u);
  // Without a transform, a batch is a list of examples.
  auto plain = make_data_loader<samplers::SequentialSampler>(Squares(3), 2);
  EXPECT_EQ(plain->begin()->size(), 2u);
  EXPECT_EQ((*plain->begin())[1].data.item(), 1);
}

TEST(Data, RandomBatchesAreLibtorchs) {
  // torch::manual_seed(0); RandomSampler(10) draws a permutation when it is made, another a pass.
  manual_seed(0);
  const Tensor made = randperm(10), first = randperm(10), second = randperm(10);
  manual_seed(0);
  auto loader = make_data_loader(Squares().map(Stack<>()), 10);
  for (const Tensor& order : {first, second}) {
    const Numbers got = batches(*loader);
    ASSERT_EQ(got.size(), 1u);
    for (std::int64_t i = 0; i < 10; ++i)
      EXPECT_EQ(got[0][static_cast<std::size_t>(i)], order[i].item());
  }
}

TEST(Data, WorkersKeepTheOrderOrDoNot) {
  for (const std::size_t workers : {1, 3}) {
    auto loader = make_data_loader<samplers::SequentialSampler>(
        Squares(23).map(Stack<>()), DataLoaderOptions(2).workers(workers).max_jobs(5));
    const Numbers expected = [] {
      auto alone = make_data_loader<samplers::SequentialSampler>(Squares(23).map(Stack<>()), 2);
      return batches(*alone);
    }();
    EXPECT_EQ(batches(*loader), expected);
    // A pass that is left early does no harm to the next.
    EXPECT_EQ(loader->begin()->data.size(0), 2);
    EXPECT_EQ(batches(*loader), expected);
    auto free = make_data_loader<samplers::SequentialSampler>(
        Squares(23).map(Stack<>()), DataLoaderOptions(2).workers(workers).enforce_ordering(false));
    Numbers unordered = batches(*free);
    std::sort(unordered.begin(), unordered.end());
    EXPECT_EQ(unordered, expected);
    free->join();
  }
}

/// Throws at one index.
struct Broken : Dataset<Broken> {
  Example<> get(std::size_t index) override {
    if (index == 3) throw std::runtime_error("no example 3");
    return {ones({1}), ones({1})};
  }
  std::optional<std::size_t> size() const override { return 6; }
};

TEST(Data, ExceptionsOfASetReachTheProgram) {
  auto loader = make_data_loader<samplers::SequentialSampler>(Broken(), DataLoaderOptions(2));
  EXPECT_THROW(for (auto& batch : *loader) static_cast<void>(batch), std::runtime_error);
  auto threads =
      make_data_loader<samplers::SequentialSampler>(Broken(), DataLoaderOptions(2).workers(2));
  for (int pass = 0; pass < 2; ++pass) {
    int count = 0;
    try {
      for (auto& batch : *threads) count += static_cast<int>(batch.size());
      FAIL();
    } catch (const WorkerException& error) {
      EXPECT_NE(std::string(error.what()).find("no example 3"), std::string::npos);
      EXPECT_THROW(std::rethrow_exception(error.original_exception), std::runtime_error);
    }
    EXPECT_EQ(count, 2);
  }
}

/// Waits until it is let go.
struct Slow : Dataset<Slow> {
  explicit Slow(std::shared_ptr<std::atomic<bool>> go) : go_(std::move(go)) {}
  Example<> get(std::size_t) override {
    while (!*go_) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return {ones({1}), ones({1})};
  }
  std::optional<std::size_t> size() const override { return 2; }
  std::shared_ptr<std::atomic<bool>> go_;
};

TEST(Data, ATimeoutIsAnError) {
  const auto go = std::make_shared<std::atomic<bool>>(false);
  auto loader = make_data_loader(
      Slow(go), DataLoaderOptions(1).workers(1).timeout(std::chrono::milliseconds(20)));
  EXPECT_TRUE(throws([&] { *loader->begin(); }, {"Timeout", "20 ms"}));
  *go = true;
}

TEST(Data, WrongOptionsAreRefused) {
  EXPECT_TRUE(throws([] { make_data_loader(Squares(), 0); }, {"batch size"}));
  EXPECT_TRUE(
      throws([] { make_data_loader(Squares(), DataLoaderOptions(1).workers(1).max_jobs(0)); },
             {"max_jobs"}));
  EXPECT_TRUE(throws([] { TensorDataset(ones({})); }, {"TensorDataset"}));
  auto loader = make_data_loader(Squares(0), 2);
  EXPECT_TRUE(loader->begin() == loader->end());
  EXPECT_TRUE(throws([&] { *loader->begin(); }, {"end"}));
}

TEST(Data, TransformsChangeExamplesAndBatches) {
  auto set = TensorDataset(arange(4, kFloat32).reshape({4, 1, 1, 1}))
                 .map(transforms::TensorLambda<example::NoTarget>([](Tensor x) { return x * 2; }))
                 .map(transforms::Normalize<example::NoTarget>({1.0}, {0.5}))
                 .map(Stack<TensorExample>());
  EXPECT_EQ(set.size(), 4u);
  const std::vector<std::size_t> request = {1, 3};
  EXPECT_TRUE(is_close(set.get_batch(request).data, {2, 10}, 1e-6));
  auto labels = Squares()
                    .map(transforms::Lambda<Example<>>([](Example<> e) {
                      e.target = e.target + 1;
                      return e;
                    }))
                    .map(Stack<>())
                    .map(transforms::BatchLambda<Example<>, Tensor>(
                        [](Example<> e) { return e.target.sum(); }));
  EXPECT_EQ(labels.get_batch(request).item<int>(), 1 + 9 + 2);
  // One number for all, or one for each channel.
  transforms::Normalize<> one(0.5, 0.25), each({0.0, 1.0}, {1.0, 2.0});
  EXPECT_TRUE(is_close(one(ones({1, 1, 2})), {2, 2}, 1e-6));
  EXPECT_TRUE(is_close(each(ones({2, 1, 1})), {1, 0}, 1e-6));
}

/// Counts to a number, in a pass.
struct Counter : datasets::StatefulDataset<Counter, std::vector<int>> {
  explicit Counter(int most) : most_(most) {}
  Counter(const Counter& other) : most_(other.most_) {}
  std::optional<std::vector<int>> get_batch(std::size_t count) override {
    std::vector<int> batch;
    const std::lock_guard lock(mutex_);
    while (batch.size() < count && next_ < most_) batch.push_back(next_++);
    return batch.empty() ? std::nullopt : std::optional(batch);
  }
  std::optional<std::size_t> size() const override { return std::nullopt; }
  void reset() override { next_ = 0; }
  void save(serialize::OutputArchive&) const override {}
  void load(serialize::InputArchive&) override {}
  std::mutex mutex_;
  int next_ = 0, most_;
};

TEST(Data, StatefulSetsEndAPass) {
  for (const std::size_t workers : {0, 2}) {
    auto loader =
        make_data_loader(Counter(7).map(transforms::BatchLambda<std::vector<int>, std::vector<int>>(
                             [](std::vector<int> batch) { return batch; })),
                         DataLoaderOptions(2).workers(workers));
    for (int pass = 0; pass < 2; ++pass) {
      std::multiset<int> seen;
      for (auto& batch : *loader) seen.insert(batch.begin(), batch.end());
      EXPECT_EQ(seen, (std::multiset<int>{0, 1, 2, 3, 4, 5, 6})) << workers;
    }
  }
}

TEST(Data, SharedSetsAndStreams) {
  auto shared = datasets::make_shared_dataset<Squares>(4u);
  auto copy = shared;
  copy->count_ = 2;
  EXPECT_EQ(shared.size(), 2u);
  samplers::StreamSampler stream(5);
  EXPECT_EQ(stream.next(3)->size(), 3u);
  EXPECT_EQ(stream.next(3)->size(), 2u);
  EXPECT_FALSE(stream.next(3).has_value());
}

TEST(Data, SamplersContinueFromArchives) {
  samplers::RandomSampler first(9), second(3);
  samplers::SequentialSampler third(9), fourth(9);
  first.next(4);
  third.next(4);
  const auto move_state = [](const auto& from, auto& to) {
    serialize::OutputArchive out;
    from.save(out);
    serialize::InputArchive in(out.tensors());
    // What an archive in a file would say: which tensors are numbers.
    const TemporaryFile file;
    out.save_to(file.path());
    in.load_from(file.path());
    to.load(in);
  };
  move_state(first, second);
  move_state(third, fourth);
  EXPECT_EQ(first.next(10), second.next(10));
  EXPECT_EQ(*fourth.next(2), (std::vector<std::size_t>{4, 5}));
  serialize::InputArchive wrong({{"index", tensor(0)}, {"indices", tensor({0, 0})}});
  EXPECT_TRUE(throws([&] { second.load(wrong); }, {"permutation"}));
}

class Digits : public ::testing::Test {
 protected:
  Digits() : folder_(file_.path() + "_folder") {
    std::filesystem::create_directory(folder_);
    write("train-images-idx3-ubyte", std::string("\0\0\x08\x03\0\0\0\2\0\0\0\1\0\0\0\2", 16) +
                                         "\x33\xff" + std::string("\0\x66", 2));
    write("train-labels-idx1-ubyte", std::string("\0\0\x08\x01\0\0\0\2\7\3", 10));
  }
  ~Digits() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << bytes;
  }
  TemporaryFile file_;
  std::string folder_;
};

TEST_F(Digits, AreReadAndScaled) {
  datasets::MNIST set(folder_);
  EXPECT_EQ(set.size(), 2u);
  EXPECT_TRUE(set.is_train());
  EXPECT_EQ(set.images().sizes(), Shape({2, 1, 1, 2}));
  EXPECT_TRUE(is_close(set.get(0).data, {0.2, 1}, 1e-7));
  EXPECT_EQ(set.get(1).target.item<int>(), 3);
  EXPECT_EQ(set.targets().dtype(), kInt64);
  auto loader = make_data_loader(
      std::move(set).map(transforms::Normalize<>(0.1307, 0.3081)).map(Stack<>()), 2);
  EXPECT_EQ(loader->begin()->data.sizes(), Shape({2, 1, 1, 2}));
}

TEST_F(Digits, WrongFilesAreRefused) {
  const auto refused = [&](std::vector<std::string> words) {
    for (const std::string& word : words)
      EXPECT_TRUE(throws<IoError>([&] { datasets::MNIST set(folder_); }, {"MNIST", word.c_str()}));
  };
  EXPECT_TRUE(throws<IoError>([&] { datasets::MNIST set(folder_, datasets::MNIST::Mode::kTest); },
                              {"t10k-images"}));
  write("train-labels-idx1-ubyte", std::string("\0\0\x08\x01\0\0\0\3\7\3\1", 11));
  refused({"2 images", "3 labels"});
  write("train-labels-idx1-ubyte", std::string("\0\0\x08\x01\0\0\0\2\7", 9));
  refused({"9 bytes", "labels"});
  write("train-labels-idx1-ubyte", std::string("\0\0\x08\x02\0\0\0\2\7\3", 10));
  refused({"2050", "2049"});
  write("train-labels-idx1-ubyte", std::string("\0\0\x08", 3));
  refused({"header"});
  write("train-labels-idx1-ubyte", std::string("\0\0\x08\x01\xff\xff\xff\xff\7", 9));
  refused({"too short"});
}

TEST(Data, JoiningEndsAPass) {
  auto loader =
      make_data_loader<samplers::SequentialSampler>(Squares(9), DataLoaderOptions(1).workers(2));
  auto at = loader->begin();
  EXPECT_EQ(at->size(), 1u);
  loader->join();
  ++at;
  EXPECT_TRUE(at == loader->end());
  EXPECT_TRUE(throws([&] { loader->begin(); }, {"joined"}));
}

TEST(Data, AFirstBatchMayBeAskedForAgain) {
  const auto go = std::make_shared<std::atomic<bool>>(false);
  auto loader = make_data_loader(
      Slow(go), DataLoaderOptions(1).workers(1).timeout(std::chrono::milliseconds(20)));
  auto at = loader->begin();
  EXPECT_TRUE(throws([&] { *at; }, {"Timeout"}));
  *go = true;
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(at->size(), 1u);
}

TEST(Data, CollateIsAFunction) {
  auto set = TensorDataset(arange(3)).map(transforms::Collate<Tensor, std::vector<TensorExample>>(
      [](std::vector<TensorExample> list) { return list[0].data + list[1].data; }));
  const std::vector<std::size_t> request = {1, 2};
  EXPECT_EQ(set.get_batch(request).item<int>(), 3);
}

}  // namespace
}  // namespace tandem::testing
