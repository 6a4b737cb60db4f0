// The files of the MNIST database: a magic number, sizes, all big-endian, and bytes.
#include <array>
#include <fstream>

#include "core/ops/elementwise.h"
#include "core/ops/factories.h"
#include "nn/data/datasets.h"

namespace tandem::data::datasets {

namespace {

/// The bytes of an IDX file of unsigned bytes with that many dimensions (the format's own name for
/// it is 0x0800 and their number), as uint8.
Tensor read_idx(const std::string& path, int dims) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  check<IoError>(file.is_open(), "MNIST: cannot open ", path);
  const auto file_bytes = static_cast<std::int64_t>(file.tellg());
  file.seekg(0);
  const auto number = [&]() -> std::int64_t {
    std::array<unsigned char, 4> bytes{};
    check<IoError>(static_cast<bool>(file.read(reinterpret_cast<char*>(bytes.data()), 4)),
                   "MNIST: ", path, " ends in its header");
    return (std::int64_t{bytes[0]} << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3];
  };
  const std::int64_t magic = number();
  check<IoError>(magic == 0x0800 + dims, "MNIST: ", path, " begins with the number ", magic,
                 ", not ", 0x0800 + dims);
  Shape shape;
  std::int64_t count = 1;
  for (int d = 0; d < dims; ++d) {
    shape.push_back(number());
    check<IoError>(shape.back() == 0 || count <= file_bytes / shape.back(), "MNIST: ", path,
                   " is too short for its sizes ", shape);
    count *= shape.back();
  }
  check<IoError>(file_bytes == 4 * (dims + 1) + count, "MNIST: ", path, " has ", file_bytes,
                 " bytes, not those of ", shape);
  Tensor bytes = empty(shape, kUInt8);
  check<IoError>(count == 0 || static_cast<bool>(file.read(
                                   reinterpret_cast<char*>(bytes.data_ptr<std::uint8_t>()), count)),
                 "MNIST: reading ", path, " failed");
  return bytes;
}

}  // namespace

MNIST::MNIST(const std::string& root, Mode mode) : is_train_(mode == Mode::kTrain) {
  const std::string prefix =
      (root.empty() || root.back() == '/' ? root : root + "/") + (is_train_ ? "train" : "t10k");
  const Tensor images = read_idx(prefix + "-images-idx3-ubyte", 3),
               labels = read_idx(prefix + "-labels-idx1-ubyte", 1);
  check<IoError>(images.size(0) == labels.size(0), "MNIST: ", prefix, " has ", images.size(0),
                 " images and ", labels.size(0), " labels");
  images_ = images.to(kFloat32).div(255).unsqueeze(1);
  targets_ = labels.to(kInt64);
}

Example<> MNIST::get(std::size_t index) {
  const auto i = static_cast<std::int64_t>(index);
  return {images_.select(0, i), targets_.select(0, i)};
}

}  // namespace tandem::data::datasets
