// Hugging Face's safetensors: a JSON header and raw tensors.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>

#include "base/result.h"
#include "base/state_dict.h"

namespace diolkos::formats {

// Tensors are views into the mapped file; those that it does not align are copied. The data must be covered without
// holes or overlaps, as the format demands.
Result<StateDict> read_safetensors(const std::filesystem::path& path);
// The same of bytes in memory, which tensors keep alive; errors carry no file name.
Result<StateDict> read_safetensors(std::shared_ptr<const std::byte> bytes, std::size_t size);

}  // namespace diolkos::formats
