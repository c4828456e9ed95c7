#include <new>

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include "base/mapped_file.h"
#include "formats/onnx/external_data.h"
#include "formats/onnx/graph_reader.h"
#include "formats/onnx/model_proto.h"
#include "formats/onnx/onnx_file.h"
#include "formats/onnx/tensor_proto.h"

namespace diolkos::formats {
namespace {

using onnx_io::ExternalData;

Result<graph::Graph> read_model(::onnx::ModelProto& model, const std::filesystem::path& folder,
                                std::vector<std::filesystem::path>* companions = nullptr) {
  TRY_ASSIGN(const int opset, onnx_io::opset_of(model));
  ExternalData external(folder);
  TRY_ASSIGN(graph::Graph graph, onnx_io::read_graph(*model.mutable_graph(), opset, external));
  for (const auto& entry : model.metadata_props()) graph.metadata[entry.key()] = entry.value();
  if (companions != nullptr) *companions = external.files();
  return graph;
}

// A message holds names from the file, and must stay one line that a terminal shows as it is.
Error printable(Error error) {
  for (char& letter : error.message)
    if (static_cast<unsigned char>(letter) < ' ' || letter == '\x7f') letter = '?';
  return error;
}

// protobuf's own allocations are the only thing here that throws.
template <class T, class F>
Result<T> guarded(F&& read) {
  try {
    Result<T> result = read();
    if (!result) return failure(printable(std::move(result).error()));
    return result;
  } catch (const std::bad_alloc&) {
    return failure(ErrorCode::io, "out of memory while reading");
  }
}

}  // namespace

Result<graph::Graph> read_onnx(const std::filesystem::path& path, std::vector<std::filesystem::path>* companions) {
  TRY_ASSIGN(auto file, MappedFile::open(path));
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  auto graph = guarded<graph::Graph>([&]() -> Result<graph::Graph> {
    TRY_ASSIGN(const auto model, onnx_io::parse_model(file->bytes()));
    file.reset();
    return read_model(*model, folder, companions);
  });
  if (!graph) return failure(within(path.string(), graph.error()));
  return graph;
}

Result<graph::Graph> read_onnx(std::span<const std::byte> bytes, const std::filesystem::path& folder) {
  return guarded<graph::Graph>([&]() -> Result<graph::Graph> {
    TRY_ASSIGN(const auto model, onnx_io::parse_model(bytes));
    return read_model(*model, folder);
  });
}

Result<Tensor> read_onnx_tensor(std::span<const std::byte> bytes) {
  return guarded<Tensor>([&]() -> Result<Tensor> {
    ::onnx::TensorProto proto;
    if (!proto.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return invalid("is not an ONNX tensor");
    ExternalData external{{}};
    return onnx_io::read_tensor(proto, external);
  });
}

}  // namespace diolkos::formats
