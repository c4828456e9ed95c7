// Small ONNX models for tests.
#pragma once

#include <string>
#include <vector>

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include "base/result.h"
#include "formats/onnx/onnx_file.h"
#include "graph/graph.h"

namespace diolkos::formats {

class TestModel {
 public:
  explicit TestModel(int opset = 17) {
    proto.set_ir_version(8);
    proto.add_opset_import()->set_version(opset);
    proto.mutable_graph()->set_name("test");
  }

  ::onnx::ModelProto proto;
  ::onnx::GraphProto& graph() { return *proto.mutable_graph(); }

  // A dimension of -1 is written as the name "n".
  TestModel& input(const std::string& name, std::vector<std::int64_t> dims = {1, 2, 4, 4}, int type = 1) {
    auto& info = *graph().add_input();
    info.set_name(name);
    auto& tensor = *info.mutable_type()->mutable_tensor_type();
    tensor.set_elem_type(type);
    tensor.mutable_shape();
    for (std::int64_t dim : dims) {
      auto& added = *tensor.mutable_shape()->add_dim();
      if (dim == -1) {
        added.set_dim_param("n");
      } else {
        added.set_dim_value(dim);
      }
    }
    return *this;
  }

  TestModel& output(const std::string& name) {
    graph().add_output()->set_name(name);
    return *this;
  }

  ::onnx::TensorProto& floats(const std::string& name, std::vector<std::int64_t> dims, std::vector<float> values) {
    auto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(::onnx::TensorProto::FLOAT);
    for (std::int64_t dim : dims) tensor.add_dims(dim);
    tensor.set_raw_data(values.data(), values.size() * sizeof(float));
    return tensor;
  }

  ::onnx::TensorProto& ints(const std::string& name, std::vector<std::int64_t> values) {
    auto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(::onnx::TensorProto::INT64);
    tensor.add_dims(static_cast<std::int64_t>(values.size()));
    for (std::int64_t value : values) tensor.add_int64_data(value);
    return tensor;
  }

  // Named "<op>_<number>".
  ::onnx::NodeProto& node(const std::string& op, const std::vector<std::string>& inputs,
                          const std::vector<std::string>& outputs) {
    auto& made = *graph().add_node();
    made.set_op_type(op);
    made.set_name(fmt::format("{}_{}", op, graph().node_size()));
    for (const auto& name : inputs) made.add_input(name);
    for (const auto& name : outputs) made.add_output(name);
    return made;
  }

  std::string bytes() const { return proto.SerializeAsString(); }
  Result<graph::Graph> read(const std::filesystem::path& folder = {}) const {
    const std::string serialized = bytes();
    return read_onnx(std::as_bytes(std::span(serialized.data(), serialized.size())), folder);
  }
  std::string error(const std::filesystem::path& folder = {}) const {
    const auto graph = read(folder);
    return graph ? "no error" : graph.error().message;
  }
};

inline void set_ints(::onnx::NodeProto& node, const std::string& name, std::vector<std::int64_t> values) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(::onnx::AttributeProto::INTS);
  for (std::int64_t value : values) attribute.add_ints(value);
}

inline void set_int(::onnx::NodeProto& node, const std::string& name, std::int64_t value) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(::onnx::AttributeProto::INT);
  attribute.set_i(value);
}

inline void set_float(::onnx::NodeProto& node, const std::string& name, float value) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(::onnx::AttributeProto::FLOAT);
  attribute.set_f(value);
}

inline void set_string(::onnx::NodeProto& node, const std::string& name, const std::string& value) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(::onnx::AttributeProto::STRING);
  attribute.set_s(value);
}

}  // namespace diolkos::formats
