// How the bilinear map starts.
#include "nn/modules/distance.h"

#include <cmath>

#include "core/ops/factories.h"

namespace tandem::nn {

BilinearImpl::BilinearImpl(const BilinearOptions& given) : options(given) {
  check(given.in1_features() > 0, "Bilinear: needs at least one feature, got ",
        given.in1_features());
  BilinearImpl::reset();
}

void BilinearImpl::reset() {
  const double bound = 1 / std::sqrt(static_cast<double>(options.in1_features()));
  weight = register_parameter(
      "weight", empty({options.out_features(), options.in1_features(), options.in2_features()})
                    .uniform_(-bound, bound));
  if (options.bias())
    bias = register_parameter("bias", empty({options.out_features()}).uniform_(-bound, bound));
}

}  // namespace tandem::nn
