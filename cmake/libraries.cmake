# Libraries from Debian, each wrapped so that a room names only what it needs.
find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
# Debian's libzip-config wants the libzip tools installed too; pkg-config does not.
pkg_check_modules(LIBZIP REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(LIBPNG REQUIRED IMPORTED_TARGET libpng)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Protobuf REQUIRED)
find_package(OpenCV 4 REQUIRED COMPONENTS core imgproc imgcodecs videoio)

add_library(diolkos_opencv_imgproc INTERFACE)
target_link_libraries(diolkos_opencv_imgproc INTERFACE opencv_core opencv_imgproc)
add_library(diolkos_opencv_video INTERFACE)
target_link_libraries(diolkos_opencv_video INTERFACE opencv_core opencv_imgproc opencv_imgcodecs opencv_videoio)
# OpenCV's headers are a system's: our warnings are not theirs.
set_property(TARGET diolkos_opencv_imgproc diolkos_opencv_video PROPERTY INTERFACE_SYSTEM_INCLUDE_DIRECTORIES
             ${OpenCV_INCLUDE_DIRS})

find_library(ONNX_PROTO_LIBRARY onnx_proto REQUIRED)
find_path(ONNX_INCLUDE_DIR onnx/onnx_pb.h REQUIRED)
add_library(diolkos_onnx_proto INTERFACE)
target_include_directories(diolkos_onnx_proto SYSTEM INTERFACE ${ONNX_INCLUDE_DIR} ${Protobuf_INCLUDE_DIRS})
target_compile_definitions(diolkos_onnx_proto INTERFACE ONNX_NAMESPACE=onnx ONNX_ML=1)
target_link_libraries(diolkos_onnx_proto INTERFACE ${ONNX_PROTO_LIBRARY} protobuf::libprotobuf)

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
