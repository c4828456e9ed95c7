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
find_package(ZLIB REQUIRED)
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Protobuf REQUIRED)
find_package(OpenCV 4 REQUIRED COMPONENTS core imgproc imgcodecs video videoio)

add_library(diolkos_opencv_imgproc INTERFACE)
target_link_libraries(diolkos_opencv_imgproc INTERFACE opencv_core opencv_imgproc)
add_library(diolkos_opencv_video INTERFACE)
target_link_libraries(diolkos_opencv_video INTERFACE opencv_core opencv_imgproc opencv_imgcodecs opencv_videoio)
add_library(diolkos_opencv_motion INTERFACE)
target_link_libraries(diolkos_opencv_motion INTERFACE opencv_core opencv_imgproc opencv_video)
# OpenCV's headers are a system's: our warnings are not theirs.
set_property(TARGET diolkos_opencv_imgproc diolkos_opencv_video diolkos_opencv_motion PROPERTY INTERFACE_SYSTEM_INCLUDE_DIRECTORIES
             ${OpenCV_INCLUDE_DIRS})

# For windows and gst: sinks of 'live'; its gst: sources are OpenCV's.
pkg_check_modules(GSTREAMER IMPORTED_TARGET gstreamer-app-1.0>=1.20)
add_library(diolkos_gstreamer_app INTERFACE)
if(GSTREAMER_FOUND)
  target_link_libraries(diolkos_gstreamer_app INTERFACE PkgConfig::GSTREAMER)
  set(files_left_out_of_gstreamer no_pipeline.cc)
else()
  message(STATUS "GStreamer's headers (libgstreamer-plugins-base1.0-dev) are absent: 'live' will have no windows and "
                 "no gst: sinks")
  set(files_left_out_of_gstreamer pipeline.cc)
endif()

find_library(ONNX_PROTO_LIBRARY onnx_proto REQUIRED)
find_path(ONNX_INCLUDE_DIR onnx/onnx_pb.h REQUIRED)
add_library(diolkos_onnx_proto INTERFACE)
target_include_directories(diolkos_onnx_proto SYSTEM INTERFACE ${ONNX_INCLUDE_DIR} ${Protobuf_INCLUDE_DIRS})
target_compile_definitions(diolkos_onnx_proto INTERFACE ONNX_NAMESPACE=onnx ONNX_ML=1)
target_link_libraries(diolkos_onnx_proto INTERFACE ${ONNX_PROTO_LIBRARY} protobuf::libprotobuf)
