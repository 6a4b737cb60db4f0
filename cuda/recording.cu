// Captures a step into a CUDA graph and replays it.
#include <cstring>

#include "core/backend/generator_state.h"
#include "cuda/backend.h"
#include "cuda/kernels/launch.cuh"
#include "cuda/recording.h"

namespace tandem::gpu {
namespace {

__global__ void advance_kernel(RandomPosition* position, std::uint64_t drawn) {
  position->offset += drawn;
}

}  // namespace

CapturedWork::CapturedWork(Backend& backend, DeviceContext& context)
    : backend_(backend),
      context_(context),
      stream_(std::make_unique<StreamState>()),
      pool_(std::make_shared<BlockPool>(context.driver())),
      before_(&context.current()) {
  // What is made at the first use is made now: a capture would take it for part of the step. The
  // recording's own memory may need what the cache holds.
  stream_->blas();
  stream_->block_counters();
  context_.blas_lt();
  check_cuda(context_.wait_for_streams(), "record");
  context_.pool().empty_cache();
  check_cuda(cudaStreamSynchronize(stream_->stream()), "record");
  check_cuda(cudaStreamBeginCapture(stream_->stream(), cudaStreamCaptureModeRelaxed), "record");
  capturing_ = true;
  context_.add_pool(pool_);
  context_.set_current(stream_.get());
}

CapturedWork::~CapturedWork() {
  abandon();
  const QuietDeviceScope scope(context_.index());
  if (replayed_ != nullptr) cudaEventSynchronize(replayed_);  // the last replay may still run
  replayed_.reset();
  executable_.reset();
  cells_.clear();
  for (void* data : adopted_) context_.release_to_pool(data);
  stream_.reset();
  pool_.reset();
  context_.drop_unused_pools();
}

void CapturedWork::leave() noexcept {
  capturing_ = false;
  context_.set_current(before_);
  // Nothing ran: the generators stand where they stood.
  for (Generator& g : generators_) {
    g.drawn = g.state->offset - g.start;
    g.state->offset = g.start;
  }
}

std::size_t CapturedWork::finish() {
  const DeviceScope scope(context_.index());
  for (const Generator& g : generators_)
    launch("record", stream_->stream(), {dim3(1), dim3(1)}, advance_kernel, g.device,
           g.state->offset - g.start);
  leave();
  GraphHandle graph;
  check_cuda(cudaStreamEndCapture(stream_->stream(), graph.out()), "record");
  std::size_t nodes = 0;
  cudaError_t status = cudaGraphGetNodes(graph, nullptr, &nodes);
  if (status == cudaSuccess && nodes > 0)
    status = cudaGraphInstantiate(executable_.out(), graph, 0);
  check_cuda(status, "record");
  return nodes;
}

void CapturedWork::abandon() noexcept {
  if (!capturing_) return;
  leave();
  GraphHandle graph;
  cudaStreamEndCapture(stream_->stream(), graph.out());
  graph.reset();
  cudaGetLastError();
}

bool CapturedWork::adopts(void* data) noexcept {
  if (pool_->holds(data)) return false;
  adopted_.push_back(data);
  return true;
}

void* CapturedWork::allocate(std::size_t bytes) {
  return pool_->allocate(bytes, stream_->stream());
}

void* CapturedWork::device_cell(std::size_t bytes) {
  DeviceMemory cell;
  check_cuda(cudaMalloc(cell.out(), bytes), "record");
  cells_.push_back(std::move(cell));
  return cells_.back();
}

UpdateState* CapturedWork::add_update() {
  auto* device = static_cast<UpdateState*>(device_cell(sizeof(UpdateState)));
  updates_.push_back({device});
  return device;
}

CapturedWork::Generator& CapturedWork::generator(GeneratorState& state) {
  for (Generator& g : generators_)
    if (g.state == &state) return g;
  auto* device = static_cast<RandomPosition*>(device_cell(sizeof(RandomPosition)));
  generators_.push_back({&state, device, state.offset});
  return generators_.back();
}

const RandomPosition* CapturedWork::random_position(GeneratorState& state) {
  return generator(state).device;
}

std::uint64_t CapturedWork::random_offset(GeneratorState& state) {
  return state.offset - generator(state).start;
}

void CapturedWork::set_optimizer_step(std::size_t number, const OptimizerStep& step) {
  check(number < updates_.size(), "record: update ", number, " was not recorded");
  Update& update = updates_[number];
  // The graph counts one up before it updates.
  const UpdateState wanted{step.rule, step.number - 1};
  // NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): equal bits are what is asked for
  if (!update.set || std::memcmp(&wanted, &update.known, sizeof wanted) != 0) {
    const DeviceScope scope(context_.index());
    wait_for_last_replay();
    check_cuda(cudaMemcpyAsync(update.device, &wanted, sizeof wanted, cudaMemcpyHostToDevice,
                               context_.stream()),
               "record");
    update.known = wanted;
    update.set = true;
  }
  update.known.step += 1;
}

void CapturedWork::wait_for_last_replay() {
  if (replayed_ != nullptr)
    check_cuda(cudaStreamWaitEvent(context_.stream(), replayed_, 0), "record");
}

void CapturedWork::order_after_replay() {
  const DeviceScope scope(context_.index());
  wait_for_last_replay();
}

void CapturedWork::replay() {
  const DeviceScope scope(context_.index());
  const cudaStream_t stream = context_.stream();
  wait_for_last_replay();
  if (replayed_ == nullptr)
    check_cuda(cudaEventCreateWithFlags(replayed_.out(), cudaEventDisableTiming), "record");
  for (Generator& g : generators_) {
    const RandomPosition wanted{g.state->seed, g.state->offset};
    if (!g.set || wanted.seed != g.known.seed || wanted.offset != g.known.offset)
      check_cuda(cudaMemcpyAsync(g.device, &wanted, sizeof wanted, cudaMemcpyHostToDevice, stream),
                 "record");
    g.set = true;
    g.state->offset += g.drawn;
    g.known = {g.state->seed, g.state->offset};
  }
  check_cuda(cudaGraphLaunch(executable_, stream), "record");
  check_cuda(cudaEventRecord(replayed_, stream), "record");
}

std::unique_ptr<RecordedWork> CudaBackend::begin_recording() {
  return on_device([&] { return std::make_unique<CapturedWork>(*this, context_); });
}

}  // namespace tandem::gpu
