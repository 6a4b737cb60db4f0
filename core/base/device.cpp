// Device names.
#include "core/base/device.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <ostream>

#include "core/base/error.h"

namespace tandem {

namespace {

/// "'cpu', 'cuda' or 'cuda:N', ..."
std::string expected_names() {
  std::string names;
  for (const DeviceTypeInfo& type : device_types) {
    if (!names.empty()) names += ", ";
    names += std::string("'") + type.name + (type.numbered ? "' or '" : "'");
    if (type.numbered) names += std::string(type.name) + ":N'";
  }
  return names;
}

}  // namespace

Device::Device(std::string_view text) : type_(DeviceType::CPU), index_(0) {
  const std::string_view kind = text.substr(0, text.find(':'));
  const auto* found = std::find_if(std::begin(device_types), std::end(device_types),
                                   [&](const DeviceTypeInfo& type) { return kind == type.name; });
  int index = 0;
  bool valid = found != std::end(device_types);
  if (valid && kind.size() < text.size()) {
    const std::string_view digits = text.substr(kind.size() + 1);
    const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    valid = status == std::errc() && end == digits.data() + digits.size() && index >= 0 &&
            index < max_devices && (found->numbered || index == 0);
  }
  check(valid, "Device: expected ", expected_names(), ", got '", std::string(text), "'");
  type_ = static_cast<DeviceType>(found - device_types);
  index_ = static_cast<std::int8_t>(index);
}

std::string Device::str() const {
  const DeviceTypeInfo& type = info_of(type_);
  return type.numbered ? detail::concatenate(type.name, ":", index()) : type.name;
}

std::ostream& operator<<(std::ostream& out, const Device& device) { return out << device.str(); }

}  // namespace tandem
