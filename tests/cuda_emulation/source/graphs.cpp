// Capture of streams into graphs, and their replay.
#include <algorithm>

#include "emulator/runtime_api.h"
#include "streams.h"

namespace gpu_emulator {
namespace {

std::vector<std::shared_ptr<Capture>>& running_captures() {
  static auto* const captures = new std::vector<std::shared_ptr<Capture>>;
  return *captures;
}

// CUDA's rule for calls that a capture may not survive: a relaxed capture allows them, a
// thread-local one forbids them to its thread, a global one to every thread.
bool forbids(const Capture& capture) {
  if (capture.mode == cudaStreamCaptureModeRelaxed) return false;
  return capture.mode == cudaStreamCaptureModeGlobal ||
         capture.thread == std::this_thread::get_id();
}

bool invalidate_if(auto condition) {
  const std::lock_guard lock(streams_mutex());
  bool any = false;
  for (const auto& capture : running_captures()) {
    if (!condition(*capture)) continue;
    capture->invalid = true;
    any = true;
  }
  return any;
}

/// Whether the origin waits for all that the other streams of the capture did.
bool is_joined(const Capture& capture) {
  const Clock& seen = capture.origin->clock;
  return std::all_of(capture.streams.begin(), capture.streams.end(), [&](cudaStream_t stream) {
    const auto found = seen.find(stream);
    return found != seen.end() && found->second >= stream->clock.at(stream);
  });
}

cudaError_t end_capture(cudaStream_t stream, cudaGraph_t* graph) {
  *graph = nullptr;
  const std::lock_guard lock(streams_mutex());
  if (stream == nullptr || !stream->capture) return cudaErrorIllegalState;
  const std::shared_ptr<Capture> capture = stream->capture;
  if (capture->origin != stream) {
    capture->invalid = true;
    return cudaErrorStreamCaptureUnmatched;
  }
  if (capture->mode != cudaStreamCaptureModeRelaxed &&
      capture->thread != std::this_thread::get_id()) {
    return cudaErrorStreamCaptureWrongThread;
  }
  const bool joined = is_joined(*capture);
  finish(capture);
  if (capture->invalid) return cudaErrorStreamCaptureInvalidated;
  if (!joined) return cudaErrorStreamCaptureUnjoined;
  *graph = new CUgraph_st;
  for (Node& node : capture->nodes) (*graph)->nodes.push_back({std::move(node)});
  return cudaSuccess;
}

}  // namespace

void finish(const std::shared_ptr<Capture>& capture) {
  capture->ended = true;
  std::erase(running_captures(), capture);
  for (const cudaStream_t member : capture->streams) member->capture = nullptr;
}

bool capture_forbids() {
  return invalidate_if([](const Capture& capture) { return forbids(capture); });
}

bool any_capture_forbids() {
  return invalidate_if([](const Capture& capture) { return capture.device == current_device(); });
}

bool is_capturing(cudaStream_t stream) {
  const std::lock_guard lock(streams_mutex());
  return stream != nullptr && stream->capture && !stream->capture->invalid;
}

}  // namespace gpu_emulator

using namespace gpu_emulator;

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode) {
  if (stream == nullptr) return remember(cudaErrorStreamCaptureUnsupported);
  const std::lock_guard lock(streams_mutex());
  if (stream->capture) return remember(cudaErrorIllegalState);
  stream->capture = std::make_shared<Capture>();
  stream->capture->origin = stream;
  stream->capture->device = stream->device;
  stream->capture->mode = mode;
  stream->capture->thread = std::this_thread::get_id();
  stream->capture->streams = {stream};
  stream->clock = {{stream, 0}};
  running_captures().push_back(stream->capture);
  return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  return remember(end_capture(stream, graph));
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* exec, cudaGraph_t graph, unsigned long long) {
  if (graph == nullptr) return remember(cudaErrorInvalidValue);
  std::vector<Node> nodes;
  for (const CUgraphNode_st& node : graph->nodes) nodes.push_back(node.node);
  *exec = new CUgraphExec_st{std::make_shared<const std::vector<Node>>(std::move(nodes))};
  return cudaSuccess;
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream) {
  if (exec == nullptr) return remember(cudaErrorInvalidValue);
  // Counts as one node in a capture around it; the nodes take the device themselves.
  return submit(stream, Work::host, [nodes = exec->nodes] { run_nodes(*nodes); });
}

cudaError_t cudaGraphGetNodes(cudaGraph_t graph, cudaGraphNode_t* nodes, std::size_t* count) {
  if (graph == nullptr || count == nullptr) return remember(cudaErrorInvalidValue);
  if (nodes == nullptr) {
    *count = graph->nodes.size();
    return cudaSuccess;
  }
  *count = std::min(*count, graph->nodes.size());
  for (std::size_t i = 0; i < *count; ++i) nodes[i] = &graph->nodes[i];
  return cudaSuccess;
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  if (graph == nullptr) return remember(cudaErrorInvalidValue);
  delete graph;
  return cudaSuccess;
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec) {
  if (exec == nullptr) return remember(cudaErrorInvalidValue);
  delete exec;
  return cudaSuccess;
}
