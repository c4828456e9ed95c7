// Hugging Face's safetensors: a JSON header and raw tensors.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "base/state_dict.h"

namespace diolkos::formats {

Result<StateDict> read_safetensors(const std::filesystem::path& path);  // tensors are views into the mapped file

}  // namespace diolkos::formats
