#include "formats/tflite/read_model.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "base/mapped_file.h"
#include "formats/tflite/element_type.h"
#include "formats/tflite/options_table.h"

namespace diolkos::tflite {
namespace {

using Bytes = std::shared_ptr<const std::byte>;

constexpr int kDeepest = 64;               // of tables in tables
constexpr int kMostTables = 1 << 20;       // tensors, operators, buffers and their parts
constexpr std::size_t kMostMetadata = std::size_t{1} << 20;  // bytes of one entry
constexpr std::size_t kSmallestFile = 8;   // root offset and identifier

std::string text(const flatbuffers::String* from) { return from == nullptr ? std::string() : from->str(); }

class ModelReader {
 public:
  ModelReader(const fb::Model& from, std::span<const std::byte> bytes, Bytes owner)
      : from_(from), bytes_(bytes), owner_(std::move(owner)) {}

  Result<Model> read() {
    if (from_.version() != 3) return unsupported(fmt::format("version {} of the format, expected 3", from_.version()));
    if (from_.subgraphs() == nullptr || from_.subgraphs()->size() != 1)
      return unsupported(
          fmt::format("{} subgraphs, expected 1", from_.subgraphs() == nullptr ? 0 : from_.subgraphs()->size()));
    const fb::SubGraph& subgraph = *from_.subgraphs()->Get(0);
    model_.description = text(from_.description());
    TRY(read_metadata());
    TRY(read_tensors(subgraph));
    TRY(read_operators(subgraph));
    TRY(read_ports(subgraph.inputs(), "input", model_.inputs));
    TRY(read_ports(subgraph.outputs(), "output", model_.outputs));
    name_ports();
    return std::move(model_);
  }

 private:
  // The bytes of a buffer; none for buffer 0 and for empty ones.
  Result<std::span<const std::uint8_t>> buffer(std::uint32_t index) const {
    if (index == 0) return std::span<const std::uint8_t>();
    if (from_.buffers() == nullptr || index >= from_.buffers()->size())
      return invalid(fmt::format("buffer {} is missing; the file has {}", index,
                                 from_.buffers() == nullptr ? 0 : from_.buffers()->size()));
    const fb::Buffer& one = *from_.buffers()->Get(index);
    if (one.offset() > 1) {  // behind the flatbuffer
      if (one.offset() > bytes_.size() || one.size() > bytes_.size() - one.offset())
        return invalid(fmt::format("buffer {} lies at {} with {} bytes, outside the file of {}", index, one.offset(),
                                   one.size(), bytes_.size()));
      return std::span(reinterpret_cast<const std::uint8_t*>(bytes_.data()) + one.offset(), one.size());
    }
    if (one.data() == nullptr) return std::span<const std::uint8_t>();
    return std::span(one.data()->data(), one.data()->size());
  }

  Status read_metadata() {
    if (from_.metadata() == nullptr) return {};
    for (const fb::Metadata* entry : *from_.metadata()) {
      TRY_ASSIGN(const auto bytes, buffer(entry->buffer()));
      if (bytes.size() > kMostMetadata) continue;
      model_.metadata[text(entry->name())] = std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    return {};
  }

  Status read_tensors(const fb::SubGraph& subgraph) {
    if (subgraph.tensors() == nullptr) return invalid("has no tensors");
    for (const fb::Tensor* tensor : *subgraph.tensors()) {
      TensorInfo info;
      info.name = text(tensor->name());
      auto status = read_tensor(*tensor, info);
      if (!status)
        return failure(
            within(fmt::format("tensor {} ('{}')", model_.tensors.size(), info.name), std::move(status).error()));
      model_.add_tensor(std::move(info));
    }
    return {};
  }

  Status read_tensor(const fb::Tensor& from, TensorInfo& info) const {
    const auto dtype = dtype_of_code(from.type());
    if (!dtype) return unsupported(fmt::format("element type {} is not one that Diolkos reads", from.type()));
    info.dtype = *dtype;
    std::vector<std::int64_t> dims;
    if (from.shape() != nullptr) dims.assign(from.shape()->begin(), from.shape()->end());
    const auto shape = Shape::from(dims);
    if (!shape || !shape->closed())
      return invalid(
          fmt::format("shape [{}] is not one of up to {} axes of known extent", fmt::join(dims, ","), Shape::kMaxRank));
    info.shape = *shape;
    if (from.is_variable()) return unsupported("a variable; networks with state are not read");
    TRY(read_quantization(from.quantization(), info));
    TRY_ASSIGN(const auto bytes, buffer(from.buffer()));
    if (!bytes.empty()) return read_data(bytes, info);
    return {};
  }

  static Status read_quantization(const fb::Quantization* from, TensorInfo& info) {
    if (from == nullptr || from->scale() == nullptr || from->scale()->size() == 0) return {};
    if (from->details_type() != 0) return unsupported("quantization of a kind that Diolkos does not know");
    Quantization quantization;
    quantization.scales.assign(from->scale()->begin(), from->scale()->end());
    if (from->zero_point() != nullptr)
      quantization.zero_points.assign(from->zero_point()->begin(), from->zero_point()->end());
    if (quantization.zero_points.empty()) quantization.zero_points.assign(quantization.scales.size(), 0);
    quantization.axis = from->quantized_dimension();
    info.quantization = std::move(quantization);
    return {};
  }

  Status read_data(std::span<const std::uint8_t> bytes, TensorInfo& info) const {
    const auto elements = info.shape.checked_elements();
    const std::size_t size = size_of(info.dtype);
    if (!elements || static_cast<std::uint64_t>(*elements) != bytes.size() / size || bytes.size() % size != 0)
      return invalid(
          fmt::format("{} {} has a buffer of {} bytes", name_of(info.dtype), to_string(info.shape), bytes.size()));
    const auto* address = reinterpret_cast<const std::byte*>(bytes.data());
    if (reinterpret_cast<std::uintptr_t>(address) % size == 0) {
      info.data = Tensor::view(info.dtype, info.shape, Bytes(owner_, address));
      return {};
    }
    TRY_ASSIGN(info.data, Tensor::zeros(info.dtype, info.shape));
    std::memcpy(info.data.mutable_data(), address, bytes.size());
    return {};
  }

  Result<Builtin> builtin(std::uint32_t index) const {
    if (from_.operator_codes() == nullptr || index >= from_.operator_codes()->size())
      return invalid(fmt::format("operator code {} is missing", index));
    const fb::OperatorCode& code = *from_.operator_codes()->Get(index);
    const std::int32_t number = std::max<std::int32_t>(code.deprecated_builtin_code(), code.builtin_code());
    if (code.custom_code() != nullptr && code.custom_code()->size() > 0)
      return unsupported(
          fmt::format("custom operator '{}'; only TFLite's own operators are read", text(code.custom_code())));
    const auto known = builtin_of(number);
    if (!known) return unsupported(fmt::format("operator code {} is not one that Diolkos reads", number));
    return *known;
  }

  Status read_operators(const fb::SubGraph& subgraph) {
    if (subgraph.operators() == nullptr) return {};
    for (const fb::Operator* from : *subgraph.operators()) {
      Operator op;
      auto status = read_operator(*from, op);
      if (!status)
        return failure(within(fmt::format("operator {}", model_.operators.size()), std::move(status).error()));
      model_.operators.push_back(std::move(op));
    }
    return {};
  }

  Status read_operator(const fb::Operator& from, Operator& op) const {
    TRY_ASSIGN(op.builtin, builtin(from.opcode_index()));
    if (from.inputs() != nullptr) op.inputs.assign(from.inputs()->begin(), from.inputs()->end());
    if (from.outputs() != nullptr) op.outputs.assign(from.outputs()->begin(), from.outputs()->end());
    auto options = read_options(from, op.builtin);
    if (!options) return failure(within(name_of(op.builtin), std::move(options).error()));
    op.options = std::move(*options);
    return {};
  }

  Status read_ports(const flatbuffers::Vector<std::int32_t>* from, std::string_view kind, std::vector<Port>& ports) {
    if (from == nullptr || from->size() == 0) return invalid(fmt::format("has no {}", kind));
    for (std::int32_t index : *from) {
      if (index < 0 || static_cast<std::size_t>(index) >= model_.tensors.size())
        return invalid(fmt::format("{} is tensor {}, of {}", kind, index, model_.tensors.size()));
      ports.push_back({model_.tensor(index).name, index});
    }
    return {};
  }

  // The signature's names, where there is one.
  void name_ports() {
    if (from_.signatures() == nullptr || from_.signatures()->size() == 0) return;
    const fb::Signature& signature = *from_.signatures()->Get(0);
    const auto rename = [](const auto* named, std::vector<Port>& ports) {
      if (named == nullptr) return;
      for (const fb::NamedTensor* entry : *named)
        for (Port& port : ports)
          if (static_cast<std::uint32_t>(port.tensor) == entry->tensor_index()) port.name = text(entry->name());
    };
    rename(signature.inputs(), model_.inputs);
    rename(signature.outputs(), model_.outputs);
  }

  const fb::Model& from_;
  std::span<const std::byte> bytes_;
  Bytes owner_;
  Model model_;
};

Result<Model> read_bytes(std::span<const std::byte> bytes, Bytes owner) {
  if (bytes.size() < kSmallestFile) return invalid(fmt::format("{} bytes are too few for a TFLite file", bytes.size()));
  if (!fb::ModelBufferHasIdentifier(bytes.data()))
    return invalid("not a TFLite file: it does not bear the identifier TFL3");
  constexpr std::size_t kFlatbufferLimit = FLATBUFFERS_MAX_BUFFER_SIZE - 1;
  flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                 std::min(bytes.size(), kFlatbufferLimit), kDeepest, kMostTables);
  if (!fb::VerifyModelBuffer(verifier)) return invalid("damaged or cut: an offset points outside the file");
  TRY_ASSIGN(Model model, ModelReader(*fb::GetModel(bytes.data()), bytes, std::move(owner)).read());
  TRY(check_model(model));
  return model;
}

}  // namespace

Result<Model> read_model(const std::filesystem::path& path) {
  TRY_ASSIGN(const auto file, MappedFile::open(path));
  auto model = read_bytes(file->bytes(), Bytes(file, file->bytes().data()));
  if (!model) return failure(within(path.string(), std::move(model).error()));
  return model;
}

Result<Model> read_model(std::span<const std::byte> bytes) {
  TRY_ASSIGN(Tensor copy, Tensor::zeros(DType::uint8, Shape{static_cast<std::int64_t>(bytes.size())}));
  if (!bytes.empty()) std::memcpy(copy.mutable_data(), bytes.data(), bytes.size());
  const auto kept = std::make_shared<const Tensor>(std::move(copy));
  return read_bytes({kept->data(), bytes.size()}, Bytes(kept, kept->data()));
}

}  // namespace diolkos::tflite
