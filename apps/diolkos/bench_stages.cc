#include "bench_stages.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "measure/clock.h"
#include "segmentation/draw.h"
#include "segmentation/postprocess.h"
#include "segmentation/preprocess.h"
#include "video/source.h"

namespace diolkos::cli {
namespace {

using measure::BenchStage;
using Times = decltype(measure::BenchStages::frames_ms)::value_type;

// Frames without end.
class Frames {
 public:
  explicit Frames(std::string name) : name_(std::move(name)) {}

  Status next(video::Frame& frame) {
    for (int attempt = 0; attempt < 2; ++attempt) {
      if (source_ == nullptr) {
        TRY_ASSIGN(source_, video::open_source(name_));
      }
      TRY_ASSIGN(const bool more, source_->next(frame));
      if (more) return {};
      source_.reset();
    }
    return invalid(fmt::format("{}: holds no frame", name_));
  }

 private:
  std::string name_;
  std::unique_ptr<video::Source> source_;
};

class StageRun {
 public:
  static Result<StageRun> create(const StagesOptions& options, Measured& measured) {
    const Executable& network = measured.network;
    if (network.inputs.size() != 1 || network.outputs.empty())
      return unsupported(
          fmt::format("--input: the network has {} inputs and {} outputs, expected one image and its scores",
                      network.inputs.size(), network.outputs.size()));
    const auto named = std::ranges::find(network.outputs, "out", &runtime::Port::name);
    const auto chosen = named == network.outputs.end() ? network.outputs.begin() : named;
    TRY_ASSIGN(Segmenting segmenting, to_segmenting(options.segmentation, measured.metadata, *chosen));
    const pipeline::StageOptions& stages = segmenting.stages;
    const runtime::Port& input = network.inputs.front();
    TRY_ASSIGN(auto before, segmentation::Preprocessor::create(input.dtype, input.shape, stages.preprocess));
    TRY_ASSIGN(auto after, segmentation::Postprocessor::create(chosen->dtype, chosen->shape, stages.postprocess));
    StageRun run(options.input, measured, std::move(before), std::move(after), stages);
    run.output_ = static_cast<std::size_t>(chosen - network.outputs.begin());
    return run;
  }

  // Each lap ends a stage.
  Result<Times> frame() {
    Times times{};
    TRY(timed(times, BenchStage::decode, [&] { return frames_.next(frame_); }));
    TRY(timed(times, BenchStage::preprocess, [&]() -> Status {
      TRY_ASSIGN(geometry_, before_.run(frame_.image.view(), measured_->inputs.front()));
      return {};
    }));
    TRY(timed(times, BenchStage::inference,
              [&] { return measured_->network.run(measured_->inputs, measured_->outputs); }));
    if (const engines::FloatModel* const plugged = measured_->network.plugged.get(); plugged != nullptr) {
      at(times, BenchStage::copy_in) = plugged->transfers().in_ms;
      at(times, BenchStage::copy_out) = plugged->transfers().out_ms;
      at(times, BenchStage::inference) -= plugged->transfers().in_ms + plugged->transfers().out_ms;
    }
    TRY(timed(times, BenchStage::postprocess,
              [&] { return after_.run(measured_->outputs[output_], geometry_, segmentation_); }));
    TRY(timed(times, BenchStage::draw, [&]() -> Status {
      draw();
      return {};
    }));
    return times;
  }

 private:
  StageRun(const std::string& input, Measured& measured, segmentation::Preprocessor before,
           segmentation::Postprocessor after, const pipeline::StageOptions& options)
      : frames_(input), measured_(&measured), before_(std::move(before)), after_(std::move(after)), options_(options) {}

  static double& at(Times& times, BenchStage stage) { return times[static_cast<std::size_t>(stage)]; }

  template <class Step>
  static Status timed(Times& times, BenchStage stage, Step step) {
    const measure::Stopwatch watch;
    TRY(step());
    at(times, stage) = watch.milliseconds();
    return {};
  }

  void draw() {
    using segmentation::Drawing;
    if (options_.drawing == Drawing::overlay)
      segmentation::draw_overlay(segmentation_, options_.palette, options_.alpha, frame_.image);
    else if (options_.drawing == Drawing::mask)
      segmentation::draw_mask(segmentation_, picture_);
    else
      segmentation::draw_labels(segmentation_, picture_);
  }

  Frames frames_;
  Measured* measured_;
  segmentation::Preprocessor before_;
  segmentation::Postprocessor after_;
  pipeline::StageOptions options_;
  std::size_t output_ = 0;
  video::Frame frame_;
  segmentation::Geometry geometry_;
  segmentation::Segmentation segmentation_;
  segmentation::Image picture_;
};

}  // namespace

void add_stages_options(CLI::App& command, StagesOptions& options) {
  command.add_option("--input", options.input,
                     "Then time the stages of a frame, one after the other, on an image, a folder or a video");
  add_segmentation_options(command, options.segmentation);
}

Status measure_stages(const StagesOptions& options, const measure::LatencyProtocol& protocol, Measured& measured) {
  TRY_ASSIGN(StageRun run, StageRun::create(options, measured));
  measure::BenchStages& stages = measured.record.stages;
  stages.input = options.input;
  TRY(run.frame());  // buffers are made, and pages touched
  const measure::Stopwatch watch;
  const auto iterations = static_cast<std::size_t>(protocol.iterations);
  while (stages.frames_ms.size() < iterations || watch.milliseconds() < protocol.duration_ms) {
    TRY_ASSIGN(const Times times, run.frame());
    stages.frames_ms.push_back(times);
  }
  return {};
}

}  // namespace diolkos::cli
