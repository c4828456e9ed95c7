// From an ONNX file to a serialized engine: builder, network, parser, configuration.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "tensorrt/library.h"

namespace diolkos::plugin::tensorrt {

struct BuildRequest {
  std::span<const std::byte> onnx;
  std::string precision = "fp32";      // "fp16", "int8"
  int dla_core = -1;                   // -1: the GPU
  std::filesystem::path timing_cache;  // a file to use again and add to; empty: none
};

struct Engine {
  std::vector<std::byte> bytes;
  std::string fallback;  // of a DLA: which layers run on the GPU; empty: none
};

// FP16 and INT8 are flags of the builder up to version 10; INT8 wants QuantizeLinear and DequantizeLinear in the file.
// TF32 is always off. From version 11 on a network is computed in the types that it is written in (types.h).
Result<Engine> build_engine(const Libraries& libraries, const BuildRequest& request);

// What goes into the engine's key besides the network: flags and limits.
std::string configuration_of(const BuildRequest& request);

}  // namespace diolkos::plugin::tensorrt
