# What Tandem builds on. Each missing piece says which Debian package brings it; samples/run and
# tests/run install them.
find_package(OpenMP COMPONENTS CXX)
if(NOT OpenMP_CXX_FOUND)
  message(FATAL_ERROR "OpenMP is missing: install libgomp1 (GCC) or libomp-dev (Clang)")
endif()

find_package(nlohmann_json QUIET)
if(NOT nlohmann_json_FOUND)
  message(FATAL_ERROR "nlohmann/json is missing: install nlohmann-json3-dev")
endif()

# The OpenMP build first: its threads stay away from ours (each product is a single-threaded call).
find_library(TANDEM_OPENBLAS NAMES openblas
             PATH_SUFFIXES openblas-openmp openblas-serial openblas-pthread)
find_path(TANDEM_CBLAS_INCLUDE cblas.h
          PATH_SUFFIXES ${CMAKE_LIBRARY_ARCHITECTURE}/openblas-openmp
                        ${CMAKE_LIBRARY_ARCHITECTURE}/openblas-serial
                        ${CMAKE_LIBRARY_ARCHITECTURE}/openblas-pthread openblas ${CMAKE_LIBRARY_ARCHITECTURE})
if(NOT TANDEM_OPENBLAS OR NOT TANDEM_CBLAS_INCLUDE)
  message(FATAL_ERROR "OpenBLAS is missing: install libopenblas-openmp-dev")
endif()

find_library(TANDEM_ONEDNN dnnl)
find_path(TANDEM_ONEDNN_INCLUDE dnnl.h)
if(NOT TANDEM_ONEDNN OR NOT TANDEM_ONEDNN_INCLUDE)
  message(FATAL_ERROR "oneDNN is missing: install libdnnl-dev")
endif()
