// AttributeProto and Attribute.
#pragma once

#include <string_view>

#include "base/result.h"
#include "formats/onnx/external_data.h"
#include "graph/attributes.h"

namespace onnx {
class AttributeProto;
class NodeProto;
}  // namespace onnx

namespace diolkos::formats::onnx_io {

// Takes tensors' raw data out of `node`. Attributes of other types (graphs, strings, …) are errors that name them.
Result<graph::Attributes> read_attributes(::onnx::NodeProto& node, ExternalData& external);

void write_attribute(std::string_view name, const graph::Attribute& value, ::onnx::AttributeProto& proto);

}  // namespace diolkos::formats::onnx_io
