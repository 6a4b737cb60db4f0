// One launch updates every parameter of an optimizer's step.
#include <algorithm>
#include <utility>

#include "core/base/memory.h"
#include "core/rules/optimizers.h"
#include "cuda/backend.h"
#include "cuda/kernels/last_block.cuh"
#include "cuda/kernels/launch.cuh"
#include "cuda/kernels/load_store.cuh"
#include "cuda/recording.h"

namespace tandem::gpu {
namespace {

constexpr int elements_per_thread = 4;
constexpr std::int64_t elements_per_block = elements_per_thread * std::int64_t{block_threads};

/// Up to `capacity` parameters, as a kernel argument; blocks are dealt out in order.
template <int capacity> struct Parameters {
  int count = 0;
  unsigned first_block[capacity + 1] = {};
  struct {
    void* parameter;
    const void* gradient;
    void* states[max_optimizer_states];
    std::int64_t numel;
  } slot[capacity];
};

template <class Rule, class C, std::size_t... s>
__device__ void update_element(const Rule& rule, C& value, C gradient, C* states,
                               std::index_sequence<s...>) {
  rule.update(value, gradient, states[s]...);
}

/// What a recorded update reads and counts on the device; null outside recordings.
struct RecordedUpdate {
  UpdateState* state = nullptr;
  unsigned* counter = nullptr;  ///< of blocks; only the last launch of an update has one
};

template <class Rule, class T, int capacity> __global__ void __launch_bounds__(block_threads)
    update_kernel(const __grid_constant__ Parameters<capacity> parameters, Rule given,
                  RecordedUpdate recorded) {
  using C = OpMathType<T>;
  // In a recording the graph counts the steps itself. Each block derives what depends on the step
  // while its loads are under way: a kernel of its own would be one more to wait for.
  __shared__ double shared[sizeof(OptimizerParameters) / sizeof(double)];
  Rule& begun = *reinterpret_cast<Rule*>(shared);
  if (recorded.state != nullptr && threadIdx.x == 0) {
    Rule next = *reinterpret_cast<const Rule*>(recorded.state->rule.values);
    next.begin(recorded.state->step + 1);
    begun = next;
  }
  // Which parameter does this block belong to? A search in the argument list, which is in constant
  // memory and the same for all threads, costs less than a launch per parameter.
  int low = 0;  // the last slot that begins at this block or before
  for (int high = parameters.count; high - low > 1;) {
    const int middle = (low + high) / 2;
    (parameters.first_block[middle] <= blockIdx.x ? low : high) = middle;
  }
  const auto& slot = parameters.slot[low];
  const std::int64_t begin = (blockIdx.x - parameters.first_block[low]) * elements_per_block;
  C value[elements_per_thread], gradient[elements_per_thread],
      states[elements_per_thread][Rule::states];
  // All loads before the first store, so that they are under way together.
#pragma unroll
  for (int i = 0; i < elements_per_thread; ++i) {
    const std::int64_t at = begin + i * static_cast<std::int64_t>(block_threads) + threadIdx.x;
    if (at >= slot.numel) continue;
    value[i] = static_cast<C>(element<T>(slot.parameter, at));
    gradient[i] = static_cast<C>(element<T>(slot.gradient, at));
    for (int s = 0; s < Rule::states; ++s)
      states[i][s] =
          slot.states[s] != nullptr ? static_cast<C>(element<T>(slot.states[s], at)) : C(0);
  }
  Rule rule = given;
  if (recorded.state != nullptr) {  // the same for all threads
    __syncthreads();
    rule = begun;
  }
#pragma unroll
  for (int i = 0; i < elements_per_thread; ++i) {
    const std::int64_t at = begin + i * static_cast<std::int64_t>(block_threads) + threadIdx.x;
    if (at >= slot.numel) continue;
    update_element(rule, value[i], gradient[i], states[i],
                   std::make_index_sequence<Rule::states>());
    element<T>(slot.parameter, at) = static_cast<T>(value[i]);
    for (int s = 0; s < Rule::states; ++s)
      if (slot.states[s] != nullptr) element<T>(slot.states[s], at) = static_cast<T>(states[i][s]);
  }
  if (recorded.counter == nullptr) return;
  __shared__ bool last;  // by then every block has read the step
  if (is_last_block(recorded.counter, gridDim.x, last) && threadIdx.x == 0)
    recorded.state->step += 1;
}

template <class Rule, class T, int capacity>
void launch_update(cudaStream_t stream, const Rule& rule, const RecordedUpdate& recorded,
                   std::span<const ParameterSlot> slots) {
  Parameters<capacity> parameters;
  std::int64_t blocks = 0;
  for (const ParameterSlot& slot : slots) {
    auto& target = parameters.slot[parameters.count];
    target.parameter = slot.parameter;
    target.gradient = slot.gradient;
    std::copy(std::begin(slot.states), std::end(slot.states), target.states);
    target.numel = slot.numel;
    blocks += (slot.numel + elements_per_block - 1) / elements_per_block;
    parameters.first_block[++parameters.count] = static_cast<unsigned>(blocks);
  }
  launch("optimizer", stream, {dim3(static_cast<unsigned>(blocks)), dim3(block_threads)},
         update_kernel<Rule, T, capacity>, parameters, rule, recorded);
}

/// All slots are of dtype T. An argument list holds 32 KB, which is 512 parameters; few parameters
/// take a short list, which is quicker to pass.
template <class Rule, class T> void update(cudaStream_t stream, const Rule& rule,
                                           const RecordedUpdate& recorded,
                                           std::span<const ParameterSlot> slots) {
  for (; slots.size() > 512; slots = slots.subspan(512))
    launch_update<Rule, T, 512>(stream, rule, {recorded.state}, slots.first(512));
  if (slots.size() > 64)
    launch_update<Rule, T, 512>(stream, rule, recorded, slots);
  else if (slots.size() > 8)
    launch_update<Rule, T, 64>(stream, rule, recorded, slots);
  else
    launch_update<Rule, T, 8>(stream, rule, recorded, slots);
}

template <class Rule> void update(DeviceContext& context, const UpdateCall& call) {
  // Without elements nothing would be launched, and a recorded step not be counted.
  List<ParameterSlot> slots;
  for (const ParameterSlot& slot : call.slots)
    if (slot.numel > 0) slots.push_back(slot);
  const cudaStream_t stream = context.stream();
  Rule rule = rule_from<Rule>(call.optimizer.rule);
  rule.begin(call.optimizer.number);
  RecordedUpdate recorded;
  if (CapturedWork* recording = context.recording()) recorded.state = recording->add_update();
  const std::span all(slots);
  for (std::size_t begin = 0, end; begin < slots.size(); begin = end) {
    for (end = begin; end < slots.size() && slots[end].dtype == slots[begin].dtype;) ++end;
    if (recorded.state != nullptr && end == slots.size())
      recorded.counter = context.current().block_counters();
    visit_floating("optimizer", slots[begin].dtype, [&]<class T>() {
      update<Rule, T>(stream, rule, recorded, all.subspan(begin, end - begin));
    });
  }
}

}  // namespace

void CudaBackend::enqueue(const UpdateCall& call) {
  OptimizerRules::visit(call.optimizer.id, [&]<class Rule>() { update<Rule>(context_, call); });
}

}  // namespace tandem::gpu
