// TensorFlow Lite Micro's one-operator files with their golden outputs: bit for bit, by the reference operators and by
// the native runtime.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "formats/tflite/raise.h"
#include "formats/tflite/read_model.h"
#include "reference/evaluate.h"
#include "runtime/session.h"

namespace diolkos {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> cases() {
  std::vector<fs::path> files;
  std::error_code absent;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(DIOLKOS_TEST_ASSETS) / "conformance/tflm", absent))
    if (entry.path().extension() == ".tflite") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

// NAME_KIND_TYPE.csv beside NAME.tflite: numbers with commas, in NHWC order.
std::vector<std::int64_t> numbers(const fs::path& file, std::string_view kind) {
  for (std::string_view type : {"int8", "int16", "int32"}) {
    std::ifstream stream(file.parent_path() /
                         (file.stem().string() + "_" + std::string(kind) + "_" + std::string(type) + ".csv"));
    if (!stream) continue;
    std::stringstream text;
    text << stream.rdbuf();
    std::string all = text.str();
    std::replace(all.begin(), all.end(), ',', ' ');
    std::istringstream words(all);
    std::vector<std::int64_t> values;
    for (double value = 0; words >> value;) values.push_back(static_cast<std::int64_t>(value));
    return values;
  }
  return {};
}

std::size_t nhwc_index(const Shape& nchw, std::size_t index) {
  if (nchw.rank() != 4) return index;
  const auto c = static_cast<std::size_t>(nchw[1]), plane = static_cast<std::size_t>(nchw[2] * nchw[3]);
  return (index / (c * plane) * plane + index % plane) * c + index / plane % c;
}

void store(Tensor& tensor, std::size_t index, std::int64_t value) {
  switch (tensor.dtype()) {
    case DType::int8: tensor.mutable_as<std::int8_t>()[index] = static_cast<std::int8_t>(value); break;
    case DType::int16: tensor.mutable_as<std::int16_t>()[index] = static_cast<std::int16_t>(value); break;
    case DType::int32: tensor.mutable_as<std::int32_t>()[index] = static_cast<std::int32_t>(value); break;
    default: FAIL() << name_of(tensor.dtype());
  }
}

std::vector<Tensor> inputs_of(const graph::Graph& graph, const fs::path& file) {
  std::vector<Tensor> inputs;
  for (std::size_t i = 0; i < graph.inputs().size(); ++i) {
    const graph::TensorType& type = graph.value(graph.inputs()[i]).type;
    Tensor tensor = Tensor::zeros(type.dtype, type.shape).value();
    const auto values = numbers(file, "input" + std::to_string(i));
    EXPECT_EQ(values.size(), static_cast<std::size_t>(tensor.elements())) << file;
    for (std::size_t at = 0; at < values.size(); ++at) store(tensor, at, values[nhwc_index(type.shape, at)]);
    inputs.push_back(std::move(tensor));
  }
  return inputs;
}

std::size_t differences(const Tensor& tensor, const std::vector<std::int64_t>& golden) {
  const Tensor wide = to_int64(tensor).value();
  if (golden.size() != wide.as<std::int64_t>().size()) return golden.size();
  std::size_t count = 0;
  for (std::size_t i = 0; i < golden.size(); ++i)
    count += wide.as<std::int64_t>()[i] != golden[nhwc_index(tensor.shape(), i)];
  return count;
}

TEST(TfliteMicro, EveryCaseIsBitExact) {
  const auto files = cases();
  if (files.empty()) GTEST_SKIP() << "no cases in " << DIOLKOS_TEST_ASSETS << "/conformance/tflm";
  for (const fs::path& file : files) {
    SCOPED_TRACE(file.filename().string());
    const auto model = tflite::read_model(file);
    ASSERT_TRUE(model) << model.error().message;
    const auto graph = tflite::raise(*model);
    ASSERT_TRUE(graph) << graph.error().message;
    const std::vector<Tensor> inputs = inputs_of(*graph, file);
    const auto golden = numbers(file, "golden");
    const auto outputs = reference::run(*graph, inputs);
    ASSERT_TRUE(outputs) << outputs.error().message;
    EXPECT_EQ(differences((*outputs)[0], golden), 0u);
    const auto session = runtime::Session::create(*graph);
    ASSERT_TRUE(session) << session.error().message;
    auto written = (*session)->make_outputs().value();
    const auto status = (*session)->run(inputs, written);
    ASSERT_TRUE(status) << status.error().message;
    EXPECT_EQ(differences(written[0], golden), 0u) << "by the native runtime";
  }
}

}  // namespace
}  // namespace diolkos
