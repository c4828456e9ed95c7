// diolkos convert: a checkpoint or an ONNX file in, an ONNX file of fixed shape or TFLite files out.
#include <filesystem>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "command.h"
#include "convert_precision.h"
#include "convert_tflite.h"
#include "formats/onnx/onnx_file.h"
#include "graph/count.h"
#include "model_options.h"
#include "output.h"
#include "porting/cut_output.h"
#include "segmentation_options.h"

namespace diolkos::cli {
namespace {

constexpr const char* kFooter =
    "The file is ONNX or TFLite, by its name, of fixed input shape, batch normalisation folded, the auxiliary head\n"
    "left out. TFLite is NHWC; with calibration data it comes in int8 and int16 as well. --precision writes fp16 or\n"
    "int8 into an ONNX file's types, for runtimes that compute in what the file says (TensorRT 11).\n"
    "The file keeps --normalize (or --mean and --std) and --classes in its metadata, where `run` finds them.\n"
    "\nExamples:\n"
    "  diolkos convert fcn_resnet50.pth -o model.onnx --size 288\n"
    "  diolkos convert deeplab.onnx -o fixed.onnx --size 520x390 --opset 13\n"
    "  diolkos convert lraspp_mobilenet_v3_large:random -o random.onnx\n"
    "  diolkos convert fcn_resnet50.pth -o half.onnx --precision fp16 --calibrate photos/\n"
    "  diolkos convert fcn_resnet50.pth -o int8.onnx --precision int8 --calibrate photos/\n"
    "  diolkos convert fcn_resnet50.pth --tflite out/ --calibrate photos/\n"
    "  diolkos convert model.onnx -o cut.tflite --quantize full_integer --calibrate photos/ --output logits\n"
    "  diolkos convert model.onnx -o model.tflite --quantize full_integer --calibrate photos/ --method percentile";

struct ConvertOptions {
  ModelOptions model;
  std::string ending = "whole";  // or a file, as with -o
  std::string output;
  std::string precision = "fp32";
  formats::OnnxWriteOptions onnx;
  TfliteOptions tflite;
};

// Into the metadata: the command line goes before what the file said; torchvision's networks are ImageNet's otherwise.
Status describe_images(porting::LoadedModel& model, const ImageOptions& options) {
  segmentation::Metadata& metadata = model.graph.metadata;
  TRY_ASSIGN(auto normalization, asked_normalization(options));
  TRY_ASSIGN(const auto stored, segmentation::read_normalization(metadata));
  if (!normalization && !stored && !model.architecture.empty())
    normalization = *segmentation::normalization_named("imagenet");
  if (normalization) segmentation::write_metadata(*normalization, metadata);
  TRY_ASSIGN(const auto classes, asked_classes(options));
  if (classes) segmentation::write_metadata(*classes, metadata);
  return {};
}

Result<porting::LoadedModel> load_cut(const ConvertOptions& options) {
  const auto ending = porting::ending_named(options.ending);
  if (!ending)
    return failure(ErrorCode::usage, fmt::format("--output {}: expected whole, scores or logits", options.ending));
  TRY_ASSIGN(porting::LoadedModel model, load(options.model));
  TRY(describe_images(model, options.tflite.segmentation));
  Status cut = porting::cut_output(model.graph, *ending);
  if (!cut) return failure(within(model.name, std::move(cut).error()));
  return model;
}

Result<ExitStatus> run(const ConvertOptions& options) {
  if (options.output.empty() == options.tflite.folder.empty())
    return failure(ErrorCode::usage, "give -o FILE, or --tflite FOLDER for all seven variants");
  if (options.tflite.wanted(options.output)) {
    if (options.precision != "fp32")
      return failure(ErrorCode::usage, fmt::format("--precision {} is for -o FILE.onnx; of TFLite --quantize says it",
                                                   options.precision));
    TRY_ASSIGN(const porting::LoadedModel model, load_cut(options));
    return write_tflite(model, options.output, options.tflite);
  }
  if (std::filesystem::path(options.output).extension() != ".onnx")
    return failure(ErrorCode::usage,
                   fmt::format("{}: expected a file name ending in .onnx or .tflite", options.output));
  TRY_ASSIGN(porting::LoadedModel model, load_cut(options));
  const double parameters = 1e-6 * static_cast<double>(graph::parameters(model.graph));  // before they are integers
  std::string in_types;
  if (options.precision != "fp32") {
    auto done = write_in_types(model, options.precision, options.tflite);
    if (!done) return failure(within(model.name, std::move(done).error()));
    in_types = "; " + *done;
  }
  TRY(formats::write_onnx(model.graph, options.output, options.onnx));
  print(fmt::format("{}: {} nodes, {:.1f} M parameters, {:.2f} G multiply-adds, opset {}{}\n", options.output,
                    model.graph.node_count(), parameters,
                    1e-9 * static_cast<double>(graph::multiply_adds(model.graph)), options.onnx.opset, in_types));
  return kOk;
}

}  // namespace

Command convert_command(CLI::App& program) {
  auto options = std::make_shared<ConvertOptions>();
  CLI::App* app = program.add_subcommand("convert", "Write a model in another format");
  app->footer(kFooter);
  add_model_options(*app, options->model);
  app->add_option("-o", options->output, "The .onnx or .tflite file to write");
  app->add_option("--output", options->ending,
                  "Where the network ends: whole; scores (without softmax, sigmoid, argmax); logits (nor the resize "
                  "before them). 'run' does the rest in float. A file name is taken as -o's");
  app->add_option("--opset", options->onnx.opset, "ONNX operator set")
      ->check(CLI::Range(13, 22))
      ->capture_default_str();
  app->add_option("--precision", options->precision,
                  "For -o FILE.onnx: fp32; fp16 (float16 where it is safe: exponentials, long sums, and with "
                  "--calibrate what goes beyond its range stay float32); int8 (pairs of QuantizeLinear and "
                  "DequantizeLinear; needs --calibrate)")
      ->check(CLI::IsMember({"fp32", "fp16", "int8"}))
      ->capture_default_str();
  app->add_option("--classes", options->tflite.segmentation.classes, "Class names, one a line, to keep in the file");
  add_tflite_options(*app, options->tflite);
  return {app, [options] {
            if (options->output.empty() && !porting::ending_named(options->ending))
              options->output = std::exchange(options->ending, "whole");
            return run(*options);
          }};
}

}  // namespace diolkos::cli
