# What is made of data files, and the tests' own library: the same for every build.

# TensorFlow Lite's file format: flatc turns our schema into a header, read as a system's.
find_program(FLATC flatc REQUIRED)
find_path(FLATBUFFERS_INCLUDE_DIR flatbuffers/flatbuffers.h REQUIRED)
set(tflite_schema ${CMAKE_CURRENT_SOURCE_DIR}/src/formats/tflite/schema.fbs)
set(tflite_generated ${CMAKE_BINARY_DIR}/generated/tflite)
add_custom_command(OUTPUT ${tflite_generated}/schema_generated.h
                   COMMAND ${FLATC} --cpp -o ${tflite_generated} ${tflite_schema}
                   DEPENDS ${tflite_schema} VERBATIM)
add_custom_target(diolkos_tflite_schema_header DEPENDS ${tflite_generated}/schema_generated.h)
add_library(diolkos_tflite_schema INTERFACE)
add_dependencies(diolkos_tflite_schema diolkos_tflite_schema_header)
target_include_directories(diolkos_tflite_schema SYSTEM INTERFACE ${tflite_generated} ${FLATBUFFERS_INCLUDE_DIR})

# The rules of accelerators' compilers are data files, built in.
set(target_rules ${CMAKE_CURRENT_SOURCE_DIR}/src/targets/mdla3.0.json)
file(READ ${target_rules} MDLA30_RULES)
configure_file(${CMAKE_CURRENT_LIST_DIR}/target_tables.h.in ${CMAKE_BINARY_DIR}/generated/targets/target_tables.h @ONLY)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${target_rules})
add_library(diolkos_target_tables INTERFACE)
target_include_directories(diolkos_target_tables SYSTEM INTERFACE ${CMAKE_BINARY_DIR}/generated/targets)

# The page of `diolkos live` is a file, built in.
set(web_page ${CMAKE_CURRENT_SOURCE_DIR}/src/web/page.html)
file(READ ${web_page} DIOLKOS_PAGE)
configure_file(${CMAKE_CURRENT_LIST_DIR}/web_page.h.in ${CMAKE_BINARY_DIR}/generated/web/web_page.h @ONLY)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${web_page})
add_library(diolkos_web_page INTERFACE)
target_include_directories(diolkos_web_page SYSTEM INTERFACE ${CMAKE_BINARY_DIR}/generated/web)

if(DIOLKOS_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
  add_library(diolkos_test_main INTERFACE)
  target_include_directories(diolkos_test_main INTERFACE ${CMAKE_CURRENT_SOURCE_DIR}/tests)
  target_compile_definitions(diolkos_test_main INTERFACE
    DIOLKOS_TEST_ASSETS="${CMAKE_CURRENT_SOURCE_DIR}/../shared/assets")
  target_link_libraries(diolkos_test_main INTERFACE GTest::gmock GTest::gtest GTest::gtest_main)
endif()
