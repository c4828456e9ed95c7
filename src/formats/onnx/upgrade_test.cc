// Old forms, and what they are in the graph.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/onnx/test_model.h"

namespace diolkos::formats {
namespace {

using graph::Graph;
using graph::Node;
using graph::Op;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The graph of a model with one node, read; and that node.
struct Read {
  Result<Graph> result;

  explicit Read(const TestModel& model) : result(model.read()) {}
  const Graph& graph() const { return *result; }
  const Node& node() const { return graph().node(graph().value(graph().outputs()[0]).producer); }
  std::vector<std::int64_t> ints(std::size_t input) const {
    return graph::constant_ints(graph(), node().input(input)).value_or(std::vector<std::int64_t>{-99});
  }
  float scalar(std::size_t input) const {
    return graph::constant_scalar(graph(), node().input(input)).value_or(-99.0f);
  }
};

#define ASSERT_READ(read) ASSERT_TRUE(read.result) << read.result.error().message

TestModel one_node(int opset, const std::string& op, const std::vector<std::string>& more_inputs = {},
                   int outputs = 1) {
  TestModel model(opset);
  model.input("x", {2, 4, 4, 4});
  std::vector<std::string> inputs{"x"};
  inputs.insert(inputs.end(), more_inputs.begin(), more_inputs.end());
  std::vector<std::string> names;
  for (int i = 0; i < outputs; ++i) names.push_back(fmt::format("y{}", i));
  model.node(op, inputs, names);
  model.output("y0");
  return model;
}

::onnx::NodeProto& first_node(TestModel& model) { return *model.graph().mutable_node(0); }

TEST(Upgrade, ClipBounds) {
  TestModel model = one_node(10, "Clip");
  set_float(first_node(model), "max", 6.0f);
  const Read read(model);
  ASSERT_READ(read);
  EXPECT_EQ(read.node().inputs.size(), 3u);
  EXPECT_EQ(read.node().inputs[1], graph::kNoValue);
  EXPECT_EQ(read.scalar(2), 6.0f);
  EXPECT_FALSE(read.node().attributes.has("max"));
}

TEST(Upgrade, ClipBoundsOfHalfModelsAreCast) {
  TestModel model = one_node(10, "Clip");
  model.input("other", {1}, ::onnx::TensorProto::FLOAT16);
  set_float(first_node(model), "min", 0.0f);
  const Read read(model);
  ASSERT_READ(read);
  const graph::NodeId cast = read.graph().value(read.node().inputs[1]).producer;
  ASSERT_TRUE(read.graph().contains(cast));
  EXPECT_EQ(read.graph().node(cast).op, Op::CastLike);
}

TEST(Upgrade, PadsAndValue) {
  TestModel model = one_node(9, "Pad");
  set_ints(first_node(model), "pads", {0, 0, 1, 1, 0, 0, 2, 2});
  set_float(first_node(model), "value", 0.5f);
  const Read read(model);
  ASSERT_READ(read);
  EXPECT_THAT(read.ints(1), ElementsAre(0, 0, 1, 1, 0, 0, 2, 2));
  EXPECT_EQ(read.scalar(2), 0.5f);
  EXPECT_TRUE(read.node().attributes.entries().empty());
}

TEST(Upgrade, SliceBounds) {
  TestModel model = one_node(9, "Slice");
  set_ints(first_node(model), "starts", {1});
  set_ints(first_node(model), "ends", {3});
  set_ints(first_node(model), "axes", {2});
  const Read read(model);
  ASSERT_READ(read);
  EXPECT_THAT(read.ints(1), ElementsAre(1));
  EXPECT_THAT(read.ints(2), ElementsAre(3));
  EXPECT_THAT(read.ints(3), ElementsAre(2));
}

TEST(Upgrade, AxesOfSqueezeUnsqueezeAndReductions) {
  for (const auto& [op, opset] : std::vector<std::pair<std::string, int>>{{"Squeeze", 12},
                                                                          {"Unsqueeze", 11},
                                                                          {"ReduceSum", 12},
                                                                          {"ReduceMean", 17},
                                                                          {"ReduceMax", 13},
                                                                          {"ReduceMin", 17},
                                                                          {"ReduceProd", 9}}) {
    TestModel model = one_node(opset, op);
    set_ints(first_node(model), "axes", {2, 3});
    const Read read(model);
    ASSERT_READ(read);
    EXPECT_THAT(read.ints(1), ElementsAre(2, 3)) << op;
    EXPECT_FALSE(read.node().attributes.has("axes")) << op;
  }
  const Read all(one_node(17, "ReduceMean"));
  ASSERT_READ(all);
  EXPECT_EQ(all.node().inputs.size(), 1u);
}

TEST(Upgrade, SplitSizesAndCounts) {
  TestModel sized = one_node(11, "Split", {}, 2);
  set_ints(first_node(sized), "split", {1, 1});
  const Read read(sized);
  ASSERT_READ(read);
  EXPECT_THAT(read.ints(1), ElementsAre(1, 1));
  EXPECT_FALSE(read.node().attributes.has("num_outputs"));
  const Read even(one_node(13, "Split", {}, 2));
  ASSERT_READ(even);
  EXPECT_EQ(even.node().attributes.int_or("num_outputs", 0), 2);
}

TEST(Upgrade, UpsampleAndOldResize) {
  for (const auto& [op, opset] : std::vector<std::pair<std::string, int>>{{"Upsample", 9}, {"Resize", 10}}) {
    TestModel model = one_node(opset, op, {"scales"});
    model.floats("scales", {4}, {1.0f, 1.0f, 2.0f, 2.0f});
    set_string(first_node(model), "mode", "linear");
    const Read read(model);
    ASSERT_READ(read);
    EXPECT_EQ(read.node().op, Op::Resize);
    ASSERT_EQ(read.node().inputs.size(), 3u);
    EXPECT_EQ(read.node().inputs[1], graph::kNoValue);
    EXPECT_TRUE(read.graph().value(read.node().inputs[2]).is_constant());
    EXPECT_EQ(read.node().attributes.string_or("coordinate_transformation_mode", ""), "asymmetric");
    EXPECT_EQ(read.node().attributes.string_or("nearest_mode", ""), "floor");
    EXPECT_EQ(read.node().attributes.string_or("mode", ""), "linear");
  }
  EXPECT_THAT(one_node(10, "Resize").error(), HasSubstr("expected two inputs"));
}

TEST(Upgrade, EmptyResizeInputsAreAbsent) {
  TestModel model = one_node(11, "Resize", {"roi", "scales", "sizes"});
  model.floats("roi", {0}, {});
  model.floats("scales", {0}, {});
  model.ints("sizes", {2, 4, 8, 8});
  const Read read(model);
  ASSERT_READ(read);
  EXPECT_EQ(read.node().inputs[1], graph::kNoValue);
  EXPECT_EQ(read.node().inputs[2], graph::kNoValue);
  EXPECT_THAT(read.ints(3), ElementsAre(2, 4, 8, 8));
  TestModel removed = one_node(11, "Resize", {"roi", "scales"});
  removed.floats("roi", {0}, {});
  removed.floats("scales", {4}, {1, 1, 2, 2});
  set_string(first_node(removed), "coordinate_transformation_mode", "tf_half_pixel_for_nn");
  EXPECT_THAT(removed.error(), HasSubstr("tf_half_pixel_for_nn"));
}

TEST(Upgrade, SoftmaxOverSeveralAxes) {
  TestModel last = one_node(11, "Softmax");
  set_int(first_node(last), "axis", -1);
  const Read plain(last);
  ASSERT_READ(plain);
  EXPECT_EQ(plain.node().op, Op::Softmax);
  for (const char* op : {"Softmax", "LogSoftmax"}) {
    const Read read(one_node(12, op));  // axis 1
    ASSERT_READ(read);
    ASSERT_EQ(read.node().op, Op::Reshape);
    const Node& softmax = read.graph().node(read.graph().value(read.node().inputs[0]).producer);
    EXPECT_EQ(graph::name_of(softmax.op), op);
    EXPECT_EQ(softmax.attributes.int_or("axis", 0), -1);
    const Node& flatten = read.graph().node(read.graph().value(softmax.inputs[0]).producer);
    EXPECT_EQ(flatten.op, Op::Flatten);
    EXPECT_EQ(flatten.attributes.int_or("axis", 0), 1);
    EXPECT_EQ(read.graph().value(read.graph().outputs()[0]).name, "y0");
  }
  const Read today(one_node(13, "Softmax"));
  ASSERT_READ(today);
  EXPECT_EQ(today.node().op, Op::Softmax);
}

TEST(Upgrade, Dropout) {
  TestModel model = one_node(10, "Dropout");
  set_float(first_node(model), "ratio", 0.3f);
  const Read read(model);
  ASSERT_READ(read);
  EXPECT_TRUE(read.node().attributes.entries().empty());
  TestModel training = one_node(13, "Dropout", {"", "training"});
  auto& flag = training.ints("training", {});
  flag.clear_dims();
  flag.set_data_type(::onnx::TensorProto::BOOL);
  flag.set_raw_data(std::string(1, '\1'));
  EXPECT_THAT(training.error(), HasSubstr("node 'Dropout_1' (Dropout): training_mode is set"));
}

TEST(Upgrade, BatchNormalizationOnlyInfers) {
  const auto batch_norm = [](int opset, int outputs) {
    TestModel model = one_node(opset, "BatchNormalization", {"p", "p", "p", "p"}, outputs);
    model.floats("p", {4}, {1, 1, 1, 1});
    return model;
  };
  EXPECT_TRUE(batch_norm(9, 1).read());
  EXPECT_THAT(batch_norm(9, 3).error(), HasSubstr("batch's statistics"));
  TestModel training = batch_norm(15, 1);
  set_int(first_node(training), "training_mode", 1);
  EXPECT_THAT(training.error(), HasSubstr("export the network in evaluation mode"));
}

TEST(Upgrade, SumIsAdditions) {
  const Read three(one_node(13, "Sum", {"x", "x"}));
  ASSERT_READ(three);
  EXPECT_EQ(three.node().op, Op::Add);
  EXPECT_EQ(three.graph().node_count(), 2u);
  const Read one(one_node(13, "Sum"));
  ASSERT_READ(one);
  EXPECT_EQ(one.node().op, Op::Identity);
}

TEST(Upgrade, ScalesOfGroupsBecomeThoseOfChannels) {
  TestModel model = one_node(18, "GroupNormalization", {"s", "s"});
  model.floats("s", {2}, {1, 2});
  set_int(first_node(model), "num_groups", 2);
  const Read read(model);
  ASSERT_READ(read);
  EXPECT_EQ(read.node().op, Op::GroupNormalization);
  EXPECT_EQ(read.graph().node(read.graph().value(read.node().input(1)).producer).op, Op::Reshape);
}

TEST(Upgrade, HelpersDoNotTakeTheFilesNames) {
  TestModel model = one_node(9, "Squeeze");
  set_ints(first_node(model), "axes", {0});
  model.node("Neg", {"y0"}, {"Squeeze_1/axes"});
  model.output("Squeeze_1/axes");
  const auto graph = model.read();
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_EQ(graph->value(graph->outputs()[1]).name, "Squeeze_1/axes");
}

TEST(Upgrade, AttributesOfTheWrongTypeAreErrors) {
  TestModel model = one_node(9, "Squeeze");
  set_float(first_node(model), "axes", 1.0f);
  EXPECT_THAT(model.error(), HasSubstr("node 'Squeeze_1' (Squeeze): attribute 'axes' is not a list of integers"));
}

}  // namespace
}  // namespace diolkos::formats
