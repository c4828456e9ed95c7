// A network read by our own reader for its ports, and by OpenCV's for its work.
#pragma once

#include "kit/runtime.h"

namespace diolkos::plugin::opencv_dnn {

Result<std::unique_ptr<Model>> load_session(const diolkos_load_options& options);

}  // namespace diolkos::plugin::opencv_dnn
