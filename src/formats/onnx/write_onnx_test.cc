#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "formats/onnx/test_model.h"
#include "graph/infer.h"
#include "graph/text.h"

namespace diolkos::formats {
namespace {

namespace fs = std::filesystem;
using graph::Attribute;
using graph::Graph;
using graph::kNoValue;
using graph::Op;
using graph::ValueId;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class WriteOnnx : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / fmt::format("diolkos_write_onnx_{}", ::getpid());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string bytes_of(const Graph& graph, int opset = 17) {
    const Status status = write_onnx(graph, path(), {opset});
    EXPECT_TRUE(status) << status.error().message;
    std::ifstream stream(path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  ::onnx::ModelProto written(const Graph& graph, int opset = 17) {
    ::onnx::ModelProto model;
    EXPECT_TRUE(model.ParseFromString(bytes_of(graph, opset)));
    return model;
  }
  std::string error(const Graph& graph, int opset = 17) {
    const Status status = write_onnx(graph, path(), {opset});
    return status ? "no error" : status.error().message;
  }
  fs::path path() const { return folder_ / "net.onnx"; }

  fs::path folder_;
};

// A graph of one node over an input "x" and constants; types are known.
struct OneNode {
  Graph graph;
  ValueId x;

  explicit OneNode(const Shape& shape = {1, 4, 6, 6}, DType dtype = DType::float32) {
    graph.name = "net";
    x = graph.add_input("x", {dtype, shape, {}});
  }
  ValueId ints(std::string_view name, std::vector<std::int64_t> values) {
    return graph.add_constant(name, Tensor::of<std::int64_t>(Shape{static_cast<std::int64_t>(values.size())}, values));
  }
  Graph& node(Op op, std::vector<ValueId> inputs, graph::Attributes attributes = {}, int outputs = 1) {
    const graph::NodeId id = graph.add_node(op, "y", std::move(inputs), std::move(attributes), outputs);
    for (ValueId output : graph.node(id).outputs) graph.add_output(output);
    const Status status = graph::infer_shapes(graph);
    EXPECT_TRUE(status) << status.error().message;
    return graph;
  }
};

Graph small_network() {
  OneNode made;
  Graph& graph = made.graph;
  graph.metadata["diolkos.normalize"] = "imagenet";
  graph.metadata["another"] = "entry";
  const ValueId w = graph.add_constant("w", *Tensor::zeros(DType::float32, Shape{2, 4, 3, 3}));
  const ValueId c = graph.add(Op::Conv, "conv", {made.x, w}, {{"pads", std::vector<std::int64_t>{1, 1, 1, 1}}});
  const ValueId high = graph.add_constant("high", Tensor::scalar(6.0f));
  const ValueId r = graph.add(Op::Clip, "relu6", {c, kNoValue, high});
  const ValueId sizes = made.ints("sizes", {1, 2, 12, 12});
  made.node(Op::Resize, {r, kNoValue, kNoValue, sizes},
            {{"mode", std::string("linear")}, {"coordinate_transformation_mode", std::string("align_corners")}});
  return graph;
}

TEST_F(WriteOnnx, ReadsBackAsTheSameText) {
  const Graph graph = small_network();
  for (int opset = 13; opset <= 22; ++opset) {
    const std::string bytes = bytes_of(graph, opset);
    auto again = read_onnx(std::as_bytes(std::span(bytes.data(), bytes.size())));
    ASSERT_TRUE(again) << again.error().message;
    ASSERT_TRUE(graph::infer_shapes(*again));
    EXPECT_EQ(graph::to_text(*again), graph::to_text(graph)) << opset;
    EXPECT_EQ(again->metadata, graph.metadata);
  }
}

TEST_F(WriteOnnx, SaysWhatWroteItAndInWhichVersion) {
  const ::onnx::ModelProto model = written(small_network());
  EXPECT_EQ(model.producer_name(), "diolkos");
  EXPECT_FALSE(model.producer_version().empty());
  EXPECT_EQ(model.ir_version(), 8);
  ASSERT_EQ(model.opset_import_size(), 1);
  EXPECT_EQ(model.opset_import(0).version(), 17);
  EXPECT_EQ(written(small_network(), 13).ir_version(), 7);
  EXPECT_EQ(written(small_network(), 22).ir_version(), 10);
  EXPECT_EQ(model.graph().value_info_size(), 2);
  EXPECT_EQ(model.graph().initializer_size(), 3);
}

TEST_F(WriteOnnx, TheSameGraphGivesTheSameBytes) { EXPECT_EQ(bytes_of(small_network()), bytes_of(small_network())); }

TEST_F(WriteOnnx, ConstantsThatNothingReadsAreLeftOut) {
  OneNode made;
  made.ints("unused", {1, 2, 3});
  EXPECT_EQ(written(made.node(Op::Relu, {made.x})).graph().initializer_size(), 0);
}

TEST_F(WriteOnnx, WhatCannotBeWrittenIsNamed) {
  OneNode open({1, -1, 6, 6});
  open.graph.add_output(open.graph.add(Op::Relu, "y", {open.x}));
  EXPECT_THAT(error(open.graph), HasSubstr("net.onnx: value 'x' has no known type"));
  EXPECT_THAT(error(small_network(), 12), HasSubstr("cannot write opset 12, expected 13 to 22"));
  EXPECT_THAT(error(small_network(), 23), HasSubstr("expected 13 to 22"));
  OneNode fused;
  const ValueId w = fused.graph.add_constant("w", *Tensor::zeros(DType::float32, Shape{2, 4, 1, 1}));
  EXPECT_THAT(error(fused.node(Op::FusedConv, {fused.x, w})), HasSubstr("node 'y' (FusedConv): is an operator of"));
  EXPECT_FALSE(fs::exists(path()));
}

TEST_F(WriteOnnx, NothingIsLeftBehindWhereItCannotBeWritten) {
  const Status status = write_onnx(small_network(), folder_ / "no" / "such" / "net.onnx");
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("net.onnx"));
  EXPECT_TRUE(fs::is_empty(folder_));
}

using Names = std::vector<std::string>;

Names ops_of(const ::onnx::ModelProto& model) {
  Names names;
  for (const auto& node : model.graph().node()) names.push_back(node.op_type());
  return names;
}

const ::onnx::AttributeProto* attribute(const ::onnx::NodeProto& node, std::string_view name) {
  for (const auto& entry : node.attribute())
    if (entry.name() == name) return &entry;
  return nullptr;
}

std::vector<std::int64_t> ints_of(const ::onnx::ModelProto& model, const std::string& name) {
  for (const auto& tensor : model.graph().initializer()) {
    if (tensor.name() != name) continue;
    const auto* values = reinterpret_cast<const std::int64_t*>(tensor.raw_data().data());
    return {values, values + tensor.raw_data().size() / sizeof(std::int64_t)};
  }
  return {-99};
}

TEST_F(WriteOnnx, ReductionsTakeAxesAsAnAttributeBelow18) {
  for (Op op : {Op::ReduceMean, Op::ReduceMax, Op::ReduceMin, Op::ReduceProd}) {
    OneNode made;
    const ValueId axes = made.ints("axes", {2, 3});
    const Graph& graph = made.node(op, {made.x, axes});
    const auto old = written(graph, 17);
    ASSERT_NE(attribute(old.graph().node(0), "axes"), nullptr);
    EXPECT_THAT(attribute(old.graph().node(0), "axes")->ints(), ElementsAre(2, 3));
    EXPECT_EQ(old.graph().node(0).input_size(), 1);
    EXPECT_EQ(written(graph, 18).graph().node(0).input_size(), 2);
  }
  OneNode sum;
  const ValueId axes = sum.ints("axes", {2, 3});
  EXPECT_EQ(written(sum.node(Op::ReduceSum, {sum.x, axes}), 13).graph().node(0).input_size(), 2);
}

TEST_F(WriteOnnx, AReductionOverNoAxesIsIdentityBelow18) {
  OneNode made;
  const ValueId axes = made.ints("axes", {});
  const Graph& graph = made.node(Op::ReduceMean, {made.x, axes}, {{"noop_with_empty_axes", std::int64_t{1}}});
  EXPECT_THAT(ops_of(written(graph, 17)), ElementsAre("Identity"));
  EXPECT_THAT(ops_of(written(graph, 18)), ElementsAre("ReduceMean"));
}

TEST_F(WriteOnnx, SplitsHaveSizesBelow18) {
  OneNode made({1, 5, 2, 2});
  const Graph& graph = made.node(Op::Split, {made.x}, {{"axis", std::int64_t{1}}, {"num_outputs", std::int64_t{2}}}, 2);
  const auto old = written(graph, 17);
  ASSERT_EQ(old.graph().node(0).input_size(), 2);
  EXPECT_THAT(ints_of(old, old.graph().node(0).input(1)), ElementsAre(3, 2));
  EXPECT_EQ(attribute(old.graph().node(0), "num_outputs"), nullptr);
  EXPECT_NE(attribute(written(graph, 18).graph().node(0), "num_outputs"), nullptr);
}

TEST_F(WriteOnnx, ResizeAndPadNameAllAxesBelow18) {
  OneNode resize;
  const ValueId sizes = resize.ints("sizes", {12, 18});
  const Graph& resized =
      resize.node(Op::Resize, {resize.x, kNoValue, kNoValue, sizes}, {{"axes", std::vector<std::int64_t>{2, -1}}});
  const auto old = written(resized, 17);
  EXPECT_THAT(ints_of(old, old.graph().node(0).input(3)), ElementsAre(1, 4, 12, 18));
  EXPECT_EQ(attribute(old.graph().node(0), "axes"), nullptr);
  OneNode pad;
  const ValueId pads = pad.ints("pads", {1, 2, 3, 4});
  const ValueId axes = pad.ints("axes", {3, 2});
  const auto padded = written(pad.node(Op::Pad, {pad.x, pads, kNoValue, axes}), 17);
  EXPECT_EQ(padded.graph().node(0).input_size(), 2);
  EXPECT_THAT(ints_of(padded, padded.graph().node(0).input(1)), ElementsAre(0, 0, 2, 1, 0, 0, 4, 3));
}

TEST_F(WriteOnnx, LaterOperatorsAreSpeltOut) {
  OneNode swish;
  const Graph& with_alpha = swish.node(Op::Swish, {swish.x}, {{"alpha", 1.5f}});
  EXPECT_THAT(ops_of(written(with_alpha, 22)), ElementsAre("Mul", "Sigmoid", "Mul"));
  OneNode plain;
  EXPECT_THAT(ops_of(written(plain.node(Op::Swish, {plain.x}), 17)), ElementsAre("Sigmoid", "Mul"));
  OneNode hard;
  const Graph& hard_swish = hard.node(Op::HardSwish, {hard.x});
  EXPECT_THAT(ops_of(written(hard_swish, 13)), ElementsAre("HardSigmoid", "Mul"));
  EXPECT_THAT(ops_of(written(hard_swish, 14)), ElementsAre("HardSwish"));
  OneNode cast;
  const ValueId like = cast.graph.add_constant("like", Tensor::scalar(std::int32_t{1}));
  const Graph& cast_like = cast.node(Op::CastLike, {cast.x, like});
  const auto old = written(cast_like, 14);
  EXPECT_THAT(ops_of(old), ElementsAre("Cast"));
  EXPECT_EQ(attribute(old.graph().node(0), "to")->i(), ::onnx::TensorProto::INT32);
  EXPECT_THAT(ops_of(written(cast_like, 15)), ElementsAre("CastLike"));
}

TEST_F(WriteOnnx, WhatTransformersBroughtIsSpeltOut) {
  OneNode gelu;
  const Graph& by_erf = gelu.node(Op::Gelu, {gelu.x});
  EXPECT_THAT(ops_of(written(by_erf, 20)), ElementsAre("Gelu"));
  EXPECT_THAT(ops_of(written(by_erf, 19)), ElementsAre("Mul", "Erf", "Add", "Mul", "Mul"));
  OneNode layers;
  const ValueId scale = layers.graph.add_constant("scale", *Tensor::zeros(DType::float32, Shape{6}));
  const Graph& layer_norm = layers.node(Op::LayerNormalization, {layers.x, scale, scale});
  EXPECT_THAT(ops_of(written(layer_norm, 17)), ElementsAre("LayerNormalization"));
  EXPECT_THAT(ops_of(written(layer_norm, 16)),
              ElementsAre("ReduceMean", "Sub", "Mul", "ReduceMean", "Add", "Sqrt", "Div", "Mul", "Add"));
  OneNode groups;
  const ValueId of_channels = groups.graph.add_constant("scale", *Tensor::zeros(DType::float32, Shape{4}));
  const Graph& group_norm =
      groups.node(Op::GroupNormalization, {groups.x, of_channels, of_channels}, {{"num_groups", std::int64_t{2}}});
  EXPECT_THAT(ops_of(written(group_norm, 21)), ElementsAre("GroupNormalization"));
  EXPECT_THAT(ops_of(written(group_norm, 20)), ::testing::Contains("InstanceNormalization"));
  OneNode moments;
  const ValueId ones = moments.graph.add_constant("scale", *Tensor::zeros(DType::float32, Shape{6}));
  EXPECT_THAT(error(moments.node(Op::LayerNormalization, {moments.x, ones}, {}, 3), 16), HasSubstr("opset 17"));
}

TEST_F(WriteOnnx, PartsOfAShapeAreConstantsBelow15) {
  OneNode made;
  const Graph& graph = made.node(Op::Shape, {made.x}, {{"start", std::int64_t{-2}}});
  const auto old = written(graph, 14);
  ASSERT_THAT(ops_of(old), ElementsAre("Constant"));
  const auto& value = attribute(old.graph().node(0), "value")->t();
  EXPECT_EQ(value.dims(0), 2);
  EXPECT_THAT(ops_of(written(graph, 15)), ElementsAre("Shape"));
}

TEST_F(WriteOnnx, WhatOlderOpsetsCannotSayIsRefused) {
  OneNode antialias;
  const ValueId sizes = antialias.ints("sizes", {1, 4, 3, 3});
  const Graph& shrunk = antialias.node(Op::Resize, {antialias.x, kNoValue, kNoValue, sizes},
                                       {{"mode", std::string("linear")}, {"antialias", std::int64_t{1}}});
  EXPECT_THAT(error(shrunk, 17), HasSubstr("node 'y' (Resize): antialias=1 came with opset 18, got opset 17"));
  EXPECT_EQ(error(shrunk, 18), "no error");
  OneNode pool;
  const Graph& dilated =
      pool.node(Op::AveragePool, {pool.x},
                {{"kernel_shape", std::vector<std::int64_t>{2, 2}}, {"dilations", std::vector<std::int64_t>{2, 2}}});
  EXPECT_THAT(error(dilated, 17), HasSubstr("a dilation of [2,2] came with opset 19"));
  OneNode narrow({2, 2}, DType::int8);
  const Graph& sum = narrow.node(Op::Add, {narrow.x, narrow.x});
  EXPECT_THAT(error(sum, 13), HasSubstr("int8 came with opset 14"));
  EXPECT_EQ(error(sum, 14), "no error");
}

TEST_F(WriteOnnx, QuantizedTypesNeedNoAttributeBelow21) {
  OneNode made;
  const ValueId scale = made.graph.add_constant("scale", Tensor::scalar(0.5f));
  const Graph& graph =
      made.node(Op::QuantizeLinear, {made.x, scale}, {{"output_dtype", std::int64_t{::onnx::TensorProto::INT8}}});
  const auto old = written(graph, 17);
  ASSERT_EQ(old.graph().node(0).input_size(), 3);
  EXPECT_EQ(old.graph().node(0).attribute_size(), 0);
  EXPECT_EQ(written(graph, 21).graph().node(0).input_size(), 2);
  OneNode wide;
  const ValueId wide_scale = wide.graph.add_constant("scale", Tensor::scalar(0.5f));
  const Graph& words =
      wide.node(Op::QuantizeLinear, {wide.x, wide_scale}, {{"output_dtype", std::int64_t{::onnx::TensorProto::INT16}}});
  EXPECT_THAT(error(words, 17), HasSubstr("int16 came with opset 21"));
}

}  // namespace
}  // namespace diolkos::formats
