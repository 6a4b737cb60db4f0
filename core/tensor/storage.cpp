// Takes memory from the device's backend and gives it back.
#include "core/tensor/storage.h"

#include "core/backend/recording.h"
#include "core/backend/registry.h"

namespace tandem {

Storage::Storage(std::size_t bytes, const Device& device)
    : bytes_(bytes), device_(device), backend_(&backend_of(device)) {
  if (bytes > 0) data_ = current_backend(*backend_).allocate(bytes);
}

Storage::Storage(void* data, std::size_t bytes, const Device& device,
                 std::function<void(void*)> deleter)
    : data_(data),
      bytes_(bytes),
      device_(device),
      backend_(&backend_of(device)),
      deleter_(std::move(deleter)),
      borrowed_(true) {}

Storage::~Storage() {
  if (borrowed_) {
    if (deleter_) deleter_(data_);
  } else if (data_ != nullptr) {
    release_memory(*backend_, data_, bytes_);
  }
}

}  // namespace tandem
