// The types and enumerators of the CUDA runtime, with CUDA's values.
#pragma once

#include <cstddef>

#include "emulator/vector_types.h"

/// Every error the emulator knows: name, CUDA's number, text.
#define EMULATOR_FOR_EACH_ERROR(_)                                                                 \
  _(cudaSuccess, 0, "no error")                                                                    \
  _(cudaErrorInvalidValue, 1, "invalid argument")                                                  \
  _(cudaErrorMemoryAllocation, 2, "out of memory")                                                 \
  _(cudaErrorInitializationError, 3, "initialization error")                                       \
  _(cudaErrorCudartUnloading, 4, "driver shutting down")                                           \
  _(cudaErrorInvalidConfiguration, 9, "invalid configuration argument")                            \
  _(cudaErrorInvalidPitchValue, 12, "invalid pitch argument")                                      \
  _(cudaErrorInvalidMemcpyDirection, 21, "invalid copy direction for memcpy")                      \
  _(cudaErrorInsufficientDriver, 35, "CUDA driver version is insufficient for CUDA runtime")       \
  _(cudaErrorNoDevice, 100, "no CUDA-capable device is detected")                                  \
  _(cudaErrorInvalidDevice, 101, "invalid device ordinal")                                         \
  _(cudaErrorPeerAccessUnsupported, 217, "peer access is not supported between these devices")     \
  _(cudaErrorInvalidResourceHandle, 400, "invalid resource handle")                                \
  _(cudaErrorIllegalState, 401, "the operation cannot be performed in the present state")          \
  _(cudaErrorNotReady, 600, "device not ready")                                                    \
  _(cudaErrorIllegalAddress, 700, "an illegal memory access was encountered")                      \
  _(cudaErrorLaunchOutOfResources, 701, "too many resources requested for launch")                 \
  _(cudaErrorLaunchTimeout, 702, "the launch timed out and was terminated")                        \
  _(cudaErrorPeerAccessAlreadyEnabled, 704, "peer access is already enabled")                      \
  _(cudaErrorPeerAccessNotEnabled, 705, "peer access has not been enabled")                        \
  _(cudaErrorAssert, 710, "device-side assert triggered")                                          \
  _(cudaErrorLaunchFailure, 719, "unspecified launch failure")                                     \
  _(cudaErrorNotPermitted, 800, "operation not permitted")                                         \
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
    "attempt to end a thread-local capture from another thread")                                   \
  _(cudaErrorUnknown, 999, "unknown error")

enum cudaError {
#define EMULATOR_ENUMERATOR(name, number, text) name = number,
  EMULATOR_FOR_EACH_ERROR(EMULATOR_ENUMERATOR)
#undef EMULATOR_ENUMERATOR
};
using cudaError_t = cudaError;

enum cudaMemcpyKind {
  cudaMemcpyHostToHost = 0,
  cudaMemcpyHostToDevice = 1,
  cudaMemcpyDeviceToHost = 2,
  cudaMemcpyDeviceToDevice = 3,
  cudaMemcpyDefault = 4
};

enum cudaMemoryType {
  cudaMemoryTypeUnregistered = 0,
  cudaMemoryTypeHost = 1,
  cudaMemoryTypeDevice = 2,
  cudaMemoryTypeManaged = 3
};

struct cudaPointerAttributes {
  cudaMemoryType type;
  int device;
  void* devicePointer;
  void* hostPointer;
};

enum cudaStreamCaptureMode {
  cudaStreamCaptureModeGlobal = 0,
  cudaStreamCaptureModeThreadLocal = 1,
  cudaStreamCaptureModeRelaxed = 2
};

enum cudaStreamCaptureStatus {
  cudaStreamCaptureStatusNone = 0,
  cudaStreamCaptureStatusActive = 1,
  cudaStreamCaptureStatusInvalidated = 2
};

enum cudaFuncAttribute {
  cudaFuncAttributeMaxDynamicSharedMemorySize = 8,
  cudaFuncAttributePreferredSharedMemoryCarveout = 9
};

enum cudaDeviceAttr {
  cudaDevAttrMaxThreadsPerBlock = 1,
  cudaDevAttrMaxGridDimX = 5,
  cudaDevAttrMaxSharedMemoryPerBlock = 8,
  cudaDevAttrWarpSize = 10,
  cudaDevAttrMultiProcessorCount = 16,
  cudaDevAttrL2CacheSize = 38,
  cudaDevAttrMaxThreadsPerMultiProcessor = 39,
  cudaDevAttrComputeCapabilityMajor = 75,
  cudaDevAttrComputeCapabilityMinor = 76,
  cudaDevAttrMaxSharedMemoryPerMultiprocessor = 81,
  cudaDevAttrMaxSharedMemoryPerBlockOptin = 97,
  cudaDevAttrMaxBlocksPerMultiprocessor = 106
};

/// The members that can be meaningful here; CUDA's struct has more.
struct cudaDeviceProp {
  char name[256];
  std::size_t totalGlobalMem;
  std::size_t sharedMemPerBlock;
  int regsPerBlock;
  int warpSize;
  int maxThreadsPerBlock;
  int maxThreadsDim[3];
  int maxGridSize[3];
  int major, minor;
  int multiProcessorCount;
  int concurrentKernels;
  int pciBusID, pciDeviceID, pciDomainID;
  int asyncEngineCount;
  int unifiedAddressing;
  int l2CacheSize;
  int maxThreadsPerMultiProcessor;
  std::size_t sharedMemPerMultiprocessor;
  int maxBlocksPerMultiProcessor;
  std::size_t sharedMemPerBlockOptin;
};

using cudaStream_t = struct CUstream_st*;
using cudaEvent_t = struct CUevent_st*;
using cudaGraph_t = struct CUgraph_st*;
using cudaGraphExec_t = struct CUgraphExec_st*;
using cudaGraphNode_t = struct CUgraphNode_st*;
using cudaHostFn_t = void (*)(void* user_data);

inline constexpr unsigned cudaStreamDefault = 0x00, cudaStreamNonBlocking = 0x01;
inline constexpr unsigned cudaEventDefault = 0x00, cudaEventBlockingSync = 0x01,
                          cudaEventDisableTiming = 0x02;
inline constexpr unsigned cudaHostAllocDefault = 0x00, cudaHostAllocPortable = 0x01,
                          cudaHostAllocMapped = 0x02, cudaHostAllocWriteCombined = 0x04;

/// Accepted and ignored: no attribute changes what a kernel computes.
struct cudaLaunchAttribute {
  int id;
  char val[64];
};

struct cudaLaunchConfig_t {
  dim3 gridDim, blockDim;
  std::size_t dynamicSmemBytes = 0;  ///< must stay 0, see qualifiers.h
  cudaStream_t stream = nullptr;
  cudaLaunchAttribute* attrs = nullptr;
  unsigned numAttrs = 0;
};
