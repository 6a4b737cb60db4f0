// The elementwise halves of a linear layer with an activation.
#pragma once

#include "core/backend/backend.h"
#include "cuda/context.h"

namespace tandem::gpu {

/// z += bias along the rows and, with an activation, y = activation(z), in one kernel.
void add_bias(DeviceContext& context, const LinearCall& call);

/// With an activation grad_z = grad * slope(saved); its column sums (or grad's own) into grad_bias
/// if that is wanted. One kernel.
void slope_and_sums(DeviceContext& context, const LinearBackwardCall& call);

}  // namespace tandem::gpu
