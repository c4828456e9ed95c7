// The bytes of a .tflite file to a model struct. Bytes are distrusted: FlatBuffers' verifier first, then every index,
// shape, size and order. Constants view the bytes where their alignment allows.
#pragma once

#include <filesystem>
#include <memory>
#include <span>

#include "formats/tflite/model.h"

namespace diolkos::tflite {

Result<Model> read_model(const std::filesystem::path& path);
Result<Model> read_model(std::span<const std::byte> bytes);  // copies them

// What must be true of any model: indices in range, tensors made once and before they are read, constants of the size
// that their shape says, quantization that fits. The first thing wrong is the error.
Status check_model(const Model& model);

}  // namespace diolkos::tflite
