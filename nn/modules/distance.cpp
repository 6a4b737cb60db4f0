// How the bilinear map starts.
#include "nn/modules/distance.h"

#include <cmath>

#include "core/ops/factories.h"

namespace tandem::nn {

BilinearImpl::BilinearImpl(const BilinearOptions& given) : options(given) {
  check(given.in1_features() > 0, "Bilinear: needs at least one feature, got ",
        given.in1_features());
  const double bound = 1 / std::sqrt(static_cast<double>(given.in1_features()));
  weight = register_parameter(
      "weight", empty({given.out_features(), given.in1_features(), given.in2_features()})
                    .uniform_(-bound, bound));
  if (given.bias())
    bias = register_parameter("bias", empty({given.out_features()}).uniform_(-bound, bound));
}

}  // namespace tandem::nn
