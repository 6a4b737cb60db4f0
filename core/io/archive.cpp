// Archives as lists of tensors with dotted names, and notes on those that are numbers.
#include "core/io/archive.h"

#include <algorithm>

#include "core/ops/factories.h"
#include "core/tensor/grad_mode.h"

namespace tandem::serialize {

namespace {

/// What a note says of a key: its tensor is a number; it is a text, which follows; it is an archive
/// with nothing in it. Other metadata of a file is none of ours.
constexpr const char* number_note = "tandem.number";
constexpr const char* text_note = "tandem.text ";
constexpr const char* archive_note = "tandem.archive";

/// The part of `key` after `prefix` and a dot; empty if it is elsewhere.
std::string below(const std::string& prefix, const std::string& key) {
  return key.size() > prefix.size() + 1 && key.starts_with(prefix) && key[prefix.size()] == '.'
             ? key.substr(prefix.size() + 1)
             : std::string();
}

}  // namespace

void OutputArchive::add(const std::string& key, const Tensor& tensor, const std::string& note) {
  const bool known =
      notes_.contains(key) || std::any_of(tensors_.begin(), tensors_.end(),
                                          [&](const auto& entry) { return entry.first == key; });
  check(!key.empty() && !known, "OutputArchive: the key '", key, "' is empty or taken");
  if (tensor.defined()) tensors_.emplace_back(key, tensor);
  if (!note.empty()) notes_[key] = note;
}

void OutputArchive::write(const std::string& key, const Tensor& tensor, bool) {
  check(tensor.defined(), "OutputArchive: the tensor '", key, "' is undefined");
  add(key, tensor, "");
}

void OutputArchive::write(const std::string& key, const IValue& value) {
  if (value.isTensor()) return write(key, value.toTensor());
  if (value.isString()) return add(key, {}, text_note + value.toStringRef());
  check(value.isScalar(), "OutputArchive: '", key,
        "' is no bool, number, text or tensor, which are all that a file can hold");
  const DType dtype = value.isBool() ? kBool : value.isInt() ? kInt64 : kFloat64;
  add(key, scalar_tensor(value.toScalar(), dtype), number_note);
}

void OutputArchive::write(const std::string& key, const OutputArchive& nested) {
  const auto note_of = [&](const std::string& name) {
    const auto found = nested.notes_.find(name);
    return found == nested.notes_.end() ? std::string() : found->second;
  };
  if (nested.tensors_.empty() && nested.notes_.empty()) return add(key, {}, archive_note);
  for (const auto& [name, tensor] : nested.tensors_)
    add(detail::concatenate(key, ".", name), tensor, note_of(name));
  for (const auto& [name, note] : nested.notes_)
    if (note != number_note) add(detail::concatenate(key, ".", name), {}, note);
}

void OutputArchive::save_to(const std::string& path) const {
  save_safetensors(path, tensors_, notes_);
}
void OutputArchive::save_to(std::ostream& stream) const {
  save_safetensors(stream, tensors_, notes_);
}

template <class Source>
void InputArchive::replace_by(Source& source, const std::optional<Device>& device) {
  std::map<std::string, std::string> notes;
  NamedTensors tensors = load_safetensors(source, &notes);
  std::erase_if(notes, [](const auto& note) { return !note.second.starts_with("tandem."); });
  if (device)
    for (auto& [name, tensor] : tensors) tensor = tensor.to(*device);
  tensors_ = std::move(tensors);
  notes_ = std::move(notes);
}
void InputArchive::load_from(const std::string& path, const std::optional<Device>& device) {
  replace_by(path, device);
}
void InputArchive::load_from(std::istream& stream, const std::optional<Device>& device) {
  replace_by(stream, device);
}

bool InputArchive::try_read(const std::string& key, Tensor& tensor, bool) const {
  const auto found = std::find_if(tensors_.begin(), tensors_.end(),
                                  [&](const auto& entry) { return entry.first == key; });
  if (found == tensors_.end()) return false;
  const Tensor& value = found->second;
  if (!tensor.defined()) {
    tensor = value;
    return true;
  }
  check(value.sizes() == tensor.sizes() && value.is_floating_point() == tensor.is_floating_point(),
        "InputArchive: '", key, "' is ", value.describe(), ", expected ", tensor.describe());
  const NoGradGuard guard;
  tensor.copy_(value);
  return true;
}

bool InputArchive::try_read(const std::string& key, IValue& value) const {
  const auto note = notes_.find(key);
  if (note != notes_.end() && note->second.starts_with(text_note)) {
    value = note->second.substr(std::string(text_note).size());
    return true;
  }
  Tensor tensor;
  if (!try_read(key, tensor)) return false;
  const bool is_number = note != notes_.end() && note->second == number_note && tensor.numel() == 1;
  value = is_number ? IValue(tensor.item()) : IValue(tensor);
  return true;
}

bool InputArchive::try_read(const std::string& key, InputArchive& nested) const {
  InputArchive found;
  for (const auto& [name, tensor] : tensors_)
    if (const std::string rest = below(key, name); !rest.empty())
      found.tensors_.emplace_back(rest, tensor);
  for (const auto& [name, note] : notes_)
    if (const std::string rest = below(key, name); !rest.empty()) found.notes_[rest] = note;
  const auto note = notes_.find(key);
  const bool is_empty = note != notes_.end() && note->second == archive_note;
  if (found.tensors_.empty() && found.notes_.empty() && !is_empty) return false;
  found.is_strict_ = is_strict_;
  nested = std::move(found);
  return true;
}

std::vector<std::string> InputArchive::keys() const {
  std::vector<std::string> keys;
  const auto add = [&](const std::string& name) {
    const std::string key = name.substr(0, name.find('.'));
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
  };
  for (const auto& [name, tensor] : tensors_) add(name);
  for (const auto& [name, note] : notes_) add(name);
  return keys;
}

OutputArchive& operator<<(OutputArchive& archive, const Tensor& tensor) {
  archive.write("0", tensor);
  return archive;
}
InputArchive& operator>>(InputArchive& archive, Tensor& tensor) {
  archive.read("0", tensor);
  return archive;
}
OutputArchive& operator<<(OutputArchive& archive, const TensorList& tensors) {
  for (std::size_t i = 0; i < tensors.size(); ++i) archive.write(std::to_string(i), tensors[i]);
  return archive;
}
InputArchive& operator>>(InputArchive& archive, TensorList& tensors) {
  TensorList loaded;
  for (Tensor next; archive.try_read(std::to_string(loaded.size()), next); next = Tensor())
    loaded.push_back(next);
  tensors = std::move(loaded);
  return archive;
}

}  // namespace tandem::serialize
