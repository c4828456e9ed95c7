// Whether a model computes in float32 alone.
#pragma once

namespace onnx {
class GraphProto;
}

namespace diolkos::formats::onnx_io {

// True where no input, constant or Cast brings in another floating-point type.
bool only_float32(const ::onnx::GraphProto& graph);

}  // namespace diolkos::formats::onnx_io
