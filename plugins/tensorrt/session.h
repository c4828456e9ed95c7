// A network as a TensorRT engine: from the cache where a fitting one is kept, built otherwise.
#pragma once

#include "kit/runtime.h"
#include "tensorrt/library.h"

namespace diolkos::plugin::tensorrt {

Result<std::unique_ptr<Model>> load_session(const Libraries& libraries, const diolkos_load_options& options);

}  // namespace diolkos::plugin::tensorrt
