#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/onnx/test_model.h"

namespace diolkos::formats {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> node_ops(const graph::Graph& graph) {
  std::vector<std::string> names;
  for (graph::NodeId id : graph.order()) names.emplace_back(graph::name_of(graph.node(id).op));
  return names;
}

TestModel conv_relu() {
  TestModel model;
  model.input("image", {-1, 1, 3, 3});
  model.floats("w", {2, 1, 1, 1}, {1.0f, -1.0f});
  set_ints(model.node("Conv", {"image", "w"}, {"c"}), "kernel_shape", {1, 1});
  model.node("Relu", {"c"}, {"masks"});
  model.output("masks");
  return model;
}

TEST(ReadOnnx, KeepsNamesTypesAndConstants) {
  TestModel model = conv_relu();
  auto& entry = *model.proto.add_metadata_props();
  entry.set_key("diolkos.normalize");
  entry.set_value("imagenet");
  const auto graph = model.read();
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_EQ(graph->name, "test");
  EXPECT_EQ(graph->metadata.at("diolkos.normalize"), "imagenet");
  ASSERT_EQ(graph->inputs().size(), 1u);
  EXPECT_EQ(graph->value(graph->inputs()[0]).name, "image");
  EXPECT_EQ(to_string(graph->value(graph->inputs()[0]).type.shape), "?x1x3x3");
  ASSERT_EQ(graph->outputs().size(), 1u);
  EXPECT_EQ(graph->value(graph->outputs()[0]).name, "masks");
  EXPECT_THAT(node_ops(*graph), ElementsAre("Conv", "Relu"));
  const auto& conv = graph->node(graph->order()[0]);
  EXPECT_EQ(conv.name, "Conv_1");
  EXPECT_THAT(conv.attributes.ints_or("kernel_shape", {}), ElementsAre(1, 1));
  EXPECT_THAT(graph->value(conv.inputs[1]).constant->as<float>(), ElementsAre(1.0f, -1.0f));
}

TEST(ReadOnnx, InitializersThatAreInputsTooAreConstants) {
  TestModel model = conv_relu();
  model.input("w", {2, 1, 1, 1});
  const auto graph = model.read();
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_EQ(graph->inputs().size(), 1u);
}

TEST(ReadOnnx, ConstantNodesBecomeConstants) {
  TestModel model;
  model.input("x", {2});
  set_float(model.node("Constant", {}, {"two"}), "value_float", 2.0f);
  model.node("Mul", {"x", "two"}, {"y"});
  model.output("y");
  const auto graph = model.read();
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_THAT(node_ops(*graph), ElementsAre("Mul"));
  EXPECT_THAT(graph->value(graph->find_value("two")).constant->as<float>(), ElementsAre(2.0f));
}

TEST(ReadOnnx, SortsNodesThatAreOutOfOrder) {
  TestModel model;
  model.input("x", {2});
  model.node("Relu", {"a"}, {"y"});
  model.node("Neg", {"x"}, {"a"});
  model.output("y");
  const auto graph = model.read();
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_THAT(node_ops(*graph), ElementsAre("Neg", "Relu"));
}

// Nodes named like other nodes' values must not push those off their names.
TEST(ReadOnnx, NodeNamesDoNotTakeValueNames) {
  TestModel model;
  model.input("x", {2});
  model.node("Neg", {"x"}, {"a"}).set_name("y");
  model.node("Relu", {"a"}, {"y"}).set_name("x");
  model.output("y");
  const auto graph = model.read();
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_EQ(graph->value(graph->outputs()[0]).name, "y");
  EXPECT_EQ(graph->value(graph->node(graph->order()[0]).output()).name, "a");
}

TEST(ReadOnnx, AbsentOptionalInputsAndOutputs) {
  TestModel model;
  model.input("x", {1, 1, 4, 4});
  model.floats("high", {}, {6.0f});
  model.node("Clip", {"x", "", "high"}, {"clipped"});
  model.node("Dropout", {"clipped", "", ""}, {"", "mask"});
  model.output("clipped").output("mask");
  const auto graph = model.read();
  ASSERT_TRUE(graph) << graph.error().message;
  const auto order = graph->order();
  EXPECT_EQ(graph->node(order[0]).inputs[1], graph::kNoValue);
  EXPECT_EQ(graph->node(order[1]).inputs.size(), 1u);
  EXPECT_EQ(graph->value(graph->node(order[1]).outputs[1]).name, "mask");
}

TEST(ReadOnnx, UnknownOperatorsAreNamedWithTheNearest) {
  TestModel model;
  model.input("x");
  model.node("Convv", {"x", "x"}, {"y"});
  model.output("y");
  EXPECT_THAT(model.error(), HasSubstr("node 'Convv_1' (Convv): operator 'Convv' is not known"));
  EXPECT_THAT(model.error(), HasSubstr("did you mean 'Conv'?"));
}

TEST(ReadOnnx, RefusesWhatItDoesNotDo) {
  const auto with_node = [](const std::string& op, const std::string& domain) {
    TestModel model;
    model.input("x");
    auto& node = model.node(op, {"x", "x"}, {"y"});
    node.set_domain(domain);
    model.output("y");
    return model.error();
  };
  EXPECT_THAT(with_node("Loop", ""), HasSubstr("control flow is not supported"));
  EXPECT_THAT(with_node("FusedConv", ""), HasSubstr("operator 'FusedConv' is not known"));
  EXPECT_THAT(with_node("FusedConv", "com.microsoft"), HasSubstr("domain 'com.microsoft'"));
  EXPECT_THAT(with_node("Relu", ""), HasSubstr("has 2 inputs, expected 1"));
  TestModel sequence = conv_relu();
  auto& info = *sequence.graph().add_input();
  info.set_name("list");
  info.mutable_type()->mutable_sequence_type();
  EXPECT_THAT(sequence.error(), HasSubstr("input 'list' is a sequence"));
  EXPECT_THAT(TestModel(conv_relu()).input("text", {1}, 8).error(), HasSubstr("input 'text' is of string"));
}

TEST(ReadOnnx, OpsetsOutsideTheRangeAreRefused) {
  for (int opset : {1, 8, 26}) {
    TestModel model = conv_relu();
    model.proto.mutable_opset_import(0)->set_version(opset);
    EXPECT_THAT(model.error(), HasSubstr("expected 9 to 25")) << opset;
  }
  TestModel model = conv_relu();
  model.proto.clear_opset_import();
  EXPECT_THAT(model.error(), HasSubstr("opset_import is missing"));
}

TEST(ReadOnnx, FilesThatAreNotThereOrNotModels) {
  const auto missing = read_onnx(std::filesystem::path("/nonexistent/net.onnx"));
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("/nonexistent/net.onnx"));
  const std::string text = "this is no model, but a line of text";
  const auto other = read_onnx(std::as_bytes(std::span(text.data(), text.size())));
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message, HasSubstr("is not an ONNX model"));
  EXPECT_FALSE(read_onnx(std::span<const std::byte>()));
}

TEST(ReadOnnx, ReadsTheAssetModel) {
  const std::filesystem::path path = DIOLKOS_TEST_ASSETS "/models/deeplabv3_mnv2_pascal_513.onnx";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  const auto graph = read_onnx(path);
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_EQ(to_string(graph->value(graph->inputs()[0]).type.shape), "1x3x513x513");
  EXPECT_GT(graph->node_count(), 50u);
}

}  // namespace
}  // namespace diolkos::formats
