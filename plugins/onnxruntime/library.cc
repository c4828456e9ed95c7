#include "onnxruntime/library.h"

#include "kit/library.h"

namespace diolkos::plugin::ort {

Result<Runtime> Runtime::open() {
  TRY_ASSIGN(const Library library, Library::open({"onnxruntime", "onnxruntime/capi", "libonnxruntime.so*",
                                                   {"libonnxruntime.so.1", "libonnxruntime.so"}}));
  const ApiBase* (*get_base)() = nullptr;
  if (!library.get("OrtGetApiBase", get_base))
    return unsupported(library.path() + " is no ONNX Runtime: it does not export OrtGetApiBase");
  Runtime runtime;
  runtime.version_ = get_base()->get_version();
  runtime.table_ = get_base()->get_api(kApiVersion);
  if (runtime.table_ == nullptr)
    return unsupported("got ONNX Runtime " + runtime.version_ + " at " + library.path() + ", expected 1.11 or newer");
  TRY(runtime.call(kCreateEnvironment, kFatalOnly, "diolkos", &runtime.environment_));
  TRY(runtime.call(kDisableTelemetry, static_cast<const Environment*>(runtime.environment_)));
  return runtime;
}

::diolkos::Status Runtime::check(Status* status) const {
  if (status == nullptr) return {};
  std::string message = kGetErrorMessage.in(table_)(status);
  kReleaseStatus.in(table_)(status);
  for (char& letter : message)
    if (letter == '\n') letter = ' ';
  return io_failure(std::move(message));
}

}  // namespace diolkos::plugin::ort
