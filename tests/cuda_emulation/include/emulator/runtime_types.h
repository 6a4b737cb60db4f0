// The types and enumerators of the CUDA runtime, with CUDA's values.
#pragma once

#include <cstddef>

#include "emulator/vector_types.h"

/// Every error the emulator gives or Tandem names: name, CUDA's number, text.
#define EMULATOR_FOR_EACH_ERROR(_)                                                                 \
  _(cudaSuccess, 0, "no error")                                                                    \
  _(cudaErrorInvalidValue, 1, "invalid argument")                                                  \
  _(cudaErrorMemoryAllocation, 2, "out of memory")                                                 \
  _(cudaErrorInvalidConfiguration, 9, "invalid configuration argument")                            \
  _(cudaErrorNoDevice, 100, "no CUDA-capable device is detected")                                  \
  _(cudaErrorInvalidDevice, 101, "invalid device ordinal")                                         \
  _(cudaErrorInvalidResourceHandle, 400, "invalid resource handle")                                \
  _(cudaErrorIllegalState, 401, "the operation cannot be performed in the present state")          \
  _(cudaErrorNotReady, 600, "device not ready")                                                    \
  _(cudaErrorNotSupported, 801, "operation not supported")                                         \
  _(cudaErrorStreamCaptureUnsupported, 900, "operation not permitted when stream is capturing")    \
  _(cudaErrorStreamCaptureInvalidated, 901,                                                        \
    "operation failed due to a previous error during capture")                                     \
  _(cudaErrorStreamCaptureMerge, 902, "operation would result in a merge of separate captures")    \
  _(cudaErrorStreamCaptureUnmatched, 903, "capture was not ended in the stream that began it")     \
  _(cudaErrorStreamCaptureUnjoined, 904, "capturing stream has unjoined work")                     \
  _(cudaErrorStreamCaptureIsolation, 905, "dependency created on uncaptured work")                 \
  _(cudaErrorStreamCaptureImplicit, 906,                                                           \
    "operation would make the legacy stream depend on a capture")                                  \
  _(cudaErrorCapturedEvent, 907, "operation not permitted on an event last recorded in a capture") \
  _(cudaErrorStreamCaptureWrongThread, 908,                                                        \
    "attempt to end a thread-local capture from another thread")

enum cudaError {
#define EMULATOR_ENUMERATOR(name, number, text) name = number,
  EMULATOR_FOR_EACH_ERROR(EMULATOR_ENUMERATOR)
#undef EMULATOR_ENUMERATOR
};
using cudaError_t = cudaError;

enum cudaMemcpyKind {
  cudaMemcpyHostToDevice = 1,
  cudaMemcpyDeviceToHost = 2,
  cudaMemcpyDeviceToDevice = 3
};

enum cudaStreamCaptureMode {
  cudaStreamCaptureModeGlobal = 0,
  cudaStreamCaptureModeThreadLocal = 1,
  cudaStreamCaptureModeRelaxed = 2
};

enum cudaDeviceAttr { cudaDevAttrComputeCapabilityMajor = 75 };

/// The members that Tandem reads; CUDA's struct has more.
struct cudaDeviceProp {
  char name[256];
};

using cudaStream_t = struct CUstream_st*;
using cudaEvent_t = struct CUevent_st*;
using cudaGraph_t = struct CUgraph_st*;
using cudaGraphExec_t = struct CUgraphExec_st*;
using cudaGraphNode_t = struct CUgraphNode_st*;

inline constexpr unsigned cudaStreamNonBlocking = 0x01;
inline constexpr unsigned cudaEventDefault = 0x00, cudaEventDisableTiming = 0x02;
inline constexpr unsigned cudaHostAllocPortable = 0x01, cudaHostAllocMapped = 0x02;

struct cudaLaunchConfig_t {
  dim3 gridDim, blockDim;
  std::size_t dynamicSmemBytes = 0;  ///< must stay 0, see qualifiers.h
  cudaStream_t stream = nullptr;
};
