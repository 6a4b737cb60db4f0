// Device names.
#include "core/base/device.h"

#include <charconv>
#include <ostream>

#include "core/base/error.h"

namespace tandem {

Device::Device(std::string_view text) : type_(DeviceType::CPU), index_(0) {
  const std::string_view kind = text.substr(0, text.find(':'));
  int index = 0;
  bool valid = kind == "cpu" || kind == "cuda";
  if (kind.size() < text.size()) {
    const std::string_view digits = text.substr(kind.size() + 1);
    const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    valid = valid && status == std::errc() && end == digits.data() + digits.size() && index >= 0 &&
            index < 128 && (kind == "cuda" || index == 0);
  }
  check(valid, "Device: expected 'cpu', 'cuda' or 'cuda:N', got '", std::string(text), "'");
  type_ = kind == "cuda" ? DeviceType::CUDA : DeviceType::CPU;
  index_ = static_cast<std::int8_t>(index);
}

std::string Device::str() const { return is_cpu() ? "cpu" : "cuda:" + std::to_string(index()); }

std::ostream& operator<<(std::ostream& out, const Device& device) { return out << device.str(); }

}  // namespace tandem
