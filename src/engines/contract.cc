#include "engines/contract.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace diolkos::engines {
namespace {

constexpr std::array<std::pair<diolkos_dtype, DType>, 8> kTypes{{{DIOLKOS_FLOAT32, DType::float32},
                                                                 {DIOLKOS_FLOAT16, DType::float16},
                                                                 {DIOLKOS_BFLOAT16, DType::bfloat16},
                                                                 {DIOLKOS_INT8, DType::int8},
                                                                 {DIOLKOS_UINT8, DType::uint8},
                                                                 {DIOLKOS_INT16, DType::int16},
                                                                 {DIOLKOS_INT32, DType::int32},
                                                                 {DIOLKOS_INT64, DType::int64}}};

}  // namespace

DType dtype_of(diolkos_dtype dtype) {
  const auto found = std::ranges::find(kTypes, dtype, &std::pair<diolkos_dtype, DType>::first);
  return found != kTypes.end() ? found->second : DType::undefined;
}

Result<diolkos_dtype> contract_dtype_of(DType dtype) {
  const auto found = std::ranges::find(kTypes, dtype, &std::pair<diolkos_dtype, DType>::second);
  if (found == kTypes.end())
    return unsupported(fmt::format("{} is no type of the plugin contract's inputs and outputs", name_of(dtype)));
  return found->first;
}

Result<std::vector<diolkos_port>> contract_ports_of(std::span<const runtime::Port> ports) {
  std::vector<diolkos_port> result;
  for (const runtime::Port& from : ports) {
    diolkos_port port{};
    port.struct_size = sizeof(port);
    port.name = from.name.c_str();
    TRY_ASSIGN(port.dtype, contract_dtype_of(from.dtype));
    port.layout = from.shape.rank() == 4 ? DIOLKOS_NCHW : DIOLKOS_LAYOUT_NONE;
    port.rank = from.shape.rank();
    std::copy(from.shape.begin(), from.shape.end(), port.dims);
    port.bytes = static_cast<std::size_t>(from.shape.elements()) * size_of(from.dtype);
    result.push_back(port);
  }
  return result;
}

Error error_of(const diolkos_plugin& plugin, diolkos_status status, const diolkos_error& error) {
  const std::size_t length = ::strnlen(error.message, sizeof(error.message));
  std::string message(error.message, length);
  if (message.empty()) message = fmt::format("failed with status {} and without a word", static_cast<int>(status));
  ErrorCode code = ErrorCode::io;
  if (status == DIOLKOS_INVALID) code = ErrorCode::invalid_input;
  if (status == DIOLKOS_UNSUPPORTED || status == DIOLKOS_ABSENT) code = ErrorCode::unsupported;
  return {code, fmt::format("{}: {}", text_of(plugin.name), message)};
}

diolkos_status to_contract(const Error& error, diolkos_error& to) {
  const std::size_t length = std::min(error.message.size(), sizeof(to.message) - 1);
  std::memcpy(to.message, error.message.data(), length);
  to.message[length] = '\0';
  if (error.code == ErrorCode::invalid_input || error.code == ErrorCode::usage) return DIOLKOS_INVALID;
  return error.code == ErrorCode::unsupported ? DIOLKOS_UNSUPPORTED : DIOLKOS_FAILED;
}

}  // namespace diolkos::engines
