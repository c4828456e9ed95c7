#include <cstddef>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "porting/file_format.h"
#include "porting/input_size.h"
#include "porting/load_model.h"

namespace diolkos::porting {
namespace {

using ::testing::HasSubstr;

std::vector<std::byte> bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

TEST(FileFormat, IsToldByContentBeforeName) {
  EXPECT_EQ(*detect_format(bytes_of("PK\x03\x04rest"), ".onnx"), FileFormat::pytorch);
  EXPECT_EQ(*detect_format(bytes_of("\x80\x02}q"), ""), FileFormat::pytorch);
  EXPECT_EQ(*detect_format(bytes_of({"\x20\0\0\0\0\0\0\0{\"a\"", 12}), ".bin"), FileFormat::safetensors);
  EXPECT_EQ(*detect_format(bytes_of("\x08\x08\x12\x07pytorch"), ""), FileFormat::onnx);
}

TEST(FileFormat, RefusesWhatItDoesNotRead) {
  EXPECT_THAT(detect_format(bytes_of(""), ".onnx").error().message, HasSubstr("empty"));
  EXPECT_EQ(*detect_format(bytes_of({"\x1c\0\0\0TFL3", 8}), ""), FileFormat::tflite);
  EXPECT_THAT(detect_format(bytes_of("GIF89a"), ".gif").error().message, HasSubstr("expected a PyTorch state dict"));
  EXPECT_THAT(detect_format("/no/such/file.onnx").error().message, HasSubstr("/no/such/file.onnx: cannot open"));
}

TEST(InputSize, ParsesSquaresAndRectangles) {
  EXPECT_EQ(parse_size("288")->height, 288);
  EXPECT_EQ(parse_size("288")->width, 288);
  EXPECT_EQ(parse_size("520x390")->height, 520);
  EXPECT_EQ(parse_size("520x390")->width, 390);
}

TEST(InputSize, RefusesEverythingElse) {
  for (const char* text : {"", "x", "0", "-3", "12x", "x12", "12x13x14", "1e3", "99999", "288 ", "288x288px"}) {
    const auto size = parse_size(text);
    ASSERT_FALSE(size) << text;
    EXPECT_EQ(size.error().code, ErrorCode::usage);
  }
}

graph::Graph graph_with_input(const Shape& shape) {
  graph::Graph graph;
  graph.add_output(graph.add(graph::Op::Relu, "relu", {graph.add_input("x", {DType::float32, shape, {}})}));
  return graph;
}

TEST(InputSize, ClosesOpenImages) {
  graph::Graph graph = graph_with_input({-1, 3, -1, -1});
  ASSERT_TRUE(set_input_size(graph, models::InputSize{24, 32}));
  EXPECT_EQ(graph.value(graph.inputs()[0]).type.shape, (Shape{1, 3, 24, 32}));
}

TEST(InputSize, NamesWhatContradicts) {
  graph::Graph open = graph_with_input({1, 3, -1, -1});
  EXPECT_THAT(set_input_size(open, std::nullopt).error().message, HasSubstr("give --size"));
  graph::Graph fixed = graph_with_input({1, 3, 288, 288});
  EXPECT_THAT(set_input_size(fixed, models::InputSize{224, 224}).error().message, HasSubstr("fixed at 1x3x288x288"));
  graph::Graph sequence = graph_with_input({1, -1});
  EXPECT_THAT(set_input_size(sequence, models::InputSize{}).error().message, HasSubstr("open dimension"));
}

TEST(LoadModel, TellsWhatAnArchitecturesNameNeeds) {
  EXPECT_THAT(load_model("fcn_resnet50").error().message, HasSubstr("fcn_resnet50:random"));
  EXPECT_THAT(load_model("fcn_resnet51:random").error().message, HasSubstr("fcn_resnet50"));
}

}  // namespace
}  // namespace diolkos::porting
