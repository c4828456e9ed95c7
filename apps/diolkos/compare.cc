// diolkos compare: two networks on the same inputs.
#include "compare/compare.h"

#include <memory>
#include <random>

#include <fmt/format.h>

#include "calibration_source.h"
#include "command.h"
#include "compare/report.h"
#include "model_options.h"
#include "output.h"
#include "porting/float_ends.h"
#include "progress.h"

namespace diolkos::cli {
namespace {

constexpr const char* kFooter =
    "The first model is the reference. Layers are matched by name, so that a network and the TFLite files that were\n"
    "made of it can be held against each other; integers count as what they stand for. Both run natively.\n"
    "Exit status 3 with --fail-above where an output's mean |error| is a larger share of its mean |value|.\n"
    "\nExamples:\n"
    "  diolkos compare model.onnx out/model_full_integer_quant.tflite --calibrate photos/\n"
    "  diolkos compare model.onnx out/model_full_integer_quant.tflite --calibrate photos/ --svg layers.svg --json -\n"
    "  diolkos compare fcn_resnet50.pth model.onnx --input x.npy --fail-above 1e-4\n"
    "  diolkos compare model.pth model_float16.tflite --all";

struct Options {
  ModelOptions model;  // the reference; size, passes and seed hold for both
  std::string other, images, json, svg;
  std::int64_t samples = 8;
  int threads = 0;
  double fail_above = -1;
  double bad_below = 20;
  std::uint64_t input_seed = 0;
  bool all = false;
  SegmentationOptions segmentation;
};

struct Inputs {
  compare::Samples next;
  std::string words;
  std::int64_t count = 0;
};

compare::Samples random_samples(const graph::Graph& graph, std::int64_t count, std::uint64_t seed) {
  std::vector<Shape> shapes;
  for (const graph::ValueId id : graph.inputs()) shapes.push_back(graph.value(id).type.shape);
  return [shapes, count, random = std::mt19937_64(seed)]() mutable -> Result<std::optional<std::vector<Tensor>>> {
    if (count-- <= 0) return std::nullopt;
    std::vector<Tensor> tensors;
    std::normal_distribution<float> normal;
    for (const Shape& shape : shapes) {
      TRY_ASSIGN(Tensor tensor, Tensor::zeros(DType::float32, shape));
      for (float& value : tensor.mutable_as<float>()) value = normal(random);
      tensors.push_back(std::move(tensor));
    }
    return tensors;
  };
}

Result<Inputs> open_inputs(const Options& options, const graph::Graph& graph) {
  if (options.images.empty())
    return Inputs{random_samples(graph, options.samples, options.input_seed),
                  fmt::format("{} random inputs, standard normal, seed {} (--calibrate photos/ for real ones)",
                              options.samples, options.input_seed),
                  options.samples};
  TRY_ASSIGN(CalibrationData data, open_calibration(options.images, options.samples, graph, options.segmentation));
  return Inputs{std::move(data.next), {}, data.samples};
}

Result<graph::Graph> load_with_float_ends(ModelOptions options, const std::string& name) {
  options.model = name;
  TRY_ASSIGN(porting::LoadedModel model, load(options));
  TRY(porting::give_float_ends(model.graph));
  return std::move(model.graph);
}

Result<ExitStatus> run(const Options& options) {
  TRY_ASSIGN(graph::Graph reference, load_with_float_ends(options.model, options.model.model));
  TRY_ASSIGN(const graph::Graph other, load_with_float_ends(options.model, options.other));
  for (const auto& [key, value] : other.metadata) reference.metadata.emplace(key, value);  // what only the other tells
  TRY_ASSIGN(Inputs inputs, open_inputs(options, reference));
  compare::CompareOptions compare_options;
  compare_options.threads = options.threads;
  compare_options.bad_below_db = options.bad_below;
  Result<compare::Comparison> comparison;
  {
    ProgressBar bar("comparing");
    compare_options.progress = [&](int done) { bar.update(done, inputs.count); };
    comparison = compare::compare(reference, other, inputs.next, compare_options);
  }
  if (!comparison) return failure(within(options.other, std::move(comparison).error()));
  compare::ReportContext context{options.model.model, options.other, inputs.words, options.bad_below,
                                 options.all ? 0u : 15u};
  if (context.inputs.empty())
    context.inputs =
        fmt::format("{} sample{} of {}", comparison->samples, comparison->samples == 1 ? "" : "s", options.images);
  if (!options.svg.empty()) TRY(write_document(options.svg, compare::to_svg(*comparison, context)));
  if (!options.json.empty()) TRY(write_document(options.json, compare::to_json(*comparison, context)));
  if (options.json != "-" && options.svg != "-") print(compare::to_text(*comparison, context));
  if (options.fail_above < 0 || comparison->worst_share() <= options.fail_above) return kOk;
  std::fprintf(stderr, "diolkos compare: %s: the error is %.4g of the values, more than --fail-above %g\n",
               options.other.c_str(), comparison->worst_share(), options.fail_above);
  return kAccuracyMissed;
}

}  // namespace

Command compare_command(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* app = program.add_subcommand("compare", "Tell how far two networks are apart, and where they part");
  app->footer(kFooter);
  add_model_options(*app, options->model);
  app->add_option("other", options->other, "The model to hold against it")->required();
  app->add_option("--calibrate,--images,-i,--input", options->images,
                  "Inputs: images (a file, a folder, a video) or .npy tensors [random ones]");
  app->add_option("--samples", options->samples, "At most so many")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  app->add_option("--input-seed", options->input_seed, "Of random inputs")->capture_default_str();
  app->add_option("-t,--threads", options->threads, "Threads; 0 for all")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  app->add_option("--bad-below", options->bad_below, "A layer under this SQNR, in dB, is bad")->capture_default_str();
  app->add_option("--fail-above", options->fail_above,
                  "Exit status 3 where mean |error| / mean |value| of an output is more")
      ->check(CLI::NonNegativeNumber);
  app->add_flag("--all", options->all, "Every layer, not the 15 least exact");
  app->add_option("--json", options->json, "Write everything as JSON; - for standard output");
  app->add_option("--svg", options->svg, "Write a picture of the SQNR by layer");
  app->add_option("--fit", options->segmentation.fit, "Images: crop, letterbox or stretch")->capture_default_str();
  app->add_option("--normalize", options->segmentation.normalize,
                  "The networks' images: imagenet, symmetric, unit or none [a model file's, or imagenet]");
  app->add_option("--mean", options->segmentation.mean, "R,G,B in 0 to 1, with --std instead of --normalize");
  app->add_option("--std", options->segmentation.std, "R,G,B in 0 to 1");
  return {app, [options] { return run(*options); }};
}

}  // namespace diolkos::cli
