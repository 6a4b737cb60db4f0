// Tensors in files, in the safetensors format: an 8-byte header length, a JSON header with dtype,
// shape and offsets of each tensor, then the bytes (https://github.com/huggingface/safetensors).
#pragma once

#include <iosfwd>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/tensor/tensor.h"

namespace tandem {

using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

/// Writes contiguous copies of the tensors into a temporary file of its own and renames the
/// finished one to `path` (core/io/atomic_file.h): readers and other savers see whole files only.
/// Names must be unique and not "__metadata__". Throws IoError.
void save_safetensors(const std::string& path, const NamedTensors& tensors,
                      const std::map<std::string, std::string>& metadata = {});
/// Writes where the stream stands.
void save_safetensors(std::ostream& stream, const NamedTensors& tensors,
                      const std::map<std::string, std::string>& metadata = {});

/// Reads all tensors to the CPU, in the order of their data. Throws IoError if the header is too
/// long, is not JSON of this form or repeats a key, if a dtype is unknown, a size does not fit, or
/// the data overlap, leave holes or end before or after the file does.
NamedTensors load_safetensors(const std::string& path,
                              std::map<std::string, std::string>* metadata = nullptr);
/// Reads from where the stream stands, as far as the header says: more may follow.
NamedTensors load_safetensors(std::istream& stream,
                              std::map<std::string, std::string>* metadata = nullptr);

}  // namespace tandem
