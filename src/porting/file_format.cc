#include "porting/file_format.h"

#include <cstring>

#include <fmt/format.h>

#include "base/mapped_file.h"

namespace diolkos::porting {
namespace {

bool starts_with(std::span<const std::byte> bytes, std::string_view magic, std::size_t at = 0) {
  return bytes.size() >= at + magic.size() && std::memcmp(bytes.data() + at, magic.data(), magic.size()) == 0;
}

bool looks_like_safetensors(std::span<const std::byte> bytes) {
  if (bytes.size() < 9 || static_cast<char>(bytes[8]) != '{') return false;
  std::uint64_t header = 0;
  std::memcpy(&header, bytes.data(), sizeof header);
  return header < (std::uint64_t{1} << 32);
}

// ModelProto's first field, as every exporter writes it, is ir_version: tag 0x08 and a small number.
bool looks_like_onnx(std::span<const std::byte> bytes) {
  return bytes.size() >= 2 && bytes[0] == std::byte{0x08} && bytes[1] > std::byte{0} && bytes[1] < std::byte{0x40};
}

}  // namespace

std::string_view name_of(FileFormat format) {
  switch (format) {
    case FileFormat::pytorch: return "PyTorch state dict";
    case FileFormat::safetensors: return "safetensors state dict";
    case FileFormat::onnx: return "ONNX";
    case FileFormat::tflite: return "TensorFlow Lite";
    case FileFormat::dla: return "DLA";
    case FileFormat::random: return "random weights";
  }
  return "unknown";
}

Result<FileFormat> detect_format(std::span<const std::byte> bytes, std::string_view extension) {
  if (bytes.empty()) return invalid("the file is empty");
  if (starts_with(bytes, "PK\x03\x04") || starts_with(bytes, "PK\x05\x06")) return FileFormat::pytorch;
  if (bytes.size() > 1 && bytes[0] == std::byte{0x80} && bytes[1] >= std::byte{2} && bytes[1] <= std::byte{5})
    return FileFormat::pytorch;
  if (starts_with(bytes, "TFL3", 4)) return FileFormat::tflite;
  if (starts_with(bytes, "\x89HDF"))
    return unsupported("an HDF5 file (Keras?); expected PyTorch, safetensors or ONNX");
  if (looks_like_safetensors(bytes)) return FileFormat::safetensors;
  if (looks_like_onnx(bytes) || extension == ".onnx") return FileFormat::onnx;
  if (extension == ".pth" || extension == ".pt") return FileFormat::pytorch;
  return invalid("not a model file that diolkos knows: expected a PyTorch state dict (.pth, .pt), safetensors, ONNX or "
                 "TensorFlow Lite");
}

Result<FileFormat> detect_format(const std::filesystem::path& path) {
  TRY_ASSIGN(const auto file, MappedFile::open(path));
  auto format = detect_format(file->bytes(), path.extension().string());
  if (!format) return failure(within(path.string(), std::move(format).error()));
  return *format;
}

}  // namespace diolkos::porting
