#include "neuron/api.h"

#include <array>
#include <cstdlib>
#include <string>

#include "kit/library.h"

namespace diolkos::plugin::neuron {
namespace {

// 8 of "libneuronusdk_runtime.mtk.so.8"; 6 where the name has no number.
int major_in(const std::string& path) {
  const std::size_t at = path.rfind(".so.");
  const int number = at != std::string::npos ? std::atoi(path.c_str() + at + 4) : 0;
  return number > 0 ? number : 6;
}

Status read_version(const Library& library, Api& api) {
  int (*get_version)(Version*) = nullptr;
  if (!library.get("NeuronRuntime_getVersion", get_version)) {
    api.major = major_in(library.path());
    api.version_text = std::to_string(api.major);
    return {};
  }
  Version version{};
  TRY(api.check(get_version(&version), "asking for the version"));
  api.major = version.major;
  api.version_text =
      std::to_string(version.major) + "." + std::to_string(version.minor) + "." + std::to_string(version.patch);
  return {};
}

// What the two interfaces have in common but the prefix.
void find_common(const Library& library, const std::string& prefix, Symbols& symbols, Api& api) {
  const auto maybe = [&](const char* name, auto& function) { library.get((prefix + name).c_str(), function); };
  symbols.need(prefix + "release", api.release);
  symbols.need(prefix + "getInputSize", api.input_bytes);
  symbols.need(prefix + "getOutputSize", api.output_bytes);
  maybe("getInputNumber", api.input_count);
  maybe("getOutputNumber", api.output_count);
  maybe("getInputPaddedSize", api.padded_input_bytes);
  maybe("getOutputPaddedSize", api.padded_output_bytes);
  maybe("setQoSOption", api.set_qos);
  maybe("getProfiledQoSData", api.profiled_qos);
}

void find_second(const Library& library, Symbols& symbols, Api& api) {
  api.generation = 2;
  symbols.need("NeuronRuntimeV2_run", api.run);
  find_common(library, "NeuronRuntimeV2_", symbols, api);
}

void find_first(const Library& library, Symbols& symbols, Api& api) {
  api.generation = 1;
  symbols.need("NeuronRuntime_create", api.create_empty);
  symbols.need("NeuronRuntime_loadNetworkFromFile", api.load);
  symbols.need("NeuronRuntime_setInput", api.set_input);
  symbols.need("NeuronRuntime_setOutput", api.set_output);
  symbols.need("NeuronRuntime_inference", api.infer);
  find_common(library, "NeuronRuntime_", symbols, api);
}

}  // namespace

Result<Api> open_api() {
  TRY_ASSIGN(const Library library,
             Library::open({"", "", "libneuronusdk_runtime.mtk.so*",
                            {"libneuronusdk_runtime.mtk.so.6", "libneuronusdk_runtime.mtk.so", "libneuron_runtime.so",
                             "libneuronusdk_runtime.mtk.so.8"}}));
  Api api;
  Symbols symbols(library);
  if (library.get("NeuronRuntimeV2_create", api.create)) {
    find_second(library, symbols, api);
  } else {
    find_first(library, symbols, api);
  }
  TRY(symbols.complete("has neither interface of Neuron's runtime"));
  void (*mark)() = nullptr;
  api.rehearsal = library.get("diolkos_rehearsal_board", mark);
  TRY(read_version(library, api));
  return api;
}

Status Api::check(int code, const char* what) const {
  constexpr std::array<const char*, 7> kNames{"NO_ERROR", "OUT_OF_MEMORY", "INCOMPLETE", "UNEXPECTED_NULL",
                                              "BAD_DATA", "BAD_STATE",     "RUNTIME_ERROR"};
  if (code == 0) return {};
  const std::string name = code > 0 && code < 7 ? kNames[static_cast<std::size_t>(code)] : "not a known code";
  std::string advice;
  if (code == 4) advice = "; a runtime loads only DLA files of a compiler of its own major version";
  return io_failure(std::string(what) + ": Neuron's error " + std::to_string(code) + " (" + name + ")" + advice);
}

}  // namespace diolkos::plugin::neuron
