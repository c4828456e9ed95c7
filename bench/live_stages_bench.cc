// Pre- and post-processing of a 1280x720 frame for a network of 288x288 and 21 classes, by the stages of `live`, with a
// network that costs nothing: processor time of one core.
//
//   live_stages_bench --benchmark_repetitions=5
#include "live/frame_stages.h"

#include <benchmark/benchmark.h>

#include "segmentation/normalization.h"

namespace diolkos {
namespace {

constexpr int kSide = 288, kClasses = 21, kDog = 12;
constexpr std::size_t kPlane = std::size_t{kSide} * kSide;

// An ellipse of a dog before background, its scores as smooth as those of a head that is resized eight times.
class Still : public pipeline::Network {
 public:
  const runtime::Port& input() const override { return input_; }
  const runtime::Port& output() const override { return output_; }
  Status run(const Tensor&, Tensor& output) override {
    const std::span<float> scores = output.mutable_as<float>();
    if (scores[0] != 0) return {};  // written before
    for (int y = 0; y < kSide; ++y)
      for (int x = 0; x < kSide; ++x) {
        const float across = static_cast<float>(x - 150) / 80, down = static_cast<float>(y - 160) / 50;
        const std::size_t pixel = static_cast<std::size_t>(y) * kSide + static_cast<std::size_t>(x);
        for (std::size_t index = 0; index < kClasses; ++index) scores[index * kPlane + pixel] = -5;
        scores[pixel] = 4;
        scores[kDog * kPlane + pixel] = 9 - 5 * (across * across + down * down);
      }
    return {};
  }

 private:
  runtime::Port input_{"input", DType::float32, {1, 3, kSide, kSide}};
  runtime::Port output_{"out", DType::float32, {1, kClasses, kSide, kSide}};
};

void stages(benchmark::State& state, bool mask, segmentation::Fit fit) {
  Still network;
  live::Networks networks;
  networks.first.network = &network;
  networks.first.preprocess = {fit, *segmentation::normalization_named("imagenet")};
  live::Settings settings;
  if (mask) settings.class_index = networks.first.postprocess.class_index = kDog;
  const auto made = live::FrameStages::create(networks, settings, false);
  if (!made) return state.SkipWithError(made.error().message.c_str());
  live::Frame frame;
  frame.captured.image.reshape(1280, 720, segmentation::PixelFormat::bgr);
  unsigned value = 1;
  for (std::uint8_t& pixel : frame.captured.image.pixels())
    pixel = static_cast<std::uint8_t>((value = value * 1664525 + 1) >> 24);
  for (auto _ : state) {
    if (!(*made)->preprocess(frame) || !(*made)->infer(frame) || !(*made)->postprocess(frame, settings))
      return state.SkipWithError("a stage failed");
    benchmark::DoNotOptimize(frame.shares.total);
  }
}

BENCHMARK_CAPTURE(stages, classes_crop, false, segmentation::Fit::crop)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(stages, classes_letterbox, false, segmentation::Fit::letterbox)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(stages, mask_crop, true, segmentation::Fit::crop)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(stages, mask_letterbox, true, segmentation::Fit::letterbox)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace diolkos
