#include "formats/onnx/spell_out_quantization.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/onnx/onnx_file.h"
#include "graph/text.h"

namespace diolkos::formats::onnx_io {
namespace {

using graph::Graph;
using graph::Op;
using ::testing::HasSubstr;

constexpr const char* kQuantized = R"(graph "net" {
  input %image: float32[1,2,4,4]
  const %s: float32[] = [0.5]
  const %z: int8[] = [-3]
  %x: int8[1,2,4,4] quant([0.5], [-3]) = QuantizeLinear(%image, %s, %z)
  const %w: int8[3,2,1,1] quant([0.1, 0.2, 0.3], [0, 0, 0], axis=0) = seeded(4)
  const %b: int32[3] quant([0.05, 0.1, 0.15], [0, 0, 0], axis=0) = [100, -7, 0]
  %linear: int8[1,3,4,4] quant([0.25], [-128]) = Conv(%x, %w, %b)
  %y: int8[1,3,4,4] quant([0.25], [-128]) = Relu(%linear)
  %pooled: int8[1,3,2,2] quant([0.25], [-128]) = MaxPool(%y) {kernel_shape=[2,2], strides=[2,2]}
  const %s2: float32[] = [0.25]
  const %z2: int8[] = [-128]
  %out: float32[1,3,2,2] = DequantizeLinear(%pooled, %s2, %z2)
  output %out
})";

int count(const Graph& graph, Op op) {
  int found = 0;
  for (const graph::NodeId id : graph.order()) found += graph.node(id).op == op;
  return found;
}

TEST(SpellOutQuantization, PutsFloatsBetweenTheIntegers) {
  const auto graph = graph::parse_text(kQuantized);
  ASSERT_TRUE(graph) << graph.error().message;
  ASSERT_TRUE(computes_in_integers(*graph));
  const auto spelled = spell_out_quantization(*graph);
  ASSERT_TRUE(spelled) << spelled.error().message;
  EXPECT_FALSE(computes_in_integers(*spelled));
  EXPECT_EQ(count(*spelled, Op::QuantizeLinear), 3);    // image, after the Relu, after the pool
  EXPECT_EQ(count(*spelled, Op::DequantizeLinear), 5);  // x, w, b, y, pooled
  const graph::NodeId relu = spelled->value(spelled->find_value("y/exact")).producer;
  EXPECT_EQ(spelled->node(spelled->value(spelled->node(relu).input(0)).producer).op, Op::Conv);
  EXPECT_EQ(spelled->value(spelled->find_value("x")).type.dtype, DType::uint8);
  EXPECT_EQ(spelled->value(spelled->find_value("x/zero_point")).constant->as<std::uint8_t>()[0], 125);
  EXPECT_EQ(spelled->value(spelled->outputs().front()).name, "out");
}

TEST(SpellOutQuantization, IsWhatTheWriterWrites) {
  const auto graph = graph::parse_text(kQuantized);
  ASSERT_TRUE(graph);
  const auto bytes = serialize_onnx(*graph);
  ASSERT_TRUE(bytes) << bytes.error().message;
  const auto back = read_onnx(*bytes);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(count(*back, Op::DequantizeLinear), 5);
}

TEST(SpellOutQuantization, RefusesInt16Activations) {
  auto graph = graph::parse_text(R"(graph "net" {
    input %x: int16[1,2] quant([0.5], [0])
    %y: int16[1,2] quant([0.5], [0]) = Relu(%x)
    output %y
  })");
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_THAT(spell_out_quantization(*graph).error().message, HasSubstr("int16"));
}

}  // namespace
}  // namespace diolkos::formats::onnx_io
