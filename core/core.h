// The umbrella of core: tensors, their ops, autograd and files.
#pragma once

#include "core/autocast.h"
#include "core/autograd/engine.h"
#include "core/autograd/function.h"
#include "core/autograd/gradcheck.h"
#include "core/cuda.h"
#include "core/io/csv.h"
#include "core/io/safetensors.h"
#include "core/ops/elementwise.h"
#include "core/ops/factories.h"
#include "core/ops/indexing.h"
#include "core/ops/join.h"
#include "core/ops/linalg.h"
#include "core/ops/random.h"
#include "core/ops/reduce.h"
#include "core/tensor.h"
#include "core/threads.h"
