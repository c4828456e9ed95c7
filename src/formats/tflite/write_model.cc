#include "formats/tflite/write_model.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/output_file.h"
#include "formats/tflite/element_type.h"
#include "formats/tflite/operator_version.h"
#include "formats/tflite/options_table.h"

namespace diolkos::tflite {
namespace {

using flatbuffers::Offset;

constexpr std::uint32_t kFormatVersion = 3;
constexpr std::int32_t kHighestOldCode = 127;  // a byte of older readers
constexpr std::size_t kMostBytes = (std::size_t{1} << 31) - (std::size_t{1} << 24);  // of a flatbuffer, less tables
constexpr std::size_t kBufferAlignment = 16;

class ModelWriter {
 public:
  ModelWriter(const Model& model, std::size_t weight_bytes)
      : model_(model), builder_(weight_bytes + (std::size_t{1} << 20)) {}

  Result<flatbuffers::FlatBufferBuilder> write() {
    buffers_.push_back(fb::CreateBuffer(builder_));  // buffer 0 is empty, by the format's definition
    TRY_ASSIGN(const auto tensors, write_tensors());
    const auto operators = write_operators();
    const auto subgraph = fb::CreateSubGraph(builder_, builder_.CreateVector(tensors),
                                             builder_.CreateVector(indices(model_.inputs)),
                                             builder_.CreateVector(indices(model_.outputs)),
                                             builder_.CreateVector(operators), builder_.CreateString("main"));
    const auto metadata = write_metadata();
    const auto signature = fb::CreateSignature(builder_, write_ports(model_.inputs), write_ports(model_.outputs),
                                               builder_.CreateString("serving_default"), 0);
    const auto codes = builder_.CreateVector(codes_);
    const auto subgraphs = builder_.CreateVector(&subgraph, 1);
    const auto description = builder_.CreateString(model_.description);
    const auto buffers = builder_.CreateVector(buffers_);
    const auto signatures = builder_.CreateVector(&signature, 1);
    builder_.Finish(
        fb::CreateModel(builder_, kFormatVersion, codes, subgraphs, description, buffers, metadata, signatures),
        fb::ModelIdentifier());
    return std::move(builder_);
  }

 private:
  static std::vector<std::int32_t> indices(const std::vector<Port>& ports) {
    std::vector<std::int32_t> all;
    for (const Port& port : ports) all.push_back(port.tensor);
    return all;
  }

  std::uint32_t write_buffer(const void* data, std::size_t size) {
    builder_.ForceVectorAlignment(size, 1, kBufferAlignment);
    const auto bytes = builder_.CreateVector(static_cast<const std::uint8_t*>(data), size);
    buffers_.push_back(fb::CreateBuffer(builder_, bytes));
    return static_cast<std::uint32_t>(buffers_.size() - 1);
  }

  Offset<fb::Quantization> write_quantization(const std::optional<Quantization>& quantization) {
    if (!quantization) return {};
    const auto scales = builder_.CreateVector(quantization->scales);
    const auto zero_points = builder_.CreateVector(quantization->zero_points);
    return fb::CreateQuantization(builder_, 0, 0, scales, zero_points, 0, quantization->axis);
  }

  Result<std::vector<Offset<fb::Tensor>>> write_tensors() {
    std::vector<Offset<fb::Tensor>> tensors;
    for (const TensorInfo& tensor : model_.tensors) {
      const auto type = code_of_dtype(tensor.dtype);
      if (!type) return unsupported(fmt::format("tensor '{}' is {}, which TFLite does not have", tensor.name,
                                                diolkos::name_of(tensor.dtype)));
      const std::uint32_t buffer = tensor.is_constant() ? write_buffer(tensor.data.data(), tensor.data.bytes()) : 0;
      std::vector<std::int32_t> dims;
      for (std::int64_t dim : tensor.shape) dims.push_back(static_cast<std::int32_t>(dim));
      const auto shape = builder_.CreateVector(dims);
      const auto name = builder_.CreateString(tensor.name);
      tensors.push_back(
          fb::CreateTensor(builder_, shape, *type, buffer, name, write_quantization(tensor.quantization)));
    }
    return tensors;
  }

  std::uint32_t code_index(const Operator& op) {
    const std::pair key(static_cast<std::int32_t>(op.builtin), version_of(model_, op));
    const auto found = std::find(code_keys_.begin(), code_keys_.end(), key);
    if (found != code_keys_.end()) return static_cast<std::uint32_t>(found - code_keys_.begin());
    code_keys_.push_back(key);
    codes_.push_back(fb::CreateOperatorCode(
        builder_, static_cast<std::int8_t>(std::min(key.first, kHighestOldCode)), 0, key.second, key.first));
    return static_cast<std::uint32_t>(codes_.size() - 1);
  }

  std::vector<Offset<fb::Operator>> write_operators() {
    std::vector<Offset<fb::Operator>> operators;
    for (const Operator& op : model_.operators) {
      const std::uint32_t code = code_index(op);
      const auto inputs = builder_.CreateVector(op.inputs);
      const auto outputs = builder_.CreateVector(op.outputs);
      const auto options = write_options(builder_, op);
      operators.push_back(fb::CreateOperator(builder_, code, inputs, outputs, options_type(op.builtin), options));
    }
    return operators;
  }

  Offset<flatbuffers::Vector<Offset<fb::NamedTensor>>> write_ports(const std::vector<Port>& ports) {
    std::vector<Offset<fb::NamedTensor>> named;
    for (const Port& port : ports)
      named.push_back(fb::CreateNamedTensor(builder_, builder_.CreateString(port.name),
                                            static_cast<std::uint32_t>(port.tensor)));
    return builder_.CreateVector(named);
  }

  Offset<flatbuffers::Vector<Offset<fb::Metadata>>> write_metadata() {
    std::vector<Offset<fb::Metadata>> entries;
    for (const auto& [name, text] : model_.metadata) {
      const std::uint32_t buffer = write_buffer(text.data(), text.size());
      entries.push_back(fb::CreateMetadata(builder_, builder_.CreateString(name), buffer));
    }
    return builder_.CreateVector(entries);
  }

  const Model& model_;
  flatbuffers::FlatBufferBuilder builder_;
  std::vector<Offset<fb::Buffer>> buffers_;
  std::vector<std::pair<std::int32_t, int>> code_keys_;
  std::vector<Offset<fb::OperatorCode>> codes_;
};

Result<flatbuffers::FlatBufferBuilder> build(const Model& model) {
  std::size_t weight_bytes = 0;
  for (const TensorInfo& tensor : model.tensors)
    if (tensor.is_constant()) weight_bytes += tensor.data.bytes() + 2 * kBufferAlignment;
  if (weight_bytes > kMostBytes)
    return unsupported(fmt::format("{} bytes of weights; a TFLite file holds at most 2 GiB", weight_bytes));
  return ModelWriter(model, weight_bytes).write();
}

}  // namespace

Result<std::vector<std::byte>> serialize(const Model& model) {
  TRY_ASSIGN(const auto builder, build(model));
  const auto* start = reinterpret_cast<const std::byte*>(builder.GetBufferPointer());
  return std::vector<std::byte>(start, start + builder.GetSize());
}

Status write_model(const Model& model, const std::filesystem::path& path) {
  auto builder = build(model);
  if (!builder) return failure(within(path.string(), std::move(builder).error()));
  return write_file(path, {reinterpret_cast<const std::byte*>(builder->GetBufferPointer()), builder->GetSize()});
}

}  // namespace diolkos::tflite
