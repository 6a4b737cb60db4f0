// Stands in for the header of the CUDA toolkit; see ../README.md.
#pragma once

#include "emulator/device_functions.h"
#include "emulator/launch.h"
#include "emulator/qualifiers.h"
#include "emulator/runtime_api.h"
#include "emulator/threads.h"
#include "emulator/vector_types.h"
