// A model struct to the bytes of a .tflite file. The same model gives the same bytes.
#pragma once

#include <filesystem>
#include <vector>

#include "formats/tflite/model.h"

namespace diolkos::tflite {

// Errors: a type that TFLite does not have, more than 2 GiB of weights.
Result<std::vector<std::byte>> serialize(const Model& model);
Status write_model(const Model& model, const std::filesystem::path& path);

}  // namespace diolkos::tflite
