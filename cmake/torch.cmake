# The drop-in package: with -DTorch_DIR=PREFIX/share/tandem/torch, find_package(Torch) of a program
# written for libtorch finds Tandem. It lies beside the library, never where libtorch itself is installed.
set(torch_headers ${PROJECT_BINARY_DIR}/torch)
file(REMOVE_RECURSE ${torch_headers})
configure_file(cmake/torch/torch.h ${torch_headers}/torch/torch.h COPYONLY)

file(STRINGS cmake/torch/headers.txt lines REGEX "^[^#]")
foreach(line IN LISTS lines)
  string(REPLACE " " ";" names ${line})
  foreach(name IN LISTS names)
    file(WRITE ${torch_headers}/${name} "#pragma once\n#include <torch/torch.h>\n")
  endforeach()
endforeach()

file(STRINGS cmake/torch/missing.txt lines REGEX "^[^#]")
foreach(line IN LISTS lines)
  if(NOT line MATCHES "^  ") # what is missing; its headers follow
    set(reason ${line})
    continue()
  endif()
  string(STRIP ${line} line)
  string(REPLACE " " ";" names ${line})
  foreach(name IN LISTS names)
    file(WRITE ${torch_headers}/${name} "#error \"${name}: ${reason}\"\n")
  endforeach()
endforeach()

set(torch_package ${CMAKE_INSTALL_DATADIR}/tandem/torch)
configure_package_config_file(cmake/torch/TorchConfig.cmake.in TorchConfig.cmake INSTALL_DESTINATION ${torch_package}
                              PATH_VARS CMAKE_INSTALL_LIBDIR)
write_basic_package_version_file(TorchConfigVersion.cmake VERSION 2.15.0 COMPATIBILITY AnyNewerVersion)
install(DIRECTORY ${torch_headers}/ DESTINATION ${torch_package}/include COMPONENT torch)
install(FILES ${PROJECT_BINARY_DIR}/TorchConfig.cmake ${PROJECT_BINARY_DIR}/TorchConfigVersion.cmake
        DESTINATION ${torch_package} COMPONENT torch)
