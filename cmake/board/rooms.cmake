# What a build for boards leaves out: what shows pictures, reads them or fetches files.
add_compile_options(-ffunction-sections -fdata-sections)
# Programs and plugins need the C library alone. What of the archives is not used is left out, and none of it exported: two
# copies of the C++ library in a process must not find each other's symbols.
add_link_options(-static-libstdc++ -static-libgcc -Wl,--gc-sections -Wl,--exclude-libs,ALL)
set(rooms_left_out video evaluate report web gstreamer live api CURL::libcurl PkgConfig::LIBZIP diolkos_opencv_imgproc)
set(files_of_pipeline network.cc engine_network.cc carry_thresholds.cc)
set(files_of_fetch cache_folder.cc)
set(files_left_out_of_segmentation preprocess.cc outline.cc)
