// Tensors in every way that a file can hold them.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "formats/onnx/test_model.h"

namespace diolkos::formats {
namespace {

namespace fs = std::filesystem;
using ::onnx::TensorProto;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<Tensor> read(const TensorProto& proto) {
  const std::string bytes = proto.SerializeAsString();
  return read_onnx_tensor(std::as_bytes(std::span(bytes.data(), bytes.size())));
}

TensorProto pair_of(TensorProto::DataType type) {
  TensorProto proto;
  proto.set_name("t");
  proto.set_data_type(type);
  proto.add_dims(2);
  return proto;
}

TEST(OnnxTensor, IntegersInTheIntegerField) {
  TensorProto proto = pair_of(TensorProto::INT8);
  proto.add_int32_data(-128);
  proto.add_int32_data(127);
  auto tensor = read(proto);
  ASSERT_TRUE(tensor) << tensor.error().message;
  EXPECT_THAT(tensor->as<std::int8_t>(), ElementsAre(-128, 127));
  for (const auto& [type, dtype] :
       std::vector<std::pair<TensorProto::DataType, DType>>{{TensorProto::UINT8, DType::uint8},
                                                            {TensorProto::INT16, DType::int16},
                                                            {TensorProto::UINT16, DType::uint16},
                                                            {TensorProto::INT32, DType::int32},
                                                            {TensorProto::BOOL, DType::boolean}}) {
    TensorProto ones = pair_of(type);
    ones.add_int32_data(0);
    ones.add_int32_data(1);
    tensor = read(ones);
    ASSERT_TRUE(tensor) << tensor.error().message;
    EXPECT_EQ(tensor->dtype(), dtype);
    EXPECT_THAT(to_int64(*tensor)->as<std::int64_t>(), ElementsAre(0, 1));
  }
}

TEST(OnnxTensor, HalfBitsInTheIntegerField) {
  for (const auto& [type, bits] : std::vector<std::pair<TensorProto::DataType, int>>{{TensorProto::FLOAT16, 0xc000},
                                                                                     {TensorProto::BFLOAT16, 0xc000}}) {
    TensorProto proto = pair_of(type);
    proto.add_int32_data(0);
    proto.add_int32_data(bits);
    const auto tensor = read(proto);
    ASSERT_TRUE(tensor) << tensor.error().message;
    EXPECT_THAT(to_float32(*tensor)->as<float>(), ElementsAre(0.0f, -2.0f));
  }
}

TEST(OnnxTensor, FieldsOfTheirOwn) {
  TensorProto real = pair_of(TensorProto::DOUBLE);
  real.add_double_data(0.5);
  real.add_double_data(-1e300);
  EXPECT_THAT(read(real)->as<double>(), ElementsAre(0.5, -1e300));
  TensorProto single = pair_of(TensorProto::FLOAT);
  single.add_float_data(0.5f);
  single.add_float_data(-2.0f);
  EXPECT_THAT(read(single)->as<float>(), ElementsAre(0.5f, -2.0f));
  TensorProto wide = pair_of(TensorProto::UINT64);
  wide.add_uint64_data(0);
  wide.add_uint64_data(~std::uint64_t{0});
  EXPECT_THAT(read(wide)->as<std::uint64_t>(), ElementsAre(0u, ~std::uint64_t{0}));
  TensorProto narrow = pair_of(TensorProto::UINT32);
  narrow.add_uint64_data(0);
  narrow.add_uint64_data(0x1'0000'0000);
  EXPECT_THAT(read(narrow).error().message, HasSubstr("outside uint32"));
}

TEST(OnnxTensor, EmptyAndScalar) {
  TensorProto empty = pair_of(TensorProto::FLOAT);
  empty.set_dims(0, 0);
  ASSERT_TRUE(read(empty));
  EXPECT_EQ(read(empty)->elements(), 0);
  TensorProto scalar = pair_of(TensorProto::FLOAT);
  scalar.clear_dims();
  scalar.set_raw_data(std::string("\0\0\x80\x3f", 4));
  EXPECT_THAT(read(scalar)->as<float>(), ElementsAre(1.0f));
}

// A model in a folder of its own, with its weight in another file.
class ExternalData : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() / fmt::format("diolkos_onnx_{}", ::getpid());
    fs::create_directories(root_ / "model");
    const float values[] = {9.0f, 1.0f, 2.0f};
    for (const char* name : {"model/weights.bin", "secret.bin"})
      std::ofstream(root_ / name, std::ios::binary).write(reinterpret_cast<const char*>(values), sizeof values);
  }
  void TearDown() override { fs::remove_all(root_); }

  static TestModel model(const std::string& location, const std::string& offset, const std::string& length) {
    TestModel made;
    made.input("x", {2});
    auto& tensor = made.floats("w", {2}, {});
    tensor.clear_raw_data();
    tensor.set_data_location(TensorProto::EXTERNAL);
    for (const auto& [key, value] : std::vector<std::pair<std::string, std::string>>{
             {"location", location}, {"offset", offset}, {"length", length}}) {
      if (value.empty()) continue;
      auto& entry = *tensor.add_external_data();
      entry.set_key(key);
      entry.set_value(value);
    }
    made.node("Mul", {"x", "w"}, {"y"});
    made.output("y");
    return made;
  }
  fs::path folder() const { return root_ / "model"; }

  fs::path root_;
};

TEST_F(ExternalData, IsReadFromBesideTheModel) {
  const auto graph = model("weights.bin", "4", "8").read(folder());
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_THAT(graph->value(graph->find_value("w")).constant->as<float>(), ElementsAre(1.0f, 2.0f));
  EXPECT_TRUE(model("weights.bin", "", "").read(folder()));
}

TEST_F(ExternalData, IsCopiedWhereItIsNotAligned) {
  const auto graph = model("weights.bin", "2", "8").read(folder());
  ASSERT_TRUE(graph) << graph.error().message;
  const Tensor& tensor = *graph->value(graph->find_value("w")).constant;
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(tensor.data()) % sizeof(float), 0u);
}

TEST_F(ExternalData, NeverLeavesTheModelsFolder) {
  for (const std::string location : {"../secret.bin", "./../secret.bin", "a/../../secret.bin"})
    EXPECT_THAT(model(location, "", "").error(folder()), HasSubstr("outside the model's folder")) << location;
  EXPECT_THAT(model((root_ / "secret.bin").string(), "", "").error(folder()), HasSubstr("outside the model's folder"));
  EXPECT_THAT(model((folder() / "weights.bin").string(), "", "").error(folder()), HasSubstr("outside"));
  fs::create_symlink(root_ / "secret.bin", folder() / "link.bin");
  EXPECT_THAT(model("link.bin", "", "").error(folder()), HasSubstr("outside the model's folder"));
  EXPECT_THAT(model("weights.bin", "", "").error(), HasSubstr("was not read from a file"));
}

TEST_F(ExternalData, LiesAreErrors) {
  EXPECT_THAT(model("weights.bin", "8", "8").error(folder()),
              HasSubstr("bytes 8 to 16 of 'weights.bin', which has 12"));
  EXPECT_THAT(model("weights.bin", "18446744073709551615", "8").error(folder()), HasSubstr("which has 12"));
  EXPECT_THAT(model("weights.bin", "0", "4").error(folder()), HasSubstr("4 bytes long, expected 8"));
  EXPECT_THAT(model("weights.bin", "-4", "8").error(folder()), HasSubstr("offset '-4', expected a number"));
  EXPECT_THAT(model("weights.bin", "4x", "8").error(folder()), HasSubstr("offset '4x'"));
  EXPECT_THAT(model("", "0", "8").error(folder()), HasSubstr("no location"));
  EXPECT_THAT(model("none.bin", "", "").error(folder()), HasSubstr("none.bin"));
}

}  // namespace
}  // namespace diolkos::formats
