// The CPU's side of the contract. Inside a recording every call is kept, with its arguments,
// instead of run (cpu/recording.h). Each family has a file of its own: elementwise.cpp, reduce.cpp,
// softmax.cpp, gemm.cpp with gemm_half.cpp, linear.cpp, indexing.cpp, random.cpp; memory and
// optimizers are in backend.cpp.
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
  void synchronize() override;

  void copy(const LoopPlan& plan, const Input& from, const Output& out) override;
  void unary(const ElementwiseCall& op, const LoopPlan& plan, const Input& x,
             const Output& out) override;
  void unary_backward(const ElementwiseCall& op, const LoopPlan& plan, const Input& saved,
                      const Input& grad, const Output& out) override;
  void binary(const ElementwiseCall& op, const LoopPlan& plan, const Input& a, const Input& b,
              const Output& out) override;
  void binary_backward(const ElementwiseCall& op, int side, const LoopPlan& plan, const Input& a,
                       const Input& b, const Input& grad, const Output& out) override;
  void select(const LoopPlan& plan, const Input& condition, const Input& a, const Input& b,
              const Output& out) override;

  void reduce(ReduceOp op, const ReducePlan& plan, const Input& x, const Output& out) override;
  void cumulative_sum(const AxisSplit& split, const Input& x, const Output& out) override;
  void softmax(const AxisSplit& split, bool logarithm, const Input& x, const Output& out) override;
  void cross_entropy(const CrossEntropyCall& call) override;
  void sort(std::int64_t rows, std::int64_t size, bool descending, const Input& x,
            const Output& values, std::int64_t* indices) override;

  void gemm(const GemmCall& call) override;
  void linear(const LinearCall& call) override;
  void linear_backward(const LinearBackwardCall& call) override;

  void gather(const LoopPlan& plan, const IndexedDim& dim, const std::int64_t* index,
              const Input& source, const Output& out) override;
  void scatter_add(const LoopPlan& plan, const IndexedDim& dim, const std::int64_t* index,
                   const Input& source, const Output& target) override;

  void random(const RandomCall& call, GeneratorState& state, std::int64_t numel, bool serial,
              const Output& out) override;
  void update_parameters(const OptimizerCall& call, std::span<const ParameterSlot> slots) override;

  void begin_recording() override;
  std::unique_ptr<RecordedWork> end_recording() override;
  void abandon_recording() noexcept override;
};

}  // namespace tandem::cpu
