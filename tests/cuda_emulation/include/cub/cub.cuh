// Stands in for the header of the CUDA toolkit; see ../../README.md.
#pragma once

#include "cub/emulated_block.h"
#include "cub/emulated_device.h"
#include "cub/emulated_sort.h"
#include "cuda/functional"
