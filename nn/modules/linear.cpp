// Parameters of the linear layer, and their first values.
#include "nn/modules/linear.h"

#include <cmath>

#include "core/ops/factories.h"
#include "nn/functional.h"
#include "nn/init.h"

namespace tandem::nn {

LinearImpl::LinearImpl(const LinearOptions& given) : options(given) {
  check(options.in_features() >= 0 && options.out_features() >= 0,
        "Linear: the numbers of features must not be negative, got ", options.in_features(),
        " and ", options.out_features());
  LinearImpl::reset();
}

void LinearImpl::reset() {
  weight = register_parameter("weight", empty({options.out_features(), options.in_features()}));
  if (options.bias()) bias = register_parameter("bias", empty({options.out_features()}));
  reset_parameters();
}

void LinearImpl::reset_parameters() {
  init::kaiming_uniform_(weight, std::sqrt(5.0));
  if (!bias.defined()) return;
  const auto in = static_cast<double>(options.in_features());
  const double bound = in > 0 ? 1 / std::sqrt(in) : 0;
  init::uniform_(bias, -bound, bound);
}

Tensor LinearImpl::forward(const Tensor& x) const { return functional::linear(x, weight, bias); }

}  // namespace tandem::nn
