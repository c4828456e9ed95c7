// The plugin contract's C types, and ours.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/dtype.h"
#include "base/result.h"
#include "diolkos/plugin.h"
#include "runtime/session.h"

namespace diolkos::engines {

inline std::string text_of(const char* text) { return text != nullptr ? text : ""; }

DType dtype_of(diolkos_dtype dtype);                  // undefined for a number that the contract does not have
Result<diolkos_dtype> contract_dtype_of(DType dtype);  // an error for a type that it does not have

// Their names are borrowed from `ports`. An error for a type that the contract does not have.
Result<std::vector<diolkos_port>> contract_ports_of(std::span<const runtime::Port> ports);

// "onnxruntime: MESSAGE".
Error error_of(const diolkos_plugin& plugin, diolkos_status status, const diolkos_error& error);

// For the side of a plugin that is ours: fills `to` with the error's message, and returns its status.
diolkos_status to_contract(const Error& error, diolkos_error& to);

}  // namespace diolkos::engines
