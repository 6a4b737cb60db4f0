# Tests that are no C++: the structure of the sources, the installed package, the kernels' symbols, and the
# elementwise suite once more on every older instruction set.
add_test(NAME structure COMMAND python3 ${CMAKE_CURRENT_LIST_DIR}/check_structure.py ${PROJECT_SOURCE_DIR})
if(NOT TANDEM_CUDA_BUILD STREQUAL EMULATED) # an emulated build is for tests, not to be installed
  add_test(NAME consumer COMMAND ${CMAKE_CURRENT_LIST_DIR}/check_consumer.sh ${PROJECT_BINARY_DIR})
endif()
if(TANDEM_SANITIZE AND TEST consumer)
  set_tests_properties(consumer PROPERTIES ENVIRONMENT "CONSUMER_FLAGS=-fsanitize=address,undefined")
endif()
add_test(NAME kernel_symbols COMMAND ${CMAKE_CURRENT_LIST_DIR}/check_kernel_symbols.sh ${PROJECT_BINARY_DIR})
if(TANDEM_ISA_BUILDS STREQUAL AUTO)
  foreach(isa v2 v3)
    add_test(NAME elementwise_on_${isa} COMMAND tandem_tests --gtest_filter=*lementwise*:*Reduce*:*Half*)
    set_tests_properties(elementwise_on_${isa} PROPERTIES ENVIRONMENT TANDEM_ISA=${isa})
  endforeach()
endif()
if(TANDEM_CUDA_BUILD STREQUAL EMULATED)
  add_test(NAME two_gpus COMMAND tandem_tests --gtest_filter=*CrossGpus*)
  set_tests_properties(two_gpus PROPERTIES ENVIRONMENT TANDEM_EMULATED_GPUS=2)
  # Threads of a block run one after another: a missing barrier shows in one of the two orders.
  add_test(NAME kernels_in_reverse COMMAND tandem_tests --gtest_filter=*CUDA*)
  set_tests_properties(kernels_in_reverse PROPERTIES ENVIRONMENT TANDEM_EMULATED_ORDER=reverse TIMEOUT 600)
endif()
