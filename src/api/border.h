// Between the C interface and us: nothing is thrown across, errors become a status and a line of text.
#pragma once

#include <cstring>
#include <exception>
#include <new>
#include <string>

#include "base/result.h"
#include "diolkos/types.h"
#include "engines/contract.h"

namespace diolkos::api {

inline diolkos_status tell(const Error& error, diolkos_error* to) {
  diolkos_error unused;
  return engines::to_contract(error, to != nullptr ? *to : unused);
}

template <class Call>
diolkos_status guarded(diolkos_error* error, Call call) noexcept try {
  if (error != nullptr) error->message[0] = '\0';
  const Status status = call();
  return status ? DIOLKOS_OK : tell(status.error(), error);
} catch (const std::bad_alloc&) {
  return tell({ErrorCode::io, "out of memory"}, error);
} catch (const std::exception& thrown) {
  return tell({ErrorCode::internal, std::string("internal error: ") + thrown.what() + "; please report it"}, error);
}

// The caller's structure, what its older header does not have as zeros; nothing given is all zeros. A structure larger
// than ours comes from a newer header and is refused.
template <class Options>
Result<Options> known_options(const Options* given, const char* name) {
  Options options{};
  if (given == nullptr) return options;
  if (given->struct_size < sizeof(given->struct_size) || given->struct_size > sizeof(Options))
    return invalid(std::string(name) + ": struct_size is " + std::to_string(given->struct_size) +
                   ", this library knows " + std::to_string(sizeof(Options)) + " bytes; set it to sizeof(" + name +
                   "), and compile with the headers of the library that runs");
  std::memcpy(&options, given, given->struct_size);
  return options;
}

}  // namespace diolkos::api
