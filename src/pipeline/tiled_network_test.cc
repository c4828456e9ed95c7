#include "pipeline/tiled_network.h"

#include <gmock/gmock.h>

namespace diolkos::pipeline {
namespace {

using ::testing::HasSubstr;

// Two classes out of three channels, each pixel (or each `part` x `part` of them) by itself.
class PointNetwork : public Network {
 public:
  PointNetwork(std::int64_t side, std::int64_t made) : part_(side / made) {
    input_ = {"input", DType::float32, {1, 3, side, side}};
    output_ = {"out", DType::float32, {1, 2, made, made}};
  }
  const runtime::Port& input() const override { return input_; }
  const runtime::Port& output() const override { return output_; }
  Status run(const Tensor& input, Tensor& output) override {
    const auto from = input.as<float>();
    const auto to = output.mutable_as<float>();
    const std::int64_t side = input_.shape[3], made = output_.shape[3];
    for (std::int64_t c = 0; c < 2; ++c)
      for (std::int64_t y = 0; y < made; ++y)
        for (std::int64_t x = 0; x < made; ++x)
          to[static_cast<std::size_t>((c * made + y) * made + x)] =
              from[static_cast<std::size_t>((c * side + y * part_) * side + x * part_)] + 1;
    return {};
  }

 private:
  std::int64_t part_;
  runtime::Port input_, output_;
};

class TiledTest : public ::testing::TestWithParam<std::tuple<std::int64_t, std::int64_t, int, int>> {};
INSTANTIATE_TEST_SUITE_P(Sizes, TiledTest,
                         ::testing::Values(std::tuple{16, 16, 1, 1}, std::tuple{16, 16, 3, 2}, std::tuple{19, 19, 2, 5},
                                           std::tuple{32, 8, 4, 1}, std::tuple{8, 4, 16, 16}));

TEST_P(TiledTest, IsTheNetworkOfTheWholePicture) {
  const auto [side, made, columns, rows] = GetParam();
  const auto network = tiled_network(std::make_unique<PointNetwork>(side, made), {columns, rows}).value();
  Tensor input = Tensor::zeros(DType::float32, network->input().shape).value();
  Tensor output = Tensor::zeros(DType::float32, network->output().shape).value();
  const auto values = input.mutable_as<float>();
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
  ASSERT_TRUE(network->run(input, output));
  const std::int64_t part = side / made, height = input.shape()[2], width = input.shape()[3];
  EXPECT_EQ(output.shape(), (Shape{1, 2, height / part, width / part}));
  EXPECT_GE(width, columns * side * 3 / 4);
  const auto made_values = output.as<float>();
  std::size_t at = 0;
  for (std::int64_t c = 0; c < 2; ++c)
    for (std::int64_t y = 0; y < height; y += part)
      for (std::int64_t x = 0; x < width; x += part, ++at)
        ASSERT_EQ(made_values[at], static_cast<float>((c * height + y) * width + x) + 1) << c << " " << y << " " << x;
}

TEST(Tiles, AreSharedWithTheNetworkInside) {
  class Shared : public PointNetwork {
   public:
    Shared() : PointNetwork(16, 16) {}
    Result<std::unique_ptr<Network>> share(int) const override { return std::unique_ptr<Network>(new Shared); }
  };
  const auto network = tiled_network(std::make_unique<Shared>(), {3, 2}).value();
  EXPECT_EQ(network->share(1).value()->input().shape, network->input().shape);
  const auto other = tiled_network(std::make_unique<PointNetwork>(16, 16), {3, 2}).value();
  EXPECT_THAT(other->share(1).error().message, HasSubstr("by the native runtime alone"));
}

TEST(Tiles, MistakesAreNamed) {
  EXPECT_EQ(parse_tiles("3x2").value().columns, 3);
  for (const char* const text : {"3", "x", "0x1", "1x17", "3x2x1", "-1x2", ""})
    EXPECT_THAT(parse_tiles(text).error().message, HasSubstr("COLUMNSxROWS"));
  EXPECT_THAT(tiled_network(std::make_unique<PointNetwork>(51, 7), {2, 1}).error().message, HasSubstr("do not fit"));
}

}  // namespace
}  // namespace diolkos::pipeline
