#include "graph/verify.h"

#include <gmock/gmock.h>

#include "graph/test_graph.h"

namespace diolkos::graph {
namespace {

using testing::HasSubstr;

std::string fault_of(const Graph& graph) {
  auto verified = verify(graph);
  return verified ? "none" : verified.error().message;
}
std::string fault_of(std::string_view statements) { return fault_of(parsed(statements)); }

Graph chain() {
  return parsed("input %x: float32[2]\n %a: float32[2] = Relu(%x) \"a\"\n %y = Abs(%a) \"y\"\n output %y");
}

TEST(Verify, AcceptsWhatIsRight) {
  EXPECT_EQ(fault_of(chain()), "none");
  EXPECT_EQ(fault_of(Graph()), "none");
}

TEST(Verify, FindsBrokenWiring) {
  Graph graph = chain();
  graph.node(1).inputs = {77};
  EXPECT_THAT(fault_of(graph), HasSubstr("value 77 does not exist"));
  graph = chain();
  graph.erase_node(0);
  EXPECT_THAT(fault_of(graph), HasSubstr("node 'y' (Abs): nothing makes 'a'"));
  graph = chain();
  graph.node(0).inputs = {graph.node(1).output()};
  EXPECT_THAT(fault_of(graph), HasSubstr("lies on a cycle"));
  graph = chain();
  graph.node(1).outputs = graph.node(0).outputs;
  EXPECT_THAT(fault_of(graph), HasSubstr("is made elsewhere too"));
  graph = chain();
  graph.value(graph.find_value("y")).producer = 0;
  EXPECT_THAT(fault_of(graph), HasSubstr("does not name it as its producer"));
  graph = chain();
  graph.add_output(kNoValue);
  EXPECT_THAT(fault_of(graph), HasSubstr("an output of the graph: value -1 does not exist"));
  graph = chain();
  graph.value(graph.find_value("x")).constant = Tensor::of<float>(Shape{2}, {1, 2});
  EXPECT_THAT(fault_of(graph), HasSubstr("is an input of the graph, and"));
  graph = chain();
  graph.value(graph.find_value("a")).name = "y";
  EXPECT_THAT(fault_of(graph), HasSubstr("belongs to another value"));
}

TEST(Verify, FindsWrongNodes) {
  EXPECT_THAT(fault_of("input %x: float32[2]\n %y = Add(%x)"), HasSubstr("input 1 is missing"));
  EXPECT_THAT(fault_of("input %x: float32[2]\n %y, %z = Relu(%x)"), HasSubstr("2 outputs, expected 1 to 1"));
  EXPECT_THAT(fault_of("input %x: float32[2]\n %y = Concat(%x, _) {axis=0}"), HasSubstr("input 1 is missing"));
  EXPECT_THAT(fault_of("input %x: float32[2]\n %y = Softmax(%x) {axis=1.0}"),
              HasSubstr("axis is a float, expected an integer"));
  EXPECT_THAT(fault_of("input %x: float32[2]\n %y = Softmax(%x) {axes_=1}"),
              HasSubstr("there is no attribute 'axes_'; did you mean 'axes'?"));
}

TEST(Verify, ComparesTypesWithInference) {
  EXPECT_THAT(fault_of("input %x: float32[2]\n %y: float32[3] = Relu(%x) \"r\""),
              HasSubstr("node 'r' (Relu): output 'y' is said to be float32 3, its inputs make it float32 2"));
  EXPECT_THAT(fault_of("input %a: float32[2]\n input %b: float32[3]\n %y: float32[3] = Add(%a, %b)"),
              HasSubstr("do not broadcast"));
  EXPECT_EQ(fault_of("input %a: float32[2]\n input %b: float32[3]\n %y = Add(%a, %b)"), "none") << "not typed yet";
  EXPECT_EQ(fault_of("input %x: float32[2]\n input %s: int64[1]\n %y: float32[2] = Reshape(%x, %s)"), "none")
      << "a shape that is not constant yet";
}

TEST(Verify, ChecksConstantsAndQuantization) {
  Graph graph = parsed("const %w: float32[2] = [1, 2]");
  graph.value(0).type.shape = Shape{3};
  EXPECT_THAT(fault_of(graph), HasSubstr("value 'w': its type is float32 3, its constant is float32 2"));
  EXPECT_THAT(fault_of("input %x: int8[2] quant([], [])"), HasSubstr("0 scales"));
  EXPECT_THAT(fault_of("input %x: int8[2] quant([1], [1, 2])"), HasSubstr("1 scales and 2 zero points"));
  EXPECT_THAT(fault_of("input %x: int8[2] quant([0], [1])"), HasSubstr("a scale of 0"));
  EXPECT_THAT(fault_of("input %x: int8[2] quant([inf], [1])"), HasSubstr("a scale of inf"));
  EXPECT_THAT(fault_of("input %x: int8[2] quant([1, 1], [1, 1])"), HasSubstr("2 scales without an axis"));
  EXPECT_THAT(fault_of("input %x: int8[2,3] quant([1, 1], [1, 1], axis=1)"), HasSubstr("2 scales along axis 1 of 2x3"));
  EXPECT_EQ(fault_of("input %x: int8[2,3] quant([1, 1], [1, 1], axis=0)"), "none");
}

}  // namespace
}  // namespace diolkos::graph
