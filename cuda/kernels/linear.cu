// Bias and activation of a linear layer in one kernel, where the product's epilogue cannot add the
// bias (float64); and in backward the activation's slope and the bias gradient in one kernel. For
// every rule of ActivationOps.
#include "core/rules/activations.h"
#include "cuda/kernels/last_block.cuh"
#include "cuda/kernels/linear.h"
#include "cuda/kernels/load_store.cuh"
#include "cuda/kernels/offset_calculator.cuh"

namespace tandem::gpu {
namespace {

/// Stands for a layer without an activation.
struct Identity {
  template <class T> TANDEM_HD T value(T x) const { return x; }
};

/// One thread per element; the bias's position is the remainder of a division that FastDivmod makes
/// a multiplication.
template <class Rule, class T> __global__ void __launch_bounds__(block_threads)
    bias_kernel(Rule rule, const T* bias, T* z, T* y, FastDivmod columns, std::int64_t n) {
  using C = OpMathType<T>;
  const std::int64_t at = thread_number();
  if (at >= n) return;
  C value = static_cast<C>(z[at]);
  if (bias != nullptr)
    value = value + static_cast<C>(bias[at - columns.divide(at) * columns.divisor()]);
  // The activation reads what is kept, so that fused and plain layers give the same bits.
  const T kept = static_cast<T>(value);
  if (z != y) z[at] = kept;
  if (y != nullptr) y[at] = static_cast<T>(rule.value(static_cast<C>(kept)));
}

constexpr unsigned tile_columns = 32, tile_rows = 8;
struct SlopeSums {
  const void *saved, *grad;
  void *grad_z, *grad_bias;
  std::int64_t rows, columns, chunk;
  double* partials;    ///< [chunks, columns]
  unsigned* counters;  ///< one per tile of columns
};

/// Adds one value per thread down the columns of a tile, into its first row; in a tree. A tile is
/// 32 columns wide, so that a warp reads 32 neighbouring elements of a row, and 8 rows high, so
/// that eight rows are under way at once.
__device__ inline void sum_rows(double (&sums)[tile_rows][tile_columns], double value) {
  sums[threadIdx.y][threadIdx.x] = value;
  for (unsigned height = tile_rows / 2; height > 0; height /= 2) {
    __syncthreads();
    if (threadIdx.y < height)
      sums[threadIdx.y][threadIdx.x] += sums[threadIdx.y + height][threadIdx.x];
  }
}

/// Block (x, y): 32 columns and one chunk of rows. The block that finishes last in its columns adds
/// the chunks' sums in their order.
template <class Slope, class T> __global__ void __launch_bounds__(tile_columns* tile_rows)
    slope_kernel(Slope slope, SlopeSums s) {
  using C = OpMathType<T>;
  __shared__ double sums[tile_rows][tile_columns];
  __shared__ bool last;
  const std::int64_t column = static_cast<std::int64_t>(blockIdx.x) * tile_columns + threadIdx.x;
  const std::int64_t begin = blockIdx.y * s.chunk;
  const std::int64_t end = begin + s.chunk < s.rows ? begin + s.chunk : s.rows;
  double sum = 0;
  if (column < s.columns)
    for (std::int64_t row = begin + threadIdx.y; row < end; row += tile_rows) {
      const std::int64_t at = row * s.columns + column;
      const T value = slope.template gradient<T>(s.saved, s.grad, at);
      if (s.grad_z != nullptr) element<T>(s.grad_z, at) = value;
      sum += static_cast<double>(static_cast<C>(value));
    }
  if (s.grad_bias == nullptr) return;
  sum_rows(sums, sum);
  if (gridDim.y > 1) {
    if (threadIdx.y == 0 && column < s.columns)
      s.partials[blockIdx.y * s.columns + column] = sums[0][threadIdx.x];
    if (!is_last_block(&s.counters[blockIdx.x], gridDim.y, last)) return;
    double total = 0;
    if (column < s.columns)
      for (unsigned chunk = threadIdx.y; chunk < gridDim.y; chunk += tile_rows)
        total += __ldcg(&s.partials[chunk * s.columns + column]);
    sum_rows(sums, total);
  }
  if (threadIdx.y == 0 && column < s.columns)
    element<T>(s.grad_bias, column) = static_cast<T>(sums[0][threadIdx.x]);
}

template <class Rule> struct RuleSlope {
  Rule rule;
  template <class T>
  TANDEM_HD T gradient(const void* saved, const void* grad, std::int64_t at) const {
    using C = OpMathType<T>;
    const C g = static_cast<C>(element<T>(grad, at)), v = static_cast<C>(element<T>(saved, at));
    if constexpr (HasSlopeFromInput<Rule>)
      return static_cast<T>(passed_gradient<Rule>(g, C(rule.slope_from_input(v))));
    else
      return static_cast<T>(passed_gradient<Rule>(g, C(rule.slope_from_output(v))));
  }
};
struct IdentitySlope {
  template <class T> TANDEM_HD T gradient(const void*, const void* grad, std::int64_t at) const {
    return element<T>(grad, at);
  }
};

template <class Rule> void run_bias(DeviceContext& context, const LinearCall& call, Rule rule) {
  const std::int64_t n = call.rows * call.out;
  visit_floating("linear", call.dtype, [&]<class T>() {
    launch("linear", context.stream(), launch_config_for(n), bias_kernel<Rule, T>, rule,
           static_cast<const T*>(call.bias), static_cast<T*>(call.saved_for_backward),
           static_cast<T*>(call.y), FastDivmod(call.out), n);
  });
}

template <class Slope>
void run_slope(DeviceContext& context, const LinearBackwardCall& call, const Slope& slope) {
  if (call.out == 0) return;
  const auto tiles = static_cast<unsigned>((call.out + tile_columns - 1) / tile_columns);
  check(tiles <= static_cast<unsigned>(StreamState::counters), "linear: ", call.out,
        " outputs are more than the gradient of a bias takes on a GPU");
  const std::int64_t chunk = rows_per_chunk(call.rows);
  const std::int64_t chunks = std::max<std::int64_t>(1, (call.rows + chunk - 1) / chunk);
  const Scratch partials(context, chunks > 1 && call.grad_bias != nullptr
                                      ? static_cast<std::size_t>(chunks * call.out) * sizeof(double)
                                      : 0);
  const SlopeSums sums{call.saved,
                       call.grad,
                       call.activation ? call.grad_z : nullptr,
                       call.grad_bias,
                       call.rows,
                       call.out,
                       chunk,
                       partials.as<double>(),
                       context.current().block_counters()};
  visit_floating("linear", call.dtype, [&]<class T>() {
    launch("linear backward", context.stream(),
           {dim3(tiles, static_cast<unsigned>(chunks)), dim3(tile_columns, tile_rows)},
           slope_kernel<Slope, T>, slope, sums);
  });
}

/// Calls body(rule) with the rule of an activation.
template <class Body> void with_rule(const ElementwiseCall& activation, const Body& body) {
  ActivationOps::visit(activation.id,
                       [&]<class Rule>() { body(rule_from<Rule>(activation.parameters)); });
}

}  // namespace

void add_bias(DeviceContext& context, const LinearCall& call) {
  if (!call.activation) return run_bias(context, call, Identity{});
  with_rule(*call.activation, [&](const auto& rule) { run_bias(context, call, rule); });
}

void slope_and_sums(DeviceContext& context, const LinearBackwardCall& call) {
  if (!call.activation) return run_slope(context, call, IdentitySlope{});
  with_rule(*call.activation, [&]<class Rule>(const Rule& rule) {
    if constexpr (HasSlopeFromInput<Rule> || HasSlopeFromOutput<Rule>)
      run_slope(context, call, RuleSlope<Rule>{rule});
  });
}

}  // namespace tandem::gpu
