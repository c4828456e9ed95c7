// A network ready to run, by whichever runtime was asked for.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "command.h"
#include "engines/float_model.h"
#include "engines/model.h"
#include "model_options.h"
#include "pipeline/network.h"
#include "porting/load_model.h"
#include "runtime/session.h"

namespace diolkos::cli {

// What the runtime does, as far as it tells.
struct Running {
  std::string runtime;    // "native", "onnxruntime"
  std::string version;    // of the runtime; empty for the native one
  std::string precision;  // "fp32"
  std::string device;     // "cpu"
  std::string isa;        // "avx512"; of the native runtime
  int threads = 0;        // 0 where the runtime cannot tell
  double tolerance = 0;   // the largest difference from the exact float32 result that is its own rounding, as a share
  // Why this is not what was asked for (precision, device, a part that fell back); empty where it is.
  std::string refusal;
};

// What can be told before a model is loaded.
Status check_options(const RuntimeOptions& options);

double tolerance_of_native(const runtime::SessionOptions& options);  // see Running::tolerance

std::string to_text(const Running& running);  // "native fp32 avx512, 2 threads"

struct Executable {
  Running running;
  std::vector<runtime::Port> inputs, outputs;
  std::function<Status(std::span<const Tensor>, std::span<Tensor>)> run;
  std::shared_ptr<runtime::Session> session;    // of the native runtime; null for others
  std::shared_ptr<engines::FloatModel> plugged;  // of a plugin; null for the native runtime

  Result<std::vector<Tensor>> make_outputs() const;
  std::optional<double> device_ms() const;  // see engines::Model
};

// Ports are NCHW; float32 unless `stored` keeps a quantized file's integers. Where running.refusal is set and no model
// could be loaded at all, `run` is empty: refuse() comes first.
Result<Executable> make_executable(const RuntimeOptions& options, porting::LoadedModel model, bool stored = false);

struct RunningNetwork {
  Running running;
  std::unique_ptr<pipeline::Network> network;  // null where running.refusal is set
};

Result<RunningNetwork> make_network(const RuntimeOptions& options, porting::LoadedModel model);

// Says on standard error what was done instead, and ends with exit status 5.
ExitStatus refuse(const Running& running);

}  // namespace diolkos::cli
