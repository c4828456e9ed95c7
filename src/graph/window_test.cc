#include "graph/window.h"

#include <random>

#include "graph/test_graph.h"

namespace diolkos::graph {
namespace {

Window resolved(const std::string& statements) {
  const Graph graph = parsed(statements);
  auto window = resolve_window(graph, graph.node(0));
  EXPECT_TRUE(window.has_value()) << (window ? "" : window.error().message);
  return window.value_or(Window());
}

TEST(Window, SplitsSamePaddingByItsName) {
  const std::string input = "input %x: float32[1,1,6,6]\n";
  const Window upper = resolved(input + "%y = MaxPool(%x) {kernel_shape=[2,4], auto_pad=\"SAME_UPPER\"}");
  EXPECT_EQ(upper[0].pad_begin, 0);
  EXPECT_EQ(upper[0].pad_end, 1);
  EXPECT_EQ(upper[1].pad_begin, 1);
  EXPECT_EQ(upper[1].pad_end, 2);
  const Window lower = resolved(input + "%y = MaxPool(%x) {kernel_shape=[2,4], auto_pad=\"SAME_LOWER\"}");
  EXPECT_EQ(lower[0].pad_begin, 1);
  EXPECT_EQ(lower[1].pad_begin, 2);
  EXPECT_EQ(lower[1].output, 6);
}

TEST(Window, SpreadsMissingAxesInFront) {
  const Window window = resolved("input %x: float32[1,1,9]\n %y = MaxPool(%x) {kernel_shape=[3], strides=[2]}");
  const auto axes = window.as_3d();
  EXPECT_EQ(axes[0].kernel, 1);
  EXPECT_EQ(axes[1].output, 1);
  EXPECT_EQ(axes[2].kernel, 3);
  EXPECT_EQ(axes[2].output, 4);
}

// Whatever the attributes, windows count as they do when placed one by one.
TEST(Window, CountsAsPlacingOneByOne) {
  std::mt19937 random(20240501);
  const auto draw = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  for (int round = 0; round < 2000; ++round) {
    const int input = draw(1, 20), kernel = draw(1, 5), stride = draw(1, 5), dilation = draw(1, 3);
    const int extent = (kernel - 1) * dilation + 1;
    const int begin = draw(0, extent - 1), end = draw(0, extent - 1), ceil = draw(0, 1);
    if (input + begin + end < extent) continue;
    const Window window = resolved(
        "input %x: float32[1,1," + std::to_string(input) + "]\n %y = MaxPool(%x) {kernel_shape=[" +
        std::to_string(kernel) + "], strides=[" + std::to_string(stride) + "], dilations=[" + std::to_string(dilation) +
        "], pads=[" + std::to_string(begin) + "," + std::to_string(end) + "], ceil_mode=" + std::to_string(ceil) + "}");
    std::int64_t expected = 0;
    for (int start = -begin;; start += stride) {
      const bool fits = start + extent <= input + end;
      const bool overhangs = start < input && start + extent - stride < input + end;
      if (!fits && !(ceil != 0 && overhangs)) break;
      ++expected;
    }
    EXPECT_EQ(window[0].output, expected)
        << "round " << round << ": input " << input << " kernel " << kernel << " stride " << stride << " dilation "
        << dilation << " pads " << begin << " " << end << " ceil " << ceil;
  }
}

TEST(Window, RefusesWhatOverflows) {
  const Graph graph = parsed(
      "input %x: float32[1,1,4000000000,1]\n %y = MaxPool(%x) {kernel_shape=[1,1]}\n"
      "input %z: float32[1,1,8,8]\n %w = MaxPool(%z) {kernel_shape=[2147483647,2], dilations=[2147483647,1]}");
  EXPECT_FALSE(resolve_window(graph, graph.node(0)).has_value());
  EXPECT_FALSE(resolve_window(graph, graph.node(1)).has_value());
}

}  // namespace
}  // namespace diolkos::graph
