// The CPU's side of the contract. Each family has a file of its own: elementwise.cpp, reduce.cpp,
// softmax.cpp, loss.cpp, gemm.cpp with gemm_half.cpp, linear.cpp, indexing.cpp, random.cpp; memory
// and optimizers are in backend.cpp.
#pragma once

#include "core/backend/backend.h"

namespace tandem::cpu {

class CpuBackend final : public Backend {
 public:
  void* allocate(std::size_t bytes) override;
  void release(void* data, std::size_t bytes) noexcept override;
  std::size_t system_bytes() const override;
  void copy_from_host(void* to, const void* from, std::size_t bytes) override;
  void copy_to_host(void* to, const void* from, std::size_t bytes) override;
  void synchronize() override {}

  void run(const CopyCall& call) override;
  void run(const UnaryCall& call) override;
  void run(const UnaryBackwardCall& call) override;
  void run(const BinaryCall& call) override;
  void run(const BinaryBackwardCall& call) override;
  void run(const SelectCall& call) override;
  void run(const ReduceCall& call) override;
  void run(const CumulativeSumCall& call) override;
  void run(const SoftmaxCall& call) override;
  void run(const LossCall& call) override;
  void run(const LossBackwardCall& call) override;
  void run(const CrossEntropyCall& call) override;
  void run(const CrossEntropyBackwardCall& call) override;
  void run(const SortCall& call) override;
  void run(const GemmCall& call) override;
  void run(const LinearCall& call) override;
  void run(const LinearBackwardCall& call) override;
  void run(const GatherCall& call) override;
  void run(const ScatterAddCall& call) override;
  void run(const RandomCall& call) override;
  void run(const UpdateCall& call) override;
};

}  // namespace tandem::cpu
