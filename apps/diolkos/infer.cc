// diolkos infer: raw tensors in, raw tensors out.
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "command.h"
#include "opened.h"
#include "formats/npy/npy.h"
#include "formats/tflite/nhwc.h"
#include "measure/clock.h"
#include "model_options.h"
#include "output.h"

namespace diolkos::cli {
namespace {

constexpr const char* kFooter =
    "Tensors are NumPy's .npy files. With several inputs or outputs, say NAME=FILE for each.\n"
    "An integer input that decides a shape is bound when the model is loaded.\n"
    "A quantized TFLite file takes and gives float32 (--stored: the integers that it holds), NCHW as the network that\n"
    "it was made from (--layout nhwc: as TFLite has it).\n"
    "\nExamples:\n"
    "  diolkos infer model.onnx --input input.npy -o output.npy\n"
    "  diolkos infer fcn.pth --size 520x390 --input x.npy -o y.npy --threads 1\n"
    "  diolkos infer out/model_integer_quant.tflite --input input.npy -o output.npy\n"
    "  diolkos infer out/model_full_integer_quant.tflite --input image_nhwc.npy -o y.npy --layout nhwc\n"
    "  diolkos infer fcn.onnx --input x.npy -o y.npy --plan fcn.dplan\n"
    "  diolkos infer two_inputs.onnx --input a=a.npy --input b=b.npy -o y.npy";

struct InferOptions {
  ModelOptions model;
  RuntimeOptions runtime;
  std::vector<std::string> inputs, outputs;
  std::string layout = "nchw";
  bool stored = false;

  bool nhwc() const { return layout == "nhwc"; }
};

struct NamedPath {
  std::string name;  // empty: by position
  std::string path;
};

NamedPath parse_named_path(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) return {"", text};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

// The index of the port that the i-th argument is for.
Result<std::size_t> port_of(const NamedPath& given, std::size_t position, std::span<const runtime::Port> ports,
                            std::string_view kind) {
  std::string known;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    if (given.name.empty() ? i == position : ports[i].name == given.name) return i;
    known += fmt::format("{}'{}'", known.empty() ? "" : ", ", ports[i].name);
  }
  if (given.name.empty())
    return failure(ErrorCode::usage, fmt::format("{}: one {} too many; the model has: {}", given.path, kind, known));
  return failure(ErrorCode::usage,
                 fmt::format("{}={}: the model has no such {}; it has: {}", given.name, given.path, kind, known));
}

Result<std::vector<Tensor>> read_inputs(const InferOptions& options, const Executable& network) {
  std::vector<Tensor> tensors(network.inputs.size());
  for (std::size_t i = 0; i < options.inputs.size(); ++i) {
    const NamedPath given = parse_named_path(options.inputs[i]);
    TRY_ASSIGN(const std::size_t port, port_of(given, i, network.inputs, "input"));
    TRY_ASSIGN(tensors[port], formats::read_npy(given.path));
    if (options.nhwc() && tensors[port].shape().rank() == 4) {
      TRY_ASSIGN(tensors[port], tflite::permuted(tensors[port], tflite::kToNchw));
    }
  }
  for (std::size_t i = 0; i < tensors.size(); ++i)
    if (!tensors[i].defined())
      return failure(ErrorCode::usage, fmt::format("input '{}' ({} {}) is not given; say --input {}=FILE",
                                                   network.inputs[i].name, to_string(network.inputs[i].shape),
                                                   name_of(network.inputs[i].dtype), network.inputs[i].name));
  return tensors;
}

Status write_outputs(const InferOptions& options, const Executable& network, std::span<const Tensor> tensors) {
  for (std::size_t i = 0; i < options.outputs.size(); ++i) {
    const NamedPath given = parse_named_path(options.outputs[i]);
    TRY_ASSIGN(const std::size_t port, port_of(given, i, network.outputs, "output"));
    Tensor tensor = tensors[port];
    if (options.nhwc() && tensor.shape().rank() == 4) {
      TRY_ASSIGN(tensor, tflite::permuted(tensor, tflite::kToNhwc));
    }
    TRY(formats::write_npy(tensor, given.path));
    print(fmt::format("{}: '{}' {} {}\n", given.path, network.outputs[port].name, to_string(tensor.shape()),
                      name_of(tensor.dtype())));
  }
  return {};
}

// Named integer tensors are bound at load: a Reshape's shape is one.
Status bind_integers(const InferOptions& options, porting::LoadOptions& load_options) {
  for (const std::string& text : options.inputs) {
    const NamedPath given = parse_named_path(text);
    if (given.name.empty()) continue;
    TRY_ASSIGN(Tensor tensor, formats::read_npy(given.path));
    if (is_integer(tensor.dtype()) && tensor.shape().rank() <= 1) load_options.bound_inputs[given.name] = tensor;
  }
  return {};
}

Result<ExitStatus> run(const InferOptions& options) {
  TRY(check_options(options.runtime));
  TRY_ASSIGN(porting::LoadOptions load_options, to_load_options(options.model));
  TRY(bind_integers(options, load_options));
  InferOptions unbound = options;
  std::erase_if(unbound.inputs, [&](const std::string& text) {
    return load_options.bound_inputs.contains(parse_named_path(text).name);
  });

  TRY_ASSIGN(const Opened opened, open_executable(options.model.model, load_options, options.runtime, options.stored));
  const Executable& network = opened.network;
  if (!network.running.refusal.empty()) return refuse(network.running);
  TRY_ASSIGN(const std::vector<Tensor> inputs, read_inputs(unbound, network));
  TRY_ASSIGN(std::vector<Tensor> outputs, network.make_outputs());
  const measure::Stopwatch watch;
  TRY(network.run(inputs, outputs));
  const double milliseconds = watch.milliseconds();
  TRY(write_outputs(options, network, outputs));
  const std::optional<double> by_device = network.device_ms();
  print(fmt::format("{}: {:.1f} ms{}\n", to_text(network.running), milliseconds,
                    by_device ? fmt::format(", by the device's own clock {:.1f}", *by_device) : ""));
  return kOk;
}

}  // namespace

Command infer_command(CLI::App& program) {
  auto options = std::make_shared<InferOptions>();
  CLI::App* app = program.add_subcommand("infer", "Run a model on raw tensors");
  app->footer(kFooter);
  add_model_options(*app, options->model);
  add_runtime_options(*app, options->runtime);
  app->add_option("-i,--input", options->inputs, "An input: FILE.npy, or NAME=FILE.npy (repeatable)")->required();
  app->add_option("-o,--output", options->outputs, "An output: FILE.npy, or NAME=FILE.npy (repeatable)")->required();
  app->add_option("--layout", options->layout, "Of images in the tensors: nchw or nhwc")
      ->check(CLI::IsMember({"nchw", "nhwc"}, CLI::ignore_case))
      ->capture_default_str();
  app->add_flag("--stored", options->stored, "Take and give the integers that a quantized file holds, not float32");
  return {app, [options] { return run(*options); }};
}

}  // namespace diolkos::cli
