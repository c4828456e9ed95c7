// Which format a model file is in, by its first bytes; the file's name only helps where they leave a doubt.
#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "base/result.h"

namespace diolkos::porting {

enum class FileFormat { pytorch, safetensors, onnx, tflite, dla, random };

std::string_view name_of(FileFormat format);  // "PyTorch state dict"

// An error for an empty or unreadable file, for formats that we know and do not read, and for none that we know.
Result<FileFormat> detect_format(const std::filesystem::path& path);
Result<FileFormat> detect_format(std::span<const std::byte> start, std::string_view extension);

}  // namespace diolkos::porting
