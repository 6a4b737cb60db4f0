// Trees of named values in a file, as libtorch's archives.
//
//   serialize::OutputArchive archive;
//   model->save(archive);
//   archive.write("epoch", IValue(epoch));
//   archive.save_to("model.safetensors");
#pragma once

#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/io/safetensors.h"
#include "core/tensor/ivalue.h"

namespace tandem::serialize {

/// Collects values under keys and writes them as one safetensors file. A nested archive's keys
/// follow its own and a dot; numbers are tensors of no dimension, texts and the kinds of numbers
/// are metadata.
class OutputArchive {
 public:
  /// Keys must be new and not empty. The tensor is shared until it is saved; is_buffer is
  /// libtorch's and means nothing here.
  void write(const std::string& key, const Tensor& tensor, bool is_buffer = false);
  /// A bool, number, text or tensor; Error for anything else.
  void write(const std::string& key, const IValue& value);
  void write(const std::string& key, const OutputArchive& nested);

  /// To a file that appears whole or not at all, or to the end of a stream. Throws IoError.
  void save_to(const std::string& path) const;
  void save_to(std::ostream& stream) const;

  const NamedTensors& tensors() const { return tensors_; }

 private:
  void add(const std::string& key, const Tensor& tensor, const std::string& note);

  NamedTensors tensors_;
  std::map<std::string, std::string> notes_;
};

class InputArchive {
 public:
  InputArchive() = default;
  explicit InputArchive(NamedTensors tensors) : tensors_(std::move(tensors)) {}

  /// To the CPU unless told otherwise. Throws IoError for what is no safetensors file; a stream is
  /// read as far as the file in it goes.
  void load_from(const std::string& path, const std::optional<Device>& device = {});
  void load_from(std::istream& stream, const std::optional<Device>& device = {});

  /// Into a tensor that is defined, its numbers: the value must have its shape and, like it, be
  /// real or integer. An undefined one becomes the value. false, or Error, where there is no such
  /// key.
  bool try_read(const std::string& key, Tensor& tensor, bool is_buffer = false) const;
  bool try_read(const std::string& key, IValue& value) const;
  bool try_read(const std::string& key, InputArchive& nested) const;
  template <class Value> void read(const std::string& key, Value& value) const {
    check(try_read(key, value), "InputArchive: there is no '", key, "'");
  }
  void read(const std::string& key, Tensor& tensor, bool) const { read(key, tensor); }

  /// The keys at this level, each once.
  std::vector<std::string> keys() const;
  const NamedTensors& tensors() const { return tensors_; }
  /// Whether a module or an optimizer that reads the archive should refuse keys that it does not
  /// know: load() asks for it.
  bool is_strict() const { return is_strict_; }
  void set_strict(bool strict) { is_strict_ = strict; }

 private:
  /// Reads a path or a stream, without metadata that is none of ours.
  template <class Source> void replace_by(Source& source, const std::optional<Device>& device);

  NamedTensors tensors_;
  std::map<std::string, std::string> notes_;
  bool is_strict_ = false;
};

/// What save() and load() call: a tensor is "0", the tensors of a list "0", "1", ...
OutputArchive& operator<<(OutputArchive& archive, const Tensor& tensor);
InputArchive& operator>>(InputArchive& archive, Tensor& tensor);
OutputArchive& operator<<(OutputArchive& archive, const TensorList& tensors);
/// Replaces the list by what the archive holds.
InputArchive& operator>>(InputArchive& archive, TensorList& tensors);

}  // namespace tandem::serialize

namespace tandem {

/// Writes a tensor, a list of tensors, a module, an optimizer or a type of one's own that has
/// `OutputArchive& operator<<(OutputArchive&, const Value&)` to a path or a stream.
template <class Value, class... To>
requires requires(serialize::OutputArchive& archive, const Value& value) { archive << value; }
void save(const Value& value, To&&... to) {
  serialize::OutputArchive archive;
  archive << value;
  archive.save_to(std::forward<To>(to)...);
}
/// For braces: save({a, b}, path).
template <class... To> void save(const TensorList& tensors, To&&... to) {
  save<TensorList>(tensors, std::forward<To>(to)...);
}
/// Reads what save() wrote.
template <class Value, class... From>
requires requires(serialize::InputArchive& archive, Value& value) { archive >> value; }
void load(Value& value, From&&... from) {
  serialize::InputArchive archive;
  archive.load_from(std::forward<From>(from)...);
  archive.set_strict(true);
  archive >> value;
}

}  // namespace tandem
