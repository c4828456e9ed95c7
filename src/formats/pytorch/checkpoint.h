// PyTorch's .pth and .pt state dicts, zip or legacy, read without executing anything in them.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "base/state_dict.h"

namespace diolkos::formats {

// Finds the state dict in the file (itself, or under 'model', 'state_dict', …), strips a common 'module.' prefix.
// Tensors are contiguous, of their own type. Globals outside a short list are refused by name.
Result<StateDict> read_checkpoint(const std::filesystem::path& path);

}  // namespace diolkos::formats
