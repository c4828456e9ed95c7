// What is asked of a runtime when it loads a network.
#pragma once

#include <filesystem>
#include <string>

#include "graph/graph.h"

namespace diolkos::engines {

struct LoadRequest {
  // One of the two, or both. A file is handed over as it is where the runtime takes its format (by its ending: .onnx,
  // .tflite, .dla, .engine); otherwise the graph goes in, written in a format that the runtime takes. The graph must be
  // deployable: types known, no operators of our own.
  const graph::Graph* graph = nullptr;
  std::filesystem::path file;

  std::string precision = "fp32";      // "fp16", "bf16", "int8": what is computed in
  std::string device;                  // "cpu", "cuda:0", "npu"; empty: the runtime's first one that does `precision`
  int threads = 0;                     // 0: available_threads()
  std::filesystem::path cache_folder;  // where the runtime may keep compiled forms; empty: nowhere
};

}  // namespace diolkos::engines
