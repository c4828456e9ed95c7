#include "neuron/api.h"

#include <array>

#include "kit/library.h"

namespace diolkos::plugin::neuron {

Result<Api> open_api() {
  TRY_ASSIGN(const Library library,
             Library::open({"", "", "libneuronusdk_runtime.mtk.so*",
                            {"libneuronusdk_runtime.mtk.so.6", "libneuronusdk_runtime.mtk.so", "libneuron_runtime.so"}}));
  Api api{};
  Symbols symbols(library);
  library.get("NeuronRuntime_getVersion", api.get_version);
  symbols.need("NeuronRuntimeV2_create", api.create);
  symbols.need("NeuronRuntimeV2_release", api.release);
  symbols.need("NeuronRuntimeV2_run", api.run);
  library.get("NeuronRuntimeV2_getInputNumber", api.input_count);
  library.get("NeuronRuntimeV2_getOutputNumber", api.output_count);
  symbols.need("NeuronRuntimeV2_getInputSize", api.input_bytes);
  symbols.need("NeuronRuntimeV2_getOutputSize", api.output_bytes);
  symbols.need("NeuronRuntimeV2_getInputPaddedSize", api.padded_input_bytes);
  symbols.need("NeuronRuntimeV2_getOutputPaddedSize", api.padded_output_bytes);
  library.get("NeuronRuntimeV2_setQoSOption", api.set_qos);
  void (*mark)() = nullptr;
  api.rehearsal = library.get("diolkos_rehearsal_board", mark);
  TRY(symbols.complete("has no NeuronRuntimeV2"));
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
