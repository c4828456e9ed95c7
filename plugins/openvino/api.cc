#include "openvino/api.h"

#include "kit/library.h"

namespace diolkos::plugin::ov {

Result<Api> open_api() {
  TRY_ASSIGN(const Library library,
             Library::open({"openvino", "openvino/libs", "libopenvino_c.so*", {"libopenvino_c.so"}}));
  Api api{};
  Symbols symbols(library);
  symbols.need("ov_get_openvino_version", api.get_version);
  symbols.need("ov_version_free", api.free_version);
  symbols.need("ov_get_error_info", api.error_text);
  library.get("ov_get_last_err_msg", api.last_error);
  symbols.need("ov_free", api.free_text);
  symbols.need("ov_core_create", api.create_core);
  symbols.need("ov_core_free", api.free_core);
  symbols.need("ov_core_get_available_devices", api.available_devices);
  symbols.need("ov_available_devices_free", api.free_devices);
  symbols.need("ov_core_get_property", api.core_property);
  symbols.need("ov_core_read_model_from_memory_buffer", api.read_memory);
  symbols.need("ov_core_read_model", api.read_file);
  symbols.need("ov_model_free", api.free_network);
  symbols.need("ov_core_compile_model", api.compile);
  symbols.need("ov_compiled_model_free", api.free_compiled);
  symbols.need("ov_compiled_model_get_property", api.compiled_property);
  symbols.need("ov_compiled_model_inputs_size", api.input_count);
  symbols.need("ov_compiled_model_outputs_size", api.output_count);
  symbols.need("ov_compiled_model_input_by_index", api.input_port);
  symbols.need("ov_compiled_model_output_by_index", api.output_port);
  symbols.need("ov_output_const_port_free", api.free_port);
  symbols.need("ov_port_get_any_name", api.port_name);
  symbols.need("ov_const_port_get_shape", api.port_shape);
  symbols.need("ov_port_get_element_type", api.port_type);
  symbols.need("ov_shape_free", api.free_shape);
  symbols.need("ov_compiled_model_create_infer_request", api.create_request);
  symbols.need("ov_infer_request_free", api.free_request);
  symbols.need("ov_tensor_create_from_host_ptr", api.tensor_over);
  symbols.need("ov_tensor_free", api.free_tensor);
  symbols.need("ov_infer_request_set_input_tensor_by_index", api.set_input);
  symbols.need("ov_infer_request_set_output_tensor_by_index", api.set_output);
  symbols.need("ov_infer_request_infer", api.infer);
  symbols.need("ov_infer_request_start_async", api.start);
  symbols.need("ov_infer_request_wait", api.wait);
  TRY(symbols.complete("is no OpenVINO of 2023.0 or newer"));
  return api;
}

Status Api::check(int status, const char* what) const {
  if (status == 0) return {};
  std::string message = std::string(what) + ": " + error_text(status);
  if (last_error != nullptr)
    if (const char* detail = last_error(); detail != nullptr && detail[0] != '\0')
      message += std::string(": ") + detail;
  for (char& letter : message)
    if (letter == '\n') letter = ' ';
  return io_failure(std::move(message));
}

}  // namespace diolkos::plugin::ov
