#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <new>

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <onnx/onnx_pb.h>

#include "base/output_file.h"
#include "formats/onnx/graph_writer.h"
#include "formats/onnx/onnx_file.h"
#include "formats/onnx/spell_out_quantization.h"

namespace diolkos::formats {
namespace {

constexpr int kOldestWritten = 13;
// The IR version that came with each opset from 13 on: older readers must not be told of a newer one than they need.
constexpr std::array kIrVersions{7, 7, 8, 8, 8, 8, 9, 9, 10, 10};
constexpr int kNewestWritten = kOldestWritten + static_cast<int>(kIrVersions.size()) - 1;

Status fill(const graph::Graph& graph, int opset, ::onnx::ModelProto& model) {
  model.set_ir_version(kIrVersions[static_cast<std::size_t>(opset - kOldestWritten)]);
  model.set_producer_name("diolkos");
  model.set_producer_version(DIOLKOS_VERSION);
  model.add_opset_import()->set_version(opset);
  for (const auto& [key, value] : graph.metadata) {
    auto& entry = *model.add_metadata_props();
    entry.set_key(key);
    entry.set_value(value);
  }
  model.mutable_graph()->set_name(graph.name.empty() ? "graph" : graph.name);
  if (!onnx_io::computes_in_integers(graph)) return onnx_io::write_graph(graph, opset, *model.mutable_graph());
  TRY_ASSIGN(const graph::Graph spelled, onnx_io::spell_out_quantization(graph));
  return onnx_io::write_graph(spelled, opset, *model.mutable_graph());
}

Status check_opset(int opset) {
  if (opset < kOldestWritten || opset > kNewestWritten)
    return unsupported(fmt::format("cannot write opset {}, expected {} to {}", opset, kOldestWritten, kNewestWritten));
  return {};
}

Status check_size(const ::onnx::ModelProto& model) {
  if (model.ByteSizeLong() > 0x7fffffff)
    return unsupported(
        fmt::format("would be {} bytes long, an ONNX file holds at most {}", model.ByteSizeLong(), 0x7fffffff));
  return {};
}

Status save(const ::onnx::ModelProto& model, const std::filesystem::path& path) {
  TRY(check_size(model));
  TRY_ASSIGN(OutputFile file, OutputFile::create(path));
  std::ofstream stream(file.temporary(), std::ios::binary | std::ios::trunc);
  {
    google::protobuf::io::OstreamOutputStream buffered(&stream);
    google::protobuf::io::CodedOutputStream coded(&buffered);
    coded.SetSerializationDeterministic(true);
    model.SerializeToCodedStream(&coded);
  }
  stream.close();
  if (!stream) return io_failure(fmt::format("cannot write: {}", std::strerror(errno)));
  return file.commit();
}

Status write(const graph::Graph& graph, const std::filesystem::path& path, int opset) {
  TRY(check_opset(opset));
  try {
    ::onnx::ModelProto model;
    TRY(fill(graph, opset, model));
    return save(model, path);
  } catch (const std::bad_alloc&) {
    return io_failure("out of memory while writing");
  }
}

}  // namespace

Status write_onnx(const graph::Graph& graph, const std::filesystem::path& path, const OnnxWriteOptions& options) {
  auto status = write(graph, path, options.opset);
  const std::string place = path.string();
  if (status || status.error().message.starts_with(place)) return status;  // OutputFile names the path itself
  return failure(within(place, status.error()));
}

Result<std::vector<std::byte>> serialize_onnx(const graph::Graph& graph, const OnnxWriteOptions& options) {
  TRY(check_opset(options.opset));
  try {
    ::onnx::ModelProto model;
    TRY(fill(graph, options.opset, model));
    TRY(check_size(model));
    std::vector<std::byte> bytes(model.ByteSizeLong());
    google::protobuf::io::ArrayOutputStream array(bytes.data(), static_cast<int>(bytes.size()));
    google::protobuf::io::CodedOutputStream coded(&array);
    coded.SetSerializationDeterministic(true);
    model.SerializeToCodedStream(&coded);
    return bytes;
  } catch (const std::bad_alloc&) {
    return io_failure("out of memory while writing");
  }
}

}  // namespace diolkos::formats
