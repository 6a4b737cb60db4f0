// The list of device types. A new one is a name and a line here, and a folder with its backend.
#pragma once

#include <cstdint>
#include <memory>

namespace tandem {

enum class DeviceType : std::int8_t { CPU, CUDA, PrivateUse1 };

inline constexpr DeviceType kCPU = DeviceType::CPU;
inline constexpr DeviceType kCUDA = DeviceType::CUDA;
inline constexpr DeviceType kPrivateUse1 = DeviceType::PrivateUse1;

class Backend;  // core/backend/backend.h

/// Makes the backend of a type's device `index`, once, at its first use; throws Error if there is
/// no such device, or if the build has no backend of the type. cpu/ and cuda/ define theirs;
/// core/backend/registry.h lets a program register one for PrivateUse1.
std::unique_ptr<Backend> make_cpu_backend(int index);
std::unique_ptr<Backend> make_cuda_backend(int index);
std::unique_ptr<Backend> make_private_use_backend(int index);

struct DeviceTypeInfo {
  const char* name;
  bool numbered;  ///< whether there can be several
  std::unique_ptr<Backend> (*make_backend)(int index);
};

/// In the order of the enumerators.
inline constexpr DeviceTypeInfo device_types[] = {
    {"cpu", false, make_cpu_backend},
    {"cuda", true, make_cuda_backend},
    {"privateuseone", true, make_private_use_backend},
};
inline constexpr int device_type_count = sizeof(device_types) / sizeof(device_types[0]);
inline constexpr int max_devices = 64;  ///< of one type

constexpr const DeviceTypeInfo& info_of(DeviceType type) {
  return device_types[static_cast<int>(type)];
}

}  // namespace tandem
