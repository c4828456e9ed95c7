// Which operators a model may use, and how many inputs and outputs they take.
#pragma once

#include <string_view>

#include "base/result.h"
#include "formats/onnx/upgrade.h"
#include "graph/op.h"

namespace diolkos::formats::onnx_io {

// Errors do not name the node: the caller does.
Status check_domain(std::string_view domain);
Status check_known(std::string_view op);                // the message names the nearest known operator
Result<graph::Op> checked_op(const PendingNode& node);  // after upgrade_node()

}  // namespace diolkos::formats::onnx_io
