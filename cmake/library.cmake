# libdiolkos.so: the room `api` and what it needs, exporting the C interface alone (include/diolkos/diolkos.h).
set(exports ${CMAKE_CURRENT_SOURCE_DIR}/src/api/exports.map)
add_library(diolkos_library SHARED $<TARGET_OBJECTS:diolkos_api>)
add_library(diolkos::diolkos ALIAS diolkos_library)
target_link_libraries(diolkos_library PRIVATE diolkos_api)
target_link_options(diolkos_library PRIVATE -Wl,--version-script=${exports} -Wl,--exclude-libs,ALL -Wl,--no-undefined
                    -Wl,--gc-sections)
set_target_properties(diolkos_library PROPERTIES OUTPUT_NAME diolkos EXPORT_NAME diolkos LINK_DEPENDS ${exports}
                      VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}
                      LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
target_include_directories(diolkos_library INTERFACE $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
                           $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
