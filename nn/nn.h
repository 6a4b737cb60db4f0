// The umbrella of the layers: modules, losses, optimizers and data.
#pragma once

#include "nn/data.h"
#include "nn/functional.h"
#include "nn/init.h"
#include "nn/module.h"
#include "nn/modules/activation.h"
#include "nn/modules/linear.h"
#include "nn/modules/loss.h"
#include "nn/modules/recurrent.h"
#include "nn/modules/sequential.h"
#include "nn/optim/grad_scaler.h"
#include "nn/optim/lr_scheduler.h"
#include "nn/optim/optimizer.h"
#include "nn/optim/state.h"
#include "nn/serialize.h"
#include "nn/utils.h"
