// A GPU's side of the contract. Each family has a file of its own: elementwise.cu (with
// unary_*.cu and binary.cu), copy.cu, reduce.cu, softmax.cu, matmul.cpp, linear.cu, gather.cu,
// sort.cu, random.cu, optimizers.cu; memory, streams and events in backend.cpp; recording.cu.
#pragma once

#include "core/backend/backend.h"
#include "core/backend/gpu_backend.h"
#include "cuda/blas/cublaslt_cache.h"
#include "cuda/context.h"
#include "cuda/pinned.h"

namespace tandem::gpu {

class CudaBackend final : public GpuBackend {
 public:
  explicit CudaBackend(int index) : context_(index) {}

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

  const char* device_name() const override { return context_.properties().name; }
  void* default_stream() override { return &context_.default_stream(); }
  void* next_stream() override;
  void* current_stream() override;
  void set_current_stream(void* stream) override;
  void synchronize_stream(void* stream) override;
  bool stream_done(void* stream) override;
  void* native_stream(void* stream) override;
  void* new_event(bool timing) override;
  void delete_event(void* event) noexcept override;
  void record_event(void* event, void* stream) override;
  void wait_event(void* event, void* stream) override;
  void synchronize_event(void* event) override;
  bool event_done(void* event) override;
  double milliseconds_between(void* begin, void* end) override;
  void use_on_stream(void* data, void* stream) override;
  GpuMemory memory() override;
  void reset_peak_memory() override;
  void empty_cache() override;
  void* allocate_pinned(std::size_t bytes) override;
  void release_pinned(void* data) noexcept override;
  bool is_pinned(const void* data) const override { return pinned_memory().holds(data); }
  void copy_from_pinned(void* to, const void* from, std::size_t bytes) override;
  void copy_from_gpu(void* to, GpuBackend& source, const void* from, std::size_t bytes) override;
  int device_index() const override { return context_.index(); }
  void allow_tf32(bool allowed) override { tf32_ = allowed; }
  bool tf32_allowed() const override { return tf32_; }

 private:
  void product(const GemmCall& call);
  bool product_with_bias(const LinearCall& call);

  mutable DeviceContext context_;
  CublasLtPlanCache plans_;
  std::atomic<bool> tf32_ = false;
};

}  // namespace tandem::gpu
