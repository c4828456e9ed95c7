// Tensors that a model keeps in files beside it: mapped once each, never from outside the model's folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/mapped_file.h"
#include "base/result.h"

namespace onnx {
class TensorProto;
}

namespace diolkos::formats::onnx_io {

class ExternalData {
 public:
  // `folder` is the model's; empty where the model came from memory, which makes external data an error.
  explicit ExternalData(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // The `length` bytes that tensor's external_data entries (location, offset, length) tell of.
  Result<std::shared_ptr<const std::byte>> bytes_of(const ::onnx::TensorProto& tensor, std::uint64_t length);
  // The files that were read from, each once.
  std::vector<std::filesystem::path> files() const;

 private:
  Result<std::shared_ptr<const MappedFile>> open(const std::string& location);

  std::filesystem::path folder_;
  std::map<std::string, std::shared_ptr<const MappedFile>> files_;  // by location
};

}  // namespace diolkos::formats::onnx_io
