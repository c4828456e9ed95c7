#include "litert/api.h"

#include "kit/library.h"

namespace diolkos::plugin::litert {

Result<Opened> open_api() {
  TRY_ASSIGN(const Library library, Library::open({"litert", "ai_edge_litert", "libLiteRt.so", {"libLiteRt.so"}}));
  Opened opened{{}, library.path()};
  Api& api = opened.api;
  Symbols symbols(library);
  library.get("LiteRtGetStatusString", api.status_text);
  symbols.need("LiteRtCreateEnvironment", api.create_environment);
  symbols.need("LiteRtCreateModelFromBuffer", api.model_from_buffer);
  symbols.need("LiteRtDestroyModel", api.destroy_model);
  symbols.need("LiteRtGetModelSignature", api.signature);
  symbols.need("LiteRtGetNumSignatureInputs", api.input_count);
  symbols.need("LiteRtGetNumSignatureOutputs", api.output_count);
  symbols.need("LiteRtGetSignatureInputName", api.input_name);
  symbols.need("LiteRtGetSignatureOutputName", api.output_name);
  symbols.need("LiteRtGetSignatureInputTensorByIndex", api.input_tensor);
  symbols.need("LiteRtGetSignatureOutputTensorByIndex", api.output_tensor);
  symbols.need("LiteRtGetMainModelSubgraphIndex", api.main_subgraph);
  symbols.need("LiteRtGetModelSubgraph", api.subgraph);
  symbols.need("LiteRtGetNumSubgraphOps", api.operator_count);
  symbols.need("LiteRtGetSubgraphOp", api.operator_at);
  symbols.need("LiteRtGetOpOutput", api.operator_output);
  symbols.need("LiteRtGetRankedTensorType", api.tensor_type);
  symbols.need("LiteRtGetQuantizationTypeId", api.quantization_kind);
  symbols.need("LiteRtGetPerTensorQuantization", api.quantization);
  symbols.need("LiteRtCreateOptions", api.create_options);
  symbols.need("LiteRtDestroyOptions", api.destroy_options);
  symbols.need("LiteRtSetOptionsHardwareAccelerators", api.set_accelerators);
  symbols.need("LiteRtCreateOpaqueOptions", api.create_opaque);
  symbols.need("LiteRtAddOpaqueOptions", api.add_opaque);
  symbols.need("LiteRtCreateCompiledModel", api.compile);
  symbols.need("LiteRtDestroyCompiledModel", api.destroy_compiled);
  library.get("LiteRtCompiledModelIsFullyAccelerated", api.fully_accelerated);
  symbols.need("LiteRtCreateTensorBufferFromHostMemory", api.buffer_over);
  symbols.need("LiteRtDestroyTensorBuffer", api.destroy_buffer);
  symbols.need("LiteRtRunCompiledModel", api.run);
  TRY(symbols.complete("is no LiteRT 2"));
  return opened;
}

Status Api::check(int status, const char* what) const {
  if (status == 0) return {};
  std::string message = std::string(what) + ": LiteRT's status " + std::to_string(status);
  if (status_text != nullptr) message += std::string(" (") + status_text(status) + ")";
  return io_failure(std::move(message));
}

}  // namespace diolkos::plugin::litert
