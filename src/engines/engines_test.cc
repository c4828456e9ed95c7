#include <cmath>
#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diolkos/plugin.h"
#include "engines/engine.h"
#include "engines/find.h"
#include "engines/float_model.h"
#include "engines/port_conversion.h"
#include "engines/probe.h"
#include "graph/text.h"

namespace diolkos::engines {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

fs::path test_plugin(std::string_view name) {
  return fs::path(DIOLKOS_TEST_PLUGINS) / ("libdiolkos_" + std::string(name) + ".so");
}

graph::Graph small_graph() {
  auto graph = graph::parse_text(R"(graph "net" {
    input %x: float32[1,3,8,8]
    const %w: float32[4,3,3,3] = seeded(7)
    %c: float32[1,4,8,8] = Conv(%x, %w) {pads=[1,1,1,1]} "conv"
    %y: float32[1,4,8,8] = Relu(%c) "relu"
    output %y
  })");
  EXPECT_TRUE(graph.has_value()) << (graph ? "" : graph.error().message);
  return graph ? *graph : graph::Graph();
}

template <class T>
std::string message_of(const Result<T>& result) {
  return result ? "" : result.error().message;
}

TEST(Probe, TellsWhatAPluginHas) {
  const auto answer = probe(test_plugin("minimal"));
  ASSERT_TRUE(answer) << message_of(answer);
  EXPECT_EQ(answer->name, "minimal");
  EXPECT_EQ(answer->version, "1.2.3");
  EXPECT_EQ(answer->devices.size(), 2u);
  ASSERT_EQ(answer->capabilities.size(), 3u);
  EXPECT_EQ(answer->capabilities[1].precision, "fp16");
}

TEST(Probe, OutlivesAPluginThatCrashes) {
  EXPECT_THAT(message_of(probe(test_plugin("crashes"))), AllOf(HasSubstr("crashes.so"), HasSubstr("crashed")));
}

TEST(Probe, StopsAPluginThatHangs) {
  EXPECT_THAT(message_of(probe(test_plugin("hangs"), std::chrono::milliseconds(300))), HasSubstr("no answer"));
}

TEST(Probe, RefusesWhatIsNoPlugin) {
  EXPECT_THAT(message_of(probe(test_plugin("exports_nothing"))), HasSubstr("is no plugin"));
  EXPECT_THAT(message_of(probe("/dev/null")), HasSubstr("cannot be opened"));
  EXPECT_THAT(message_of(probe("/nowhere/libdiolkos_x.so")), HasSubstr("no such plugin"));
}

TEST(Probe, TellsBothVersions) {
  const std::string theirs = std::to_string(DIOLKOS_PLUGIN_ABI + 41);
  const std::string ours = std::to_string(DIOLKOS_PLUGIN_ABI);
  const auto both = AllOf(HasSubstr("version " + theirs), HasSubstr("version " + ours));
  EXPECT_THAT(message_of(probe(test_plugin("other_version"))), both);
  EXPECT_THAT(message_of(Engine::open(test_plugin("other_version"))), both);
}

TEST(Find, UnknownNamesAreUsageErrors) {
  const auto engine = open_engine("natve");
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().code, ErrorCode::usage);
  EXPECT_THAT(engine.error().message, HasSubstr("did you mean 'native'"));
}

TEST(Find, TakesTheFirstOfTwoFolders) {
  const std::string given = std::string(DIOLKOS_TEST_PLUGINS) + ":/nowhere";
  ::setenv("DIOLKOS_PLUGIN_PATH", given.c_str(), 1);
  const std::vector<Plugin> plugins = find_plugins();
  EXPECT_TRUE(open_engine("minimal"));
  ::unsetenv("DIOLKOS_PLUGIN_PATH");
  EXPECT_THAT(plugins, ::testing::Contains(::testing::Field(&Plugin::path, test_plugin("minimal"))));
}

TEST(Native, RunsBehindTheContract) {
  const graph::Graph graph = small_graph();
  LoadRequest request;
  request.graph = &graph;
  request.threads = 1;
  auto model = Engine::native().load(request);
  ASSERT_TRUE(model) << message_of(model);
  EXPECT_EQ(model->actual().precision, "fp32");
  EXPECT_EQ(model->inputs()[0].layout, Layout::nchw);
  auto direct = load_native(graph, {});
  ASSERT_TRUE(direct);
  auto inputs = model->make_inputs();
  for (float& value : (*inputs)[0].mutable_as<float>()) value = 0.25f;
  auto outputs = model->make_outputs();
  auto expected = direct->make_outputs();
  ASSERT_TRUE(model->run(*inputs, *outputs));
  ASSERT_TRUE(direct->run(*inputs, *expected));
  EXPECT_THAT((*outputs)[0].as<float>(), ::testing::ElementsAreArray((*expected)[0].as<float>()));
  EXPECT_FALSE(model->asynchronous());
  EXPECT_FALSE(model->submit(*inputs, *outputs));
}

TEST(Native, SaysWhatItDoesNotDo) {
  const graph::Graph graph = small_graph();
  LoadRequest request;
  request.graph = &graph;
  request.precision = "fp4";
  EXPECT_THAT(message_of(Engine::native().offers(request)), AllOf(HasSubstr("fp4"), HasSubstr("fp32 on cpu")));
  EXPECT_FALSE(Engine::native().load(request));
  request.precision = "fp32";
  request.device = "npu";
  EXPECT_THAT(message_of(Engine::native().offers(request)), HasSubstr("on npu"));
}

class Minimal : public ::testing::Test {
 protected:
  Minimal() : engine(Engine::open(test_plugin("minimal"))) {
    request.graph = &graph;
    request.threads = 1;
  }
  graph::Graph graph = small_graph();
  Result<Engine> engine;
  LoadRequest request;
};

TEST_F(Minimal, PaddedBuffersStayInside) {
  auto model = engine->load(request);
  ASSERT_TRUE(model) << message_of(model);
  auto inputs = model->make_inputs();
  auto outputs = model->make_outputs();
  (*inputs)[0].mutable_as<std::int8_t>()[5] = 7;
  ASSERT_TRUE(model->run(*inputs, *outputs));
  EXPECT_EQ((*outputs)[0].as<std::int8_t>()[5], 17);
  EXPECT_EQ((*outputs)[0].as<std::int8_t>()[0], 3);
}

TEST_F(Minimal, FloatModelConvertsLayoutAndIntegers) {
  auto loaded = engine->load(request);
  ASSERT_TRUE(loaded);
  auto model = FloatModel::create(std::move(*loaded));
  ASSERT_TRUE(model);
  EXPECT_TRUE(model->converts());
  EXPECT_EQ(model->inputs()[0].shape, (Shape{1, 4, 2, 3}));
  auto inputs = model->make_inputs();
  auto outputs = model->make_outputs();
  auto values = (*inputs)[0].mutable_as<float>();
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = 0.5f * static_cast<float>(i);
  ASSERT_TRUE(model->run(*inputs, *outputs));
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ((*outputs)[0].as<float>()[i], 2 * values[i]) << i;
}

TEST_F(Minimal, StoredEndsKeepTheirType) {
  auto loaded = engine->load(request);
  ASSERT_TRUE(loaded);
  auto model = FloatModel::create(std::move(*loaded), Ends::stored);
  ASSERT_TRUE(model);
  EXPECT_EQ(model->inputs()[0].dtype, DType::int8);
  auto inputs = model->make_inputs();
  auto outputs = model->make_outputs();
  (*inputs)[0].mutable_as<std::int8_t>()[1] = 10;  // channel 0, row 0, column 1
  ASSERT_TRUE(model->run(*inputs, *outputs));
  EXPECT_EQ((*outputs)[0].as<std::int8_t>()[1], 23);
}

TEST_F(Minimal, WrongTensorsAreNamed) {
  auto model = engine->load(request);
  ASSERT_TRUE(model);
  auto outputs = model->make_outputs();
  const std::vector<Tensor> wrong{*Tensor::zeros(DType::float32, Shape{1, 2, 3, 4})};
  EXPECT_THAT(message_of(model->run(wrong, *outputs)), AllOf(HasSubstr("'image'"), HasSubstr("int8")));
  EXPECT_THAT(message_of(model->run({}, *outputs)), HasSubstr("expected 1"));
}

TEST_F(Minimal, WhatWasDoneIsComparedWithWhatWasAsked) {
  request.precision = "fp16";
  ASSERT_TRUE(engine->offers(request));
  auto model = engine->load(request);
  ASSERT_TRUE(model);
  EXPECT_THAT(message_of(check_as_asked(request, model->actual())), HasSubstr("asked for fp16, got fp32 on cpu"));
  request.precision = "fp32";
  EXPECT_TRUE(check_as_asked(request, model->actual()));
  EXPECT_FALSE(check_as_asked(request, {"fp32", "cpu", 1, "three layers on the CPU"}));
}

TEST_F(Minimal, AMessageWithoutItsEndIsCut) {
  request.device = "broken";
  const auto model = engine->load(request);
  ASSERT_FALSE(model);
  EXPECT_LE(model.error().message.size(), 1100u);
  EXPECT_THAT(model.error().message, HasSubstr("minimal: xxx"));
}

TEST(PortConversion, SaturatesAndTakesNaN) {
  Port port;
  port.dtype = DType::int8;
  port.shape = Shape{4};
  port.scale = 0.1f;
  port.zero_point = 5;
  const Tensor ours = Tensor::of<float>(Shape{4}, {1e9f, -1e9f, NAN, 0.25f});
  Tensor theirs = *Tensor::zeros(DType::int8, Shape{4});
  to_runtime(ours, port, theirs);
  EXPECT_THAT(theirs.as<std::int8_t>(), ::testing::ElementsAre(127, -128, 5, 7));
}

}  // namespace
}  // namespace diolkos::engines
