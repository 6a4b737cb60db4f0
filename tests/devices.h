// One test body, every device: a suite derives from OnDevice and says
//   INSTANTIATE_TEST_SUITE_P(Devices, Suite, every_device(), device_name);
// A missing GPU is a visible skip.
#pragma once

#include <gtest/gtest.h>
#include <tandem/tandem.h>

#include <functional>
#include <string>

#include "core/backend/backend.h"
#include "core/backend/registry.h"

namespace tandem::testing {

class OnDevice : public ::testing::TestWithParam<DeviceType> {
 protected:
  void SetUp() override {
    if (GetParam() == kCUDA && cuda_device_count() == 0) GTEST_SKIP() << "no GPU";
  }

  bool on_cpu() const { return GetParam() == kCPU; }
  Device device() const { return Device(GetParam()); }
  TensorOptions on(DType dtype = kFloat32) const { return TensorOptions(dtype).device(device()); }
  /// Runs `body` and waits: a GPU reports what a kernel found at the next call that waits for it.
  std::function<void()> waited_for(std::function<void()> body) const {
    return [body = std::move(body), device = device()] {
      body();
      backend_of(device).synchronize();
    };
  }
  /// A float64 leaf of standard normal numbers, drawn on the CPU so that every device sees the
  /// same.
  Tensor leaf(const Shape& shape) const {
    return randn(shape, kFloat64).to(device()).requires_grad_(true);
  }
};

inline auto every_device() { return ::testing::Values(kCPU, kCUDA); }

inline std::string device_name(const ::testing::TestParamInfo<DeviceType>& info) {
  return info.param == kCPU ? "CPU" : "CUDA";
}

}  // namespace tandem::testing
