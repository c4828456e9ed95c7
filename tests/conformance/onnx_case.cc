#include "conformance/onnx_case.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/mapped_file.h"
#include "formats/onnx/onnx_file.h"
#include "passes/pass.h"

namespace diolkos::conformance {
namespace {

using graph::Op;

struct ShapeInputs {
  Op op;
  std::array<int, 4> inputs;  // -1: no more
};

// The inputs that decide a shape or a layout: a network holds them as constants, the tests feed them.
constexpr std::array kShapeInputs{
    ShapeInputs{Op::Reshape, {1, -1, -1, -1}},   ShapeInputs{Op::Slice, {1, 2, 3, 4}},
    ShapeInputs{Op::Resize, {1, 2, 3, -1}},      ShapeInputs{Op::Pad, {1, 3, -1, -1}},
    ShapeInputs{Op::Expand, {1, -1, -1, -1}},    ShapeInputs{Op::Tile, {1, -1, -1, -1}},
    ShapeInputs{Op::Squeeze, {1, -1, -1, -1}},   ShapeInputs{Op::Unsqueeze, {1, -1, -1, -1}},
    ShapeInputs{Op::Split, {1, -1, -1, -1}},     ShapeInputs{Op::ConstantOfShape, {0, -1, -1, -1}},
    ShapeInputs{Op::Range, {0, 1, 2, -1}},       ShapeInputs{Op::ReduceMean, {1, -1, -1, -1}},
    ShapeInputs{Op::ReduceSum, {1, -1, -1, -1}}, ShapeInputs{Op::ReduceMax, {1, -1, -1, -1}},
    ShapeInputs{Op::ReduceMin, {1, -1, -1, -1}}, ShapeInputs{Op::ReduceProd, {1, -1, -1, -1}},
};

bool decides_shape(const graph::Graph& graph, graph::ValueId id) {
  for (graph::NodeId user : graph.users(id)) {
    const graph::Node& node = graph.node(user);
    for (const ShapeInputs& entry : kShapeInputs)
      for (int index : entry.inputs)
        if (entry.op == node.op && index >= 0 && node.input(static_cast<std::size_t>(index)) == id) return true;
  }
  return false;
}

Result<Tensor> read_tensor_file(const std::filesystem::path& path) {
  TRY_ASSIGN(const auto file, MappedFile::open(path));
  auto tensor = formats::read_onnx_tensor(file->bytes());
  if (!tensor) return failure(within(path.filename().string(), tensor.error()));
  return tensor;
}

Status bind_inputs(const std::filesystem::path& data, OnnxCase& made) {
  const std::vector<graph::ValueId> ids(made.graph.inputs().begin(), made.graph.inputs().end());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    TRY_ASSIGN(Tensor tensor, read_tensor_file(data / fmt::format("input_{}.pb", i)));
    if (decides_shape(made.graph, ids[i])) {
      made.graph.make_constant(ids[i], std::move(tensor));
    } else {
      made.inputs.push_back(std::move(tensor));
    }
  }
  return {};
}

}  // namespace

Status settle_types(graph::Graph& graph) { return passes::run_passes(graph, passes::Pipeline::types); }

Result<OnnxCase> load_case(const std::filesystem::path& folder) {
  const std::filesystem::path data = folder / "test_data_set_0";
  OnnxCase made;
  made.name = folder.filename().string();
  auto graph = formats::read_onnx(folder / "model.onnx");
  if (!graph) {  // without the path, which the report has no use for
    Error error = graph.error();
    error.message.erase(0, error.message.find(": ") + 2);
    return failure(std::move(error));
  }
  made.graph = std::move(*graph);
  TRY(bind_inputs(data, made));
  for (std::size_t i = 0; i < made.graph.outputs().size(); ++i) {
    TRY_ASSIGN(Tensor tensor, read_tensor_file(data / fmt::format("output_{}.pb", i)));
    made.outputs.push_back(std::move(tensor));
  }
  TRY(settle_types(made.graph));
  return made;
}

}  // namespace diolkos::conformance
