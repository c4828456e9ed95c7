// What TensorRT's plugin makes of a network's types before TensorRT sees it; TensorRT itself is not needed.
#include "tensorrt/types.h"

#include <gmock/gmock.h>

#include "formats/onnx/onnx_file.h"
#include "graph/infer.h"
#include "graph/test_graph.h"

namespace diolkos::plugin::tensorrt {
namespace {

using testing::HasSubstr;
using Bytes = std::vector<std::byte>;

Bytes onnx_of(std::string_view statements) {
  graph::Graph graph = graph::parsed(statements);
  EXPECT_TRUE(graph::infer_shapes(graph));
  auto bytes = formats::serialize_onnx(graph);
  EXPECT_TRUE(bytes) << bytes.error().message;
  return bytes ? *bytes : Bytes();
}

constexpr const char* kFloat = R"(
  input %x: float32[1,3,4,4]
  const %w: float32[2,3,1,1] = seeded(1)
  %c = Conv(%x, %w) "conv"
  %y = Softmax(%c) {axis=1} "softmax"
  output %y)";

// A pair before a Sigmoid, with `zero` of `type`.
Bytes quantized(std::string_view type, std::string_view zero) {
  return onnx_of(
      "input %x: float32[1,4]\nconst %s: float32[] = [0.1]\nconst %z: " + std::string(type) + "[] = [" +
      std::string(zero) +
      "]\n%q = QuantizeLinear(%x, %s, %z) \"quantize\"\n%d = DequantizeLinear(%q, %s, %z)\n%y = Sigmoid(%d)\n"
      "output %y");
}

TEST(TensorRtTypes, HalfStandsInTheFile) {
  const auto half = written_in_types(onnx_of(kFloat), "fp16");
  ASSERT_TRUE(half) << half.error().message;
  auto graph = formats::read_onnx(*half);
  ASSERT_TRUE(graph) << graph.error().message;
  ASSERT_TRUE(graph::infer_shapes(*graph));
  EXPECT_EQ(graph->value(graph->find_value("c/half")).type.dtype, DType::float16);
  EXPECT_EQ(graph->value(graph->inputs()[0]).type.dtype, DType::float32);
  EXPECT_EQ(graph->value(graph->outputs()[0]).type.dtype, DType::float32);
  EXPECT_EQ(graph->value(graph->outputs()[0]).name, "y");
  const auto again = written_in_types(*half, "fp16");
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, *half);
}

TEST(TensorRtTypes, SymmetricPairsStayAsTheyAre) {
  const Bytes onnx = quantized("int8", "0");
  const auto same = written_in_types(onnx, "int8");
  ASSERT_TRUE(same) << same.error().message;
  EXPECT_EQ(*same, onnx);
}

TEST(TensorRtTypes, OtherPairsAreRefusedByName) {
  for (const Bytes& onnx : {quantized("uint8", "128"), quantized("uint8", "0"), quantized("int8", "3")}) {
    const auto refused = written_in_types(onnx, "int8");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
    EXPECT_THAT(refused.error().message, HasSubstr("'quantize'"));
    EXPECT_THAT(refused.error().message, HasSubstr("--precision int8"));
  }
}

TEST(TensorRtTypes, BytesThatAreNoNetworkAreAnError) {
  const Bytes noise(64, std::byte{0x5a});
  EXPECT_FALSE(written_in_types(noise, "fp16"));
  EXPECT_FALSE(written_in_types(noise, "int8"));
}

}  // namespace
}  // namespace diolkos::plugin::tensorrt
