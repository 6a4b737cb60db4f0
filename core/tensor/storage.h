// A block of device memory shared by tensors, and the count of in-place writes to it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "core/base/device.h"
#include "core/base/intrusive_ptr.h"
#include "core/base/memory.h"

namespace tandem {

class Backend;

class Storage : public Pooled {
 public:
  /// Takes memory from the device's backend; contents are undefined.
  Storage(std::size_t bytes, const Device& device);
  /// Wraps memory that somebody else owns; `deleter`, if any, runs when the last tensor lets go.
  Storage(void* data, std::size_t bytes, const Device& device, std::function<void(void*)> deleter);
  ~Storage();
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  void* data() const { return data_; }
  std::size_t bytes() const { return bytes_; }
  const Device& device() const { return device_; }
  Backend& backend() const { return *backend_; }
  /// Whether one tensor alone looks at it.
  bool unshared() const { return references_.load(std::memory_order_acquire) == 1; }

  /// Grows with every in-place write; autograd compares it with the version at the time of saving.
  std::uint32_t version() const { return version_.load(std::memory_order_relaxed); }
  /// Takes over the history of writes of a storage that this one replaces.
  void continue_version(const Storage& before) { version_.store(before.version() + 1); }
  void bump_version() { version_.fetch_add(1, std::memory_order_relaxed); }

 private:
  friend void intrusive_retain(Storage* storage);
  friend void intrusive_release(Storage* storage);

  std::atomic<std::uint32_t> references_{0};
  std::atomic<std::uint32_t> version_{0};
  void* data_ = nullptr;
  std::size_t bytes_ = 0;
  Device device_;
  Backend* backend_;
  std::function<void(void*)> deleter_;
  bool borrowed_ = false;
};

inline void intrusive_retain(Storage* storage) { retain_one(storage->references_); }
inline void intrusive_release(Storage* storage) {
  if (release_last(storage->references_)) delete storage;
}

using StoragePtr = IntrusivePtr<Storage>;

}  // namespace tandem
