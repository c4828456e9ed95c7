// From a network to TFLite files: legalized, lowered, calibrated once, and written in as many variants as asked for.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "graph/graph.h"
#include "quantize/calibrate.h"
#include "quantize/quantize_model.h"

namespace diolkos::quantize {

struct Destination {
  Variant variant{};
  std::filesystem::path path;
};

struct WrittenFile {
  std::filesystem::path path;
  Variant variant{};
  std::size_t operators = 0;
  std::uintmax_t bytes = 0;
};

// `graph` has gone through the deploy passes; its types are known. `samples` may be empty where no variant needs
// calibration (where it is not, every variant gains by it).
Result<std::vector<WrittenFile>> write_variants(const graph::Graph& graph, std::span<const Destination> destinations,
                                                const SampleSource& samples, const QuantizeOptions& options,
                                                const CalibrateOptions& calibrate_options);

// All seven in a folder, as onnx2tf names them: FOLDER/STEM_full_integer_quant.tflite.
std::vector<Destination> all_variants(const std::filesystem::path& folder, std::string_view stem);

}  // namespace diolkos::quantize
