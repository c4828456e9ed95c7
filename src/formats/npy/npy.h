// NumPy's .npy: one tensor a file.
#pragma once

#include <filesystem>
#include <span>

#include "base/result.h"
#include "base/tensor.h"

namespace diolkos::formats {

// Versions 1 to 3, little-endian, C or Fortran order (brought to C). Other types are refused by name.
Result<Tensor> read_npy(const std::filesystem::path& path);
Result<Tensor> read_npy(std::span<const std::byte> bytes);                  // copied; errors carry no file name
Status write_npy(const Tensor& tensor, const std::filesystem::path& path);  // bfloat16 is written as float32

}  // namespace diolkos::formats
