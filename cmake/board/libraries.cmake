# Libraries for boards, in place of ../libraries.cmake: archives, so that a program needs nothing but the C library; without
# OpenCV and curl. Headers alone where a library has only those.
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
set(OPENSSL_USE_STATIC_LIBS ON)
set(Protobuf_USE_STATIC_LIBS ON)
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Protobuf REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)

find_path(FMT_INCLUDE_DIR fmt/format-inl.h REQUIRED)
add_library(diolkos_fmt STATIC ${CMAKE_CURRENT_LIST_DIR}/fmt.cc)
add_library(fmt::fmt ALIAS diolkos_fmt)
find_path(SPDLOG_INCLUDE_DIR spdlog/spdlog.h REQUIRED)
add_library(spdlog::spdlog INTERFACE IMPORTED)
target_compile_definitions(spdlog::spdlog INTERFACE SPDLOG_FMT_EXTERNAL)
find_library(SQLITE_LIBRARY sqlite3 REQUIRED)
add_library(PkgConfig::SQLITE INTERFACE IMPORTED)
target_link_libraries(PkgConfig::SQLITE INTERFACE ${SQLITE_LIBRARY} m)

# Debian's libonnx is a shared library: its messages are compiled from their description.
find_path(ONNX_INCLUDE_DIR onnx/onnx.proto REQUIRED)
set(onnx_generated ${CMAKE_BINARY_DIR}/generated/onnx)
add_custom_command(OUTPUT ${onnx_generated}/onnx/onnx.pb.cc ${onnx_generated}/onnx/onnx.pb.h
                   COMMAND ${CMAKE_COMMAND} -E make_directory ${onnx_generated}
                   COMMAND protobuf::protoc --cpp_out=${onnx_generated} -I${ONNX_INCLUDE_DIR} onnx/onnx.proto
                   DEPENDS ${ONNX_INCLUDE_DIR}/onnx/onnx.proto VERBATIM)
add_library(diolkos_onnx_proto STATIC ${onnx_generated}/onnx/onnx.pb.cc)
target_include_directories(diolkos_onnx_proto SYSTEM PUBLIC ${onnx_generated} ${Protobuf_INCLUDE_DIRS})
target_compile_definitions(diolkos_onnx_proto PUBLIC ONNX_NAMESPACE=onnx)
target_link_libraries(diolkos_onnx_proto PUBLIC protobuf::libprotobuf)
