// Where a tensor's numbers live.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

#include "core/base/device_types.h"

namespace tandem {

/// A device: its kind and, for GPUs, which one. The CPU's index is always 0.
class Device {
 public:
  using Type = DeviceType;
  constexpr Device(DeviceType type = DeviceType::CPU, int index = 0)
      : type_(type), index_(static_cast<std::int8_t>(index < 0 ? 0 : index)) {}

  /// Reads "cpu", "cuda" or "cuda:1", or another type of core/base/device_types.h; throws Error on
  /// anything else.
  Device(std::string_view text);
  Device(const char* text) : Device(std::string_view(text)) {}
  Device(const std::string& text) : Device(std::string_view(text)) {}

  constexpr DeviceType type() const { return type_; }
  constexpr int index() const { return index_; }
  constexpr bool is_cpu() const { return type_ == DeviceType::CPU; }
  constexpr bool is_cuda() const { return type_ == DeviceType::CUDA; }
  std::string str() const;

  friend constexpr bool operator==(const Device&, const Device&) = default;

 private:
  DeviceType type_;
  std::int8_t index_;
};

std::ostream& operator<<(std::ostream& out, const Device& device);

}  // namespace tandem
