// PyTorch's .pth and .pt state dicts, zip or legacy, read without executing anything in them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>

#include "base/result.h"
#include "base/state_dict.h"

namespace diolkos::formats {

// Finds the state dict in the file (itself, or under 'model', 'state_dict', …), strips a common 'module.' prefix.
// Tensors are contiguous, of their own type. Globals outside a short list are refused by name.
Result<StateDict> read_checkpoint(const std::filesystem::path& path);
// The same of bytes in memory, which tensors may keep alive; errors carry no file name.
Result<StateDict> read_checkpoint(std::shared_ptr<const std::byte> bytes, std::size_t size);

}  // namespace diolkos::formats
