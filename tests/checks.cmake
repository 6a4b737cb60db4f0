# Tests that are no C++: the structure of the sources, the installed package, the kernels' symbols, and the
# elementwise suite once more on every older instruction set.
add_test(NAME structure COMMAND python3 ${CMAKE_CURRENT_LIST_DIR}/check_structure.py ${PROJECT_SOURCE_DIR})
add_test(NAME consumer COMMAND ${CMAKE_CURRENT_LIST_DIR}/check_consumer.sh ${PROJECT_BINARY_DIR})
if(TANDEM_SANITIZE)
  set_tests_properties(consumer PROPERTIES ENVIRONMENT "CONSUMER_FLAGS=-fsanitize=address,undefined")
endif()
add_test(NAME kernel_symbols COMMAND ${CMAKE_CURRENT_LIST_DIR}/check_kernel_symbols.sh ${PROJECT_BINARY_DIR})
if(TANDEM_ISA_BUILDS STREQUAL AUTO)
  foreach(isa v2 v3)
    add_test(NAME elementwise_on_${isa} COMMAND tandem_tests --gtest_filter=*lementwise*:*Reduce*:*Half*)
    set_tests_properties(elementwise_on_${isa} PROPERTIES ENVIRONMENT TANDEM_ISA=${isa})
  endforeach()
endif()
