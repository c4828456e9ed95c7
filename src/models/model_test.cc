#include "models/model.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "graph/count.h"
#include "graph/infer.h"
#include "graph/verify.h"
#include "models/test_weights.h"

namespace diolkos::models {
namespace {

using graph::Op;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const graph::Node* node_named(const graph::Graph& graph, std::string_view name) {
  for (const graph::NodeId id : graph.order())
    if (graph.node(id).name == name) return &graph.node(id);
  return nullptr;
}

std::vector<std::int64_t> ints(const graph::Graph& graph, std::string_view node, std::string_view attribute) {
  const graph::Node* found = node_named(graph, node);
  return found == nullptr ? std::vector<std::int64_t>{} : found->attributes.ints_or(attribute, {});
}

struct Published {
  std::string_view name;
  std::size_t tensors;      // of torchvision's state dict
  std::int64_t parameters;  // torchvision's count, 21 classes, no auxiliary head
};
// len(state_dict()) and sum(p.numel() for p in parameters()) of torchvision 0.14.
constexpr Published kPublished[] = {
    {"fcn_resnet50", 326, 32957013},
    {"fcn_resnet101", 632, 51949141},
    {"deeplabv3_resnet50", 362, 39638869},
    {"deeplabv3_resnet101", 668, 58630997},
    {"deeplabv3_mobilenet_v3_large", 352, 11025477},
    {"lraspp_mobilenet_v3_large", 319, 3221538},
};

class Architectures : public testing::TestWithParam<Published> {};

bool is_parameter(const NamedTensor& entry) {
  return !entry.name.ends_with("running_mean") && !entry.name.ends_with("running_var") &&
         !entry.name.ends_with("num_batches_tracked");
}

TEST_P(Architectures, HaveTorchvisionsTensorsAndBuildAgain) {
  const auto weights = random_weights(GetParam().name, 1);
  ASSERT_TRUE(weights) << weights.error().message;
  EXPECT_EQ(weights->tensors.size(), GetParam().tensors);
  std::int64_t parameters = 0;
  for (const NamedTensor& entry : weights->tensors) parameters += is_parameter(entry) ? entry.tensor.elements() : 0;
  EXPECT_EQ(parameters, GetParam().parameters);

  auto graph = build(*weights, {65, 97});
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_EQ(graph->name, GetParam().name);
  EXPECT_EQ(graph->metadata.at("diolkos.architecture"), GetParam().name);
  ASSERT_EQ(graph->inputs().size(), 1u);
  ASSERT_EQ(graph->outputs().size(), 1u);
  EXPECT_EQ(graph->value(graph->inputs()[0]).name, "input");
  EXPECT_EQ(graph->value(graph->outputs()[0]).name, "out");
  EXPECT_EQ(graph->value(graph->outputs()[0]).type.shape, (Shape{1, 21, 65, 97}));
}

TEST_P(Architectures, GiveEveryValueTheTypeThatInferenceGives) {
  const auto weights = random_weights(GetParam().name, 1);
  auto graph = build(*weights, {130, 33});
  ASSERT_TRUE(graph) << graph.error().message;
  std::map<std::string, Shape> shapes;
  for (const graph::NodeId id : graph->order()) {
    const graph::Value& value = graph->value(graph->node(id).output());
    shapes[value.name] = value.type.shape;
  }
  const auto status = graph::infer_shapes(*graph);
  ASSERT_TRUE(status) << status.error().message;
  for (const auto& [name, shape] : shapes) EXPECT_EQ(graph->value(graph->find_value(name)).type.shape, shape) << name;
  const auto verified = graph::verify(*graph);
  EXPECT_TRUE(verified) << verified.error().message;
}

TEST_P(Architectures, NameEachNodeOnce) {
  const auto graph = build(*random_weights(GetParam().name, 1), {32, 32});
  std::vector<std::string> names;
  for (const graph::NodeId id : graph->order()) names.push_back(graph->node(id).name);
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

INSTANTIATE_TEST_SUITE_P(Torchvision, Architectures, testing::ValuesIn(kPublished),
                         [](const auto& published) { return std::string(published.param.name); });

TEST(Model, CountsFcnResNet50AsThePapersDo) {
  const auto graph = build(*random_weights("fcn_resnet50", 1), {288, 288});
  EXPECT_NEAR(1e-9 * static_cast<double>(graph::multiply_adds(*graph)), 43.8, 0.05);
}

TEST(Model, DilatesTheLastTwoStagesOfAResNet) {
  const auto graph = build(*random_weights("fcn_resnet50", 1), {64, 64});
  using Ints = std::vector<std::int64_t>;
  EXPECT_EQ(ints(*graph, "backbone.layer2.0.conv2", "strides"), (Ints{2, 2}));
  EXPECT_EQ(ints(*graph, "backbone.layer3.0.conv2", "strides"), (Ints{1, 1}));
  EXPECT_EQ(ints(*graph, "backbone.layer3.0.conv2", "dilations"), (Ints{1, 1}));
  EXPECT_EQ(ints(*graph, "backbone.layer3.1.conv2", "dilations"), (Ints{2, 2}));
  EXPECT_EQ(ints(*graph, "backbone.layer4.0.conv2", "dilations"), (Ints{2, 2}));
  EXPECT_EQ(ints(*graph, "backbone.layer4.2.conv2", "pads"), (Ints{4, 4, 4, 4}));
}

TEST(Model, FollowsMobileNetsTable) {
  const auto graph = build(*random_weights("lraspp_mobilenet_v3_large", 1), {64, 64});
  using Ints = std::vector<std::int64_t>;
  EXPECT_EQ(ints(*graph, "backbone.13.block.1.0", "dilations"), (Ints{2, 2}));
  EXPECT_EQ(ints(*graph, "backbone.13.block.1.0", "strides"), (Ints{1, 1}));
  EXPECT_EQ(ints(*graph, "backbone.13.block.1.0", "pads"), (Ints{4, 4, 4, 4}));
  EXPECT_EQ(node_named(*graph, "backbone.13.add"), nullptr);  // 112 to 160 channels, and strided as published
  EXPECT_NE(node_named(*graph, "backbone.14.add"), nullptr);
  EXPECT_EQ(node_named(*graph, "backbone.6.block.0.2")->op, Op::Relu);
  EXPECT_EQ(node_named(*graph, "backbone.7.block.0.2")->op, Op::HardSwish);
  EXPECT_FLOAT_EQ(node_named(*graph, "backbone.7.block.0.1")->attributes.float_or("epsilon", 0), 1e-3f);
  EXPECT_FLOAT_EQ(node_named(*graph, "classifier.cbr.1")->attributes.float_or("epsilon", 0), 1e-5f);
}

TEST(Model, TakesOtherWidthsDepthsAndClassCounts) {
  const auto graph = build(zero_weights(narrow_fcn(16, {3, 4, 6, 3}, 7)), {64, 64});
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_EQ(graph->name, "fcn_resnet50");
  EXPECT_EQ(graph->value(graph->find_value("backbone.layer4.2.relu3")).type.shape, (Shape{1, 512, 8, 8}));
  EXPECT_EQ(graph->value(graph->outputs()[0]).type.shape, (Shape{1, 7, 64, 64}));

  const auto deep = build(zero_weights(narrow_fcn(8, {3, 8, 36, 3}, 2)), {64, 64});
  ASSERT_TRUE(deep) << deep.error().message;
  EXPECT_EQ(deep->name, "fcn_resnet152");
  const auto shallow = build(zero_weights(narrow_fcn(8, {2, 1, 12, 2}, 2)), {64, 64});
  ASSERT_TRUE(shallow) << shallow.error().message;
  EXPECT_EQ(shallow->name, "fcn_resnet_2_1_12_2");
}

TEST(Model, TakesGroupsAndPrunedBlocks) {
  Architecture architecture = narrow_fcn(16, {2, 2, 2, 2}, 3);
  auto& spec = std::get<ResNetSpec>(architecture.backbone);
  spec.groups = 4;
  spec.stages[1].blocks[1] = {20, 24};
  const auto graph = build(zero_weights(architecture), {64, 64});
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_EQ(node_named(*graph, "backbone.layer2.1.conv2")->attributes.int_or("group", 0), 4);
  EXPECT_TRUE(graph::verify(*graph));
}

TEST(Model, TakesMobileNetsOfOtherWidths) {
  MobileNetV3Spec spec = standard_mobilenet_v3();
  spec.stem = 8;
  spec.last = 48;
  for (MobileNetV3Spec::Block& block : spec.blocks) {
    block = {block.expands, 16, 7, block.squeezed / 8, 24};
  }
  spec.blocks[0] = {false, 8, 3, 4, 8};
  const Architecture architecture{spec, LrasppHeadSpec{16, 5}, "narrow"};
  const auto graph = build(zero_weights(architecture), {96, 64});
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_EQ(graph->name, "lraspp_mobilenet_v3_large");
  EXPECT_EQ(graph->value(graph->outputs()[0]).type.shape, (Shape{1, 5, 96, 64}));
  EXPECT_TRUE(graph::verify(*graph));
}

TEST(Model, ConvertsOtherFloatingTypes) {
  for (const DType dtype : {DType::float16, DType::bfloat16, DType::float64}) {
    StateDict weights = zero_weights(narrow_fcn(8, {1, 1, 1, 1}, 2));
    put(weights, "backbone.conv1.weight", zeros(Shape{8, 3, 7, 7}, dtype));
    const auto graph = build(weights, {32, 32});
    ASSERT_TRUE(graph) << graph.error().message;
    EXPECT_EQ(graph->value(graph->find_value("backbone.conv1.weight")).type.dtype, DType::float32);
  }
}

TEST(Model, DropsTheAuxiliaryHeadWithANote) {
  StateDict weights = zero_weights(narrow_fcn(8, {1, 1, 1, 1}, 2));
  put(weights, "aux_classifier.0.weight", zeros(Shape{4, 16, 3, 3}));
  put(weights, "aux_classifier.4.bias", zeros(Shape{2}));
  std::vector<std::string> notes;
  log::set_sink([&](log::Level, std::string_view message) { notes.emplace_back(message); });
  const auto graph = build(weights, {32, 32});
  log::set_sink({});
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_THAT(notes, testing::ElementsAre(AllOf(HasSubstr("auxiliary head"), HasSubstr("2 tensors"))));
  for (const graph::NodeId id : graph->order()) EXPECT_THAT(graph->node(id).name, Not(HasSubstr("aux")));
}

std::string fault_of(const StateDict& weights) {
  const auto graph = build(weights, {32, 32});
  return graph ? "" : graph.error().message;
}

TEST(Model, NamesTheTensorOfTheWrongShape) {
  const StateDict whole = zero_weights(narrow_fcn(8, {2, 1, 1, 1}, 2));
  for (const NamedTensor& entry : whole.tensors) {
    Shape shape = entry.tensor.shape();
    shape[0] += 1;
    StateDict weights = whole;
    put(weights, entry.name, zeros(shape));
    const std::string expected = fmt::format("tensor '{}': found {}, expected {}", entry.name, to_string(shape),
                                             to_string(entry.tensor.shape()));
    // With only two tensors to tell the class count, either may be the wrong one.
    const bool undecided = entry.name.starts_with("classifier.4.");
    EXPECT_THAT(fault_of(weights), HasSubstr(undecided ? "tensor 'classifier.4." : expected));
  }
}

TEST(Model, NamesEveryMissingTensor) {
  const StateDict whole = zero_weights(narrow_fcn(8, {2, 1, 1, 1}, 2));
  for (const NamedTensor& entry : whole.tensors) {
    StateDict weights = whole;
    erase(weights, entry.name);
    EXPECT_THAT(fault_of(weights), AllOf(HasSubstr("1 tensor missing"), HasSubstr(entry.name))) << entry.name;
  }
}

TEST(Model, CountsWhatIsMissingAndUnexpected) {
  StateDict weights = zero_weights(narrow_fcn(8, {2, 1, 1, 1}, 2));
  erase(weights, "backbone.layer1.1.bn");
  put(weights, "backbone.layer9.weight", zeros(Shape{3}));
  put(weights, "optimizer", zeros(Shape{1, 2}));
  EXPECT_THAT(fault_of(weights),
              AllOf(HasSubstr("12 tensors missing: 'backbone.layer1.1.bn1.weight' (8)"), HasSubstr("and 9 more"),
                    HasSubstr("2 tensors unexpected: 'backbone.layer9.weight' (3), 'optimizer' (1x2)")));
}

TEST(Model, ToleratesAnyPrefixOfANetwork) {
  const StateDict whole = zero_weights({standard_mobilenet_v3(), LrasppHeadSpec{8, 2}, "x"});
  for (std::size_t count = 0; count < whole.tensors.size(); count += 7) {
    StateDict cut;
    cut.tensors.assign(whole.tensors.begin(), whole.tensors.begin() + static_cast<std::ptrdiff_t>(count));
    EXPECT_FALSE(build(cut, {32, 32})) << count;
    StateDict tail;
    tail.tensors.assign(whole.tensors.begin() + static_cast<std::ptrdiff_t>(count) + 1, whole.tensors.end());
    EXPECT_FALSE(build(tail, {32, 32})) << count;
  }
}

TEST(Model, SurvivesTensorsOfAnyShape) {
  const StateDict whole = zero_weights(narrow_fcn(8, {1, 1, 1, 1}, 2));
  for (const NamedTensor& entry : whole.tensors)
    for (const Shape& shape : {Shape{}, Shape{0}, Shape{0, 0, 0, 0}, Shape{1, 1}, Shape{1, 1, 1, 1, 1}, Shape{5}}) {
      StateDict weights = whole;
      put(weights, entry.name, zeros(shape));
      EXPECT_FALSE(build(weights, {32, 32})) << entry.name << " " << to_string(shape);
    }
}

TEST(Model, RefusesIntegerWeights) {
  StateDict weights = zero_weights(narrow_fcn(8, {1, 1, 1, 1}, 2));
  put(weights, "backbone.bn1.bias", zeros(Shape{8}, DType::int64));
  EXPECT_THAT(fault_of(weights), HasSubstr("'backbone.bn1.bias': found int64 8, expected floating point 8"));
}

TEST(Model, SaysWhatIsKnownOfAnUnknownArchitecture) {
  StateDict classifier;
  put(classifier, "conv1.weight", zeros(Shape{64, 3, 7, 7}));
  put(classifier, "layer1.0.conv1.weight", zeros(Shape{64, 64, 1, 1}));
  put(classifier, "fc.weight", zeros(Shape{1000, 2048}));
  EXPECT_THAT(fault_of(classifier),
              AllOf(HasSubstr("unknown architecture"), HasSubstr("3 tensors"), HasSubstr("'conv1.weight'"),
                    HasSubstr("fcn_resnet50"), HasSubstr("lraspp_mobilenet_v3_large")));
  StateDict basic;
  put(basic, "backbone.layer1.0.conv1.weight", zeros(Shape{64, 64, 3, 3}));
  put(basic, "backbone.layer1.0.conv2.weight", zeros(Shape{64, 64, 3, 3}));
  EXPECT_THAT(fault_of(basic), HasSubstr("basic blocks"));
  EXPECT_THAT(fault_of({}), HasSubstr("no tensors"));
}

TEST(Model, RefusesSizesThatAreNone) {
  const StateDict weights = zero_weights(narrow_fcn(8, {1, 1, 1, 1}, 2));
  for (const InputSize size : {InputSize{0, 32}, InputSize{32, -1}, InputSize{1 << 20, 32}})
    EXPECT_FALSE(build(weights, size));
  EXPECT_TRUE(build(weights, {1, 1}));
}

TEST(RandomWeights, AreSeededAndFinite) {
  const auto one = random_weights("lraspp_mobilenet_v3_large", 5, 3);
  const auto same = random_weights("lraspp_mobilenet_v3_large", 5, 3);
  const auto other = random_weights("lraspp_mobilenet_v3_large", 6, 3);
  ASSERT_TRUE(one && same && other);
  const auto values = [](const StateDict& weights) { return weights.find("backbone.0.0.weight")->as<float>(); };
  EXPECT_TRUE(std::ranges::equal(values(*one), values(*same)));
  EXPECT_FALSE(std::ranges::equal(values(*one), values(*other)));
  EXPECT_EQ(one->find("classifier.low_classifier.weight")->shape(), (Shape{3, 40, 1, 1}));
  for (const float variance : one->find("backbone.0.1.running_var")->as<float>()) {
    EXPECT_GE(variance, 0.5f);
    EXPECT_LE(variance, 1.5f);
  }
}

TEST(RandomWeights, RefusesUnknownNamesAndCounts) {
  EXPECT_THAT(random_weights("fcn_resnet5", 1).error().message, HasSubstr("did you mean 'fcn_resnet50'"));
  EXPECT_FALSE(random_weights("fcn_resnet50", 1, 0));
  EXPECT_FALSE(random_weights("fcn_resnet50", 1, -3));
}

}  // namespace
}  // namespace diolkos::models
