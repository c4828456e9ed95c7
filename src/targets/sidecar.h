// What a program that runs a TFLite or DLA file must know besides it, as JSON next to it: "diolkos.sidecar/1"
// (docs/sidecar.md). A DLA file tells neither element types nor scales of its ends.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "formats/tflite/model.h"

namespace diolkos::targets {

struct SidecarThreshold {
  int class_index = 0;
  std::string name;   // of the class; may be empty
  bool raw = false;   // of the score; else of the probability
  double threshold = 0;
  double agreement = 0;
};

// What the model itself does not hold, or holds as text.
struct SidecarFacts {
  std::filesystem::path source;      // the TFLite file of a DLA file; empty: it is the file itself
  std::string source_sha256;
  std::string board, arch;           // "genio-700", "mdla3.0"; empty for TFLite files
  std::vector<std::string> command;  // that compiled it
  std::string normalize;             // "imagenet", "custom", …; empty: not known
  std::array<double, 3> mean{}, deviation{};
  std::vector<std::string> classes;
  std::vector<SidecarThreshold> thresholds;
};

std::filesystem::path sidecar_path(const std::filesystem::path& file);  // FILE.json

// `file` must be there: its digest goes in. `model` is the TFLite model that it is or was made from.
Status write_sidecar(const std::filesystem::path& file, const tflite::Model& model, const SidecarFacts& facts);

}  // namespace diolkos::targets
