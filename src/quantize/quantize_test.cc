#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "formats/tflite/legalize.h"
#include "formats/tflite/lower.h"
#include "formats/tflite/raise.h"
#include "formats/tflite/read_model.h"
#include "formats/tflite/write_model.h"
#include "graph/infer.h"
#include "graph/text.h"
#include "quantize/calibrate.h"
#include "quantize/quantize_model.h"
#include "reference/evaluate.h"

namespace diolkos::quantize {
namespace {

using testing::HasSubstr;

TEST(Histogram, KeepsCountsWhileItWidens) {
  Histogram histogram;
  const std::vector<float> small{-0.5f, 0.25f, 0.5f}, large{100.0f, -3.0f};
  histogram.add(small);
  histogram.add(large);
  EXPECT_EQ(histogram.total(), 5u);
  EXPECT_EQ(histogram.low(), -3.0f);
  EXPECT_EQ(histogram.high(), 100.0f);
  std::uint64_t sum = 0;
  for (std::uint64_t count : histogram.bins()) sum += count;
  EXPECT_EQ(sum, 5u);
}

Histogram normal_with_outlier() {
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  std::vector<float> values(100000);
  for (float& value : values) value = normal(random);
  values.push_back(60.0f);
  Histogram histogram;
  histogram.add(values);
  return histogram;
}

TEST(Range, EveryMethodButMinMaxCutsAnOutlier) {
  const Histogram histogram = normal_with_outlier();
  EXPECT_EQ(choose_range(histogram, {}, 256).high, 60.0f);
  for (RangeMethod method : {RangeMethod::percentile, RangeMethod::entropy, RangeMethod::mse}) {
    const Range range = choose_range(histogram, {method, 99.99}, 256);
    EXPECT_LT(range.high, 58.0f);
    EXPECT_GT(range.high, 2.0f);
    EXPECT_LE(range.low, 0.0f);
  }
}

TEST(Parameters, MakeZeroExact) {
  for (const Range range : {Range{-1.0f, 3.0f}, Range{0.0f, 6.0f}, Range{-2.0f, 0.0f}, Range{0.0f, 0.0f}}) {
    const auto q = activation_parameters(range, Precision::int8);
    EXPECT_GT(q.scales[0], 0);
    EXPECT_GE(q.zero_points[0], -128);
    EXPECT_LE(q.zero_points[0], 127);
  }
  EXPECT_EQ(activation_parameters({-1, 2}, Precision::int16).zero_points[0], 0);
}

TEST(Weights, ChannelsOfZerosHaveAScale) {
  const Tensor weights = Tensor::of<float>(Shape{2, 2}, {0, 0, 1, -2});
  const auto rounded = quantize_weights(weights, 0, true, {});
  ASSERT_TRUE(rounded);
  EXPECT_GT(rounded->parameters.scales[0], 0);
  EXPECT_EQ(rounded->values.as<std::int8_t>()[3], -127);
}

constexpr const char* kNetwork = R"(graph "net" {
  input %x: float32[1,3,17,16]
  const %w: float32[8,3,3,3] = seeded(7)
  const %b: float32[8] = seeded(8)
  const %d: float32[8,1,3,3] = seeded(9)
  const %p: float32[5,16,1,1] = seeded(10)
  const %s: int64[4] = [1,16,17,16]
  %c = Conv(%x, %w, %b) {pads=[1,1,1,1], strides=[2,2]}
  %h = HardSwish(%c)
  %e = Conv(%h, %d) {pads=[1,1,1,1], group=8}
  %r = Relu(%e)
  %a = Add(%h, %r)
  %m = GlobalAveragePool(%a)
  %g = Sigmoid(%m)
  %n = Mul(%a, %g)
  %k = Concat(%n, %r) {axis=1}
  %u = Resize(%k, _, _, %s) {mode="linear", coordinate_transformation_mode="half_pixel"}
  %y = Conv(%u, %p)
  output %y
})";

struct Prepared {
  graph::Graph graph;
  tflite::Model model;
  Statistics statistics;
  Tensor input;
  Tensor output;
};

Result<Prepared> prepared(bool hard_swish) {
  Prepared result;
  TRY_ASSIGN(result.graph, graph::parse_text(kNetwork));
  TRY(graph::infer_shapes(result.graph));
  tflite::LegalizeOptions options;
  options.hard_swish = hard_swish;
  TRY(tflite::legalize(result.graph, options));
  TRY_ASSIGN(result.model, tflite::lower(result.graph));
  TRY_ASSIGN(result.input, Tensor::zeros(DType::float32, Shape{1, 3, 17, 16}));
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  for (float& value : result.input.mutable_as<float>()) value = normal(random);
  std::set<std::string> names;
  for (const auto& tensor : result.model.tensors) names.insert(tensor.name);
  int left = 1;
  const Tensor sample = result.input;
  TRY_ASSIGN(result.statistics, calibrate(result.graph, names, [&]() -> Result<std::optional<std::vector<Tensor>>> {
               if (left-- == 0) return std::nullopt;
               return std::vector<Tensor>{sample};
             }));
  const std::vector<Tensor> inputs{result.input};
  TRY_ASSIGN(const auto outputs, reference::run(result.graph, inputs));
  result.output = outputs[0];
  return result;
}

// Signal to noise, in decibels, of the file's answer against the float network's; float at both ends.
Result<double> signal_to_noise(const Prepared& from, const tflite::Model& model) {
  TRY_ASSIGN(const auto bytes, tflite::serialize(model));
  TRY_ASSIGN(const auto read, tflite::read_model(bytes));
  TRY_ASSIGN(const graph::Graph graph, tflite::raise(read));
  const std::vector<Tensor> inputs{from.input};
  TRY_ASSIGN(const auto outputs, reference::run(graph, inputs));
  double signal = 0, noise = 0;
  for (std::size_t i = 0; i < from.output.as<float>().size(); ++i) {
    const double exact = from.output.as<float>()[i], found = outputs[0].as<float>()[i];
    signal += exact * exact;
    noise += (exact - found) * (exact - found);
  }
  return 10 * std::log10(signal / std::max(noise, 1e-30));
}

struct Expectation {
  Variant variant;
  double decibels;
};

TEST(Variants, SayWhatTheFloatNetworkSays) {
  for (const Expectation& expected : {Expectation{Variant::float32, 100},
                                      {Variant::float16, 60},
                                      {Variant::dynamic_range, 35},
                                      {Variant::integer, 25},
                                      {Variant::integer_int16, 35}}) {
    const auto from = prepared(!has_int16_activations(expected.variant));
    ASSERT_TRUE(from) << from.error().message;
    WeightCache cache;
    const auto model = quantize(from->model, expected.variant, from->statistics, {}, cache);
    ASSERT_TRUE(model) << model.error().message;
    const auto decibels = signal_to_noise(*from, *model);
    ASSERT_TRUE(decibels) << decibels.error().message;
    EXPECT_GT(*decibels, expected.decibels) << suffix_of(expected.variant);
  }
}

TEST(Variants, FullIntegerHasIntegersAtBothEnds) {
  const auto from = prepared(true);
  ASSERT_TRUE(from) << from.error().message;
  WeightCache cache;
  const auto model = quantize(from->model, Variant::full_integer, from->statistics, {}, cache);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->tensor(model->inputs[0].tensor).dtype, DType::int8);
  for (const auto& tensor : model->tensors) EXPECT_NE(tensor.dtype, DType::float32) << tensor.name;
}

TEST(Variants, KeptOperatorsStayInFloatBetweenConversions) {
  const auto from = prepared(true);
  ASSERT_TRUE(from) << from.error().message;
  WeightCache cache;
  QuantizeOptions options;
  options.keep_float = {"y"};
  const auto model = quantize(from->model, Variant::full_integer, from->statistics, options, cache);
  ASSERT_TRUE(model) << model.error().message;
  const auto& last = model->operators[model->operators.size() - 2];
  EXPECT_EQ(last.builtin, tflite::Builtin::conv_2d);
  EXPECT_EQ(model->tensor(last.inputs[1]).dtype, DType::float32);
  EXPECT_EQ(model->operators.back().builtin, tflite::Builtin::quantize);
}

TEST(Calibrate, WantsSamplesAndFiniteValues) {
  const auto from = prepared(true);
  ASSERT_TRUE(from) << from.error().message;
  const auto none =
      calibrate(from->graph, {"y"}, []() -> Result<std::optional<std::vector<Tensor>>> { return std::nullopt; });
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("no calibration sample"));
  WeightCache cache;
  const auto blind = quantize(from->model, Variant::full_integer, {}, {}, cache);
  ASSERT_FALSE(blind);
  EXPECT_THAT(blind.error().message, HasSubstr("nothing was observed"));
}

}  // namespace
}  // namespace diolkos::quantize
