// diolkos live: what a network sees in a camera, a stream or a file, while it happens.
#include "live/live_pipeline.h"

#include <csignal>
#include <cstdlib>
#include <memory>
#include <thread>

#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include "command.h"
#include "live/left_behind.h"
#include "live/open_sinks.h"
#include "live/sink_addresses.h"
#include "live_networks.h"
#include "live_sources.h"
#include "log_sink.h"
#include "output.h"
#include "pipeline/tiled_network.h"
#include "progress.h"
#include "stop_signal.h"
#include "video/stream_source.h"

namespace diolkos::cli {
namespace {

constexpr const char* kFooter =
    "SOURCE is a camera (0, /dev/video0, v4l2:///dev/video0?size=1280x720&fps=30), a stream (rtsp://…, http://… of\n"
    "Motion JPEG, udp://…), gst:PIPELINE, a file or folder (every frame; FILE?live=30&loop: as a camera would), or\n"
    "raw frames on standard input (stdin:?size=640x480&format=bgr).\n"
    "SINKs: http://:8080 (a page for this machine; http://0.0.0.0:8080 for all, with a token), masked.mp4, masks/\n"
    "(PNG a frame), seen.ndjson or - (a line of JSON a frame; 'stdout:?masks=polygons|rle|none'), window:,\n"
    "gst:PIPELINE. Without one: http://:8080. Several sources share the network in turn; the page shows each, lines\n"
    "tell \"source\", files are numbered (out-0.mp4, masks/0/). Cameras and streams: the latest frame wins, and they\n"
    "are waited for when they are lost. Ctrl-C or SIGTERM ends in good order: what was recorded plays.\n"
    "\nExamples:\n"
    "  diolkos live fcn_resnet50.pth v4l2:///dev/video0 http://:8080 --class dog\n"
    "  diolkos live model.onnx rtsp://camera.local/stream 'http://0.0.0.0:8080?token=WORD' walk.mp4 --class dog\n"
    "  diolkos live model.onnx 0 1 rtsp://camera.local/stream http://:8080 seen.ndjson\n"
    "  diolkos live model.onnx 'walk.mp4?live=30&loop' --smooth --tile 2x1\n"
    "  diolkos live model.onnx walk.mp4 'stdout:?masks=rle' --class dog > dogs.ndjson\n"
    "  diolkos live model.onnx 'gst:nvarguscamerasrc ! nvvidconv ! video/x-raw,format=BGRx' window:\n"
    "  diolkos live model.onnx 0 'gst:videoconvert ! v4l2h264enc ! h264parse ! rtspclientsink location=rtsp://…'\n"
    "  diolkos live model.onnx 0 --versus model_int8.tflite          (both, and where they differ, on the page)\n"
    "  diolkos live model.onnx 0 --versus-runtime onnxruntime --class dog\n"
    "  ffmpeg -i walk.mp4 -f rawvideo -pix_fmt bgr24 - | diolkos live model.onnx 'stdin:?size=1280x720' masks/";

struct Options : LiveNetworkOptions {
  std::string source;
  std::vector<std::string> following, more_sources;
  std::optional<std::int64_t> frames;
  bool smooth = false;
  std::string json;
};

// How it goes, until it ends; for a terminal.
class StatusLine {
 public:
  StatusLine(const std::string& label, const live::AllStatistics& statistics)
      : thread_([this, label, &statistics] {
          ProgressBar bar(label);
          while (!ending_) {
            const auto figures = live::figures_of(statistics);
            std::int64_t inferred = 0;
            for (const live::Figures& one : figures) inferred += one.inferred;
            bar.update(inferred, 0, live::to_line(figures));
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

live::SinkContext sink_context(const live::RunFacts& facts, const pipeline::StageOptions& stages) {
  live::SinkContext context;
  context.facts = facts;
  context.stop = &stop_on_signal();
  context.record.palette = stages.palette;
  using segmentation::Drawing;
  context.record.view = stages.drawing == Drawing::labels ? std::nullopt
                        : stages.drawing == Drawing::mask ? std::optional(live::View::mask)
                                                          : std::optional(live::View::overlay);
  return context;
}

Status report(const Options& options, live::AllFigures figures, const live::Settings& settings,
              const live::RunFacts& facts) {
  if (!options.json.empty()) TRY(write_document(options.json, live::to_json(figures, settings, facts) + "\n"));
  const std::string text = live::to_text(figures, facts);
  const bool lines_on_stdout = std::ranges::any_of(
      options.following, [](const std::string& sink) { return sink == "-" || sink.starts_with("stdout:"); });
  if (!lines_on_stdout && options.json != "-")
    print(text);
  else
    announce("figures", text.substr(0, text.size() - 1));
  return {};
}

// A reader that hangs in its library must not see the process's memory go.
[[noreturn]] void leave_at_once(const Result<ExitStatus>& end) {
  if (!end) report_error("live", end.error().message);
  std::fflush(nullptr);
  std::_Exit(end ? *end : kFailure);
}

Result<ExitStatus> finish(const Options& options, const Status& done, live::AllFigures figures,
                          const live::Settings& settings, const live::RunFacts& facts) {
  const bool any = std::ranges::any_of(figures, [](const live::Figures& one) { return one.captured > 0; });
  if (done || any) TRY(report(options, figures, settings, facts));
  TRY(done);
  for (const live::Figures& one : figures)
    if (std::ranges::any_of(one.sinks, &live::SinkFigures::failing)) return kFailure;
  return kOk;
}

void tell_end(live::AllFigures all) {
  for (const live::Figures& figures : all)
    log::event(log::Level::debug, "run_ended",
               fmt::format("{}: {} frames through the network", figures.name, figures.inferred),
               {{"source", figures.name},
                {"captured", figures.captured},
                {"inferred", figures.inferred},
                {"overtaken", figures.dropped},
                {"losses", figures.losses},
                {"seconds", figures.uptime_s}});
}

struct Places {
  std::vector<video::StreamRequest> sources;
  std::vector<live::SinkRequest> sinks;  // of each source
};

Result<Places> find_places(const Options& options) {
  const Addresses addresses = split_addresses(options.source, options.following, options.more_sources);
  Places places;
  TRY_ASSIGN(places.sources, parse_sources(addresses.sources));
  const std::vector<std::string> sinks = live::possible_sinks(addresses.sinks);
  for (std::size_t i = 0; i < places.sources.size(); ++i) {
    TRY_ASSIGN(auto own, live::sinks_of(sinks, i, places.sources.size()));
    places.sinks.push_back({std::move(own), places.sources[i].live});
  }
  return places;
}

void tell_start(const live::RunFacts& facts, std::size_t sources) {
  log::event(log::Level::debug, "run_started",
             fmt::format("{} on {} source{}", facts.network.model, sources, sources == 1 ? "" : "s"),
             {{"model", facts.network.model},
              {"runtime", facts.network.runtime},
              {"precision", facts.network.precision},
              {"sources", static_cast<std::int64_t>(sources)}});
}

live::AllStatistics statistics_of(const Places& places) {
  live::AllStatistics statistics;
  for (std::size_t i = 0; i < places.sources.size(); ++i) {
    std::vector<std::string> sinks;
    for (const std::string& address : places.sinks[i].addresses) sinks.push_back(live::public_name(address));
    statistics.push_back(std::make_unique<live::Statistics>(places.sources[i].name, sinks));
  }
  return statistics;
}

// Until it ends by itself or by a signal.
Status run_to_end(const Options& options, const Places& places, const LiveNetworks& networks,
                  const live::SharedSettings& settings, const live::OpenedSinks& opened,
                  const live::AllStatistics& statistics) {
  live::LiveOptions live_options;
  live_options.smooth = options.smooth;
  live_options.palette = networks.first.segmenting.stages.palette;
  live_options.most_frames = options.frames;
  live_options.stop = &stop_on_signal();
  const std::size_t count = places.sources.size();
  std::vector<live::Feed> feeds;
  for (std::size_t i = 0; i < count; ++i)
    feeds.push_back({source_options(places.sources[i]), opened.of_source[i], *statistics[i]});
  std::optional<StatusLine> line;
  if (::isatty(STDERR_FILENO) == 1)
    line.emplace(count == 1 ? places.sources[0].name : fmt::format("{} sources", count), statistics);
  return live::run_live(to_networks(networks), live_options, settings, feeds);
}

Result<ExitStatus> run_with(const Options& options, const Places& places, const LiveNetworks& networks) {
  const live::RunFacts facts = facts_of(options, networks);
  live::SharedSettings settings(settings_of(networks));
  const live::AllStatistics statistics = statistics_of(places);
  const live::SinkContext context = sink_context(facts, networks.first.segmenting.stages);
  TRY_ASSIGN(const live::OpenedSinks opened, live::open_sinks(places.sinks, context, {settings, statistics}));
  for (const std::string& link : opened.links) announce("page_open", "open " + link, {{"url", link}});
  tell_start(facts, places.sources.size());
  const Status done = run_to_end(options, places, networks, settings, opened, statistics);
  const std::vector<live::Figures> figures = live::figures_of(statistics);
  tell_end(figures);
  Result<ExitStatus> end = finish(options, done, figures, settings.get(), facts);
  if (live::left_behind > 0) leave_at_once(end);
  return end;
}

Result<ExitStatus> run(const Options& options) {
  // A source that was lost is read by a new thread when it is back: with a heap of each thread's own, what they leave
  // between blocks that live on would add up over days. Frames allocate too little for threads to wait for one another.
  mallopt(M_ARENA_MAX, 1);
  std::signal(SIGPIPE, SIG_IGN);
  TRY(to_drawing(options.segmentation));
  if (!options.tiles.empty()) TRY(pipeline::parse_tiles(options.tiles));
  TRY_ASSIGN(const Places places, find_places(options));
  if (std::ranges::count(places.sources, video::StreamRequest::Kind::network, &video::StreamRequest::kind) > 0)
    video::prefer_low_latency();
  const bool wait = std::ranges::none_of(places.sources, &video::StreamRequest::live);
  TRY_ASSIGN(const LiveNetworks networks, open_networks(options, wait));
  if (const Running* const refused = networks.refused()) return refuse(*refused);
  return run_with(options, places, networks);
}

}  // namespace

Command live_command(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* app = program.add_subcommand("live", "Show what a network sees, while it happens");
  app->footer(kFooter);
  add_model_options(*app, options->model);
  add_ending_option(*app, options->model);
  app->add_option("source", options->source, "A camera, a stream, a file, gst:PIPELINE or stdin:")->required();
  app->add_option("sinks", options->following,
                  "Where to: http://:PORT, files, folders, -, window:, gst:PIPELINE; and further cameras and streams");
  app->add_option("--add-source", options->more_sources,
                  "A further source, where its address could be a sink too: a file, gst:PIPELINE");
  add_segmentation_options(*app, options->segmentation);
  add_runtime_options(*app, options->runtime);
  add_versus_options(*app, options->versus);
  app->add_option("--frames", options->frames, "Stop after so many frames")->check(CLI::PositiveNumber);
  app->add_flag("--smooth", options->smooth,
                "Steadier masks: a thing shows when two frames in a row have it, and goes when three have not");
  app->add_option("--tile", options->tiles,
                  "COLUMNSxROWS: frames larger than the network's input, in tiles that overlap");
  app->add_option("--streams", options->streams,
                  "Frames of files that the network computes at once, with the threads divided among them: more frames "
                  "a second, and memory for each [2; 1 with a camera or stream, two networks, --cpus, other runtimes]")
      ->check(CLI::Range(1, 64));
  app->add_option("--json", options->json, "Write the figures at the end as JSON; - for standard output");
  return {app, [options] { return run(*options); }};
}

}  // namespace diolkos::cli
