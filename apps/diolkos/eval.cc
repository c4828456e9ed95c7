// diolkos eval: a network held against true masks.
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "command.h"
#include "eval_network.h"
#include "eval_rows.h"
#include "eval_video.h"

namespace diolkos::cli {
namespace {

constexpr const char* kFooter =
    "Masks are PNG files with the images' names: palette or gray, the value is the class and 255 is void; or VOC's\n"
    "colours; or, with --mask-format binary and --class, everything that is not black is the class.\n"
    "With --class one class is held against all others at --threshold; without, every pixel's likeliest class counts.\n"
    "Shards of one evaluation, run anywhere, merge to what a single run gives, to the last digit.\n"
    "Several models, and runtimes or precisions with commas, give one table and how far their masks agree.\n"
    "With --video no truth is needed: the share of pixels whose class changes beyond what motion explains.\n"
    "\nExamples:\n"
    "  diolkos eval deeplab.onnx --images voc/images --masks voc/masks --normalize symmetric\n"
    "  diolkos eval fcn_resnet50.pth --size 520 --images voc/images --masks voc/masks --class dog --json dog.json\n"
    "  diolkos eval fcn.onnx fcn_int8.tflite --runtime native,onnxruntime --precision fp32,int8 --images i --masks m\n"
    "  diolkos eval model.onnx --images frames --masks dog_masks --mask-format binary --class dog --worst 10 worst/\n"
    "  diolkos eval fcn.onnx fcn_int8.tflite --video walk.mp4 --class dog\n"
    "  diolkos eval model.onnx --images images --masks masks --shard 1/4 --json part1.json\n"
    "  diolkos eval --merge part1.json part2.json part3.json part4.json --json whole.json";

tl::unexpected<Error> misuse(std::string message) { return failure(ErrorCode::usage, std::move(message)); }

Result<ExitStatus> merge_shards(const EvalOptions& options) {
  if (!options.models.empty() || !options.images.empty() || !options.masks.empty())
    return misuse("--merge adds up result files and takes no model and no images");
  std::vector<std::pair<std::string, evaluate::EvalRecord>> shards;
  for (const std::string& path : options.merge) {
    TRY_ASSIGN(evaluate::EvalRecord record, evaluate::read_eval_record(path));
    shards.emplace_back(path, std::move(record));
  }
  TRY_ASSIGN(const evaluate::EvalRecord whole, evaluate::merge(shards));
  TRY(write_eval(options, to_json(whole), to_text(whole)));
  return kOk;
}

Result<ExitStatus> run_video(const EvalOptions& options) {
  if (!options.images.empty() || !options.masks.empty() || !options.shard.empty() || options.worst.first > 0)
    return misuse("--video needs no masks: it takes no --images, --masks, --shard and --worst");
  if (!options.history.empty()) return misuse("--history keeps speed and accuracy, not what --video measures");
  return eval_video(options);
}

Result<ExitStatus> run(const EvalOptions& options) {
  if (!options.merge.empty()) return merge_shards(options);
  if (options.models.empty()) return misuse("which MODEL? Give a .pth, .safetensors, .onnx or .tflite file");
  if (!options.video.empty()) return run_video(options);
  if (options.images.empty() || options.masks.empty())
    return misuse("give --images DIR and --masks DIR, or --video FILE");
  if (asks_for_eval_rows(options) && (!options.shard.empty() || options.worst.first > 0))
    return misuse("--shard and --worst are of one network: give one model, runtime and precision");
  if (!options.history.empty() && !options.shard.empty())
    return misuse("--history keeps whole evaluations: give it with --merge");
  evaluate::Shard shard;
  if (!options.shard.empty()) {
    TRY_ASSIGN(shard, evaluate::parse_shard(options.shard));
  }
  TRY_ASSIGN(const evaluate::Dataset dataset, evaluate::open_dataset(options.images, options.masks));
  if (asks_for_eval_rows(options)) return eval_rows(options, dataset);
  TRY_ASSIGN(EvalNetwork network, open_for_eval(options, options.models.front(), options.runtime));
  if (network.network == nullptr) return refuse(network.running);
  TRY_ASSIGN(const evaluate::EvalRecord record, evaluate_network(options, dataset, shard, network));
  TRY(write_eval(options, to_json(record), to_text(record)));
  return kOk;
}

void add_decision_options(CLI::App& app, SegmentationOptions& options) {
  options.fit = "stretch";
  app.add_option("--class", options.class_name, "Hold this class against all others [every class]");
  app.add_option("--threshold", options.threshold, "The class's least probability (with --raw: score) [0.5]");
  app.add_flag("--raw", options.raw, "Hold the class's raw score against the threshold");
  app.add_option("--fit", options.fit, "stretch, crop or letterbox")->capture_default_str();
  add_image_options(app, options);
}

}  // namespace

Command eval_command(CLI::App& program) {
  auto options = std::make_shared<EvalOptions>();
  CLI::App* app = program.add_subcommand("eval", "Measure a network's accuracy against true masks");
  app->footer(kFooter);
  add_model_options(*app, options->model);
  app->remove_option(app->get_option("model"));
  app->add_option("models", options->models, "Networks: .pth, .safetensors, .onnx or .tflite files");
  app->add_option("--images", options->images, "A folder of images");
  app->add_option("--masks", options->masks, "A folder of PNG masks with the images' names");
  app->add_option("--video", options->video, "Instead: how much masks flicker on this video, without true masks");
  app->add_option("--mask-format", options->mask_format, "auto (VOC's palette, or gray classes), index or binary")
      ->capture_default_str();
  add_decision_options(*app, options->segmentation);
  add_runtime_options(*app, options->runtime);
  app->add_option("--worst", options->worst,
                  "N DIR: write the N images of the lowest IoU as pictures, the worst first");
  app->add_option("--shard", options->shard, "I/N: only part I of N, to be merged later");
  app->add_option("--merge", options->merge, "Add up the JSON files of all shards instead of evaluating");
  app->add_option("--history", options->history, "Keep the result in this database: see 'diolkos history --help'");
  app->add_option("--json", options->json,
                  "Write the figures as JSON, each image's counts included; - for standard output");
  return {app, [options] { return run(*options); }};
}

}  // namespace diolkos::cli
