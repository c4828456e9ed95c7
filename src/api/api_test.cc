#include <array>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diolkos/diolkos.hpp"

namespace diolkos {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kRandom = "lraspp_mobilenet_v3_large:random";
constexpr int kWidth = 50;
constexpr int kHeight = 38;

Outcome<Network> small(LoadOptions options = {}) {
  options.height = options.width = 32;
  if (options.threads == 0) options.threads = 1;
  return Network::load(kRandom, options);
}

std::vector<std::uint8_t> picture(int channels = 3, int gap = 0) {
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < kHeight; ++y) {
    for (int i = 0; i < kWidth * channels; ++i) pixels.push_back(static_cast<std::uint8_t>(37 * i + 11 * y + i * y));
    pixels.insert(pixels.end(), static_cast<std::size_t>(gap), 255);
  }
  return pixels;
}

class Api : public testing::Test {
 protected:
  Api() {
    auto loaded = small();
    EXPECT_TRUE(loaded) << loaded.error();
    network_ = std::make_unique<Network>(std::move(*loaded));
  }
  std::vector<std::uint8_t> mask(const Frame& frame, const SegmentOptions& options = {}) {
    auto mask = network_->segment(frame, options);
    EXPECT_TRUE(mask) << (mask ? "" : mask.error());
    return mask ? mask->pixels : std::vector<std::uint8_t>();
  }
  std::string refusal(const Frame& frame, const SegmentOptions& options = {}) {
    const auto mask = network_->segment(frame, options);
    EXPECT_EQ(mask.status(), DIOLKOS_INVALID);
    return mask ? "" : mask.error();
  }
  std::unique_ptr<Network> network_;
  const std::vector<std::uint8_t> pixels_ = picture();
  const Frame frame_{pixels_.data(), kWidth, kHeight};
};

TEST_F(Api, TellsInputsOutputsAndClasses) {
  const diolkos_port* input = network_->input();
  ASSERT_NE(input, nullptr);
  EXPECT_EQ(input->dtype, DIOLKOS_FLOAT32);
  EXPECT_EQ(std::vector(input->dims, input->dims + input->rank), (std::vector<std::int64_t>{1, 3, 32, 32}));
  EXPECT_EQ(input->bytes, 3u * 32 * 32 * 4);
  EXPECT_EQ(network_->output()->dims[1], 21);
  EXPECT_EQ(network_->input(1), nullptr);
  EXPECT_EQ(network_->output(-1), nullptr);
  EXPECT_STREQ(diolkos_network_class(network_->handle(), 12), "dog");
  EXPECT_EQ(diolkos_network_class(network_->handle(), 21), nullptr);
  EXPECT_THAT(diolkos_version(), HasSubstr("."));
}

TEST_F(Api, GivesClassesOrAMask) {
  const auto classes = mask(frame_);
  ASSERT_EQ(classes.size(), static_cast<std::size_t>(kWidth * kHeight));
  EXPECT_THAT(classes, Each(testing::Lt(21)));
  const std::string everywhere = std::to_string(classes[kHeight / 2 * kWidth + kWidth / 2]);
  EXPECT_THAT(mask(frame_, {everywhere, 1e-6}), testing::Contains(255));
  EXPECT_THAT(mask(frame_, {everywhere, 1e9, true}), Each(0));
  EXPECT_THAT(mask(frame_, {everywhere, -1e9, true, DIOLKOS_STRETCH}), Each(255));
  // A crop leaves the frame's sides out, so they are in no mask.
  const auto cropped = mask(frame_, {everywhere, -1e9, true});
  EXPECT_EQ(cropped.front(), 0);
  EXPECT_EQ(cropped[kWidth / 2], 255);
}

TEST_F(Api, SeesTheSamePictureInEveryForm) {
  const auto expected = mask(frame_, {"", 0, false, DIOLKOS_LETTERBOX});
  std::vector<std::uint8_t> swapped = pixels_;
  for (std::size_t i = 0; i < swapped.size(); i += 3) std::swap(swapped[i], swapped[i + 2]);
  EXPECT_EQ(mask({swapped.data(), kWidth, kHeight, 0, DIOLKOS_RGB}, {"", 0, false, DIOLKOS_LETTERBOX}), expected);
  const auto gapped = picture(3, 7);
  EXPECT_EQ(mask({gapped.data(), kWidth, kHeight, kWidth * 3 + 7}, {"", 0, false, DIOLKOS_LETTERBOX}), expected);
  const auto gray = picture(1);
  EXPECT_EQ(mask({gray.data(), kWidth, kHeight, 0, DIOLKOS_GRAY}).size(), expected.size());
  EXPECT_EQ(mask(frame_, {"", 0, false, DIOLKOS_LETTERBOX}), expected) << "after other requests";
}

TEST_F(Api, SharesItsWeightsWithAnotherThread) {
  const auto expected = mask(frame_);
  auto another = network_->share(1);
  ASSERT_TRUE(another) << another.error();
  network_.reset();  // the weights stay
  std::vector<std::uint8_t> got;
  std::thread([&] { got = another->segment(frame_)->pixels; }).join();
  EXPECT_EQ(got, expected);
  EXPECT_THAT(another->share(2).error(), HasSubstr("expected 1 to the 1"));
}

TEST_F(Api, RunsTheNetworkAlone) {
  std::vector<float> input(3 * 32 * 32, 0.5f), output(network_->output()->bytes / 4), again(output.size());
  const void* in = input.data();
  void* out = output.data();
  diolkos_error error;
  ASSERT_EQ(diolkos_network_run(network_->handle(), &in, &out, &error), DIOLKOS_OK) << error.message;
  EXPECT_THAT(output, Not(Each(0.0f)));
  out = again.data();
  ASSERT_EQ(diolkos_network_run(network_->handle(), &in, &out, nullptr), DIOLKOS_OK);
  EXPECT_EQ(output, again);
  in = nullptr;
  EXPECT_EQ(diolkos_network_run(network_->handle(), &in, &out, &error), DIOLKOS_INVALID);
  EXPECT_THAT(error.message, HasSubstr("no buffer"));
  EXPECT_EQ(diolkos_network_run(network_->handle(), nullptr, nullptr, nullptr), DIOLKOS_INVALID);
}

TEST_F(Api, RefusesWhatItCannotSee) {
  EXPECT_THAT(refusal({nullptr, kWidth, kHeight}), HasSubstr("must not be NULL"));
  EXPECT_THAT(refusal({pixels_.data(), 0, kHeight}), HasSubstr("0x38"));
  EXPECT_THAT(refusal({pixels_.data(), kWidth, kHeight, 149}), HasSubstr("at least 150"));
  EXPECT_THAT(refusal({pixels_.data(), kWidth, kHeight, 0, static_cast<diolkos_pixels>(9)}), HasSubstr("got 9"));
  EXPECT_THAT(refusal(frame_, {"dogg"}), HasSubstr("dog"));
  EXPECT_THAT(refusal(frame_, {"dog", 1.5}), HasSubstr("1.5"));
  EXPECT_THAT(refusal(frame_, {"dog", 0.5, false, static_cast<diolkos_fit>(7)}), HasSubstr("got 7"));
  EXPECT_THAT(refusal(frame_, {"dog", 0.5, false, DIOLKOS_CROP, "imagenett"}), HasSubstr("imagenet"));
  EXPECT_EQ(mask(frame_).size(), static_cast<std::size_t>(kWidth * kHeight)) << "and goes on afterwards";
}

TEST(ApiLoad, SaysWhatIsWrong) {
  EXPECT_THAT(Network::load("/no/such/model.onnx").error(), HasSubstr("/no/such/model.onnx"));
  LoadOptions options;
  options.precision = "fp64";
  EXPECT_THAT(small(options).error(), HasSubstr("fp64"));
  options = {};
  options.threads = -1;
  EXPECT_THAT(small(options).error(), HasSubstr("-1"));
  options = {};
  options.width = 32;
  EXPECT_THAT(Network::load(kRandom, options).error(), HasSubstr("expected both"));
  EXPECT_EQ(diolkos_network_load(nullptr, nullptr, nullptr, nullptr), DIOLKOS_INVALID);
  diolkos_network_free(nullptr);
}

TEST(ApiLoad, KnowsOlderAndRefusesNewerStructures) {
  diolkos_network_options given{};
  diolkos_network* network = nullptr;
  diolkos_error error;
  EXPECT_EQ(diolkos_network_load(kRandom, &given, &network, &error), DIOLKOS_INVALID);
  EXPECT_THAT(error.message, HasSubstr("struct_size is 0"));
  given.struct_size = sizeof(given) + 8;
  EXPECT_EQ(diolkos_network_load(kRandom, &given, &network, &error), DIOLKOS_INVALID);
  EXPECT_EQ(network, nullptr);
  given = {offsetof(diolkos_network_options, precision), 1, 32, 32, "not looked at", nullptr, 0};
  ASSERT_EQ(diolkos_network_load(kRandom, &given, &network, &error), DIOLKOS_OK) << error.message;
  diolkos_network_free(network);
}

TEST(ApiLoad, CutsLongMessages) {
  const std::string name(4000, 'x');
  diolkos_network* network = nullptr;
  diolkos_error error;
  std::memset(error.message, 1, sizeof(error.message));
  EXPECT_NE(diolkos_network_load(name.c_str(), nullptr, &network, &error), DIOLKOS_OK);
  EXPECT_LT(::strnlen(error.message, sizeof(error.message)), sizeof(error.message));
}

}  // namespace
}  // namespace diolkos
