// Every allocation may fail: an op then throws OutOfMemoryError, changes nothing, and succeeds when
// it is called again. Each case runs once for each allocation that it makes.
#include <gtest/gtest.h>

#include <sstream>
#include <thread>
#include <utility>

#include "core/core.h"
#include "nn/nn.h"
#include "tests/stress/failing_allocations.h"

namespace tandem::testing {
namespace {

namespace F = nn::functional;

struct AllocationCase {
  const char* name;
  Tensor (*run)(const Tensor& x);  ///< x: float32 [3, 4]
};

Tensor labels() {
  static const Tensor& made = *new Tensor(arange(3));
  return made;
}

/// The indices of x[[0, 1, 2], 1].
const std::vector<indexing::TensorIndex>& some_indices() {
  static const auto& made = *new std::vector<indexing::TensorIndex>{labels(), 1};
  return made;
}

const AllocationCase cases[] = {
    {"unary", [](const Tensor& x) { return tanh(x); }},
    {"unary of a transposed", [](const Tensor& x) { return exp(x.t()); }},
    {"binary", [](const Tensor& x) { return x * x; }},
    {"binary, broadcast", [](const Tensor& x) { return x / (x.select(0, 1) + 9); }},
    {"with a number", [](const Tensor& x) { return 1 - x; }},
    {"mixed dtypes",
     [](const Tensor& x) {
       return x * labels().reshape({3, 1});
     }},
    {"where", [](const Tensor& x) { return where(x > 0, x, -x); }},
    {"clamp", [](const Tensor& x) { return x.clamp(-1, 1); }},
    {"sum", [](const Tensor& x) { return x.sum(); }},
    {"sum of dimensions", [](const Tensor& x) { return x.sum({0}, true); }},
    {"mean", [](const Tensor& x) { return x.mean({1}); }},
    {"var", [](const Tensor& x) { return x.var({1}); }},
    {"norm", [](const Tensor& x) { return x.norm(2, {0}); }},
    {"prod", [](const Tensor& x) { return x.prod(1); }},
    {"amax", [](const Tensor& x) { return x.amax({1}); }},
    {"max", [](const Tensor& x) { return std::get<0>(x.max(1)); }},
    {"argmax", [](const Tensor& x) { return x.argmax(1).to(kFloat32); }},
    {"logsumexp", [](const Tensor& x) { return logsumexp(x, 1); }},
    {"cumsum", [](const Tensor& x) { return x.cumsum(1); }},
    {"softmax", [](const Tensor& x) { return x.softmax(0); }},
    {"log_softmax", [](const Tensor& x) { return x.log_softmax(1); }},
    {"views",
     [](const Tensor& x) {
       return x.t().slice(0, 1, 3).unsqueeze(1).expand({2, 2, 3});
     }},
    {"reshape",
     [](const Tensor& x) {
       return x.t().reshape({2, 6});
     }},
    {"repeat",
     [](const Tensor& x) {
       return x.repeat({2, 1});
     }},
    {"repeat_interleave", [](const Tensor& x) { return x.repeat_interleave(2, 1); }},
    {"flip", [](const Tensor& x) { return x.flip({0}); }},
    {"split", [](const Tensor& x) { return x.split(2, 1)[1]; }},
    {"to", [](const Tensor& x) { return x.to(kFloat64); }},
    {"index", [](const Tensor& x) { return x.index(some_indices()); }},
    {"mask", [](const Tensor& x) { return x.masked_select(x > 0); }},
    {"masked_fill", [](const Tensor& x) { return x.masked_fill(x > 0, 2); }},
    {"index_select", [](const Tensor& x) { return x.index_select(0, labels()); }},
    {"index_add", [](const Tensor& x) { return x.index_add(0, labels(), x); }},
    {"gather",
     [](const Tensor& x) {
       return x.gather(1, labels().reshape({3, 1}));
     }},
    {"scatter_add",
     [](const Tensor& x) {
       return x.scatter_add(1, labels().reshape({3, 1}), x);
     }},
    {"nonzero", [](const Tensor& x) { return x.nonzero().to(kFloat32); }},
    {"one_hot", [](const Tensor&) { return F::one_hot(labels(), 3).to(kFloat32); }},
    {"sort", [](const Tensor& x) { return std::get<0>(x.sort(1)); }},
    {"topk", [](const Tensor& x) { return std::get<0>(x.topk(2)); }},
    {"tril", [](const Tensor& x) { return x.tril(); }},
    {"matmul", [](const Tensor& x) { return matmul(x, x.t()); }},
    {"matmul of batches",
     [](const Tensor& x) {
       return matmul(x.reshape({3, 2, 2}), x.reshape({3, 2, 2}));
     }},
    {"linear", [](const Tensor& x) { return F::linear(x, x, x.select(1, 0)); }},
    {"layer_norm", [](const Tensor& x) { return F::layer_norm(x, {4}); }},
    {"cross_entropy", [](const Tensor& x) { return F::cross_entropy(x, labels()); }},
    {"nll_loss", [](const Tensor& x) { return F::nll_loss(x, labels()); }},
    {"mse_loss", [](const Tensor& x) { return F::mse_loss(x, x * x); }},
    {"bce with logits",
     [](const Tensor& x) { return F::binary_cross_entropy_with_logits(x, x.detach().sigmoid()); }},
    {"embedding", [](const Tensor& x) { return F::embedding(labels(), x); }},
    {"dropout", [](const Tensor& x) { return F::dropout(x, 0.5); }},
    {"in place",
     [](const Tensor& x) {
       const Tensor y = x * 1;
       y.slice(0, 1).mul_(2);
       return y.add_(x);
     }},
    {"index_put_",
     [](const Tensor& x) {
       const Tensor y = x * 1;
       return y.index_put_(some_indices(), x.select(1, 0));
     }},
    {"create_graph",
     [](const Tensor& x) {
       (x * 1).sum().backward({}, true, true);
       return x * x;
     }},
    {"random",
     [](const Tensor& x) {
       return rand({3, 4}) + x;
     }},
    {"printing",
     [](const Tensor& x) {
       std::ostringstream out;
       out << x.detach();
       return x * 1;
     }},
};

/// A request that cannot be met makes the library give back what threads left to it.
void give_back_what_is_kept() {
  EXPECT_THROW(empty({std::int64_t{1} << 50}, kUInt8), OutOfMemoryError);
}

/// Runs `work` on a new thread, which has no memory kept, with allocation number `which` failing.
/// Returns whether there was one; tells of anything but OutOfMemoryError.
template <class Work> bool run_with_failure(const char* name, int which, const Work& work) {
  bool reached = false;
  std::string unexpected;
  std::thread([&] {
    give_back_what_is_kept();
    allocations_left = which;
    try {
      work();
    } catch (const OutOfMemoryError&) {
    } catch (const std::exception& error) {
      allocations_left = -1;
      unexpected = error.what();
    }
    reached = std::exchange(allocations_left, -1) < 0;
  }).join();
  EXPECT_EQ(unexpected, "") << name << ", allocation " << which;
  return reached;
}

TEST(StressAllocation, AnyMayFail) {
  const Tensor values = arange(12).reshape({3, 4}).to(kFloat32) / 5 - 1;
  int failures = 0;
  for (const AllocationCase& c : cases) {
    const Tensor x = values.clone().requires_grad_();
    const auto run = [&] {
      const Tensor y = c.run(x);
      if (y.requires_grad()) y.sum().backward();
    };
    run();  // makes what is made once
    for (int which = 0; run_with_failure(c.name, which, run); ++which, ++failures)
      ASSERT_TRUE(equal(x.detach(), values)) << c.name << ", after allocation " << which;
  }
  EXPECT_GT(failures, 500);
}

}  // namespace
}  // namespace tandem::testing
