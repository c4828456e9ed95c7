#include <gmock/gmock.h>

#include "targets/check.h"

namespace diolkos::targets {
namespace {

using testing::HasSubstr;
using tflite::Builtin;
using tflite::Model;

// One convolution from 'x' to 'y'.
Model convolution(DType activation, DType bias, int dilation) {
  Model model;
  const Tensor weights = Tensor::of<std::int8_t>(Shape{1, 1, 1, 2}, {1, 2});
  model.add_tensor({"x", activation, Shape{1, 8, 8, 2}, {}, {}});
  model.add_tensor({"w", DType::int8, weights.shape(), {}, weights});
  model.add_tensor({"b", bias, Shape{1}, {}, Tensor::zeros(bias, Shape{1}).value()});
  model.add_tensor({"y", activation, Shape{1, 8, 8, 1}, {}, {}});
  model.inputs = {{"x", 0}};
  model.outputs = {{"y", 3}};
  tflite::Options options;
  options.dilation_h = options.dilation_w = dilation;
  model.operators.push_back({Builtin::conv_2d, {0, 1, 2}, {3}, options});
  return model;
}

TEST(Check, TakesEightBitsAndSaysHowLongAtLeast) {
  const Rules rules = built_in_rules("mdla3.0").value();
  const Report report = check(convolution(DType::int8, DType::int32, 1), rules);
  EXPECT_EQ(report.verdict, Verdict::accepted);
  EXPECT_EQ(report.accepted, 1u);
  EXPECT_EQ(report.multiply_adds, 128);
  EXPECT_NEAR(report.least_milliseconds, 128 / (2048 * 960e3), 1e-12);
}

TEST(Check, RefusesFloatsAndWideBiasesWithARemedy) {
  const Rules rules = built_in_rules("mdla3.0").value();
  const Report floats = check(convolution(DType::float32, DType::float32, 1), rules);
  EXPECT_EQ(floats.verdict, Verdict::refused);
  EXPECT_THAT(floats.findings[0].rule, HasSubstr("float32"));
  EXPECT_THAT(floats.findings[0].remedy, HasSubstr("_full_integer_quant"));
  const Report wide = check(convolution(DType::int16, DType::int64, 1), rules);
  EXPECT_EQ(wide.verdict, Verdict::refused);
  EXPECT_THAT(wide.findings[0].rule, HasSubstr("biases are int32"));
}

TEST(Check, PutsAConditionOnWideDilations) {
  const Report report = check(convolution(DType::int8, DType::int32, 12), built_in_rules("mdla3.0").value());
  EXPECT_EQ(report.verdict, Verdict::conditional);
  EXPECT_THAT(report.findings[0].remedy, HasSubstr("--use-sw-dilated-conv"));
}

TEST(Rules, SayWhatIsKnownAndWhatIsWrong) {
  EXPECT_THAT(built_in_rules("mdla3").error().message, HasSubstr("mdla3.0"));
  EXPECT_THAT(parse_rules("mine.json", "{\"name\": 3}").error().message, HasSubstr("mine.json: not a table of rules"));
  const auto with = [](const char* megahertz, const char* rate) {
    return parse_rules("mine.json", std::string("{\"name\": \"mine\", \"megahertz\": ") + megahertz +
                                        ", \"macs_per_cycle\": {\"int8\": " + rate +
                                        "}, \"most_axes\": 4, \"most_extent\": 9, \"activation_types\": [], "
                                        "\"weight_types\": [], \"bias_types\": [], \"operators\": {}}");
  };
  EXPECT_TRUE(with("960", "2048"));
  EXPECT_THAT(with("0", "2048").error().message, HasSubstr("megahertz is 0, expected more"));
  EXPECT_THAT(with("960", "-1").error().message, HasSubstr("macs_per_cycle of int8 is -1"));
}

}  // namespace
}  // namespace diolkos::targets
