#include "passes/fuse_quantization.h"

#include <gtest/gtest.h>

#include "passes/expand_quantized_conv.h"
#include "passes/fold_dequantized_constants.h"
#include "passes/quantize_before_moving.h"
#include "passes/shift_to_int8.h"
#include "passes/test_rewrite.h"

namespace diolkos::passes {
namespace {

using graph::Graph;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

int count(const Graph& graph, Op op) {
  int found = 0;
  for (const NodeId id : graph.order()) found += graph.node(id).op == op;
  return found;
}

const graph::TensorType& type_of(const Graph& graph, std::string_view name) {
  return graph.value(graph.find_value(name)).type;
}

// x: int8 behind a pair; `body` makes %r from %x, which is rounded in steps of 0.25 above -3.
Graph between_pairs(std::string_view body, std::string_view shape = "[1,2,4,4]") {
  std::string text = "input %image: float32" + std::string(shape) + R"(
    const %s: float32[] = [0.5]
    const %z: int8[] = [-3]
    %q = QuantizeLinear(%image, %s, %z)
    %x = DequantizeLinear(%q, %s, %z)
    const %s2: float32[] = [0.25]
    const %z2: int8[] = [-3]
  )" + std::string(body) + R"(
    %y = QuantizeLinear(%r, %s2, %z2)
    %out = DequantizeLinear(%y, %s2, %z2)
    output %out)";
  return parsed(text);
}

Graph fused(Graph graph) {
  for (const Rewrite pass : {expand_quantized_conv, shift_to_int8, quantize_before_moving, fuse_quantization,
                             fold_dequantized_constants}) {
    const auto status = pass(graph);
    EXPECT_TRUE(status) << status.error().message;
    const auto verified = graph::verify(graph);
    EXPECT_TRUE(verified) << verified.error().message;
  }
  return graph;
}

constexpr std::string_view kConv = R"(
    const %w: int8[3,2,1,1] = seeded(4)
    const %ws: float32[3] = [0.1, 0.2, 0.3]
    const %wz: int8[3] = [0, 0, 0]
    %weights = DequantizeLinear(%w, %ws, %wz) {axis=0}
    const %b: float32[3] = [5.0, -0.7, 0.0]
    %conv = Conv(%x, %weights, %b) "layer"
    %r = Relu(%conv))";

TEST(FuseQuantization, MakesAConvolutionAndItsActivation) {
  const Graph graph = fused(between_pairs(kConv));
  const NodeId relu = graph.value(graph.find_value("y")).producer;
  ASSERT_EQ(graph.node(relu).op, Op::Relu);
  const NodeId conv = graph.value(graph.node(relu).input(0)).producer;
  ASSERT_EQ(graph.node(conv).op, Op::Conv);
  EXPECT_EQ(graph.node(conv).name, "layer");
  EXPECT_EQ(graph.node(conv).input(0), graph.find_value("q"));
  EXPECT_EQ(type_of(graph, "conv").dtype, DType::int8);
  EXPECT_EQ(type_of(graph, "conv").quantization->scales, std::vector{0.25f});
  EXPECT_EQ(type_of(graph, "y").quantization->zero_points, std::vector{-3});
  const graph::Value& bias = graph.value(graph.node(conv).input(2));
  EXPECT_EQ(bias.constant->as<std::int32_t>()[0], 100);  // 5 / (0.5 * 0.1)
  EXPECT_EQ(bias.constant->as<std::int32_t>()[1], -7);
  EXPECT_EQ(count(graph, Op::QuantizeLinear), 1);
  EXPECT_EQ(count(graph, Op::DequantizeLinear), 1);
}

std::string with(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(FuseQuantization, UnsignedWeightsAround128AreInt8) {
  std::string text = with(std::string(kConv), "int8[3,2,1,1] = seeded(4)", "uint8[3,2,1,1] = [0, 255, 128, 1, 2, 3]");
  text = with(text, "int8[3] = [0, 0, 0]", "uint8[3] = [128, 128, 128]");
  const Graph graph = fused(between_pairs(text));
  const graph::Node& conv = graph.node(graph.value(graph.find_value("conv")).producer);
  const auto weights = graph.value(conv.input(1)).constant->as<std::int8_t>();
  ASSERT_EQ(weights.size(), 6u);
  EXPECT_EQ(weights[0], -128);
  EXPECT_EQ(weights[1], 127);
  EXPECT_EQ(weights[2], 0);
}

TEST(FuseQuantization, WeightsBeyondInt8KeepTheirZeroPoint) {
  std::string text = with(std::string(kConv), "int8[3,2,1,1] = seeded(4)", "uint8[3,2,1,1] = [0, 255, 9, 1, 2, 3]");
  text = with(text, "int8[3] = [0, 0, 0]", "uint8[3] = [9, 9, 9]");
  const Graph graph = fused(between_pairs(text));
  const graph::Node& conv = graph.node(graph.value(graph.find_value("conv")).producer);
  EXPECT_EQ(graph.value(conv.input(1)).type.dtype, DType::uint8);
  EXPECT_EQ(graph.value(conv.input(1)).type.quantization->zero_points, (std::vector{9, 9, 9}));
}

// Float weights for the float kernels, and a QuantizeLinear behind.
void expect_float(const Graph& graph, Op op) {
  EXPECT_EQ(count(graph, Op::QuantizeLinear), 2);
  EXPECT_EQ(count(graph, Op::DequantizeLinear), 2);
  EXPECT_EQ(count(graph, op), 1);
  for (const NodeId id : graph.order()) {
    if (graph.node(id).op != op) continue;
    EXPECT_EQ(graph.value(graph.node(id).output()).type.dtype, DType::float32);
  }
}

TEST(FuseQuantization, LeavesWhatIntegersWouldNotBe) {
  const std::string conv(kConv);
  SCOPED_TRACE("zero points that differ");
  expect_float(fused(between_pairs(with(conv, "[0, 0, 0]", "[0, 1, 0]"))), Op::Conv);
  SCOPED_TRACE("a bias between integers too coarse for it");
  expect_float(fused(between_pairs(with(with(conv, "[0.1, 0.2, 0.3]", "[10.0, 20.0, 30.0]"), "[5.0,", "[1.5,"))),
               Op::Conv);
  SCOPED_TRACE("a bias beyond 32 bits");
  expect_float(fused(between_pairs(with(conv, "[5.0,", "[2e9,"))), Op::Conv);
  SCOPED_TRACE("a scale for each input channel");
  expect_float(fused(between_pairs(with(with(with(conv, "[3] = [0.1, 0.2, 0.3]", "[2] = [0.1, 0.2]"),
                                             "int8[3] = [0, 0, 0]", "int8[2] = [0, 0]"), "{axis=0}", "{axis=1}"))),
               Op::Conv);
  SCOPED_TRACE("groups of two channels");
  expect_float(fused(between_pairs(R"(
    const %w: int8[4,2,1,1] = seeded(4)
    %weights = DequantizeLinear(%w, %s, %z)
    %r = Conv(%x, %weights) {group=2})", "[1,4,4,4]")), Op::Conv);
  SCOPED_TRACE("another scale");
  expect_float(fused(between_pairs("%r = AveragePool(%x) {kernel_shape=[2,2]}")), Op::AveragePool);
  expect_float(fused(between_pairs("%r = Relu(%x)")), Op::Relu);
}

TEST(FuseQuantization, WhatIsReadAsFloatsStaysFloat) {
  Graph graph = between_pairs(kConv);
  graph.add_output(graph.find_value("conv"));
  graph = fused(std::move(graph));
  EXPECT_EQ(type_of(graph, "conv").dtype, DType::float32);
  EXPECT_TRUE(graph.value(graph.node(graph.value(graph.find_value("conv")).producer).input(1)).is_constant());
}

TEST(FuseQuantization, SumsAndMeans) {
  Graph graph = fused(between_pairs(R"(%pooled = GlobalAveragePool(%x)
    %pq = QuantizeLinear(%pooled, %s2, %z)
    %pd = DequantizeLinear(%pq, %s2, %z)
    %r = Mul(%pd, %x))"));
  EXPECT_EQ(graph.node(graph.value(graph.find_value("y")).producer).op, Op::Mul);
  EXPECT_EQ(graph.node(graph.value(graph.find_value("pq")).producer).op, Op::GlobalAveragePool);
  EXPECT_EQ(count(graph, Op::DequantizeLinear), 1);
}

TEST(FuseQuantization, UnsignedActivationsBecomeInt8) {
  Graph graph = parsed(R"(input %image: uint8[1,2,4,4]
    const %s: float32[] = [0.5]
    const %z: uint8[] = [7]
    %x = DequantizeLinear(%image, %s, %z)
    %r = Add(%x, %x)
    %y = QuantizeLinear(%r, %s, %z)
    output %y)");
  graph = fused(std::move(graph));
  EXPECT_EQ(type_of(graph, "y").dtype, DType::uint8);
  EXPECT_EQ(count(graph, Op::Add), 1);
  for (const NodeId id : graph.order()) {
    if (graph.node(id).op != Op::Add) continue;
    EXPECT_EQ(graph.value(graph.node(id).output()).type.dtype, DType::int8);
    EXPECT_EQ(graph.value(graph.node(id).output()).type.quantization->zero_points, std::vector{-121});
  }
}

TEST(FuseQuantization, ComparesIntegers) {
  const Graph graph = fused(parsed(R"(input %image: float32[1,2,4,4]
    const %s: float32[] = [0.5]
    const %z: int8[] = [-3]
    %q = QuantizeLinear(%image, %s, %z)
    %x = DequantizeLinear(%q, %s, %z)
    %y = ArgMax(%x) {axis=1}
    output %y)"));
  EXPECT_EQ(graph.node(graph.value(graph.find_value("y")).producer).input(0), graph.find_value("q"));
  EXPECT_EQ(count(graph, Op::DequantizeLinear), 0);
}

TEST(QuantizeBeforeMoving, RoundsThePartsOfAConcat) {
  expect_rewrite(quantize_before_moving, R"(input %a: float32[1,2,4,4]
    input %b: int8[1,2,2,2]
    const %s: float32[] = [0.5]
    const %z: int8[] = [0]
    const %zero: int8[] = [0]
    const %half: float32[] = [0.5]
    %bd = DequantizeLinear(%b, %s, %z)
    %pool = MaxPool(%a) {kernel_shape=[2,2], strides=[2,2]}
    %c = Concat(%pool, %bd) {axis=1}
    %y = QuantizeLinear(%c, %half, %zero)
    output %y)", R"(input %a: float32[1,2,4,4]
    input %b: int8[1,2,2,2]
    const %a/quantized/scale: float32[] = [0.5]
    const %a/quantized/zero_point: int8[] = [0]
    %a/quantized = QuantizeLinear(%a, %a/quantized/scale, %a/quantized/zero_point) "a/quantized"
    %pool/quantized = MaxPool(%a/quantized) {kernel_shape=[2,2], strides=[2,2]}
    %y = Concat(%pool/quantized, %b) {axis=1}
    output %y)");
}

TEST(QuantizeBeforeMoving, RoundsWhatPadPutsIn) {
  Graph graph = between_pairs(R"(const %pads: int64[8] = [0, 0, 1, 1, 0, 0, 1, 1]
    const %fill: float32[] = [1.1]
    %p = Pad(%x, %pads, %fill)
    const %w: float32[3,2,1,1] = seeded(4)
    %r = Identity(%p))");
  graph = fused(std::move(graph));
  for (const NodeId id : graph.order()) {
    if (graph.node(id).op != Op::Pad) continue;
    const graph::Value& fill = graph.value(graph.node(id).input(2));
    ASSERT_EQ(fill.type.dtype, DType::int8);
    EXPECT_EQ(fill.constant->as<std::int8_t>()[0], 1);  // round(1.1 / 0.25) - 3
  }
  EXPECT_EQ(count(graph, Op::Pad), 1);
  EXPECT_EQ(type_of(graph, "y").quantization->scales, std::vector{0.25f});
}

TEST(QuantizeBeforeMoving, KeepsAMovedValueThatOthersRead) {
  expect_unchanged(quantize_before_moving, R"(input %a: float32[1,2,4,4]
    const %s: float32[] = [0.5]
    %pool = MaxPool(%a) {kernel_shape=[2,2]}
    %y = QuantizeLinear(%pool, %s)
    output %y
    output %pool)");
}

TEST(ExpandQuantizedConv, ThenFusesItAgain) {
  const Graph graph = fused(parsed(R"(input %x: float32[1,2,4,4]
    const %s: float32[] = [0.5]
    const %z: uint8[] = [3]
    const %w: int8[3,2,1,1] = seeded(4)
    const %ws: float32[3] = [0.1, 0.2, 0.3]
    const %wz: int8[3] = [0, 0, 0]
    const %b: int32[3] = [100, -7, 0]
    %q = QuantizeLinear(%x, %s, %z)
    %c = QLinearConv(%q, %s, %z, %w, %ws, %wz, %s, %z, %b) "layer"
    %p = MaxPool(%c) {kernel_shape=[2,2]}
    %y = DequantizeLinear(%p, %s, %z)
    output %y)"));
  EXPECT_EQ(count(graph, Op::QLinearConv), 0);
  const graph::Node& conv = graph.node(graph.value(graph.find_value("c")).producer);
  ASSERT_EQ(conv.op, Op::Conv);
  EXPECT_EQ(conv.name, "layer");
  EXPECT_EQ(graph.value(conv.input(2)).constant->as<std::int32_t>()[0], 100);
  EXPECT_EQ(type_of(graph, "p").dtype, DType::int8);
  EXPECT_EQ(type_of(graph, "p").quantization->zero_points, std::vector{-125});
  EXPECT_EQ(count(graph, Op::DequantizeLinear), 1);
}

}  // namespace
}  // namespace diolkos::passes
