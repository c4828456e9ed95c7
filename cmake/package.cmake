# What `cmake --install` lays out, what find_package(diolkos) finds, and what `cpack` packs.
#   bin/{diolkos,diolkos-whole}  lib/diolkos/{diolkos-probe,plugins/,rehearsal/}  lib/libdiolkos.so  include/diolkos/
#   lib/cmake/diolkos/  share/doc/diolkos/
# The program finds its plugins relative to itself, so that the tree may be moved.
include(CMakePackageConfigHelpers)

install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES include/diolkos/plugin.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/diolkos)  # to write plugins with

if(TARGET diolkos_library)
  install(DIRECTORY include/diolkos DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")
  install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DOCDIR})
  install(TARGETS diolkos_library EXPORT diolkos_targets)
  set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/diolkos)
  install(EXPORT diolkos_targets NAMESPACE diolkos:: FILE diolkosTargets.cmake DESTINATION ${package_folder})
  configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/diolkosConfig.cmake.in ${CMAKE_BINARY_DIR}/diolkosConfig.cmake
                                INSTALL_DESTINATION ${package_folder})
  write_basic_package_version_file(${CMAKE_BINARY_DIR}/diolkosConfigVersion.cmake COMPATIBILITY SameMinorVersion)
  install(FILES ${CMAKE_BINARY_DIR}/diolkosConfig.cmake ${CMAKE_BINARY_DIR}/diolkosConfigVersion.cmake
          DESTINATION ${package_folder})
endif()

# Packages: one archive of all; of Debian's form `diolkos`, and `diolkos-libtorch` and
# `diolkos-opencv-dnn` where these plugins were built. A build for
# boards is one package, `diolkos-board`.
set(CPACK_PACKAGE_NAME diolkos)
set(CPACK_PACKAGE_VENDOR "The Diolkos authors")
set(CPACK_PACKAGE_CONTACT "The Diolkos authors <diolkos@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "PyTorch segmentation networks from a workstation to the edge")
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_CURRENT_SOURCE_DIR}/LICENSE)
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_COMPONENTS_ALL diolkos)
if(DIOLKOS_BOARD)
  set(CPACK_PACKAGE_NAME diolkos-board)
  set(CPACK_DEBIAN_PACKAGE_CONFLICTS diolkos)
  # The static libgcc's unwinder asks for _dl_find_object; everything else is older.
  set(CPACK_DEBIAN_PACKAGE_DEPENDS "libc6 (>= 2.35)")
  if(CMAKE_SYSTEM_PROCESSOR STREQUAL "aarch64")
    set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE arm64)
  endif()
else()
  set(CPACK_DEB_COMPONENT_INSTALL ON)
  # Only Diolkos's own library and plugins: what they link is found out from the files.
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
  set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
  set(CPACK_DEBIAN_DIOLKOS_PACKAGE_NAME diolkos)
  if(TARGET diolkos_libtorch)
    list(APPEND CPACK_COMPONENTS_ALL libtorch)
    list(APPEND CPACK_DEBIAN_DIOLKOS_PACKAGE_SUGGESTS diolkos-libtorch)
    set(CPACK_COMPONENT_LIBTORCH_DESCRIPTION "Runs networks by PyTorch's own operators: the plugin 'libtorch' of diolkos.")
    set(CPACK_DEBIAN_LIBTORCH_PACKAGE_NAME diolkos-libtorch)
    set(CPACK_DEBIAN_LIBTORCH_PACKAGE_DEPENDS "diolkos (= ${PROJECT_VERSION})")
  endif()
  if(TARGET diolkos_opencv_dnn)
    list(APPEND CPACK_COMPONENTS_ALL opencv_dnn)
    list(APPEND CPACK_DEBIAN_DIOLKOS_PACKAGE_SUGGESTS diolkos-opencv-dnn)
    set(CPACK_COMPONENT_OPENCV_DNN_DESCRIPTION "Runs networks by OpenCV's dnn module: the plugin 'opencv_dnn' of diolkos.")
    set(CPACK_DEBIAN_OPENCV_DNN_PACKAGE_NAME diolkos-opencv-dnn)
    set(CPACK_DEBIAN_OPENCV_DNN_PACKAGE_DEPENDS "diolkos (= ${PROJECT_VERSION})")
  endif()
  string(REPLACE ";" ", " CPACK_DEBIAN_DIOLKOS_PACKAGE_SUGGESTS "${CPACK_DEBIAN_DIOLKOS_PACKAGE_SUGGESTS}")
endif()
set(CPACK_PACKAGE_FILE_NAME ${CPACK_PACKAGE_NAME}-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})
include(CPack)
