// A shared pointer whose count lies in the object: one word, one allocation.
#pragma once

#include <cstddef>
#include <utility>

namespace tandem {

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
