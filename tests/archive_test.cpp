// Archives, and save() and load() of everything to paths and streams.
#include <fstream>
#include <sstream>

#include "tests/expect.h"
#include "tests/temporary_file.h"

namespace tandem::testing {
namespace {

using serialize::InputArchive;
using serialize::OutputArchive;

TEST(Archive, ValuesOfEveryKindComeBack) {
  const TemporaryFile file;
  OutputArchive archive, inner, innermost;
  innermost.write("weight", arange(3));
  innermost.write("note", IValue("deep"));
  inner.write("a", innermost);
  inner.write("epoch", IValue(7));
  archive.write("net", inner);
  archive.write("loss", IValue(0.1));
  archive.write("done", IValue(true));
  archive.write("name", IValue("a \"name\""));
  archive.write("x", ones({2}), /*is_buffer=*/true);
  archive.save_to(file.path());

  InputArchive loaded, net, a;
  loaded.load_from(file.path());
  IValue value;
  loaded.read("loss", value);
  EXPECT_EQ(value.toDouble(), 0.1);
  loaded.read("done", value);
  EXPECT_TRUE(value.toBool());
  loaded.read("name", value);
  EXPECT_EQ(value.toStringRef(), "a \"name\"");
  loaded.read("x", value);
  EXPECT_TRUE(value.isTensor());
  loaded.read("net", net);
  net.read("epoch", value);
  EXPECT_EQ(value.toInt(), 7);
  net.read("a", a);
  Tensor weight;
  a.read("weight", weight);
  EXPECT_TRUE(same_bits(weight, arange(3)));
  a.read("note", value);
  EXPECT_EQ(value.toStringRef(), "deep");
  EXPECT_FALSE(a.try_read("bias", weight));
  EXPECT_FALSE(loaded.try_read("ne", net));
  EXPECT_TRUE(throws([&] { a.read("bias", weight); }, {"bias"}));
  std::vector<std::string> keys = loaded.keys();
  std::sort(keys.begin(), keys.end());
  EXPECT_EQ(keys, (std::vector<std::string>{"done", "loss", "name", "net", "x"}));

  // A tensor that is there takes the numbers, where they fit.
  const Tensor own = zeros({2}, kFloat64).requires_grad_(true);
  Tensor handle = own;
  loaded.read("x", handle);
  EXPECT_TRUE(is_close(own, {1, 1}, 0));
  Tensor wide = zeros({3}), integers = zeros({2}, kInt64);
  EXPECT_TRUE(throws([&] { loaded.read("x", wide); }, {"'x'", "[2]", "[3]"}));
  EXPECT_TRUE(throws([&] { loaded.read("x", integers); }, {"'x'", "int64"}));
}

TEST(Archive, WhatCannotBeWrittenIsRefused) {
  OutputArchive archive;
  archive.write("x", ones({1}));
  EXPECT_TRUE(throws([&] { archive.write("x", ones({1})); }, {"'x'"}));
  EXPECT_TRUE(throws([&] { archive.write("", ones({1})); }, {"empty"}));
  EXPECT_TRUE(throws([&] { archive.write("u", Tensor()); }, {"'u'", "undefined"}));
  EXPECT_TRUE(throws([&] { archive.write("v", IValue(std::vector<double>{1})); }, {"'v'"}));
  archive.write("t", IValue("text"));
  EXPECT_TRUE(throws([&] { archive.write("t", IValue(1)); }, {"'t'"}));
}

TEST(Archive, TensorsAndListsInPathsAndStreams) {
  const TemporaryFile file;
  const Tensor x = randn({2, 3}).requires_grad_(true);
  save(x, file.path());
  Tensor y, z = ones({2, 3});
  load(y, file.path());
  EXPECT_TRUE(same_bits(y, x.detach()));
  load(z, file.path(), Device());
  EXPECT_TRUE(same_bits(z, x.detach()));

  // Files follow each other in a stream, and other text may come after them.
  std::stringstream stream;
  save(TensorList{x, arange(4)}, stream);
  save(y, stream);
  stream << "more";
  TensorList list = {ones({5})};
  load(list, stream);
  ASSERT_EQ(list.size(), 2u);
  EXPECT_TRUE(same_bits(list[1], arange(4)));
  load(z, stream);
  EXPECT_TRUE(same_bits(z, x.detach()));
  std::string rest;
  stream >> rest;
  EXPECT_EQ(rest, "more");

  const std::string text = file.read();
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, text.size() - 1}) {
    std::stringstream cut(text.substr(0, size));
    EXPECT_TRUE(throws<IoError>([&] { load(y, cut); }, {"a stream"})) << size;
  }
  std::ofstream full("/dev/full");
  EXPECT_TRUE(throws<IoError>(
      [&] {
        save(zeros({100000}), full);
        full.flush();
        check<IoError>(full.good(), "a stream");
      },
      {"a stream"}));
}

struct PairImpl : nn::Module {
  PairImpl() {
    first = register_module("first", nn::Linear(2, 3));
    count = register_buffer("count", zeros({1}, kInt64));
  }
  nn::Linear first{nullptr};
  Tensor count;
};
TANDEM_MODULE(Pair);

TEST(Archive, ModulesAndOptimizers) {
  const TemporaryFile file;
  Pair saved, loaded;
  saved->count.fill_(3);
  save(saved, file.path());
  load(loaded, file.path());
  EXPECT_TRUE(same_bits(loaded->first->weight.detach(), saved->first->weight.detach()));
  EXPECT_EQ(loaded->count.item<int>(), 3);

  // A module's archive may hold more; a file that is loaded as the module may not.
  OutputArchive archive;
  saved->save(archive);
  archive.write("epoch", IValue(2));
  archive.save_to(file.path());
  InputArchive both;
  both.load_from(file.path());
  IValue epoch;
  both.read("epoch", epoch);
  EXPECT_EQ(epoch.toInt(), 2);
  loaded->load(both);
  EXPECT_TRUE(throws([&] { load(loaded, file.path()); }, {"unknown", "epoch"}));

  OutputArchive parts;
  OutputArchive model, optimizer;
  optim::Adam adam(saved->parameters(), 0.1);
  saved->first(ones({1, 2})).sum().backward();
  adam.step();
  saved->save(model);
  adam.save(optimizer);
  parts.write("model", model);
  parts.write("optimizer", optimizer);
  std::stringstream stream;
  parts.save_to(stream);
  InputArchive read, model_part, optimizer_part;
  read.load_from(stream);
  read.read("model", model_part);
  read.read("optimizer", optimizer_part);
  loaded->load(model_part);
  optim::Adam other(loaded->parameters(), 0.5);
  other.load(optimizer_part);
  EXPECT_EQ(other.get_lr(), 0.1);
  EXPECT_EQ(other.state_of(loaded->first->weight).step(), 1);
  const std::shared_ptr<nn::Module> pointer = loaded.ptr();
  save(pointer, file.path());
  load(pointer, file.path());
}

/// A type of one's own in files.
struct Pose {
  Tensor position, heading;
};
OutputArchive& operator<<(OutputArchive& archive, const Pose& pose) {
  archive.write("position", pose.position);
  archive.write("heading", pose.heading);
  return archive;
}
InputArchive& operator>>(InputArchive& archive, Pose& pose) {
  archive.read("position", pose.position);
  archive.read("heading", pose.heading);
  return archive;
}

TEST(Archive, ATypeOfOnesOwn) {
  std::stringstream stream;
  save(Pose{ones({3}), arange(2)}, stream);
  Pose pose;
  load(pose, stream);
  EXPECT_TRUE(same_bits(pose.heading, arange(2)));
}

TEST(IValues, HoldOneTypeAndSayWhich) {
  EXPECT_TRUE(IValue().isNone());
  EXPECT_EQ(IValue(3).toInt(), 3);
  EXPECT_EQ(IValue(2.5f).toDouble(), 2.5);
  EXPECT_EQ(IValue(Scalar(7)).toInt(), 7);
  EXPECT_EQ(IValue(true).toScalar().toInt(), 1);
  EXPECT_EQ(IValue(TensorList{ones({1})}).toTensorVector().size(), 1u);
  EXPECT_EQ(IValue(std::vector<std::int64_t>{1, 2}).toIntVector()[1], 2);
  EXPECT_EQ(IValue(std::vector<double>{1, 2}).toDoubleVector()[1], 2);
  EXPECT_TRUE(throws([] { IValue(3).toDouble(); }, {"an integer"}));
  EXPECT_TRUE(throws([] { IValue().toTensor(); }, {"nothing"}));
  EXPECT_TRUE(throws([] { IValue(ones({1})).toStringRef(); }, {"a tensor"}));
  struct Other {};
  EXPECT_TRUE(throws([] { IValue(Other()).toInt(); }, {"another type"}));
}

TEST(Archive, BracesForeignMetadataAndEmptyArchives) {
  const TemporaryFile file;
  const Tensor a = ones({1}), b = ones({2});
  save({a, b}, file.path());
  TensorList list;
  load(list, file.path());
  EXPECT_EQ(list.size(), 2u);

  save_safetensors(file.path(), {{"x", a}}, {{"format", "pt"}, {"y", "text z"}});
  InputArchive archive;
  archive.load_from(file.path());
  EXPECT_EQ(archive.keys(), (std::vector<std::string>{"x"}));
  IValue value;
  EXPECT_FALSE(archive.try_read("y", value));

  OutputArchive whole;
  whole.write("relu", OutputArchive());
  whole.save_to(file.path());
  archive.load_from(file.path());
  InputArchive relu;
  archive.read("relu", relu);
  EXPECT_TRUE(relu.keys().empty());
}

TEST(Archive, ASharedBufferMayStandUnderEachName) {
  struct Part : nn::Module {
    explicit Part(const Tensor& shared) { register_buffer("scale", shared); }
  };
  nn::Module net;
  const Tensor shared = zeros({2});
  net.register_module("a", std::make_shared<Part>(shared));
  net.register_module("b", std::make_shared<Part>(shared));
  EXPECT_EQ(net.named_buffers().size(), 1u);
  nn::load_state_dict(net, {{"a.scale", ones({2})}, {"b.scale", ones({2})}});
  EXPECT_EQ(shared.sum().item(), 2);
}

}  // namespace
}  // namespace tandem::testing
