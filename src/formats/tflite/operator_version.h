// The version that an operator of a file declares: the lowest whose kernel takes its types and options, by TFLite's
// tables (tensorflow/lite/tools/versioning). A runtime older than that refuses the file instead of computing nonsense.
#pragma once

#include "formats/tflite/model.h"

namespace diolkos::tflite {

int version_of(const Model& model, const Operator& op);

}  // namespace diolkos::tflite
