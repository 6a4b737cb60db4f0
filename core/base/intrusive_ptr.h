// A shared pointer whose count lies in the object: one word, one allocation.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace tandem {

/// Takes a reference. The first is only a store: nobody else knows the object yet, and a locked
/// addition would cost as much as the rest of making one.
inline void retain_one(std::atomic<std::uint32_t>& references) {
  if (references.load(std::memory_order_relaxed) == 0)
    references.store(1, std::memory_order_relaxed);
  else
    references.fetch_add(1, std::memory_order_relaxed);
}

/// Gives a reference up; true for the last one. A sole owner only looks: nobody else can take a
/// reference, and a locked subtraction would cost as much as the rest of a release.
inline bool release_last(std::atomic<std::uint32_t>& references) {
  return references.load(std::memory_order_acquire) == 1 ||
         references.fetch_sub(1, std::memory_order_acq_rel) == 1;
}

/// T provides intrusive_retain(T*) and intrusive_release(T*), found by argument-dependent lookup,
/// so T may be incomplete where the pointer is used.
template <class T> class IntrusivePtr {
 public:
  IntrusivePtr() = default;
  IntrusivePtr(std::nullptr_t) {}
  /// Shares `object`.
  explicit IntrusivePtr(T* object) : object_(object) {
    if (object_ != nullptr) intrusive_retain(object_);
  }
  IntrusivePtr(const IntrusivePtr& other) : IntrusivePtr(other.object_) {}
  IntrusivePtr(IntrusivePtr&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  IntrusivePtr& operator=(IntrusivePtr other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~IntrusivePtr() {
    if (object_ != nullptr) intrusive_release(object_);
  }

  T* get() const { return object_; }
  T* operator->() const { return object_; }
  T& operator*() const { return *object_; }
  explicit operator bool() const { return object_ != nullptr; }
  friend bool operator==(const IntrusivePtr& a, const IntrusivePtr& b) {
    return a.object_ == b.object_;
  }

 private:
  T* object_ = nullptr;
};

}  // namespace tandem
