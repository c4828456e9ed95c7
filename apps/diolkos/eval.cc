// diolkos eval: a network held against true masks.
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "command.h"
#include "evaluate/eval_record.h"
#include "evaluate/evaluate.h"
#include "history/history.h"
#include "model_options.h"
#include "output.h"
#include "progress.h"
#include "segmentation_options.h"
#include "segmenting_network.h"
#include "stop_signal.h"

namespace diolkos::cli {
namespace {

constexpr const char* kFooter =
    "Masks are PNG files with the images' names: palette or gray, the value is the class and 255 is void; or VOC's\n"
    "colours; or, with --mask-format binary and --class, everything that is not black is the class.\n"
    "With --class one class is held against all others at --threshold; without, every pixel's likeliest class counts.\n"
    "Shards of one evaluation, run anywhere, merge to what a single run gives, to the last digit.\n"
    "\nExamples:\n"
    "  diolkos eval deeplab.onnx --images voc/images --masks voc/masks --normalize symmetric\n"
    "  diolkos eval fcn_resnet50.pth --size 520 --images voc/images --masks voc/masks --class dog --json dog.json\n"
    "  diolkos eval model.onnx --images frames --masks dog_masks --mask-format binary --class dog --worst 10 worst/\n"
    "  diolkos eval model.onnx --images images --masks masks --shard 1/4 --json part1.json\n"
    "  diolkos eval --merge part1.json part2.json part3.json part4.json --json whole.json";

struct Options {
  ModelOptions model;
  RuntimeOptions runtime;
  SegmentationOptions segmentation;
  std::string images, masks;
  std::string mask_format = "auto";
  std::string shard;
  std::vector<std::string> merge;
  std::pair<int, std::string> worst;
  std::string json;
  std::string history;
};

struct Prepared : SegmentingNetwork {
  evaluate::EvalRecord record;
  evaluate::EvaluateOptions evaluation;
};

tl::unexpected<Error> misuse(std::string message) { return failure(ErrorCode::usage, std::move(message)); }

// Of the network's output: channels, or where it gives classes as many as there are names.
int class_count(const runtime::Port& output, const segmentation::ClassNames& names) {
  if (output.dtype != DType::float32) return names.size();
  return output.shape.rank() == 4 ? std::max(2, static_cast<int>(output.shape[1])) : 0;
}

std::vector<std::string> evaluated_names(const Segmenting& segmenting, int classes) {
  const std::optional<int> wanted = segmenting.stages.postprocess.class_index;
  if (wanted) return {"not " + segmenting.classes.name(*wanted), segmenting.classes.name(*wanted)};
  std::vector<std::string> names;
  for (int index = 0; index < classes; ++index) names.push_back(segmenting.classes.name(index));
  return names;
}

std::string decision_of(const Segmenting& segmenting) {
  const auto& options = segmenting.stages.postprocess;
  if (!options.class_index) return "highest score";
  return fmt::format("{} of {} >= {}", options.raw ? "score" : "probability",
                     segmenting.classes.name(*options.class_index), options.threshold);
}

std::string normalization_of(const segmentation::Normalization& normalization) {
  const std::string_view name = segmentation::name_of(normalization);
  if (name != "custom") return std::string(name);
  return fmt::format("mean {:.6g} std {:.6g}", fmt::join(normalization.mean, ","), fmt::join(normalization.std, ","));
}

void describe(const Options& options, const evaluate::Dataset& dataset, const evaluate::Shard& shard,
              Prepared& prepared) {
  const pipeline::StageOptions& stages = prepared.segmenting.stages;
  evaluate::EvalRecord& record = prepared.record;
  record.protocol = {.images = dataset.images,
                     .masks = dataset.masks,
                     .mask_format = options.mask_format,
                     .count = static_cast<std::int64_t>(dataset.pairs.size()),
                     .images_without_mask = dataset.without_mask,
                     .masks_without_image = dataset.without_image,
                     .data_sha256 = dataset.sha256,
                     .input = to_string(prepared.network->input().shape),
                     .fit = std::string(segmentation::name_of(stages.preprocess.fit)),
                     .normalization = normalization_of(stages.preprocess.normalization),
                     .decision = decision_of(prepared.segmenting)};
  record.classes = evaluated_names(prepared.segmenting, prepared.evaluation.classes);
  record.shards = {shard};
}

Result<Prepared> prepare(const Options& options) {
  TRY_ASSIGN(auto opened, open_segmenting(options.model, options.runtime, options.segmentation));
  Prepared prepared{std::move(opened), {}, {}};
  if (prepared.network == nullptr) return prepared;
  const plans::ModelNotes& notes = prepared.notes;
  evaluate::EvalRecord& record = prepared.record;
  record.model = {notes.name, notes.format, notes.architecture, notes.sha256};
  record.runtime = prepared.running.runtime;
  record.precision = prepared.running.precision;
  record.isa = prepared.running.isa;
  record.threads = prepared.running.threads;

  evaluate::EvaluateOptions& evaluation = prepared.evaluation;
  evaluation.stages = prepared.segmenting.stages;
  const auto format = evaluate::mask_format_named(options.mask_format);
  if (!format) return misuse(fmt::format("--mask-format {}: expected auto, index or binary", options.mask_format));
  evaluation.masks = *format;
  evaluation.classes = class_count(prepared.network->output(), prepared.segmenting.classes);
  if (*format == evaluate::MaskFormat::binary && !evaluation.stages.postprocess.class_index && evaluation.classes != 2)
    return misuse(
        fmt::format("--mask-format binary knows one class, the network has {}: give --class NAME", evaluation.classes));
  evaluation.worst = static_cast<std::size_t>(options.worst.first);
  evaluation.stop = &stop_on_signal();
  return prepared;
}

Result<ExitStatus> write(const Options& options, const evaluate::EvalRecord& record) {
  const std::string document = to_json(record);
  if (!options.json.empty()) TRY(write_document(options.json, document));
  if (!options.history.empty()) TRY(history::add(options.history, document, history::now()));
  if (options.json != "-") print(to_text(record));
  return kOk;
}

Result<ExitStatus> merge_shards(const Options& options) {
  if (!options.model.model.empty() || !options.images.empty() || !options.masks.empty())
    return misuse("--merge adds up result files and takes no model and no images");
  std::vector<std::pair<std::string, evaluate::EvalRecord>> shards;
  for (const std::string& path : options.merge) {
    TRY_ASSIGN(evaluate::EvalRecord record, evaluate::read_eval_record(path));
    shards.emplace_back(path, std::move(record));
  }
  TRY_ASSIGN(const evaluate::EvalRecord whole, evaluate::merge(shards));
  return write(options, whole);
}

Result<ExitStatus> run(const Options& options) {
  if (!options.merge.empty()) return merge_shards(options);
  if (options.model.model.empty()) return misuse("which MODEL? Give a .pth, .safetensors, .onnx or .tflite file");
  if (options.images.empty() || options.masks.empty()) return misuse("give --images DIR and --masks DIR");
  if (!options.history.empty() && !options.shard.empty())
    return misuse("--history keeps whole evaluations: give it with --merge");
  evaluate::Shard shard;
  if (!options.shard.empty()) {
    TRY_ASSIGN(shard, evaluate::parse_shard(options.shard));
  }
  TRY_ASSIGN(const evaluate::Dataset dataset, evaluate::open_dataset(options.images, options.masks));
  TRY_ASSIGN(Prepared prepared, prepare(options));
  if (prepared.network == nullptr) return refuse(prepared.running);
  describe(options, dataset, shard, prepared);
  const std::vector<evaluate::Pair> pairs = evaluate::pairs_of(dataset, shard);
  Result<evaluate::Evaluation> evaluation;
  {
    ProgressBar bar(options.images);
    prepared.evaluation.progress = [&bar](std::int64_t done, std::int64_t total) { bar.update(done, total); };
    evaluation = evaluate::evaluate(*prepared.network, pairs, prepared.evaluation);
  }
  if (!evaluation) return failure(std::move(evaluation).error());
  evaluate::EvalRecord& record = prepared.record;
  record.images = std::move(evaluation->images);
  record.curves = std::move(evaluation->curves);
  record.elapsed_ms = evaluation->elapsed_ms;
  record.processor_ms = evaluation->processor_ms;
  if (options.worst.first > 0) TRY(evaluate::write_worst(evaluation->worst, options.worst.second));
  return write(options, record);
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
  auto options = std::make_shared<Options>();
  CLI::App* app = program.add_subcommand("eval", "Measure a network's accuracy against true masks");
  app->footer(kFooter);
  add_model_options(*app, options->model);
  app->get_option("model")->required(false);
  app->add_option("--images", options->images, "A folder of images");
  app->add_option("--masks", options->masks, "A folder of PNG masks with the images' names");
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
