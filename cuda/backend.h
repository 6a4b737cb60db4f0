// A GPU's side of the contract. Each family has a file of its own: elementwise.cu (with
// unary_*.cu and binary.cu), copy.cu, reduce.cu, softmax.cu, loss.cu, cross_entropy.cu, matmul.cpp,
// linear.cu, gather.cu, sort.cu, random.cu, optimizers.cu; memory, streams and events in
// backend.cpp; recording.cu.
#pragma once

#include "core/backend/backend.h"
#include "core/backend/gpu_backend.h"
#include "cuda/blas/cublaslt_cache.h"
#include "cuda/context.h"
#include "cuda/pinned.h"

namespace tandem::gpu {

class CudaBackend final : public RunsAny<CudaBackend, GpuBackend> {
 public:
  explicit CudaBackend(int index) : context_(*this, index) {}

  /// Every call of the contract: its kernels go onto the current stream.
  template <class Call> void run_any(const Call& call) {
    on_device([&] { enqueue(call); });
  }

  void* allocate(std::size_t bytes) override;
  void release(void* data, std::size_t bytes) noexcept override;
  std::size_t system_bytes() const override;
  void copy_from_host(void* to, const void* from, std::size_t bytes) override;
  void copy_to_host(void* to, const void* from, std::size_t bytes) override;
  void synchronize() override;

  std::unique_ptr<RecordedWork> begin_recording() override;

  const char* device_name() const override { return context_.properties().name; }
  void* default_stream() override { return &context_.default_stream(); }
  void* next_stream() override;
  void* current_stream() override;
  void set_current_stream(void* stream) override;
  void synchronize_stream(void* stream) override;
  bool stream_done(void* stream) override;
  void* native_stream(void* stream) override;
  std::shared_ptr<void> new_event(bool timing) override;
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
  /// f(), with this GPU as the thread's current one.
  template <class F> decltype(auto) on_device(F&& f) const {
    const DeviceScope scope(context_.index());
    return f();
  }

  void enqueue(const CopyCall& call);
  void enqueue(const UnaryCall& call);
  void enqueue(const UnaryBackwardCall& call);
  void enqueue(const BinaryCall& call);
  void enqueue(const BinaryBackwardCall& call);
  void enqueue(const SelectCall& call);
  void enqueue(const ReduceCall& call);
  void enqueue(const CumulativeSumCall& call);
  void enqueue(const SoftmaxCall& call);
  void enqueue(const LossCall& call);
  void enqueue(const LossBackwardCall& call);
  void enqueue(const CrossEntropyCall& call);
  void enqueue(const CrossEntropyBackwardCall& call);
  void enqueue(const SortCall& call);
  void enqueue(const GemmCall& call);
  void enqueue(const LinearCall& call);
  void enqueue(const LinearBackwardCall& call);
  void enqueue(const GatherCall& call);
  void enqueue(const ScatterAddCall& call);
  void enqueue(const RandomCall& call);
  void enqueue(const UpdateCall& call);
  bool product_with_bias(const LinearCall& call);

  mutable DeviceContext context_;
  CublasLtPlanCache plans_;
  std::atomic<bool> tf32_ = false;
};

}  // namespace tandem::gpu
