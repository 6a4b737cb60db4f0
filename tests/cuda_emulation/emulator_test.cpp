// The emulator itself: were it wrong, every test that runs on it would mean nothing.
#include <gtest/gtest.h>

#include <cmath>
#include <cub/cub.cuh>
#include <vector>

#include "cublasLt.h"
#include "cublas_v2.h"
#include "cuda_runtime.h"

namespace {

template <class T> T* to_device(const std::vector<T>& values) {
  T* data = nullptr;
  EXPECT_EQ(cudaMalloc(&data, values.size() * sizeof(T)), cudaSuccess);
  EXPECT_EQ(cudaMemcpyAsync(data, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice),
            cudaSuccess);
  return data;
}

/// Copies `count` elements back and frees the memory.
template <class T> std::vector<T> take(T* data, std::size_t count) {
  std::vector<T> values(count);
  EXPECT_EQ(cudaMemcpyAsync(values.data(), data, count * sizeof(T), cudaMemcpyDeviceToHost),
            cudaSuccess);
  EXPECT_EQ(cudaFree(data), cudaSuccess);
  return values;
}

template <class... Parameters, class... Arguments>
cudaError_t launch(void (*kernel)(Parameters...), dim3 grid, dim3 block, cudaStream_t stream,
                   Arguments... arguments) {
  const cudaLaunchConfig_t config{grid, block, 0, stream};
  return cudaLaunchKernelEx(&config, kernel, arguments...);
}

std::vector<float> ramp(int count) {
  std::vector<float> values;
  for (int i = 0; i < count; ++i) values.push_back(static_cast<float>(i * 7 % 23) - 11);
  return values;
}

// ---- kernels ----

__global__ void add(const float* a, const float* b, float* c, int n) {
  const int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (i < n) c[i] = a[i] + b[i];
}

__global__ void increment(int* x) { atomicAdd(x, 1); }

__global__ void block_sum(const float* in, float* out, int n) {
  __shared__ float partial[256];
  const int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  partial[threadIdx.x] = i < n ? in[i] : 0;
  for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half) partial[threadIdx.x] += partial[threadIdx.x + half];
  }
  if (threadIdx.x == 0) out[blockIdx.x] = partial[0];
}

__global__ void reverse_in_shared(int* x) {
  __shared__ int copy[256];
  copy[threadIdx.x] = x[threadIdx.x];
  __syncthreads();
  x[threadIdx.x] = copy[blockDim.x - 1 - threadIdx.x];
}

__global__ void divergent_sites() {
  if (threadIdx.x < 32) {
    __syncthreads();
  } else {
    __syncthreads();
  }
}

__global__ void early_return() {
  if (threadIdx.x == 5) return;
  __syncthreads();
}

// ---- kernels at work ----

TEST(Emulator, AddsVectors) {
  const int n = 1000;
  const auto a = ramp(n), b = std::vector<float>(n, 0.5f);
  float *da = to_device(a), *db = to_device(b), *dc = nullptr;
  ASSERT_EQ(cudaMalloc(&dc, n * sizeof(float)), cudaSuccess);
  ASSERT_EQ(launch(add, 4, 256, nullptr, da, db, dc, n), cudaSuccess);
  const auto c = take(dc, n);
  for (int i = 0; i < n; ++i) EXPECT_EQ(c[i], a[i] + b[i]);
  cudaFree(da);
  cudaFree(db);
}

TEST(Emulator, FreshMemoryIsFilled) {
  unsigned* data = nullptr;
  ASSERT_EQ(cudaMalloc(&data, 4), cudaSuccess);
  EXPECT_EQ(take(data, 1)[0], 0xccccccccu);
}

TEST(Emulator, BarriersReduceABlock) {
  const auto values = ramp(300);
  float *in = to_device(values), *out = nullptr;
  ASSERT_EQ(cudaMalloc(&out, 2 * sizeof(float)), cudaSuccess);
  ASSERT_EQ(launch(block_sum, 2, 256, nullptr, in, out, 300), cudaSuccess);
  float first = 0, second = 0;
  for (int i = 0; i < 300; ++i) (i < 256 ? first : second) += values[i];
  EXPECT_EQ(take(out, 2), (std::vector{first, second}));
  cudaFree(in);
}

TEST(Emulator, BarrierSeparatesWritesFromReads) {
  std::vector<int> values(256);
  for (int i = 0; i < 256; ++i) values[i] = i;
  int* data = to_device(values);
  ASSERT_EQ(launch(reverse_in_shared, 1, 256, nullptr, data), cudaSuccess);
  const auto result = take(data, 256);
  for (int i = 0; i < 256; ++i) EXPECT_EQ(result[i], 255 - i);
}

TEST(Emulator, ThreadsOfABlockAreFullyNumbered) {
  int* count = to_device(std::vector<int>(1));
  ASSERT_EQ(launch(increment, {2, 3, 2}, {4, 3, 2}, nullptr, count), cudaSuccess);
  EXPECT_EQ(take(count, 1)[0], 12 * 24);
}

TEST(EmulatorDeathTest, NamesDivergence) {
  EXPECT_DEATH(launch(divergent_sites, 1, 64, nullptr), "divergent __syncthreads");
  EXPECT_DEATH(launch(early_return, 1, 64, nullptr),
               "1 of 64 threads, thread 5 the first, have returned");
}

#if !defined(__SANITIZE_ADDRESS__)
TEST(EmulatorDeathTest, HostMayNotReadDeviceMemory) {
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "AddressSanitizer's memory is open";
#endif
#endif
  const volatile int* data = to_device(std::vector<int>(1));
  EXPECT_DEATH(static_cast<void>(*data), "");
  cudaFree(const_cast<int*>(data));
}
#endif

// ---- runtime ----

TEST(Emulator, ChecksLaunchesCopiesAndMemory) {
  int value = 0;
  int* data = to_device(std::vector<int>(4));
  EXPECT_EQ(launch(increment, 0, 32, nullptr, data), cudaErrorInvalidConfiguration);
  EXPECT_EQ(launch(increment, 1, 1025, nullptr, data), cudaErrorInvalidConfiguration);
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidConfiguration);
  EXPECT_EQ(cudaGetLastError(), cudaSuccess);
  EXPECT_EQ(cudaMemcpyAsync(data, &value, 20, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
  EXPECT_EQ(cudaMemcpyAsync(&value, data, 4, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
  EXPECT_EQ(cudaFree(&value), cudaErrorInvalidValue);
  EXPECT_EQ(cudaFree(data), cudaSuccess);
  void* much = nullptr;
  EXPECT_EQ(cudaMalloc(&much, std::size_t{1} << 40), cudaErrorMemoryAllocation);
  EXPECT_EQ(cudaGetLastError(), cudaErrorMemoryAllocation);
  EXPECT_STREQ(cudaGetErrorName(cudaErrorMemoryAllocation), "cudaErrorMemoryAllocation");
}

TEST(Emulator, CapturesAndReplays) {
  int* count = to_device(std::vector<int>(1));
  cudaStream_t stream = nullptr, other = nullptr;
  cudaEvent_t forked = nullptr, joined = nullptr;
  ASSERT_EQ(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), cudaSuccess);
  ASSERT_EQ(cudaStreamCreateWithFlags(&other, cudaStreamNonBlocking), cudaSuccess);
  cudaEventCreateWithFlags(&forked, cudaEventDisableTiming);
  cudaEventCreateWithFlags(&joined, cudaEventDisableTiming);

  ASSERT_EQ(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal), cudaSuccess);
  launch(increment, 1, 3, stream, count);
  cudaEventRecord(forked, stream);
  cudaStreamWaitEvent(other, forked);
  launch(increment, 1, 5, other, count);
  cudaEventRecord(joined, other);
  cudaStreamWaitEvent(stream, joined);
  cudaGraph_t graph = nullptr;
  ASSERT_EQ(cudaStreamEndCapture(stream, &graph), cudaSuccess);
  std::size_t nodes = 0;
  cudaGraphGetNodes(graph, nullptr, &nodes);
  EXPECT_EQ(nodes, 2u);

  cudaGraphExec_t exec = nullptr;
  ASSERT_EQ(cudaGraphInstantiate(&exec, graph, 0), cudaSuccess);
  cudaGraphLaunch(exec, stream);
  cudaGraphLaunch(exec, stream);
  EXPECT_EQ(cudaStreamSynchronize(stream), cudaSuccess);
  EXPECT_EQ(take(count, 1)[0], 16);
  cudaGraphExecDestroy(exec);
  cudaGraphDestroy(graph);
  cudaEventDestroy(forked);
  cudaEventDestroy(joined);
  cudaStreamDestroy(other);
  cudaStreamDestroy(stream);
}

TEST(Emulator, CaptureRefusesToWait) {
  cudaStream_t stream = nullptr;
  cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
  cudaGraph_t graph = nullptr;
  cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal);
  EXPECT_EQ(cudaStreamSynchronize(stream), cudaErrorStreamCaptureUnsupported);
  EXPECT_EQ(cudaStreamEndCapture(stream, &graph), cudaErrorStreamCaptureInvalidated);
  void* data = nullptr;
  cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal);
  EXPECT_EQ(cudaMalloc(&data, 4), cudaErrorStreamCaptureUnsupported);
  EXPECT_EQ(cudaStreamEndCapture(stream, &graph), cudaErrorStreamCaptureInvalidated);
  cudaStreamBeginCapture(stream, cudaStreamCaptureModeRelaxed);
  EXPECT_EQ(cudaMalloc(&data, 4), cudaSuccess);
  EXPECT_EQ(cudaFree(data), cudaSuccess);
  EXPECT_EQ(cudaStreamEndCapture(stream, &graph), cudaSuccess);
  cudaGraphDestroy(graph);
  cudaGetLastError();
  cudaStreamDestroy(stream);
}

// ---- libraries ----

TEST(Emulator, GemmInAllTransposes) {
  const int m = 5, n = 7, k = 6;
  const auto a = ramp(m * k), b = ramp(k * n);
  cublasHandle_t handle = nullptr;
  ASSERT_EQ(cublasCreate(&handle), CUBLAS_STATUS_SUCCESS);
  for (const auto op_a : {CUBLAS_OP_N, CUBLAS_OP_T}) {
    for (const auto op_b : {CUBLAS_OP_N, CUBLAS_OP_T}) {
      const bool ta = op_a == CUBLAS_OP_T, tb = op_b == CUBLAS_OP_T;
      float *da = to_device(a), *db = to_device(b);
      float* dc = to_device(std::vector<float>(m * n, NAN));
      const float alpha = 2, beta = 0;
      const int lda = ta ? k : m, ldb = tb ? n : k;
      const auto gemm = [&](int leading) {
        return cublasGemmEx(handle, op_a, op_b, m, n, k, &alpha, da, CUDA_R_32F, leading, db,
                            CUDA_R_32F, ldb, &beta, dc, CUDA_R_32F, m, CUBLAS_COMPUTE_32F,
                            CUBLAS_GEMM_DEFAULT);
      };
      ASSERT_EQ(gemm(lda), CUBLAS_STATUS_SUCCESS);
      EXPECT_EQ(gemm(lda - 1), CUBLAS_STATUS_INVALID_VALUE);
      const auto c = take(dc, m * n);
      for (int i = 0; i < m; ++i) {
        for (int j = 0; j < n; ++j) {
          float sum = 0;
          for (int p = 0; p < k; ++p) {
            sum += a[ta ? p + i * k : i + p * m] * b[tb ? j + p * n : p + j * k];
          }
          EXPECT_EQ(c[i + j * m], 2 * sum) << i << ' ' << j;
        }
      }
      cudaFree(da);
      cudaFree(db);
    }
  }
  cublasDestroy(handle);
}

TEST(Emulator, LtMatmulAddsBias) {
  float *a = to_device<float>({1, 2}), *b = to_device<float>({3, -4}), *d = to_device(ramp(4));
  float* bias = to_device<float>({0.5f, 100});
  cublasLtHandle_t handle = nullptr;
  cublasLtMatmulDesc_t product = nullptr;
  cublasLtMatrixLayout_t la = nullptr, lb = nullptr, ld = nullptr;
  cublasLtCreate(&handle);
  cublasLtMatmulDescCreate(&product, CUBLAS_COMPUTE_32F, CUDA_R_32F);
  const auto epilogue = CUBLASLT_EPILOGUE_BIAS;
  cublasLtMatmulDescSetAttribute(product, CUBLASLT_MATMUL_DESC_EPILOGUE, &epilogue,
                                 sizeof epilogue);
  cublasLtMatmulDescSetAttribute(product, CUBLASLT_MATMUL_DESC_BIAS_POINTER, &bias, sizeof bias);
  cublasLtMatrixLayoutCreate(&la, CUDA_R_32F, 2, 1, 2);
  cublasLtMatrixLayoutCreate(&lb, CUDA_R_32F, 1, 2, 1);
  cublasLtMatrixLayoutCreate(&ld, CUDA_R_32F, 2, 2, 2);
  const float one = 1, zero = 0;
  EXPECT_EQ(cublasLtMatmul(handle, product, &one, a, la, b, lb, &zero, d, ld, d, ld, nullptr,
                           nullptr, 0, nullptr),
            CUBLAS_STATUS_SUCCESS);
  EXPECT_EQ(take(d, 4), (std::vector<float>{3.5f, 106, -3.5f, 92}));
  for (const auto layout : {la, lb, ld}) cublasLtMatrixLayoutDestroy(layout);
  cublasLtMatmulDescDestroy(product);
  cublasLtDestroy(handle);
  for (float* data : {a, b, bias}) cudaFree(data);
}

TEST(Emulator, SortsPairsStably) {
  int* keys = to_device<int>({2, 0, 256, -1, 5, 9, 7, 5});
  int* values = to_device<int>({0, 1, 2, 3, 4, 5, 6, 7});
  int* keys_out = to_device(std::vector<int>(8));
  int* values_out = to_device(std::vector<int>(8));
  std::size_t bytes = 0;
  void* storage = nullptr;
  const auto sort = [&](int bits) {
    return cub::DeviceRadixSort::SortPairs(storage, bytes, keys, keys_out, values, values_out, 8, 0,
                                           bits);
  };
  ASSERT_EQ(sort(32), cudaSuccess);
  ASSERT_EQ(cudaMalloc(&storage, bytes), cudaSuccess);
  ASSERT_EQ(sort(8), cudaSuccess);
  std::vector<int> by_lowest_bits(8);
  ASSERT_EQ(cudaMemcpyAsync(by_lowest_bits.data(), values_out, 32, cudaMemcpyDeviceToHost),
            cudaSuccess);
  EXPECT_EQ(by_lowest_bits, (std::vector<int>{1, 2, 0, 4, 7, 6, 5, 3}));
  ASSERT_EQ(sort(32), cudaSuccess);
  EXPECT_EQ(take(values_out, 8), (std::vector<int>{3, 1, 0, 4, 7, 6, 5, 2}));
  cudaFree(storage);
  cudaFree(keys);
  cudaFree(keys_out);
  cudaFree(values);
}

}  // namespace
