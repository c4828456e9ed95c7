// diolkos run: a network on an image, a folder, a video or a camera.
#include "pipeline/run.h"

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "command.h"
#include "model_options.h"
#include "network_streams.h"
#include "output.h"
#include "progress.h"
#include "segmentation_options.h"
#include "segmenting_network.h"
#include "stop_signal.h"

namespace diolkos::cli {
namespace {

constexpr const char* kFooter =
    "INPUT is an image, a folder of images, a video file, or a camera (0, /dev/video0).\n"
    "OUTPUT is an image, a video (.mp4, .mkv, …) or a folder; it appears when it is whole.\n"
    "Ctrl-C ends early and keeps what is done.\n"
    "\nExamples:\n"
    "  diolkos run fcn_resnet50.pth dog.jpg -o masked.png\n"
    "  diolkos run model.onnx walk.mp4 -o masked.mp4 --class dog --threshold 0.5\n"
    "  diolkos run out/model_full_integer_quant.tflite walk.mp4 -o masked.mp4\n"
    "  diolkos run model.onnx photos/ -o labels/ --draw labels\n"
    "  diolkos run model.onnx walk.mp4 -o masked.mp4 --threads 8 --streams 4\n"
    "  diolkos run deeplab.onnx dog.jpg -o mask.png --class dog --draw mask --normalize symmetric --fit stretch\n"
    "  diolkos run deeplab.onnx walk.mp4 -o masked.mp4 --class dog --ending logits\n"
    "  diolkos run model.onnx 0 -o camera.mp4 --frames 300 --json -";

struct Options {
  ModelOptions model;
  RuntimeOptions runtime;
  SegmentationOptions segmentation;
  std::string input;
  std::string output;
  std::optional<std::int64_t> frames;
  bool sequential = false;
  int streams = 0;  // 0: what suits
  std::string json;
};

Result<std::unique_ptr<video::Sink>> open_output(const Options& options, const video::SourceInfo& source,
                                                 const pipeline::StageOptions& stages) {
  video::SinkOptions sink;
  if (stages.drawing == segmentation::Drawing::labels) sink.labels = stages.palette;
  sink.fps = source.fps;
  return video::open_sink(options.output, source, sink);
}

using Networks = std::span<const std::unique_ptr<pipeline::Network>>;

// Why one frame at a time is computed; empty where several may be.
std::string_view why_one_stream(const Options& options, const video::SourceInfo& source) {
  if (options.sequential) return "--sequential computes one frame at a time";
  if (source.kind == video::SourceInfo::Kind::image) return "an image is one frame, computed by all threads";
  if (!options.runtime.cpus.empty()) return "with --cpus one frame at a time is computed";
  return "";
}

// One for each frame that is computed at a time.
Result<std::vector<pipeline::Stages>> stages_on(Networks networks, const pipeline::StageOptions& options) {
  std::vector<pipeline::Stages> stages;
  for (const auto& network : networks) {
    TRY_ASSIGN(pipeline::Stages made, pipeline::Stages::create(*network, options));
    stages.push_back(std::move(made));
  }
  return stages;
}

pipeline::RunContext describe(const Options& options, const SegmentingNetwork& prepared, const video::Sink& sink) {
  const Segmenting& segmenting = prepared.segmenting;
  const pipeline::StageOptions& stages = segmenting.stages;
  pipeline::RunContext context;
  context.model = shown_name(options.model);
  context.input = options.input;
  context.output = options.output;
  context.output_description = sink.description();
  context.runtime = prepared.running.runtime;
  context.precision = prepared.running.precision;
  context.threads = prepared.running.threads;
  context.classes = segmenting.classes;
  context.class_index = stages.postprocess.class_index;
  context.threshold = stages.postprocess.threshold;
  context.raw = stages.postprocess.raw;
  context.fit = segmentation::name_of(stages.preprocess.fit);
  context.normalization = segmentation::name_of(stages.preprocess.normalization);
  context.drawing = segmentation::name_of(stages.drawing);
  return context;
}

Result<ExitStatus> finish(const Options& options, const video::SourceInfo& source, const pipeline::RunReport& report,
                          const pipeline::RunContext& context) {
  if (!options.json.empty()) TRY(write_document(options.json, to_json(report, context)));
  if (options.json != "-") print(to_text(report, context));
  // A camera has no end of its own.
  if (!report.stopped || source.kind == video::SourceInfo::Kind::camera) return kOk;
  return failure(ErrorCode::io, fmt::format("{}: stopped after {} frames; {} holds these", options.input,
                                            report.frames.size(), options.output));
}

Result<ExitStatus> run(const Options& options) {
  TRY(to_drawing(options.segmentation));
  TRY_ASSIGN(const auto source, video::open_source(options.input));
  const std::string_view why_one = why_one_stream(options, source->info());
  TRY(check_streams(options.streams, why_one));
  TRY_ASSIGN(SegmentingNetwork prepared, open_segmenting(options.model, options.runtime, options.segmentation));
  if (!prepared.running.refusal.empty()) return refuse(prepared.running);
  TRY_ASSIGN(const auto streams, open_streams(prepared, options.streams, why_one));
  TRY_ASSIGN(auto stages, stages_on(streams.empty() ? Networks(&prepared.network, 1) : Networks(streams),
                                    prepared.segmenting.stages));

  pipeline::RunOptions run_options;
  run_options.stop = &stop_on_signal();
  run_options.most_frames = options.frames;
  run_options.overlap = !options.sequential;
  TRY_ASSIGN(const auto sink, open_output(options, source->info(), prepared.segmenting.stages));
  Result<pipeline::RunReport> report;
  {
    ProgressBar bar(options.input);
    run_options.progress = [&bar](std::int64_t done, std::int64_t total) {
      if (total != 1) bar.update(done, total);
    };
    report = pipeline::run(*source, stages, *sink, run_options);
  }
  if (!report) return failure(std::move(report).error());
  pipeline::RunContext context = describe(options, prepared, *sink);
  context.streams = static_cast<int>(stages.size());
  return finish(options, source->info(), *report, context);
}

}  // namespace

Command run_command(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* app = program.add_subcommand("run", "Draw what a network sees into images and videos");
  app->footer(kFooter);
  add_model_options(*app, options->model);
  add_ending_option(*app, options->model);
  app->add_option("input", options->input, "An image, a folder of images, a video or a camera")->required();
  app->add_option("-o,--output", options->output, "An image, a video or a folder")->required();
  add_segmentation_options(*app, options->segmentation);
  add_runtime_options(*app, options->runtime);
  app->add_option("--frames", options->frames, "Stop after so many frames")->check(CLI::PositiveNumber);
  app->add_flag("--sequential", options->sequential,
                "One stage at a time, so that stage times do not disturb each other");
  app->add_option("--streams", options->streams,
                  "Frames of videos, folders and cameras that the network computes at once, with the threads divided "
                  "among them: more frames a second, and memory for each [2; 1 with --sequential, --cpus, other "
                  "runtimes]")
      ->check(CLI::Range(1, 64));
  app->add_option("--json", options->json, "Write the figures as JSON, each frame's included; - for standard output");
  return {app, [options] { return run(*options); }};
}

}  // namespace diolkos::cli
