// cuBLASLt's descriptors and chosen algorithm for y = x wᵀ + b, kept per shape.
#pragma once

#include <cublasLt.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <tuple>

#include "core/base/dtype.h"
#include "cuda/check.h"
#include "cuda/handle.h"

namespace tandem::gpu {

/// What a plan depends on. Alignments are in bytes, up to 256.
struct LinearKey {
  DType dtype;
  bool bias, tf32;
  std::int64_t rows, in, out;
  unsigned align_x, align_w, align_bias, align_y;
  std::size_t workspace;
  auto tie() const {
    return std::tie(dtype, bias, tf32, rows, in, out, align_x, align_w, align_bias, align_y,
                    workspace);
  }
  friend bool operator<(const LinearKey& a, const LinearKey& b) { return a.tie() < b.tie(); }
};

/// Descriptors own their handles; a plan without an algorithm (found = false) means that cuBLASLt
/// has none for the case.
class CublasLtPlan {
 public:
  /// `bias` is one of the alignment that the key says.
  CublasLtPlan(cublasLtHandle_t handle, const LinearKey& key, const void* bias);
  CublasLtPlan(const CublasLtPlan&) = delete;
  CublasLtPlan& operator=(const CublasLtPlan&) = delete;

  bool found() const { return found_; }
  /// y[rows, out] = x[rows, in] wᵀ + bias[out].
  void run(cublasLtHandle_t handle, const void* x, const void* w, const void* bias, void* y,
           void* workspace, std::size_t workspace_bytes, cudaStream_t stream);

 private:
  MatmulDescHandle operation_;
  MatrixLayoutHandle weight_, input_, output_;
  cublasLtMatmulAlgo_t algorithm_ = {};
  bool found_ = false;
  std::mutex mutex_;  ///< the bias pointer is a part of the descriptor
};

class CublasLtPlanCache {
 public:
  /// Made at the first call for a key.
  CublasLtPlan& plan(cublasLtHandle_t handle, const LinearKey& key, const void* bias);

 private:
  std::mutex mutex_;
  std::map<LinearKey, CublasLtPlan> plans_;
};

/// The CUDA name of a real dtype.
cudaDataType_t data_type(DType dtype);
/// What products of a dtype add up in.
cublasComputeType_t compute_type(DType dtype, bool tf32);

}  // namespace tandem::gpu
