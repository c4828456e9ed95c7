#include "formats/onnx/data_type.h"

#include <array>

#include <fmt/format.h>

namespace diolkos::formats::onnx_io {
namespace {

// Indexed by code; onnx.proto of ONNX 1.22.
constexpr std::array kNames{
    "undefined type", "float32",    "uint8",      "int8",         "uint16",         "int16",      "int32",
    "int64",          "string",     "bool",       "float16",      "float64",        "uint32",     "uint64",
    "complex64",      "complex128", "bfloat16",   "float8e4m3fn", "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz",
    "uint4",          "int4",       "float4e2m1", "float8e8m0",   "uint2",          "int2",
};

}  // namespace

std::string name_of_code(int code) {
  if (code < 0 || static_cast<std::size_t>(code) >= kNames.size()) return fmt::format("type {}", code);
  return kNames[static_cast<std::size_t>(code)];
}

}  // namespace diolkos::formats::onnx_io
