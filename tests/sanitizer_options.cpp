// Under a sanitizer an allocation that cannot be had returns null, as it does without it: a test
// asks for more memory than there is. Unused in other builds.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "allocator_may_return_null=1"; }
extern "C" const char* __tsan_default_options();
extern "C" const char* __tsan_default_options() { return "allocator_may_return_null=1"; }
