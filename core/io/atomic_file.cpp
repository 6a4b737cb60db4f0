// Temporary file, fsync, rename, fsync of the folder.
#include "core/io/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "core/base/error.h"

namespace tandem {

namespace {

/// The file that `path` names, through symbolic links, also if it does not exist yet.
std::string resolved(const std::string& path) {
  std::error_code error;
  std::filesystem::path target = path;
  for (int links = 0; links < 40 && std::filesystem::is_symlink(target, error); ++links) {
    const std::filesystem::path next = std::filesystem::read_symlink(target, error);
    if (error) break;
    target = next.is_absolute() ? next : target.parent_path() / next;
  }
  return target.string();
}

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

}  // namespace

AtomicFile::AtomicFile(const char* op, const std::string& path) : op_(op), path_(resolved(path)) {
  create();
}

AtomicFile::~AtomicFile() {
  if (file_ < 0) return;
  ::close(file_);
  ::unlink(temporary_.c_str());
}

void AtomicFile::require(bool done, const char* action) const {
  if (done) return;
  const int error = errno;
  fail<IoError>(op_, ": ", action, " ", path_, " failed: ", std::strerror(error));
}

void AtomicFile::create() {
  static std::atomic<unsigned> number = 0;
  for (int attempt = 0; attempt < 1000 && file_ < 0; ++attempt) {
    temporary_ = detail::concatenate(path_, ".", ::getpid(), ".", number++, ".unfinished");
    file_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (file_ < 0 && errno != EEXIST && errno != EINTR) break;
  }
  require(file_ >= 0, "creating a file beside");
}

void AtomicFile::write(const void* data, std::size_t bytes) {
  const char* next = static_cast<const char*>(data);
  while (bytes > 0) {
    const ::ssize_t written = ::write(file_, next, bytes);
    if (written < 0 && errno == EINTR) continue;
    require(written > 0, "writing");
    next += written;
    bytes -= static_cast<std::size_t>(written);
  }
}

void AtomicFile::keep_mode() const {
  struct stat before = {};
  if (::stat(path_.c_str(), &before) != 0) return;  // a new file has the mode that umask gives it
  require(S_ISREG(before.st_mode), "replacing what is no file:");
  require(::fchmod(file_, before.st_mode & 07777) == 0, "keeping the mode of");
}

void AtomicFile::commit() {
  keep_mode();
  require(::fsync(file_) == 0, "writing");
  require(::rename(temporary_.c_str(), path_.c_str()) == 0, "renaming the finished file to");
  ::close(file_);
  file_ = -1;
  // The name is safe once the folder is; not every file system can be asked for that.
  const int folder = ::open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  ::fsync(folder);
  ::close(folder);
}

}  // namespace tandem
