# What `cmake --install` lays out, what find_package(diolkos) finds, and what `cpack` packs.
#   bin/diolkos  lib/diolkos/{diolkos-probe,plugins/,rehearsal/}  lib/libdiolkos.so  include/diolkos/
#   lib/cmake/diolkos/  share/doc/diolkos/
# The program finds its plugins relative to itself, so that the tree may be moved.
include(CMakePackageConfigHelpers)

install(DIRECTORY include/diolkos DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")
install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DOCDIR})

if(TARGET diolkos_library)
  install(TARGETS diolkos_library EXPORT diolkos_targets)
  set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/diolkos)
  install(EXPORT diolkos_targets NAMESPACE diolkos:: FILE diolkosTargets.cmake DESTINATION ${package_folder})
  configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/diolkosConfig.cmake.in ${CMAKE_BINARY_DIR}/diolkosConfig.cmake
                                INSTALL_DESTINATION ${package_folder})
  write_basic_package_version_file(${CMAKE_BINARY_DIR}/diolkosConfigVersion.cmake COMPATIBILITY SameMinorVersion)
  install(FILES ${CMAKE_BINARY_DIR}/diolkosConfig.cmake ${CMAKE_BINARY_DIR}/diolkosConfigVersion.cmake
          DESTINATION ${package_folder})
endif()

set(CPACK_PACKAGE_NAME diolkos)
set(CPACK_PACKAGE_VENDOR "The Diolkos authors")
set(CPACK_PACKAGE_CONTACT "The Diolkos authors <diolkos@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "PyTorch segmentation networks from a workstation to the edge")
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_CURRENT_SOURCE_DIR}/LICENSE)
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_FILE_NAME diolkos-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
# Only Diolkos's own library and plugins: what they link is found out from the files.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
include(CPack)
