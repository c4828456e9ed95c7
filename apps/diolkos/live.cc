// diolkos live: what a network sees in a camera, a stream or a file, while it happens.
#include "live/live_pipeline.h"

#include <csignal>
#include <cstdlib>
#include <memory>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "base/log.h"
#include "command.h"
#include "live/open_sinks.h"
#include "model_options.h"
#include "output.h"
#include "pipeline/tiled_network.h"
#include "progress.h"
#include "segmentation_options.h"
#include "segmenting_network.h"
#include "stop_signal.h"
#include "versus_options.h"
#include "video/stream_source.h"

namespace diolkos::cli {
namespace {

constexpr const char* kFooter =
    "SOURCE is a camera (0, /dev/video0, v4l2:///dev/video0?size=1280x720&fps=30), a stream (rtsp://…, http://… of\n"
    "Motion JPEG, udp://…), gst:PIPELINE, a file or folder (every frame; FILE?live=30&loop: as a camera would), or\n"
    "raw frames on standard input (stdin:?size=640x480&format=bgr).\n"
    "SINKs: http://:8080 (a page for this machine; http://0.0.0.0:8080 for all, with a token), masked.mp4, masks/ (PNG\n"
    "a frame), seen.ndjson or - (a line of JSON a frame; 'stdout:?masks=polygons|rle|none'), window:, gst:PIPELINE.\n"
    "Without one: http://:8080. Cameras and streams: the latest frame wins, and they are waited for when they are lost.\n"
    "Ctrl-C or SIGTERM ends in good order: what was recorded plays.\n"
    "\nExamples:\n"
    "  diolkos live fcn_resnet50.pth v4l2:///dev/video0 http://:8080 --class dog\n"
    "  diolkos live model.onnx rtsp://camera.local/stream http://0.0.0.0:8080 walk.mp4 --class dog\n"
    "  diolkos live model.onnx 'walk.mp4?live=30&loop'\n"
    "  diolkos live model.onnx walk.mp4 'stdout:?masks=rle' --class dog > dogs.ndjson\n"
    "  diolkos live model.onnx 'gst:nvarguscamerasrc ! nvvidconv ! video/x-raw,format=BGRx' window:\n"
    "  diolkos live model.onnx 0 --versus model_int8.tflite          (both, and where they differ, on the page)\n"
    "  diolkos live model.onnx 0 --versus-runtime onnxruntime --class dog\n"
    "  ffmpeg -i walk.mp4 -f rawvideo -pix_fmt bgr24 - | diolkos live model.onnx 'stdin:?size=1280x720' masks/";

struct Options {
  ModelOptions model;
  RuntimeOptions runtime;
  VersusOptions versus;
  SegmentationOptions segmentation;
  std::string source;
  std::vector<std::string> sinks;
  std::optional<std::int64_t> frames;
  bool smooth = false;
  std::string tiles;
  std::string json;
};

struct Prepared {
  SegmentingNetwork first;
  std::optional<SegmentingNetwork> versus;

  // Of the first that could not be had as it was asked for; null where all could.
  const Running* refused() const {
    if (!first.running.refusal.empty()) return &first.running;
    return versus && !versus->running.refusal.empty() ? &versus->running : nullptr;
  }
};

Result<Prepared> prepare(const Options& options) {
  Wrap tiled;
  if (!options.tiles.empty()) {
    TRY_ASSIGN(const pipeline::Tiles tiles, pipeline::parse_tiles(options.tiles));
    tiled = [tiles](std::unique_ptr<pipeline::Network> network) {
      return pipeline::tiled_network(std::move(network), tiles);
    };
  }
  Prepared prepared;
  TRY_ASSIGN(prepared.first, open_segmenting(options.model, options.runtime, options.segmentation, tiled));
  if (!options.versus.asked() || prepared.refused() != nullptr) return prepared;
  TRY_ASSIGN(prepared.versus,
             open_segmenting(versus_model(options.model, options.versus), versus_runtime(options.runtime, options.versus),
                             options.segmentation, tiled));
  if (prepared.refused() == nullptr) TRY(check_comparable(prepared.first, *prepared.versus));
  return prepared;
}

live::Candidate to_candidate(const SegmentingNetwork& network) {
  return {network.network.get(), network.segmenting.stages.preprocess, network.segmenting.stages.postprocess};
}

live::Networks to_networks(const Prepared& prepared) {
  live::Networks networks;
  networks.first = to_candidate(prepared.first);
  if (prepared.versus) networks.versus = to_candidate(*prepared.versus);
  networks.raw = prepared.first.segmenting.stages.postprocess.raw;
  return networks;
}

// On a terminal: how it goes, until it ends.
class StatusLine {
 public:
  StatusLine(const std::string& label, const live::Statistics& statistics)
      : thread_([this, label, &statistics] {
          ProgressBar bar(label);
          while (!ending_) {
            const live::Figures figures = statistics.figures();
            bar.update(figures.inferred, 0, live::to_line(figures));
            for (int i = 0; i < 5 && !ending_; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(100));
          }
        }) {}
  ~StatusLine() {
    ending_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

live::RunFacts facts_of(const Options& options, const Prepared& prepared) {
  live::RunFacts facts;
  facts.run = web::random_token().substr(0, 8);
  facts.network = {options.model.model, prepared.first.running.runtime, prepared.first.running.precision};
  if (prepared.versus)
    facts.versus = {versus_model(options.model, options.versus).model, prepared.versus->running.runtime,
                    prepared.versus->running.precision};
  facts.source = video::without_password(options.source);
  facts.classes = prepared.first.segmenting.classes;
  facts.raw = prepared.first.segmenting.stages.postprocess.raw;
  return facts;
}

live::Settings settings_of(const pipeline::StageOptions& stages, bool versus) {
  live::Settings settings;
  settings.class_index = stages.postprocess.class_index;
  settings.threshold = stages.postprocess.threshold;
  settings.alpha = stages.alpha;
  if (versus) settings.view = live::View::compare;
  return settings;
}

live::SinkContext sink_context(const live::RunFacts& facts, const pipeline::StageOptions& stages, bool is_live) {
  live::SinkContext context;
  context.facts = facts;
  context.stop = &stop_on_signal();
  context.record.palette = stages.palette;
  context.record.live = is_live;
  using segmentation::Drawing;
  context.record.view = stages.drawing == Drawing::labels ? std::nullopt
                        : stages.drawing == Drawing::mask ? std::optional(live::View::mask)
                                                          : std::optional(live::View::overlay);
  return context;
}

Status report(const Options& options, const live::Figures& figures, const live::Settings& settings,
              const live::RunFacts& facts) {
  if (!options.json.empty()) TRY(write_document(options.json, live::to_json(figures, settings, facts) + "\n"));
  const std::string text = live::to_text(figures, facts);
  const bool lines_on_stdout = std::ranges::any_of(
      options.sinks, [](const std::string& sink) { return sink == "-" || sink.starts_with("stdout:"); });
  if (lines_on_stdout || options.json == "-")
    std::fputs(text.c_str(), stderr);
  else
    print(text);
  return {};
}

// A reader that hangs in its library must not see the process's memory go.
[[noreturn]] void leave_at_once(const Result<ExitStatus>& end) {
  if (!end) std::fprintf(stderr, "diolkos live: %s\n", end.error().message.c_str());
  std::fflush(nullptr);
  std::_Exit(end ? *end : kFailure);
}

Result<ExitStatus> finish(const Options& options, const Status& done, const live::Figures& figures,
                          const live::Settings& settings, const live::RunFacts& facts) {
  if (done || figures.captured > 0) TRY(report(options, figures, settings, facts));
  TRY(done);
  return std::ranges::any_of(figures.sinks, &live::SinkFigures::failing) ? kFailure : kOk;
}

Result<ExitStatus> run(const Options& options) {
  TRY(to_drawing(options.segmentation));
  if (!options.tiles.empty()) TRY(pipeline::parse_tiles(options.tiles));
  TRY_ASSIGN(const video::StreamRequest request, video::parse_stream(options.source));
  std::signal(SIGPIPE, SIG_IGN);
  if (request.kind == video::StreamRequest::Kind::network) video::prefer_low_latency();
  TRY_ASSIGN(const Prepared prepared, prepare(options));
  if (const Running* const refused = prepared.refused()) return refuse(*refused);
  const pipeline::StageOptions& stages = prepared.first.segmenting.stages;

  live::LiveOptions live_options;
  live_options.source.name = request.name;
  live_options.source.open = [request] { return video::open_stream(request); };
  live_options.source.live = request.live;
  live_options.source.returns = request.returns();
  live_options.smooth = options.smooth;
  live_options.palette = stages.palette;
  live_options.most_frames = options.frames;
  live_options.stop = &stop_on_signal();

  const live::RunFacts facts = facts_of(options, prepared);
  live::SharedSettings settings(settings_of(stages, prepared.versus.has_value()));
  const std::vector<std::string> addresses = live::possible_sinks(options.sinks);
  live::Statistics statistics(addresses);
  TRY_ASSIGN(const live::OpenedSinks opened,
             live::open_sinks(addresses, sink_context(facts, stages, request.live), {settings, statistics}));
  for (const std::string& link : opened.links) std::fprintf(stderr, "open %s\n", link.c_str());
  Status done;
  {
    const StatusLine line(request.name, statistics);
    done = live::run_live(to_networks(prepared), live_options, settings, opened.sinks, statistics);
  }
  Result<ExitStatus> end = finish(options, done, statistics.figures(), settings.get(), facts);
  if (live::WatchedSource::left_behind() > 0) leave_at_once(end);
  return end;
}

}  // namespace

Command live_command(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* app = program.add_subcommand("live", "Show what a network sees, while it happens");
  app->footer(kFooter);
  add_model_options(*app, options->model);
  app->add_option("source", options->source, "A camera, a stream, a file, gst:PIPELINE or stdin:")->required();
  app->add_option("sinks", options->sinks, "Where to: http://:PORT, files, folders, -, window:, gst:PIPELINE");
  add_segmentation_options(*app, options->segmentation);
  add_runtime_options(*app, options->runtime);
  add_versus_options(*app, options->versus);
  app->add_option("--frames", options->frames, "Stop after so many frames")->check(CLI::PositiveNumber);
  app->add_flag("--smooth", options->smooth,
                "Steadier masks: a thing shows when two frames in a row have it, and goes when three have not");
  app->add_option("--tile", options->tiles,
                  "COLUMNSxROWS: frames larger than the network's input, in tiles that overlap");
  app->add_option("--json", options->json, "Write the figures at the end as JSON; - for standard output");
  return {app, [options] { return run(*options); }};
}

}  // namespace diolkos::cli
