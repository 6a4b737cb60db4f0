// Streams, events, captures and graphs, as the runtime's sources share them.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "device_state.h"

namespace gpu_emulator {

/// One unit of work of a graph.
struct Node {
  Work kind;
  int device;
  std::function<void()> work;
};

/// How far the work of each stream of a capture is waited for.
using Clock = std::map<cudaStream_t, std::size_t>;

struct Capture {
  cudaStream_t origin;
  int device;
  cudaStreamCaptureMode mode;
  std::thread::id thread;
  bool invalid = false;
  bool ended = false;
  std::vector<Node> nodes;
  std::vector<cudaStream_t> streams;
};

/// Guards every stream, event and capture; never held while work runs.
std::mutex& streams_mutex();

/// Takes the capture off the running ones and its streams out of it; the caller holds the mutex.
void finish(const std::shared_ptr<Capture>& capture);

/// Runs the nodes in order, each with the device to itself.
void run_nodes(const std::vector<Node>& nodes);

}  // namespace gpu_emulator

struct CUstream_st {
  int device = 0;
  std::shared_ptr<gpu_emulator::Capture> capture;
  // Own work counts in the own entry.
  gpu_emulator::Clock clock;
};

struct CUevent_st {
  int device = 0;
  bool timed = true, recorded = false;
  std::chrono::steady_clock::time_point time;
  std::shared_ptr<gpu_emulator::Capture> capture;
  gpu_emulator::Clock clock;
};

struct CUgraphNode_st {
  gpu_emulator::Node node;
};

struct CUgraph_st {
  std::vector<CUgraphNode_st> nodes;
};

struct CUgraphExec_st {
  // Shared with launches that another capture has taken in.
  std::shared_ptr<const std::vector<gpu_emulator::Node>> nodes;
};
