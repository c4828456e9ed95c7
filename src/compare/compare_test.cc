#include "compare/compare.h"

#include <cmath>
#include <random>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "compare/report.h"
#include "graph/infer.h"
#include "graph/text.h"

namespace diolkos::compare {
namespace {

using ::testing::HasSubstr;

graph::Graph parsed(const std::string& text) {
  auto graph = graph::parse_text(text);
  EXPECT_TRUE(graph) << graph.error().message;
  EXPECT_TRUE(graph::infer_shapes(*graph));
  return std::move(*graph);
}

// Three layers; in the other network the second one is off by `error` everywhere.
graph::Graph chain(double error) {
  return parsed(
      "graph \"chain\" {\n input %x: float32[1,2,4,4]\n const %e: float32[1] = [" + std::to_string(error) +
      "]\n const %k: float32[1] = [3]\n %first = Sigmoid(%x)\n %moved = Add(%first, %e)\n %second = Mul(%moved, %k)\n"
      " %third = Tanh(%second)\n output %third\n}");
}

Samples random_samples(int count, const Shape& shape) {
  return [count, shape, random = std::mt19937(4)]() mutable -> Result<std::optional<std::vector<Tensor>>> {
    if (count-- == 0) return std::nullopt;
    Tensor tensor = Tensor::zeros(DType::float32, shape).value();
    std::normal_distribution<float> normal;
    for (float& value : tensor.mutable_as<float>()) value = normal(random);
    return std::vector<Tensor>{tensor};
  };
}

TEST(ErrorSums, AreTheirDefinitions) {
  ErrorSums sums;
  const std::vector<float> reference{3, -4}, value{3, -3};
  sums.add(reference, value);
  EXPECT_DOUBLE_EQ(sums.mean_error(), 0.5);
  EXPECT_DOUBLE_EQ(sums.share(), 1.0 / 7);
  EXPECT_DOUBLE_EQ(sums.max_error(), 1);
  EXPECT_NEAR(sums.sqnr_db(), 10 * std::log10(25.0), 1e-12);
  EXPECT_NEAR(sums.cosine(), 21 / (5 * std::sqrt(18.0)), 1e-12);
  ErrorSums same;
  same.add(reference, reference);
  EXPECT_TRUE(std::isinf(same.sqnr_db()));
  EXPECT_EQ(same.share(), 0);
}

TEST(ClassAgreement, CountsPixelsAndMasks) {
  ClassAgreement agreement;
  const Tensor reference = Tensor::of<float>(Shape{1, 2, 1, 4}, {1, 1, 0, 0, 0, 0, 1, 1});
  const Tensor value = Tensor::of<float>(Shape{1, 2, 1, 4}, {1, 0, 0, 0, 0, 1, 1, 1});
  ASSERT_TRUE(agreement.add(reference, value));
  EXPECT_DOUBLE_EQ(agreement.agreement(), 0.75);
  EXPECT_DOUBLE_EQ(agreement.mean_iou(), (0.5 + 2.0 / 3) / 2);
  EXPECT_FALSE(agreement.add(reference, Tensor::of<float>(Shape{1, 2, 1, 1}, {1, 2})));
  EXPECT_FALSE(agreement.add(Tensor::of<std::int64_t>(Shape{1}, {-1}), Tensor::of<std::int64_t>(Shape{1}, {0})));
}

TEST(Compare, FindsTheLayerThatIsOff) {
  CompareOptions options;
  options.bad_below_db = 40;
  const auto comparison = compare(chain(0), chain(0.05), random_samples(3, Shape{1, 2, 4, 4}), options);
  ASSERT_TRUE(comparison) << comparison.error().message;
  EXPECT_EQ(comparison->samples, 3);
  ASSERT_EQ(comparison->layers.size(), 4u);
  ASSERT_TRUE(comparison->first_bad);
  EXPECT_EQ(comparison->layers[*comparison->first_bad].name, "moved");
  EXPECT_TRUE(std::isinf(comparison->layers[0].errors.sqnr_db()));
  EXPECT_NEAR(comparison->layers[1].errors.max_error(), 0.05, 1e-6);
  EXPECT_NEAR(comparison->layers[2].lost_db, 0, 1e-3);  // scaling loses nothing
  EXPECT_GT(comparison->worst_share(), 0);
  EXPECT_TRUE(comparison->proposals.empty());  // no integers to keep in float
}

TEST(Compare, IntegersCountAsWhatTheyStandFor) {
  graph::Graph rounded = parsed(
      "graph \"r\" {\n input %x: float32[1,2,4,4]\n const %s: float32[1] = [0.02]\n const %z: int8[1] = [3]\n"
      " %q = QuantizeLinear(%x, %s, %z)\n %first = Sigmoid(%q)\n output %first\n}");
  rounded.value(rounded.find_value("q")).type.quantization = graph::Quantization{{0.02f}, {3}, -1};
  graph::Value& first = rounded.value(rounded.find_value("first"));
  first.type = {DType::int8, Shape{1, 2, 4, 4}, graph::Quantization{{1.0f / 256}, {-128}, -1}};
  const auto comparison = compare(chain(0), rounded, random_samples(1, Shape{1, 2, 4, 4}));
  ASSERT_TRUE(comparison) << comparison.error().message;
  ASSERT_EQ(comparison->layers.size(), 1u);
  EXPECT_EQ(comparison->layers[0].precision, "int8");
  EXPECT_GT(comparison->layers[0].errors.sqnr_db(), 30);
  EXPECT_LT(comparison->layers[0].errors.sqnr_db(), 60);
  EXPECT_THAT(comparison->outputs[0].reference, "first");  // cut in the middle of the reference
}

TEST(Compare, TellsWhatDoesNotFit) {
  const auto wider = parsed("graph \"w\" {\n input %x: float32[1,3,4,4]\n %y = Relu(%x)\n output %y\n}");
  EXPECT_THAT(compare(chain(0), wider, random_samples(1, Shape{1, 2, 4, 4})).error().message,
              HasSubstr("inputs differ"));
  const auto smaller = parsed("graph \"s\" {\n input %x: float32[1,2,4,4]\n %y = GlobalAveragePool(%x)\n output %y\n}");
  EXPECT_THAT(compare(chain(0), smaller, random_samples(1, Shape{1, 2, 4, 4})).error().message,
              HasSubstr("cut the other"));
  EXPECT_THAT(compare(chain(0), chain(0), random_samples(0, Shape{1, 2, 4, 4})).error().message,
              HasSubstr("no sample"));
}

TEST(CompareReport, TextJsonAndPictureTellTheSame) {
  const auto comparison = compare(chain(0), chain(0.05), random_samples(2, Shape{1, 2, 4, 4}));
  ASSERT_TRUE(comparison);
  const ReportContext context{"a <b>.onnx", "c.tflite", "2 random inputs", 40, 0};
  EXPECT_THAT(to_text(*comparison, context), HasSubstr("4 layers, in order"));
  const auto json = nlohmann::json::parse(to_json(*comparison, context));
  EXPECT_EQ(json["schema"], "diolkos.compare/1");
  EXPECT_TRUE(json["layers"][0]["sqnr_db"].is_null());  // exact
  EXPECT_EQ(json["layers"].size(), 4u);
  const std::string svg = to_svg(*comparison, context);
  EXPECT_THAT(svg, HasSubstr("a &lt;b&gt;.onnx"));
  EXPECT_THAT(svg, HasSubstr("</svg>"));
}

}  // namespace
}  // namespace diolkos::compare
