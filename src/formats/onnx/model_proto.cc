#include "formats/onnx/model_proto.h"

#include <limits>

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>
#include <onnx/onnx_pb.h>

namespace diolkos::formats::onnx_io {

Result<std::unique_ptr<::onnx::ModelProto>> parse_model(std::span<const std::byte> bytes) {
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    return unsupported("is over 2 GB, more than an ONNX file can hold; store the weights as external data");
  const google::protobuf::LogSilencer silence;
  auto model = std::make_unique<::onnx::ModelProto>();
  if (bytes.empty() || !model->ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return invalid("is not an ONNX model, or is cut short: its protobuf message cannot be parsed");
  if (!model->has_graph()) return invalid("is not an ONNX model: it has no graph");
  if (model->training_info_size() > 0) return unsupported("holds training graphs; export the model for inference");
  return model;
}

Result<int> opset_of(const ::onnx::ModelProto& model) {
  for (const auto& import : model.opset_import()) {
    if (!import.domain().empty() && import.domain() != "ai.onnx") continue;
    if (import.version() < kOldestOpset || import.version() > kNewestOpset)
      return unsupported(fmt::format("is of opset {}, expected {} to {}; export it again with opset 17",
                                     import.version(), kOldestOpset, kNewestOpset));
    return static_cast<int>(import.version());
  }
  return invalid("does not say which ONNX opset it uses (opset_import is missing)");
}

}  // namespace diolkos::formats::onnx_io
