// Models that lie, are cut short, or are damaged: one error each, or a graph, never a crash.
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/onnx/test_model.h"

namespace diolkos::formats {
namespace {

using ::testing::HasSubstr;

TestModel small_model() {
  TestModel model;
  model.input("x", {1, 2, 4, 4});
  model.floats("w", {1, 2, 1, 1}, {1.0f, 2.0f});
  model.ints("shape", {1, 16});
  set_ints(model.node("Conv", {"x", "w"}, {"c"}), "pads", {0, 0, 0, 0});
  set_float(model.node("LeakyRelu", {"c"}, {"r"}), "alpha", 0.1f);
  set_int(model.node("Reshape", {"r", "shape"}, {"y"}), "allowzero", 1);
  model.output("y");
  return model;
}

TEST(HostileOnnx, TruncationAtEveryByte) {
  const std::string whole = small_model().bytes();
  const auto bytes = std::as_bytes(std::span(whole.data(), whole.size()));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto graph = read_onnx(bytes.first(size));
    EXPECT_FALSE(graph) << size << " of " << bytes.size();
  }
}

TEST(HostileOnnx, ByteFlips) {
  const auto seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  const std::string whole = small_model().bytes();
  for (int round = 0; round < 20000; ++round) {
    std::string damaged = whole;
    for (unsigned flips = 1 + random() % 3; flips > 0; --flips)
      damaged[random() % damaged.size()] = static_cast<char>(random());
    const auto graph = read_onnx(std::as_bytes(std::span(damaged.data(), damaged.size())));
    if (graph) graph->order();
  }
}

TEST(HostileOnnx, LyingShapes) {
  const auto with_dims = [](std::vector<std::int64_t> dims) {
    TestModel model = small_model();
    model.floats("lie", dims, {1.0f, 2.0f});
    return model.error();
  };
  EXPECT_THAT(with_dims({3}), HasSubstr("tensor 'lie' has 8 bytes of data, its shape 3 float32 wants 12"));
  EXPECT_THAT(with_dims({}), HasSubstr("tensor 'lie' has 8 bytes"));
  EXPECT_THAT(with_dims({-2}), HasSubstr("tensor 'lie' has shape [-2]"));
  EXPECT_THAT(with_dims({-1, -2}), HasSubstr("tensor 'lie' has shape [-1,-2]"));
  const std::int64_t huge = std::int64_t{1} << 40;
  EXPECT_THAT(with_dims({huge, huge}), HasSubstr("more elements than a file can hold"));
  EXPECT_THAT(with_dims({huge, 1 << 20}), HasSubstr("more elements than a file can hold"));
  EXPECT_THAT(with_dims({1, 1, 1, 1, 1, 1, 1, 1, 2}), HasSubstr("has rank 9, expected at most 8"));
}

TEST(HostileOnnx, LyingTypesAndFields) {
  TestModel type = small_model();
  type.floats("lie", {2}, {1.0f, 2.0f}).set_data_type(17);
  EXPECT_THAT(type.error(), HasSubstr("tensor 'lie' is of float8e4m3fn"));
  TestModel unknown = small_model();
  unknown.floats("lie", {2}, {1.0f, 2.0f}).set_data_type(-5);
  EXPECT_THAT(unknown.error(), HasSubstr("type -5"));
  TestModel field = small_model();
  field.ints("lie", {1, 2, 3}).set_dims(0, 4);
  EXPECT_THAT(field.error(), HasSubstr("tensor 'lie' has 3 elements, its shape 4 wants 4"));
  TestModel wide = small_model();
  auto& bytes = wide.ints("lie", {});
  bytes.set_data_type(::onnx::TensorProto::INT8);
  bytes.set_dims(0, 1);
  bytes.add_int32_data(300);
  EXPECT_THAT(wide.error(), HasSubstr("tensor 'lie' holds 300, outside int8"));
  TestModel segmented = small_model();
  segmented.ints("lie", {1}).mutable_segment()->set_begin(0);
  EXPECT_THAT(segmented.error(), HasSubstr("segments"));
}

TEST(HostileOnnx, BooleansAreMadeZeroOrOne) {
  TestModel model = small_model();
  auto& tensor = model.ints("flags", {});
  tensor.set_dims(0, 3);
  tensor.set_data_type(::onnx::TensorProto::BOOL);
  tensor.set_raw_data(std::string("\x00\x07\x01", 3));
  const auto graph = model.read();
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_THAT(graph->value(graph->find_value("flags")).constant->as<bool>(), ::testing::ElementsAre(false, true, true));
}

TEST(HostileOnnx, GraphsThatDoNotHold) {
  TestModel cycle = small_model();
  cycle.node("Add", {"b", "x"}, {"a"});
  cycle.node("Neg", {"a"}, {"b"});
  EXPECT_THAT(cycle.error(), HasSubstr("node 'Add_4' (Add): it reads, directly or not, its own output"));
  TestModel missing = small_model();
  missing.node("Neg", {"weights"}, {"n"});
  EXPECT_THAT(missing.error(), HasSubstr("node 'Neg_4' (Neg): its input 'weights' is made by no node"));
  TestModel twice = small_model();
  twice.node("Neg", {"x"}, {"c"});
  EXPECT_THAT(twice.error(), HasSubstr("node 'Neg_4' (Neg): its output 'c' is also made by node 'Conv_1' (Conv)"));
  TestModel over_input = small_model();
  over_input.node("Neg", {"c"}, {"x"});
  EXPECT_THAT(over_input.error(), HasSubstr("its output 'x' is also made by an input or initializer"));
  EXPECT_THAT(TestModel(small_model()).input("x").error(), HasSubstr("input 'x' is there twice"));
  TestModel doubled = small_model();
  doubled.ints("w", {1});
  EXPECT_THAT(doubled.error(), HasSubstr("initializer 'w' is there twice"));
  EXPECT_THAT(TestModel(small_model()).output("z").error(), HasSubstr("output 'z' is made by no node"));
  TestModel silent = small_model();
  silent.graph().clear_output();
  EXPECT_THAT(silent.error(), HasSubstr("no outputs"));
}

TEST(HostileOnnx, InputsThatDoNotHold) {
  EXPECT_THAT(TestModel(small_model()).input("q", {1, -7}).error(), HasSubstr("input 'q' has a dimension of -7"));
  EXPECT_THAT(TestModel(small_model()).input("q", std::vector<std::int64_t>(9, 1)).error(), HasSubstr("rank 9"));
  const std::int64_t huge = std::int64_t{1} << 40;
  EXPECT_THAT(TestModel(small_model()).input("q", {huge, huge}).error(), HasSubstr("more elements than memory"));
  TestModel open = small_model();
  open.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->clear_shape();
  EXPECT_THAT(open.error(), HasSubstr("input 'x' has no shape"));
}

TEST(HostileOnnx, ErrorsAreOneLineWhateverTheNames) {
  TestModel model = small_model();
  model.node("Bad\nOp\x1b[31m", {"x"}, {"o"});
  const std::string message = model.error();
  EXPECT_THAT(message, HasSubstr("operator 'Bad?Op?[31m' is not known"));
}

TEST(HostileOnnx, AttributesOfOddTypes) {
  TestModel strings = small_model();
  auto& attribute = *strings.graph().mutable_node(0)->add_attribute();
  attribute.set_name("activations");
  attribute.set_type(::onnx::AttributeProto::STRINGS);
  EXPECT_THAT(strings.error(), HasSubstr("node 'Conv_1' (Conv): attribute 'activations': is of type STRINGS"));
  TestModel reference = small_model();
  reference.graph().mutable_node(0)->mutable_attribute(0)->set_ref_attr_name("outer");
  EXPECT_THAT(reference.error(), HasSubstr("refers to 'outer'"));
  TestModel twice = small_model();
  set_ints(*twice.graph().mutable_node(0), "pads", {1, 1, 1, 1});
  EXPECT_THAT(twice.error(), HasSubstr("attribute 'pads' is there twice"));
}

}  // namespace
}  // namespace diolkos::formats
