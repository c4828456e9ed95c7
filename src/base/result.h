// Errors as values. A function that can fail returns Result<T> (Status where there is no value);
// nothing in Diolkos throws across a room's border.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace diolkos {

enum class ErrorCode {
  invalid_input,  // a file or an argument's content is wrong
  unsupported,    // well-formed, but not something Diolkos does
  io,             // the operating system refused
  usage,          // the command line is wrong
  internal,       // a bug in Diolkos
};

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;  // one line: where, what was found, what was expected, what to do
};

// Prefixes the message with where it happened: "model.onnx: node 'conv1' (Conv): …".
inline Error within(std::string_view place, Error error) {
  error.message = std::string(place) + ": " + error.message;
  return error;
}

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

using Status = Result<void>;

inline tl::unexpected<Error> failure(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}
inline tl::unexpected<Error> failure(Error error) { return tl::unexpected<Error>(std::move(error)); }
inline tl::unexpected<Error> invalid(std::string message) {
  return failure(ErrorCode::invalid_input, std::move(message));
}
inline tl::unexpected<Error> unsupported(std::string message) {
  return failure(ErrorCode::unsupported, std::move(message));
}
inline tl::unexpected<Error> io_failure(std::string message) { return failure(ErrorCode::io, std::move(message)); }

}  // namespace diolkos

#define DIOLKOS_CONCAT_(a, b) a##b
#define DIOLKOS_CONCAT(a, b) DIOLKOS_CONCAT_(a, b)

// Returns the error of `expression` (a Result or Status) from the enclosing function.
#define TRY(expression)                                                                  \
  do {                                                                                   \
    if (auto try_result_ = (expression); !try_result_.has_value())                       \
      return ::diolkos::failure(std::move(try_result_).error());                         \
  } while (false)

// TRY_ASSIGN(auto x, f()): declares or sets x to the value of f(), or returns its error.
#define TRY_ASSIGN(target, expression) TRY_ASSIGN_(DIOLKOS_CONCAT(try_value_, __LINE__), target, expression)
#define TRY_ASSIGN_(temporary, target, expression)                                       \
  auto temporary = (expression);                                                         \
  if (!temporary.has_value()) return ::diolkos::failure(std::move(temporary).error());   \
  target = std::move(*temporary)
