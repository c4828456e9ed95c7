# diolkos_room(NAME DEPENDS ROOM-OR-TARGET...): the library of src/NAME, and the test program of its *_test.cc.
# Sources are found by name; a file's ending says what it is:
#   x_test.cc    a unit test            x_bench.cc   a benchmark
#   x_avx2.cc    compiled with AVX2, FMA and F16C
#   x_avx512.cc  compiled with AVX-512 F, BW, DQ, VL as well
#   x_avxvnni.cc compiled with AVX2 and AVX-VNNI
#   x_vnni.cc    compiled as _avx512, with AVX-512 VNNI
#   x_avx512bf16.cc compiled as _avx512, with AVX-512 BF16
#   x_amx.cc     compiled as _avx512bf16, with AMX's tiles, AMX-INT8 and AMX-BF16
#   x_neon.cc    compiled with DIOLKOS_NEON; x_dotprod.cc with Armv8.2's dot products; x_i8mm.cc with its 8-bit matrices;
#                x_armbf16.cc with its bfloat16; x_armfp16.cc with its 16-bit arithmetic
# Files for another processor than the one that is built for are left out.
# `unit_tests` builds them all; `threaded_tests` those of the rooms that start threads, for ThreadSanitizer;
# `parser_tests` those of the rooms that read bytes from strangers, for AddressSanitizer.
add_custom_target(unit_tests)
add_custom_target(threaded_tests)
add_custom_target(parser_tests)
set(threaded_rooms base kernels runtime pipeline live web)
set(parser_rooms base graph formats/npy formats/safetensors formats/pytorch formats/onnx formats/tflite)

# GCC's scheduling before it allots registers loads so early that a tile's sums end on the stack.
set(neon_options -DDIOLKOS_NEON -fno-schedule-insns)

if(DIOLKOS_BOARD)
  include(${CMAKE_CURRENT_LIST_DIR}/board/rooms.cmake)
endif()

function(diolkos_room name)
  if(name IN_LIST rooms_left_out)
    return()
  endif()
  cmake_parse_arguments(ROOM "" "" "DEPENDS" ${ARGN})
  string(REPLACE "/" "_" target "diolkos_${name}")
  set(folder ${CMAKE_CURRENT_SOURCE_DIR}/src/${name})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.cc)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_(test|bench)\\.cc$")
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64")
    list(FILTER sources EXCLUDE REGEX "_(avx2|avx512|avxvnni|vnni|avx512bf16|amx)\\.cc$")
  else()
    list(FILTER sources EXCLUDE REGEX "_(neon|dotprod|i8mm|armbf16|armfp16)\\.cc$")
  endif()
  list(TRANSFORM files_of_${name} PREPEND ${folder}/ OUTPUT_VARIABLE named)
  list(TRANSFORM files_left_out_of_${name} PREPEND ${folder}/ OUTPUT_VARIABLE unnamed)
  list(REMOVE_ITEM sources ${unnamed})
  if(named)
    set(sources ${named})
  endif()
  if(NOT sources)
    add_library(${target} INTERFACE)
    set(kind INTERFACE)
  else()
    add_library(${target} STATIC ${sources})
    # For programs and for libdiolkos.so, which exports its interface alone.
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden
                          VISIBILITY_INLINES_HIDDEN ON)
    set(kind PUBLIC)
    foreach(source ${sources})
      if(source MATCHES "_avx2\\.cc$")
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "-mavx2;-mfma;-mf16c")
      elseif(source MATCHES "_avx512\\.cc$")
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS
          "-mavx2;-mfma;-mf16c;-mavx512f;-mavx512bw;-mavx512dq;-mavx512vl;-mprefer-vector-width=512")
      elseif(source MATCHES "_avxvnni\\.cc$")
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "-mavx2;-mfma;-mf16c;-mavxvnni")
      elseif(source MATCHES "_vnni\\.cc$")
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS
          "-mavx2;-mfma;-mf16c;-mavx512f;-mavx512bw;-mavx512dq;-mavx512vl;-mavx512vnni;-mprefer-vector-width=512")
      elseif(source MATCHES "_avx512bf16\\.cc$")
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS
          "-mavx2;-mfma;-mf16c;-mavx512f;-mavx512bw;-mavx512dq;-mavx512vl;-mavx512bf16;-mprefer-vector-width=512")
      elseif(source MATCHES "_amx\\.cc$")
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS
          "-mavx2;-mfma;-mf16c;-mavx512f;-mavx512bw;-mavx512dq;-mavx512vl;-mavx512bf16;-mamx-tile;-mamx-int8;-mamx-bf16;-mprefer-vector-width=512")
      elseif(source MATCHES "_neon\\.cc$")
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "${neon_options}")
      elseif(source MATCHES "_dotprod\\.cc$")
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "${neon_options};-march=armv8.2-a+dotprod")
      elseif(source MATCHES "_i8mm\\.cc$")
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "${neon_options};-march=armv8.2-a+dotprod+i8mm")
      elseif(source MATCHES "_armbf16\\.cc$")
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "${neon_options};-march=armv8.2-a+bf16")
      elseif(source MATCHES "_armfp16\\.cc$")
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "${neon_options};-march=armv8.2-a+fp16")
      endif()
    endforeach()
  endif()
  set(links)
  foreach(dependency ${ROOM_DEPENDS})
    if(DIOLKOS_BOARD AND dependency IN_LIST rooms_left_out)
      continue()
    elseif(dependency MATCHES "::" OR dependency MATCHES "^diolkos_")
      list(APPEND links ${dependency})
    else()
      string(REPLACE "/" "_" dependency "diolkos_${dependency}")
      list(APPEND links ${dependency})
    endif()
  endforeach()
  target_link_libraries(${target} ${kind} diolkos_flags ${links})
  if(DIOLKOS_TESTS AND tests)
    add_executable(${target}_test ${tests})
    target_link_libraries(${target}_test PRIVATE ${target} diolkos_test_main)
    # Assertions are most of a test's code: optimising them takes a third of its compile time.
    target_compile_options(${target}_test PRIVATE $<$<CONFIG:Release>:-O1>)
    add_dependencies(unit_tests ${target}_test)
    if(name IN_LIST threaded_rooms)
      add_dependencies(threaded_tests ${target}_test)
    endif()
    if(name IN_LIST parser_rooms)
      add_dependencies(parser_tests ${target}_test)
    endif()
    gtest_discover_tests(${target}_test TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60)
  endif()
endfunction()
