#include "litert/api.h"

#include "kit/library.h"

namespace diolkos::plugin::litert {

Result<Opened> open_api() {
  TRY_ASSIGN(const Library library, Library::open({"litert", "ai_edge_litert", "libLiteRt.so", {"libLiteRt.so"}}));
  Opened opened{{}, library.path()};
  Api& api = opened.api;
  const char* missing = nullptr;
  const auto need = [&](const char* symbol, auto& function) {
    if (!library.get(symbol, function) && missing == nullptr) missing = symbol;
  };
  library.get("LiteRtGetStatusString", api.status_text);
  need("LiteRtCreateEnvironment", api.create_environment);
  need("LiteRtCreateModelFromBuffer", api.model_from_buffer);
  need("LiteRtDestroyModel", api.destroy_model);
  need("LiteRtGetModelSignature", api.signature);
  need("LiteRtGetNumSignatureInputs", api.input_count);
  need("LiteRtGetNumSignatureOutputs", api.output_count);
  need("LiteRtGetSignatureInputName", api.input_name);
  need("LiteRtGetSignatureOutputName", api.output_name);
  need("LiteRtGetSignatureInputTensorByIndex", api.input_tensor);
  need("LiteRtGetSignatureOutputTensorByIndex", api.output_tensor);
  need("LiteRtGetMainModelSubgraphIndex", api.main_subgraph);
  need("LiteRtGetModelSubgraph", api.subgraph);
  need("LiteRtGetNumSubgraphOps", api.operator_count);
  need("LiteRtGetSubgraphOp", api.operator_at);
  need("LiteRtGetOpOutput", api.operator_output);
  need("LiteRtGetRankedTensorType", api.tensor_type);
  need("LiteRtGetQuantizationTypeId", api.quantization_kind);
  need("LiteRtGetPerTensorQuantization", api.quantization);
  need("LiteRtCreateOptions", api.create_options);
  need("LiteRtDestroyOptions", api.destroy_options);
  need("LiteRtSetOptionsHardwareAccelerators", api.set_accelerators);
  need("LiteRtCreateOpaqueOptions", api.create_opaque);
  need("LiteRtAddOpaqueOptions", api.add_opaque);
  need("LiteRtCreateCompiledModel", api.compile);
  need("LiteRtDestroyCompiledModel", api.destroy_compiled);
  library.get("LiteRtCompiledModelIsFullyAccelerated", api.fully_accelerated);
  need("LiteRtCreateTensorBufferFromHostMemory", api.buffer_over);
  need("LiteRtDestroyTensorBuffer", api.destroy_buffer);
  need("LiteRtRunCompiledModel", api.run);
  if (missing != nullptr)
    return unsupported(library.path() + " is no LiteRT 2: it does not export " + missing);
  return opened;
}

Status Api::check(int status, const char* what) const {
  if (status == 0) return {};
  std::string message = std::string(what) + ": LiteRT's status " + std::to_string(status);
  if (status_text != nullptr) message += std::string(" (") + status_text(status) + ")";
  return io_failure(std::move(message));
}

}  // namespace diolkos::plugin::litert
