// Writes a file so that its name always shows a whole file: the old one or the new one.
#pragma once

#include <cstddef>
#include <string>

namespace tandem {

/// Writes to a temporary file of its own in the same folder, which commit() renames to `path`.
/// Symbolic links are followed to the file that they name, the mode of a file that is there is
/// kept, and bytes and name have reached the disk when commit() returns. Throws IoError, naming
/// `op` and the file; what is not committed is removed.
class AtomicFile {
 public:
  AtomicFile(const char* op, const std::string& path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(const void* data, std::size_t bytes);
  void commit();

 private:
  void create();
  void keep_mode() const;
  void require(bool done, const char* action) const;

  const char* op_;
  std::string path_, temporary_;
  int file_ = -1;
};

}  // namespace tandem
