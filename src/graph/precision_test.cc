#include "graph/precision.h"

#include <gtest/gtest.h>

#include "graph/test_graph.h"

namespace diolkos::graph {
namespace {

std::string precision(std::string_view behind) {
  Graph graph = parsed(R"(input %x: float32[1,2,4,4]
    const %s: float32[] = [0.5]
    const %z: uint8[] = [3]
    %q = QuantizeLinear(%x, %s, %z)
    %d = DequantizeLinear(%q, %s, %z)
    const %w: float32[3,2,1,1] = seeded(4)
    %c = Conv(%d, %w))" + std::string("\n") + std::string(behind));
  const auto typed = infer_shapes(graph);
  EXPECT_TRUE(typed) << typed.error().message;
  return precision_of(graph);
}

TEST(Precision, OfPairsOfQuantizeLinearAndDequantizeLinear) {
  EXPECT_EQ(precision("%y = QuantizeLinear(%c, %s, %z)\noutput %y"), "int8");
  EXPECT_EQ(precision("%r = Relu(%c)\n%y = QuantizeLinear(%r, %s, %z)\noutput %y"), "int8");
  EXPECT_EQ(precision("%r = Sigmoid(%c)\n%y = QuantizeLinear(%r, %s, %z)\noutput %y"), "fp32");
  EXPECT_EQ(precision("%y = QuantizeLinear(%c, %s, %z)\noutput %y\noutput %c"), "fp32");
  EXPECT_EQ(
      precision("%q2 = QuantizeLinear(%c, %s, %z)\n%d2 = DequantizeLinear(%q2, %s, %z)\n%y = Sigmoid(%d2)\noutput %y"),
      "int8+fp32");
}

}  // namespace
}  // namespace diolkos::graph
