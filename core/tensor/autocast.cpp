// The autocast state of each thread.
#include "core/tensor/autocast.h"

namespace tandem {

namespace {

thread_local bool autocast_enabled = false;
thread_local DType product_dtype = DType::BFloat16;

}  // namespace

AutocastGuard::AutocastGuard(DType dtype, bool enabled)
    : dtype_before_(product_dtype), enabled_before_(autocast_enabled) {
  check(is_half(dtype), "AutocastGuard: expected float16 or bfloat16, got ", name_of(dtype));
  product_dtype = dtype;
  autocast_enabled = enabled;
}

AutocastGuard::~AutocastGuard() {
  product_dtype = dtype_before_;
  autocast_enabled = enabled_before_;
}

bool is_autocast_enabled() { return autocast_enabled; }
DType autocast_dtype() { return product_dtype; }

}  // namespace tandem
